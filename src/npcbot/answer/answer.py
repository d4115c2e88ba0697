"""From a question to an answer: a search, the sentences marked in its hits, the citations, and the last check."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from npcbot.answer.citation import Citation, cite
from npcbot.answer.show import block_of, status_of
from npcbot.answer.structured import look_up
from npcbot.answer.verify import verify
from npcbot.config import AnswerSettings
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Found, Hit, Mode
from npcbot.retrieval.narrowing import Narrowing
from npcbot.retrieval.question import checked
from npcbot.retrieval.references import Reference, only_reference
from npcbot.retrieval.versions import as_of as day_of
from npcbot.retrieval.versions import at


@dataclass(frozen=True, slots=True)
class Answer:
    """``citations`` answer, best first; where none does, ``nearest`` holds what came closest and ``answered`` is false.

    ``narrowed`` names the documents that the question was narrowed to, empty where it was not. ``notes`` are remarks
    for people: what a reference lacks, where an article stands in another version. ``as_of`` is the day asked for.
    """

    question: str
    answered: bool
    confidence: float
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    narrowed: tuple[str, ...]
    timings_ms: dict[str, float]
    notes: tuple[str, ...] = ()
    as_of: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object that ``npcbot ask --json`` prints."""
        return {
            "question": self.question,
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "citations": [_listed(asdict(citation)) for citation in self.citations],
            "nearest": [_listed(asdict(citation)) for citation in self.nearest],
            "narrowed": list(self.narrowed),
            "notes": list(self.notes),
            "as_of": self.as_of,
            "timings_ms": {name: round(value, 2) for name, value in self.timings_ms.items()},
        }


class Answerer:
    """Asks an engine and quotes what it finds; every quotation is verified before it is returned."""

    def __init__(self, engine: Engine, settings: AnswerSettings, narrow: bool = True) -> None:
        self.engine = engine
        self.narrow = narrow
        self._settings = settings

    @property
    def threshold(self) -> float:
        return self._settings.threshold or self.engine.calibration.threshold

    def ask(
        self,
        question: str,
        k: int | None = None,
        *,
        mode: Mode = Mode.HYBRID,
        narrow: bool | None = None,
        within: Sequence[Narrowing] = (),
        as_of: str = "",
    ) -> Answer:
        """Up to ``k`` citations. ``narrow`` and ``k`` are by default as the settings have them; ``within`` and
        ``as_of`` (which ``@2019`` in the question also sets) as for the engine.

        A question that is a reference (立法法第七十二条) is answered by all that it points at, whatever ``k``.

        Raises:
            Ambiguous: a reference that fits several laws.
            QuestionError: the question cannot be asked as it stands.
            QuoteRefused, IndexDamaged: the index does not hold what it should.
        """
        asked = checked(question, self._settings.max_question)
        reference = only_reference(asked, self.engine.catalogue)
        if reference is not None:
            return self._look_up(asked, reference, day_of(reference.when) if reference.when else as_of)
        searched, said = at(asked)
        as_of = said or as_of
        searched = checked(searched, self._settings.max_question) if said else asked
        narrow = self.narrow if narrow is None else narrow
        found = self.engine.search(
            searched, k or self._settings.k, mode=mode, narrow=narrow, within=within, as_of=as_of
        )
        began = time.perf_counter()
        cited = tuple(self._cite(rank, hit, found) for rank, hit in enumerate(found.hits, 1))
        answered = bool(cited) and found.confidence >= self.threshold
        quote = 1000 * (time.perf_counter() - began)
        timings = {**found.timings_ms, "quote": quote, "total": found.timings_ms["total"] + quote}
        answer = Answer(
            question=asked,
            answered=answered,
            confidence=found.confidence,
            citations=cited if answered else (),
            nearest=() if answered else cited,
            narrowed=found.narrowing.words if found.narrowing is not None else (),
            timings_ms=timings,
            as_of=as_of,
        )
        verify(answer.as_json(), self)
        return answer

    def _look_up(self, asked: str, reference: Reference, as_of: str) -> Answer:
        began = time.perf_counter()
        citations, notes = look_up(self.engine.collections, reference, as_of)
        answer = Answer(
            question=asked,
            answered=bool(citations),
            confidence=1.0 if citations else 0.0,
            citations=tuple(citations),
            nearest=(),
            narrowed=(),
            timings_ms={"total": 1000 * (time.perf_counter() - began)},
            notes=tuple(notes),
            as_of=as_of,
        )
        verify(answer.as_json(), self)
        return answer

    def text(self, collection: str, document_id: str) -> str:
        return self.engine.collection(collection).document(document_id).text

    def _cite(self, rank: int, hit: Hit, found: Found) -> Citation:
        document = self.engine.document(hit)
        marked = self.engine.mark(found, hit)
        collection = self.engine.collection(hit.collection)
        return cite(
            rank,
            hit.score,
            hit.collection,
            hit.info,
            hit.stored,
            block_of(collection, hit.stored),
            document,
            marked,
            room=self._settings.neighbours,
            status=status_of(collection, hit.info),
            same_text=hit.same_text,
            answer=found.answer if rank == 1 else None,
        )


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    """Tuples as lists, as JSON has them."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
