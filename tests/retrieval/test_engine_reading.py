"""The engine with a reranker: what is read, how it counts, what it tells."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from fakes import FakeEncoder, FakeReranker
from riverside import NEW, NOTED, OLD, QUESTION, VERSIONS, Build, documents, engine, ranked

from npcbot.retrieval.adapter import QueryAdapter
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Mode
from npcbot.retrieval.fusion import Mixings
from npcbot.retrieval.reading import Reranking
from npcbot.types import Reading


def reading_for(word: str, score: float = 8.0) -> FakeReranker:
    """Reads texts with the word as answers, and says where the word stands."""

    def reading(question: str, text: str) -> Reading:
        at = text.find(word)
        return Reading(-score) if at < 0 else Reading(score, (((at, at + len(word)), 5.0),))

    return FakeReranker(reading)


def test_what_was_read_as_the_answer_comes_first(build: Build) -> None:
    collection = build(*NOTED)
    fused = engine(collection).search(QUESTION, 5)
    assert not fused.read
    word = fused.hits[2].info.title
    asked = engine(collection, reranking=Reranking(reading_for(word), 12, inf))
    found = asked.search(QUESTION, 5)
    assert found.read
    assert found.hits[0].info.title == word
    assert found.hits[0].reading is not None
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert ranked(asked.search(QUESTION, 5, mode=Mode.FUSED)) == ranked(fused)
    assert found.timings_ms["rerank"] > 0


def test_only_the_best_candidates_are_read(build: Build) -> None:
    collection = build(*NOTED)
    word = engine(collection).search(QUESTION, 5).hits[2].info.title
    reranker = reading_for(word)
    found = engine(collection, reranking=Reranking(reranker, 2, inf)).search(QUESTION, 5)
    assert found.hits[0].info.title != word
    assert len(reranker.asked[0]) == 2


@pytest.mark.parametrize(
    ("shares", "legal", "first"),
    [
        (Mixings(0.0, 0.9, 0.0, 1.0), -30.0, True),
        (Mixings(0.0, 0.9, 0.0, 1.0), 30.0, False),
        (Mixings(0.9, 0.0, 0.0, 1.0), -30.0, False),
        (Mixings(0.0, 0.0, 0.9, 1.0), 30.0, True),
    ],
)
def test_readings_count_by_what_is_asked(build: Build, shares: Mixings, legal: float, first: bool) -> None:
    collection = build(*NOTED)
    reranking = Reranking(reading_for(engine(collection).search(QUESTION, 5).hits[2].info.title), 12, inf)
    none = np.zeros(256, np.float32)
    gated = QueryAdapter(np.zeros((256, 256), np.float32), none, none, legal)
    fitted = replace(UNFITTED, adapter=gated, reranker="fake-reranker", mixings=shares)
    found = Engine([collection], FakeEncoder(dim=256), fitted, reranking=reranking).search(QUESTION, 5)
    assert (found.hits[0].reading is not None and found.hits[0].reading.score > 0) == first


def test_no_more_is_read_where_nothing_else_can_come_first(build: Build) -> None:
    collection = build(*NOTED)
    best = engine(collection).search(QUESTION, 5).hits[0]
    for reranker, read in ((reading_for(best.info.title, 30.0), 2), (FakeReranker(lambda *_: Reading(-30.0)), 5)):
        found = engine(collection, reranking=Reranking(reranker, 12, inf)).search(QUESTION, 5)
        assert found.hits[0].passage_id == best.passage_id
        assert sum(hit.reading is not None for hit in found.hits) == read


def test_the_words_that_answer_are_found_in_the_marked_sentence(build: Build) -> None:
    collection = build(*NOTED)
    asked = engine(collection, reranking=Reranking(reading_for("半个钟头"), 12, inf))
    found = asked.search("渡船多久开一班？", 1)
    assert found.answer is not None
    assert found.marked is not None
    assert found.marked[0] <= found.answer[0] < found.answer[1] <= found.marked[1]
    assert asked.document(found.hits[0]).text[slice(*found.answer)] == "半个钟头"
    # Nothing of that kind is asked for.
    assert asked.search("渡船为什么开？", 1).answer is None


def test_a_superseded_version_stays_behind_however_well_it_reads(build: Build) -> None:
    collection = build(*VERSIONS)
    found = engine(collection, reranking=Reranking(reading_for("不超过三米"), 12, inf)).search("多深的水是浅滩", 9)
    assert documents(found) == [NEW, NEW, OLD]
    assert found.hits[2].score > found.hits[0].score


def test_what_was_not_read_is_judged_as_without_the_reader(build: Build) -> None:
    collection = build(*NOTED)
    sure = replace(UNFITTED, reranker="fake-reranker", read=replace(UNFITTED.plain, intercept=20.0))
    for most, confident in ((1000, True), (0, False)):
        reranker = FakeReranker(lambda *_: Reading(0.0), most)
        found = Engine([collection], FakeEncoder(dim=256), sure, reranking=Reranking(reranker, 6, inf)).search(
            "月球上有几座机场", 1
        )
        assert (found.read, found.confidence > 0.9) == (confident, confident)


def test_a_named_article_is_not_read_again(build: Build) -> None:
    reranker = reading_for("不会有")
    found = engine(build(*VERSIONS), reranking=Reranking(reranker, 12, inf)).search("河湾镇浅滩保护规定第2条", 2)
    assert found.confidence == 1.0
    assert all(hit.reading is None for hit in found.hits)
