"""From a question to an answer: a search, the sentences marked in its hits, the citations, and the last check."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from npcbot.answer.citation import Citation, cite, titled
from npcbot.answer.show import block_of, status_of
from npcbot.answer.structured import look_up
from npcbot.answer.verify import verify
from npcbot.config import AnswerSettings
from npcbot.folding import fold_text
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Found, Hit, Mode
from npcbot.retrieval.narrowing import Missing, Narrowing
from npcbot.retrieval.question import checked, is_chinese
from npcbot.retrieval.references import Reference, only_reference
from npcbot.retrieval.versions import as_of as day_of
from npcbot.retrieval.versions import at, effective, holds, repealed

_WORDS: Final = {
    True: {
        "two_days": "问题里说的是{said}，没有按另外给的{as_of}查。",
        "nothing_then": "查的文件在{day}都还没有生效，最早的从{first}起。",
        "guessed": "没有读到这一版施行日期的：{}。这里从括号里的日期算起，实际施行可能更晚。",
        "undated": "没有日期，不知道当时是否有效的：{}。",
        "missing": "这些文件里没有{years}的{kind}。",
        "near": "年份相近的有{near}的。",
    },
    False: {
        "two_days": "The question says {said}; the other day given, {as_of}, was not used.",
        "nothing_then": "None of the documents searched was in force on {day}; the earliest is from {first}.",
        "guessed": "No day of taking effect was found for {}. The date in brackets is taken; it may have been later.",
        "undated": "Not dated, so it is not known whether it was in force then: {}.",
        "missing": "There is no {kind} of {years} among these documents. ",
        "near": "The nearest are of {near}.",
    },
}
_IN_ENGLISH: Final = {
    "政府工作报告": "government work report",
    "常委会工作报告": "standing committee work report",
    "工作报告": "work report",
}
#: What stands for a law that is not named: 本法第三条 is no more than 第三条, 该条例第三条 no more than 条例第三条.
_THIS: Final = re.compile(
    r"(?<![基样标资版文])(?:[本此新旧]|[这该][部个]?)(?:法律?(?=\s*第[0-9])|(?=(?:条例|规定|办法|细则|规则|解释)\s*第[0-9]))"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """``citations`` answer, best first; where none does, ``nearest`` holds what came closest and ``answered`` is false.

    ``narrowed`` names the documents that the question was narrowed to, empty where it was not. ``notes`` are remarks
    for people: what a reference lacks, that a report is not there, where an article stands in another version, what is
    not known of the day. ``as_of`` is the day asked for.
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

        A question that is a reference (立法法第七十二条) is answered by all that it points at, whatever ``k``. Where a
        report is asked for that is not there nothing is searched, unless the question is not to be narrowed.

        Raises:
            Ambiguous: a reference that fits several laws.
            QuestionError: the question cannot be asked as it stands.
            QuoteRefused, IndexDamaged: the index does not hold what it should.
        """
        began = time.perf_counter()
        asked = checked(question, self._settings.max_question)
        reference = only_reference(asked, self.engine.catalogue)
        if reference is None and not within and _THIS.search(folded := fold_text(asked)):
            reference = only_reference(_THIS.sub("", folded), self.engine.catalogue)
        if reference is not None:
            said = day_of(reference.when) if reference.when else ""
            return self._told(self._look_up(asked, reference, said or as_of), said, as_of)
        searched, said = at(asked)
        day = said or as_of
        searched = checked(searched, self._settings.max_question) if said else asked
        narrow = self.narrow if narrow is None else narrow
        if narrow and (missing := self.engine.catalogue.missing(searched)) is not None:
            return self._told(_looked_up(asked, [], [_missing(missing, is_chinese(asked))], day, began), said, as_of)
        found = self.engine.search(
            searched,
            k or self._settings.k,
            mode=mode,
            narrow=narrow,
            within=within,
            as_of=day,
            threshold=self.threshold,
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
            notes=self._nothing_then(found, day, is_chinese(asked)) if day and not cited else (),
            as_of=day,
        )
        return self._told(answer, said, as_of)

    def _told(self, answer: Answer, said: str, as_of: str) -> Answer:
        """The answer with what is to be said of the day, verified."""
        answer = replace(answer, notes=(*answer.notes, *_of_the_day(answer, said, as_of)))
        verify(answer.as_json(), self)
        return answer

    def _nothing_then(self, found: Found, day: str, chinese: bool) -> tuple[str, ...]:
        """That none of the documents searched held on a day, where that is so."""
        searched = [
            info
            for collection in self.engine.collections
            for info in collection.documents()
            if found.narrowing is None or (collection.name, info.document_id) in found.narrowing.documents
        ]
        if not searched or any(holds(info, day) for info in searched):
            return ()
        return (_WORDS[chinese]["nothing_then"].format(day=day, first=min(map(effective, searched))),)

    def _look_up(self, asked: str, reference: Reference, as_of: str) -> Answer:
        began = time.perf_counter()
        citations, notes = look_up(self.engine.collections, reference, as_of)
        documents = dict.fromkeys((one.collection, one.document_id) for one in citations)
        infos = (self.engine.collection(collection).info(name) for collection, name in documents)
        if ended := [info for info in infos if repealed(info, as_of)]:
            notes += [f"《{info.title}》自{info.repealed_on}起废止，{as_of}时已经失效。" for info in ended]
            as_of = ""
        return _looked_up(asked, citations, notes, as_of, began)

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


def _looked_up(asked: str, citations: Sequence[Citation], notes: Sequence[str], day: str, began: float) -> Answer:
    """What was found without a search, or that there is nothing."""
    return Answer(
        question=asked,
        answered=bool(citations),
        confidence=1.0 if citations else 0.0,
        citations=tuple(citations),
        nearest=(),
        narrowed=(),
        timings_ms={"total": 1000 * (time.perf_counter() - began)},
        notes=tuple(notes),
        as_of=day,
    )


def _missing(missing: Missing, chinese: bool) -> str:
    """That there is no report of a year, and of which years there are."""
    unit, comma = ("年", "、") if chinese else ("", ", ")
    years, near = (comma.join(f"{year}{unit}" for year in of) for of in (missing.years, missing.near))
    kind = missing.kind if chinese else _IN_ENGLISH[missing.kind]
    words = _WORDS[chinese]
    return (words["missing"].format(years=years, kind=kind) + (words["near"].format(near=near) if near else "")).strip()


def _of_the_day(answer: Answer, said: str, as_of: str) -> Iterator[str]:
    """What is to be said of the day asked for, ``said`` in the question or else ``as_of``: that they differ, and of
    which documents it is not known whether they held then."""
    words = _WORDS[is_chinese(answer.question)]
    if said and as_of and said != as_of:
        yield words["two_days"].format(said=said, as_of=as_of)
    if answer.as_of:
        shown = answer.citations or answer.nearest
        if dated := dict.fromkeys(titled(one.title, one.date) for one in shown if one.date and one.effective_guessed):
            yield words["guessed"].format("、".join(dated))
        if undated := dict.fromkeys(f"《{one.title}》" for one in shown if not one.date):
            yield words["undated"].format("、".join(undated))


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    """Tuples as lists, as JSON has them."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
