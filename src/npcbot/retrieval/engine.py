"""Searches the opened collections for a question: both sides, fused, narrowed, grouped."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Final

import numpy as np

from npcbot.errors import QuoteRefused
from npcbot.index.collection import Collection
from npcbot.index.enrich import above, passage_text
from npcbot.index.lexical import shared_idf
from npcbot.index.records import StoredPassage
from npcbot.index.tokens import tokenize_question
from npcbot.retrieval.asked_figures import figures, share
from npcbot.retrieval.asking import understand
from npcbot.retrieval.confidence import Calibration, Judgement
from npcbot.retrieval.foreign import law_elsewhere
from npcbot.retrieval.found import Candidates, Found, Hit, Mode, Query, Sentences
from npcbot.retrieval.fusion import CANDIDATES, fuse, normalised
from npcbot.retrieval.glossary import PLAIN, translated
from npcbot.retrieval.judging import features_of
from npcbot.retrieval.marking import choose, features, sentences_of
from npcbot.retrieval.narrowing import Catalogue, Narrowing
from npcbot.retrieval.question import is_chinese
from npcbot.retrieval.reading import AT_ONCE, Reads, Reranking, answer_in, stretches
from npcbot.retrieval.standing import Standing
from npcbot.types import Document, Encoder, Kind, Span

#: A question that names an article is about that article.
_NAMED_ARTICLE: Final = 2.0
#: What a hit loses of its score that has none of the question's figures, and how many of the best are looked at. Of
#: questions about years and figures in fifty-three reports, 3 in 100 more find their paragraph first.
_LACKING: Final = 0.15
_WEIGHED: Final = 20
#: Sentences of one passage that are encoded to find the one that answers.
_ENCODED_SENTENCES: Final = 12


class Engine:
    """Wired once, asked often; safe to ask from several threads.

    ``candidates`` passages are taken from each side of each collection before the two are fused.
    """

    def __init__(
        self,
        collections: Sequence[Collection],
        encoder: Encoder,
        calibration: Calibration,
        candidates: int = CANDIDATES,
        reranking: Reranking | None = None,
    ) -> None:
        self.collections = tuple(collections)
        self.encoder = encoder
        self.calibration = calibration
        self._candidates = candidates
        self._reranking = reranking
        self._catalogue: Catalogue | None = None
        self._standing = Standing(self.collections)

    @property
    def catalogue(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = Catalogue((c.name, info) for c in self.collections for info in c.documents())
        return self._catalogue

    def document(self, hit: Hit) -> Document:
        """The hit's document with its text, checked against its SHA-256."""
        return self.collection(hit.collection).document(hit.info.document_id)

    def search(
        self,
        question: str,
        k: int,
        *,
        mode: Mode = Mode.HYBRID,
        narrow: bool = True,
        within: Sequence[Narrowing] = (),
        without: frozenset[int] = frozenset(),
        as_of: str = "",
        only: Narrowing | None = None,
        threshold: float | None = None,
    ) -> Found:
        """The best ``k`` hits, best first; ties in the order of collections and rows. ``narrow`` off searches all.
        Only what was in force on the day ``as_of`` (``YYYY-MM-DD``) is searched; without one, what is not in force
        today comes after all that is, unless the question names the year of a version.

        ``within`` is tried first, in its order, where the question itself does not narrow. ``without`` leaves rows of
        the first collection out, for measuring what is said when they are not there. ``only`` is searched alone.

        A narrowed search that finds nothing convincing gives way to a wider one, at last to one of everything: nothing
        of the confidence ``threshold``, by default the calibration's.
        """
        threshold = self.calibration.threshold if threshold is None else threshold
        began = time.perf_counter()
        query = replace(self.query(question, mode), day=as_of)
        encoded = time.perf_counter()
        named = self.catalogue.narrow(question) if narrow and only is None else None
        narrowings = [only] if only is not None else [*within] if named is None else [named]
        found = self._search(query, k, mode, next(iter(narrowings), None), without, threshold)
        last = not narrowings or only is not None or (named is not None and named.article is not None)
        for narrowing in () if last else (*narrowings[1:], None):
            if found.confidence >= threshold:
                break
            wide = self._search(query, k, mode, narrowing, without, threshold)
            if wide.confidence >= threshold:
                found = wide
        ended = time.perf_counter()
        reading = query.reads.spent if query.reads is not None else 0.0
        spent = {"encode": encoded - began, "search": ended - encoded - reading, "total": ended - began}
        if query.reads is not None:
            spent["rerank"] = reading
        return replace(found, timings_ms={stage: 1000 * seconds for stage, seconds in spent.items()})

    def _search(
        self,
        query: Query,
        k: int,
        mode: Mode,
        narrowing: Narrowing | None,
        without: frozenset[int],
        threshold: float,
    ) -> Found:
        question, idf = query.question, query.idf
        found = self.gather(query, mode, narrowing, without)
        if not found.places:
            return Found(question, (), 0.0, narrowing, None, idf)
        scores = self._scores(found, mode, query.legal)
        order = sorted(range(len(scores)), key=lambda i: (-scores[i], found.places[i]))
        # More than wanted, so that versions and identical texts can be put together; still more where there are many.
        hits: list[Hit] = []
        taken = 0
        while len(hits) < k and taken < len(order):
            taken = max(2 * k, 20, 4 * taken)
            hits = self._hits(found, scores, order[:taken], narrowing)
            if mode in (Mode.FUSED, Mode.HYBRID):
                hits = self._by_figures(hits, question)
            hits = _one_of_each(self._in_force(hits, query, narrowing))
        if not hits:
            return Found(question, (), 0.0, narrowing, None, idf)
        if query.reads is not None and (narrowing is None or narrowing.article is None):
            query.reads.begin()
            hits = self._in_force(self._read(hits, query, query.reads), query, narrowing)
        told = self.sentences(hits[0], question, idf, reads=query.reads)
        weights = self._judgement(bool(told.answers)).marking(is_chinese(question))
        marked = choose(told.text, told.spans, told.table, weights, told.answers)
        document = self.document(hits[0])
        said = features_of(query, found, hits, document, marked, told, weights)
        confidence = self._judgement(hits[0].reading is not None).confidence(said)
        if narrowing is not None and narrowing.article is not None and hits[0].score > 1:
            confidence = 1.0
        elif hits[0].info.kind is Kind.LAW and law_elsewhere(question, passage_text(document, hits[0].stored.passage)):
            confidence = min(confidence, threshold / 2)
        return Found(
            question,
            tuple(hits[:k]),
            confidence,
            narrowing,
            said,
            idf,
            marked,
            answer_in(told.answers, marked, question),
            hits[0].reading is not None,
        )

    def _by_figures(self, hits: Sequence[Hit], question: str) -> list[Hit]:
        """The hits in the order of their scores when those that lack figures of the question have lost by it."""
        if not figures(question):
            return list(hits)
        had = [share(question, self.document(hit), hit.stored.passage) for hit in hits[:_WEIGHED]]
        # Those that are not looked at count as lacking all.
        had += [0.0] * (len(hits) - len(had))
        weighed = zip(hits, had, strict=True)
        lowered = [replace(hit, score=hit.score * (1 - _LACKING * (1 - part))) for hit, part in weighed]
        return sorted(lowered, key=lambda hit: -hit.score)

    def _read(self, hits: Sequence[Hit], query: Query, reads: Reads) -> list[Hit]:
        """The hits in the order of their scores when the best of them have been read: the others too, unless none of
        them can come first any more."""
        mixings = self.calibration.mixings_for(reads.reranker, is_chinese(query.question))
        mix = mixings.of(understand(query.question).quotable, query.legal)
        first, others = hits[: reads.depth][:AT_ONCE], hits[AT_ONCE : reads.depth]
        readings = reads.ranking([self.shown(hit) for hit in first])
        if others and not mix.settles([hit.score for hit in hits], readings):
            readings += reads.ranking([self.shown(hit) for hit in others])
        read = [
            replace(hit, score=mix(hit.score, reading), reading=reading) for hit, reading in zip_longest(hits, readings)
        ]
        return sorted(read, key=lambda hit: -hit.score)

    def shown(self, hit: Hit) -> str:
        """What a reranker reads of the hit: the sentences of its window."""
        document, passage = self.document(hit), hit.stored.passage
        return stretches(document, hit.stored, sentences_of(document.text, passage), hit.window)[0].text

    def _judgement(self, read: bool) -> Judgement:
        return self.calibration.judgement(self._reranking.reranker.fingerprint if read and self._reranking else "")

    def mark(self, found: Found, hit: Hit) -> Span:
        """The sentence of the hit that answers, as a span of its document's text."""
        if found.marked is not None and hit == found.hits[0]:
            return found.marked
        # Only the first is read: reading them all would take as long as the search again.
        told = self.sentences(hit, found.question, found.idf, thorough=False)
        weights = self.calibration.plain.marking(is_chinese(found.question))
        return choose(told.text, told.spans, told.table, weights)

    def sentences(
        self, hit: Hit, question: str, idf: Mapping[str, float], *, thorough: bool = True, reads: Reads | None = None
    ) -> Sentences:
        """The sentences of a hit, and what tells which of them answers.

        ``thorough`` encodes the sentences for a question in another language, which has no words in common with them:
        as dear as the search itself, so it is done for the first hit only.
        """
        document, passage = self.document(hit), hit.stored.passage
        text = document.text
        spans = sentences_of(text, passage)
        window = None if hit.window == (passage.start, passage.end) else hit.window
        topic = " ".join([*above(document, passage), *(text[start:end] for start, end in passage.section)])
        meaning = None
        if thorough and not is_chinese(question) and 1 < len(spans) <= _ENCODED_SENTENCES:
            vectors = self.encoder.encode_passages([text[start:end] for start, end in spans])
            meaning = (vectors @ self.encoder.encode_queries([question])[0]).tolist()
        answers = reads.answers(stretches(document, hit.stored, spans, hit.window)) if reads is not None else []
        table = features(text, spans, window, topic, question, idf, meaning, answers)
        return Sentences(text, spans, table, answers)

    def collection(self, name: str) -> Collection:
        """The opened collection of that name."""
        return next(c for c in self.collections if c.name == name)

    def query(self, question: str, mode: Mode = Mode.HYBRID) -> Query:
        """The question made ready; for ``Mode.DENSE`` its vector is the encoder's and nothing else."""
        reads = Reads(self._reranking, question) if self._reranking is not None and mode is Mode.HYBRID else None
        tokens = self.searched(question)
        vector, legal = self.encoder.encode_queries([question])[0], 0.0
        adapter = self.calibration.adapter
        if adapter is not None and mode is not Mode.DENSE and is_chinese(question):
            vector, legal = adapter(vector), adapter.legal(vector)
        return Query(question, tokens, shared_idf(self.collections, tokens), vector, legal, reads=reads)

    def searched(self, question: str) -> list[str]:
        """The tokens that the lexical side looks for: the question's own, and those of its English words in Chinese.

        A word that was translated counts in English only where a document has it; grammar never does.
        """
        tokens = tokenize_question(question)
        if is_chinese(question):
            return tokens
        terms, done = translated(question)
        counts = sum((c.document_frequency(tokens) for c in self.collections), np.zeros(len(tokens), np.int64))
        own = [t for t, n in zip(tokens, counts.tolist(), strict=True) if t not in done or (n and t not in PLAIN)]
        return list(dict.fromkeys([*own, *tokenize_question(terms)]))

    def gather(
        self, query: Query, mode: Mode, narrowing: Narrowing | None = None, without: frozenset[int] = frozenset()
    ) -> Candidates:
        """The best candidates of each side of each collection, with their scores on both."""
        tokens, vector, idf = query.tokens, query.vector, query.idf
        places: list[tuple[int, int]] = []
        windows: list[Span] = []
        sides: list[tuple[np.ndarray[tuple[int], np.dtype[np.float32]], ...]] = []
        for number, collection in enumerate(self.collections):
            rows = None if narrowing is None else narrowing.rows_of(collection)
            if query.day:
                held = self._standing.in_force(collection.name, query.day)
                rows = held if rows is None else rows & held
            if without and number == 0:
                rows = np.ones(collection.n, dtype=np.bool_) if rows is None else rows
                rows[list(without)] = False
            if collection.n == 0 or (rows is not None and not rows.any()):
                continue
            union: set[int] = set()
            if mode is not Mode.BM25:
                union.update(collection.dense(vector, self._candidates, rows).rows.tolist())
            if mode is not Mode.DENSE:
                union.update(collection.lexical(tokens, self._candidates, rows, idf)[0].tolist())
            if narrowing is not None and narrowing.article is not None:
                named = {d for c, d in narrowing.documents if c == collection.name}
                article = collection.article(named, narrowing.article.number)
                union.update(row for row in article if rows is None or rows[row])
            chosen = np.array(sorted(union), dtype=np.int64)
            scored = collection.score(vector, chosen)
            lexical = np.zeros(len(chosen), np.float32)
            matched, values = collection.lexical(tokens, len(chosen), chosen, idf)
            lexical[np.searchsorted(chosen, matched)] = values
            places += [(number, int(row)) for row in chosen]
            windows += [(int(start), int(end)) for start, end in scored.spans]
            sides.append((scored.scores, lexical, collection.coverage(tokens, chosen, idf)))
        joined = [np.concatenate(parts) for parts in zip(*sides, strict=True)] or [np.zeros(0, np.float32)] * 3
        laws = [self._standing.statutes(collection.name) for collection in self.collections]
        statutes = np.array([laws[number][row] for number, row in places], np.bool_)
        return Candidates(places, joined[0], joined[1], joined[2], statutes, windows)

    def _scores(self, found: Candidates, mode: Mode, legal: float) -> list[float]:
        if mode is Mode.BM25:
            return [float(score) for score in normalised(found.lexical, self._candidates)]
        if mode is Mode.DENSE:
            return [float(score) for score in normalised(found.dense, self._candidates)]
        coverage = float(found.coverage.max(initial=0.0))
        weights = self.calibration.weights
        fused = fuse(found.dense, found.lexical, coverage, weights, self._candidates, legal, found.statutes)
        return [float(score) for score in fused]

    def _hits(
        self, found: Candidates, scores: Sequence[float], order: Sequence[int], narrowing: Narrowing | None
    ) -> list[Hit]:
        chosen = list(order)
        article = narrowing.article.number if narrowing is not None and narrowing.article is not None else None
        if article is not None:
            chosen = list(range(len(found.places)))
        stored: dict[int, StoredPassage] = {}
        for number, collection in enumerate(self.collections):
            mine = [i for i in chosen if found.places[i][0] == number]
            for i, passage in zip(mine, collection.passages(found.places[i][1] for i in mine), strict=True):
                stored[i] = passage
        hits: list[Hit] = []
        for i in chosen:
            collection = self.collections[found.places[i][0]]
            passage = stored[i]
            start, end = found.windows[i]
            if not passage.passage.start <= start < end <= passage.passage.end:
                raise QuoteRefused(
                    f"The window {start}–{end} of {passage.passage_id} lies outside its passage.",
                    f"The index is damaged. Mend it: npcbot index --rebuild --collection {collection.name}",
                )
            bonus = _NAMED_ARTICLE if article is not None and passage.passage.article == article else 0.0
            hits.append(
                Hit(
                    collection=collection.name,
                    info=collection.info(passage.document_id),
                    stored=passage,
                    score=scores[i] + bonus,
                    dense=float(found.dense[i]),
                    lexical=float(found.lexical[i]),
                    coverage=float(found.coverage[i]),
                    window=(start, end),
                    same_text=tuple(collection.same_text(passage.row)),
                )
            )
        hits.sort(key=lambda hit: -hit.score)
        return hits[: len(order)]

    def _in_force(self, hits: Sequence[Hit], query: Query, narrowing: Narrowing | None) -> list[Hit]:
        """What does not hold on the day steps back behind all that does, unless the question itself names a year."""
        if narrowing is not None and narrowing.year and not query.day:
            return list(hits)
        day = query.day or date.today().isoformat()
        return sorted(hits, key=lambda hit: hit.info.document_id in self._standing.out_of_force(hit.collection, day))


def _one_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """Identical texts are one answer: the first stands, and names the others."""
    seen: set[str] = set()
    kept: list[Hit] = []
    for hit in hits:
        if hit.passage_id not in seen:
            kept.append(hit)
            seen.update((hit.passage_id, *hit.same_text))
    return kept
