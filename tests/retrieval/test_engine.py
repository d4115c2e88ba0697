"""From a question to hits, over small collections and an encoder of which every score can be worked out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from riverside import NEW, NOTED, NOTES, OLD, QUESTION, VERSIONS, Build, Same, documents, engine, note, ranked, rules

from npcbot.answer import Answerer
from npcbot.config import load_settings
from npcbot.errors import QuoteRefused
from npcbot.retrieval.found import Found, Mode
from npcbot.types import DateKind, Document, Kind, Source, TypedDate


def values(found: Found, name: str) -> dict[str, Any]:
    """One score of each hit. Sums in another order differ in their last digits."""
    return pytest.approx({hit.info.document_id: getattr(hit, name) for hit in found.hits}, abs=1e-6)


@pytest.mark.parametrize("mode", Mode)
def test_the_passage_that_answers_comes_first(build: Build, mode: Mode) -> None:
    asked = engine(build(*NOTED))
    found = asked.search(QUESTION, 3, mode=mode)
    assert documents(found)[0] == "渡口.txt"
    assert found.hits[0].score == pytest.approx(1)
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert found.marked is not None
    assert "每半个钟头开一班" in asked.document(found.hits[0]).text[slice(*found.marked)]
    assert asked.mark(found, found.hits[0]) == found.marked


def test_each_side_finds_what_is_its_own(build: Build) -> None:
    asked = engine(build(*NOTED))
    dense, words, both = (asked.search(QUESTION, 50, mode=mode) for mode in (Mode.DENSE, Mode.BM25, Mode.HYBRID))
    assert set(documents(dense)) == set(documents(both)) == {f"{title}.txt" for title in NOTES}
    assert 0 < len(words.hits) < len(NOTES)
    assert all(hit.lexical > 0 for hit in words.hits)
    for found, side in ((dense, "dense"), (words, "lexical")):
        scores = [getattr(hit, side) for hit in found.hits]
        assert scores == sorted(scores, reverse=True)
    # A hit says the same of itself whichever way it was found.
    for side in ("dense", "lexical", "coverage"):
        assert {hit.info.document_id: getattr(hit, side) for hit in both.hits} == values(dense, side)


def test_words_that_nobody_has_find_nothing_by_words(build: Build) -> None:
    found = engine(build(*NOTED)).search("xylophon quartett", 3, mode=Mode.BM25)
    assert (found.hits, found.confidence, found.marked) == ((), 0.0, None)


def report(year: int, heading: str, carried: str) -> Document:
    title = "河湾镇工作报告"
    text = f"{title}\n\n{heading}\n\n渡船载客{carried}人次，比上一年多了不少。\n"
    dates = (TypedDate(DateKind.DELIVERED, f"{year}-03-05", Source.TEXT),)
    return Document(f"{year}.txt", text, title, Kind.REPORT, dates=dates, body_start=len(title) + 2)


@pytest.mark.parametrize(
    ("year", "share"), [("2020", 1.0), ("2021", 0.0), ("2019", 0.0)], ids=["looked back on", "its own", "another"]
)
def test_a_year_that_nothing_tells_of_is_seen(build: Build, year: str, share: float) -> None:
    found = engine(build(report(2021, "一、去年工作回顾", "三千"))).search(f"{year}年渡船载客多少人次？", 1)
    assert found.features is not None
    assert found.features.figures == share


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_of_reports_that_say_the_same_that_of_the_year_comes_first(build: Build, year: int) -> None:
    reports = [report(2020 + i, "一、水路", carried) for i, carried in enumerate(("三千", "四千", "五千"))]
    asked = engine(build(*reports, encoder=Same(dim=256)), encoder=Same(dim=256))
    found = asked.search(f"{year}年渡船载客多少人次？", 3)
    assert documents(found)[0] == f"{year}.txt"
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert ranked(asked.search(f"{year}年渡船载客多少人次？", 1)) == ranked(found)[:1]
    # The sides alone are left as they are, to be compared with.
    assert len({hit.score for hit in asked.search(f"{year}年渡船载客多少人次？", 3, mode=Mode.BM25).hits}) == 1


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_of_identical_passages_that_of_the_year_stands_for_all(build: Build, year: int) -> None:
    asked = engine(build(*(report(year, "一、水路", "三千") for year in (2020, 2021, 2022))))
    found = asked.search(f"{year}年渡船载客多少人次？", 3)
    assert documents(found) == [f"{year}.txt"]
    assert found.features is not None
    assert found.features.figures == 1.0


def test_where_all_lack_the_figure_more_of_them_leave_the_first_as_they_are(build: Build) -> None:
    reports = [
        report(1980 + i, "一、水路", f"{'三四五六七八九'[i % 7]}{'千百'[i // 7 % 2]}{'余' * (i // 14)}")
        for i in range(40)
    ]
    asked = engine(build(*reports))
    question = "2035年渡船载客多少人次？"
    assert len(asked.search(question, 40).hits) == 40
    assert ranked(asked.search(question, 5)) == ranked(asked.search(question, 40))[:5]


@pytest.mark.parametrize("k", [1, 2, 5, 50])
def test_no_more_than_k_and_the_same_ones(build: Build, k: int) -> None:
    asked = engine(build(*NOTED))
    assert ranked(asked.search(QUESTION, k)) == ranked(asked.search(QUESTION, 50))[:k]


def test_asked_again_it_answers_the_same(build: Build) -> None:
    collection = build(*NOTED, *VERSIONS)
    first, other = engine(collection), engine(build(*reversed([*NOTED, *VERSIONS]), name="other"))
    for question in (QUESTION, "铜钱和铜钟", "What does the ferry cost?"):
        found = first.search(question, 9)
        assert ranked(first.search(question, 9)) == ranked(found)
        # Nor does the order in which documents were given matter.
        assert ranked(other.search(question, 9)) == ranked(found)
        assert other.search(question, 9).confidence == found.confidence


def test_ties_stand_in_the_order_of_collections_and_rows(build: Build) -> None:
    encoder = Same()
    later, earlier = (build(*part, name=name, encoder=encoder) for part, name in ((NOTED[:3], "z"), (NOTED[3:], "a")))
    found = engine(later, earlier, encoder=encoder).search(QUESTION, 50, mode=Mode.DENSE)
    assert len({hit.score for hit in found.hits}) == 1
    assert [(hit.collection, hit.stored.row) for hit in found.hits] == [(n, row) for n in "za" for row in range(3)]


@pytest.mark.parametrize("collections", [0, 1])
def test_nothing_to_search(build: Build, collections: int) -> None:
    found = engine(*[build() for _ in range(collections)]).search(QUESTION, 3)
    assert (found.hits, found.confidence) == ((), 0.0)


def test_a_superseded_version_comes_after_all_others_and_its_citation_says_so(build: Build) -> None:
    asked = engine(build(*VERSIONS, *NOTED))
    question = "水深不超过几米的河滩是浅滩？"
    found = asked.search(question, 50, narrow=False)
    order = [hit.info.document_id for hit in found.hits]
    assert order[0] == NEW
    assert set(order[order.index(OLD) :]) == {OLD}
    old = next(hit for hit in found.hits if hit.info.document_id == OLD)
    assert old.info.superseded_by == NEW

    answer = Answerer(asked, load_settings().answer).ask(question, 50, narrow=False)
    status = {citation.document_id: citation.status for citation in (*answer.citations, *answer.nearest)}
    assert "已有2021-03-25版本" in status[OLD]
    assert "已有" not in status[NEW]


def test_on_a_day_only_what_was_in_force_is_found(build: Build) -> None:
    asked = engine(build(*VERSIONS, *NOTED))
    question = "水深不超过几米的河滩是浅滩？"
    for day, expected in (("2016-01-01", OLD), ("2021-03-24", OLD), ("2021-03-25", NEW), ("2030-01-01", NEW)):
        documents = {hit.info.document_id for hit in asked.search(question, 50, narrow=False, as_of=day).hits}
        assert documents & {OLD, NEW} == {expected}, day
    before = {hit.info.document_id for hit in asked.search(question, 50, narrow=False, as_of="2015-05-19").hits}
    assert not before & {OLD, NEW}


def test_a_version_whose_year_is_named_stays(build: Build) -> None:
    found = engine(build(*VERSIONS, *NOTED)).search("2015年河湾镇浅滩保护规定里浅滩水深几米？", 3)
    assert found.narrowing is not None
    assert set(documents(found)) == {OLD}


@pytest.mark.parametrize("mode", Mode)
def test_identical_text_is_one_hit_that_names_the_other(build: Build, mode: Mode) -> None:
    copy = note("渡口", NOTES["渡口"], "抄件")
    # Set in traditional characters and full width it is still the same text.
    wide = note("渡口", NOTES["渡口"].replace("开", "開").replace("个", "個"), "另一抄件")
    asked = engine(build(*NOTED, copy, wide))
    found = asked.search(QUESTION, 50, mode=mode)
    shown = [hit for hit in found.hits if hit.same_text]
    assert len(shown) == 1
    assert shown[0] == found.hits[0]
    rows = {asked.collections[0].find(passage_id).document_id for passage_id in shown[0].same_text}  # type: ignore[union-attr]
    assert rows | {shown[0].info.document_id} == {"渡口.txt", "抄件.txt", "另一抄件.txt"}


@pytest.mark.parametrize("mode", Mode)
def test_rows_left_out_are_not_found(build: Build, mode: Mode) -> None:
    asked = engine(build(*NOTED))
    row = asked.search(QUESTION, 1, mode=mode).hits[0].stored.row
    left = asked.search(QUESTION, 50, mode=mode, without=frozenset({row}))
    assert left.hits
    assert row not in {hit.stored.row for hit in left.hits}
    assert left.confidence < asked.search(QUESTION, 50, mode=mode).confidence
    assert not asked.search(QUESTION, 50, mode=mode, without=frozenset(range(len(NOTES)))).hits


def test_rows_are_left_out_of_the_first_collection_only(build: Build) -> None:
    asked = engine(build(*NOTED[:3], name="a"), build(*NOTED[3:], name="b"))
    found = asked.search(QUESTION, 50, without=frozenset(range(3)))
    assert [hit.collection for hit in found.hits] == ["b"] * 3


def test_a_narrowed_search_leaves_rows_out_too(build: Build) -> None:
    collection = build(*VERSIONS)
    (row,) = collection.article([NEW], "2")
    found = engine(collection).search("2021年河湾镇浅滩保护规定里浅滩水深几米？", 5, without=frozenset({row}))
    assert found.narrowing is not None
    assert row not in {hit.stored.row for hit in found.hits}


def test_several_collections_are_asked_as_if_they_were_one(build: Build) -> None:
    apart = engine(build(*NOTED[:2], name="a"), build(*NOTED[2:], name="b"))
    together = engine(build(*NOTED, name="c"))
    for question in (QUESTION, "铜钱", "茶棚和木桥"):
        found, whole = apart.search(question, 50), together.search(question, 50)
        assert found.idf == whole.idf
        for side in ("dense", "coverage"):
            assert {hit.info.document_id: getattr(hit, side) for hit in found.hits} == values(whole, side)
        assert documents(found)[0] == documents(whole)[0]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("order", [1, -1])
def test_a_small_collection_has_no_perfect_hit_by_default(build: Build, mode: Mode, order: int) -> None:
    """Alone, its best passage is the best there is; beside the one that answers, it is not."""
    small, large = build(note("驿站", "驿站的马每一班走半个州。"), name="small"), build(*NOTED, name="large")
    assert engine(small).search(QUESTION, 1, mode=mode).hits[0].score == pytest.approx(1)
    found = engine(*[small, large][::order]).search(QUESTION, 50, mode=mode)
    assert (found.hits[0].collection, documents(found)[0]) == ("large", "渡口.txt")
    assert found.hits[0].score == pytest.approx(1)
    assert all(hit.score < 0.7 for hit in found.hits if hit.collection == "small")


def test_candidates_are_taken_from_each_side_of_each_collection(build: Build) -> None:
    asked = engine(build(*NOTED[:3], name="a"), build(*NOTED[3:], name="b"), candidates=1)
    found = asked.search(QUESTION, 50)
    assert {hit.collection for hit in found.hits} == {"a", "b"}
    assert len(found.hits) <= 4


@pytest.mark.parametrize(
    "question", ["河湾镇浅滩保护规定第二条", "河湾镇浅滩保护规定第2条", "《河湾镇浅滩保护规定》2条"]
)
def test_a_named_article_comes_first_and_is_certain(build: Build, question: str) -> None:
    found = engine(build(*NOTED, *VERSIONS)).search(question, 5)
    assert found.hits[0].stored.passage.article == "2"
    assert found.hits[0].info.document_id == NEW
    assert found.confidence == 1


def test_an_article_that_is_not_there_is_not_certain(build: Build) -> None:
    found = engine(build(*NOTED, *VERSIONS)).search("河湾镇浅滩保护规定第九十九条", 5)
    assert found.confidence < 1
    assert set(documents(found)) <= {OLD, NEW}


def test_narrowing_can_be_undone_and_gives_way_where_nothing_convinces(build: Build) -> None:
    asked = engine(build(*NOTED, *VERSIONS))
    question = "河湾镇浅滩保护规定里水深不超过几米的河滩是浅滩？"
    assert set(documents(asked.search(question, 50))) == {OLD, NEW}
    free = asked.search(question, 50, narrow=False)
    assert free.narrowing is None
    assert set(documents(free)) > {OLD, NEW}

    # The words of the title and of no article, and of what another document says.
    astray = "在河湾镇浅滩保护规定里，" + NOTES["渡口"]
    found = asked.search(astray, 3)
    assert found.narrowing is None
    assert documents(found)[0] == "渡口.txt"


def test_an_english_question_is_searched_in_chinese_words(build: Build) -> None:
    asked = engine(build(note("选举", "代表由选民选举，任期四年。"), *NOTED))
    found = asked.search("How are deputies elected?", 1, mode=Mode.BM25)
    assert documents(found) == ["选举.txt"]
    assert "代表" in found.idf
    assert not {"how", "are"} & set(found.idf)


@pytest.mark.parametrize("shift", [(-1, 0), (0, 1), (5, 5), (10_000, 10_000)])
def test_a_window_outside_its_passage_is_refused(
    build: Build, monkeypatch: pytest.MonkeyPatch, shift: tuple[int, int]
) -> None:
    collection = build(*NOTED)
    honest = collection.score
    monkeypatch.setattr(
        collection, "score", lambda *given: replace(scored := honest(*given), spans=scored.spans + np.array(shift))
    )
    with pytest.raises(QuoteRefused, match="lies outside its passage") as refused:
        engine(collection).search(QUESTION, 3)
    assert "npcbot index --rebuild --collection test" in str(refused.value)


def test_an_empty_window_is_refused(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    collection = build(*NOTED)
    honest = collection.score
    monkeypatch.setattr(
        collection, "score", lambda *given: replace(scored := honest(*given), spans=scored.spans[:, [0, 0]])
    )
    with pytest.raises(QuoteRefused):
        engine(collection).search(QUESTION, 3)


def test_a_narrowed_search_gives_way_below_the_threshold_that_is_set(build: Build) -> None:
    asked = engine(build(*NOTED, *VERSIONS))
    astray = "在河湾镇浅滩保护规定里，" + NOTES["渡口"]
    narrowed = asked.search(astray, 3, threshold=0.0)
    assert narrowed.narrowing is not None
    assert narrowed.confidence < asked.calibration.threshold
    assert asked.search(astray, 3).narrowing is None
    # What is wider must convince too.
    assert asked.search(astray, 3, threshold=1.0).narrowing is not None

    settings = load_settings().answer
    for threshold, words in ((0.0, False), (narrowed.confidence, True), (1.0, True)):
        answer = Answerer(asked, replace(settings, threshold=threshold)).ask(astray)
        assert bool(answer.narrowed) is words, threshold


def test_how_long_it_took_is_known_of_every_search(build: Build) -> None:
    asked = engine(build(*NOTED, *VERSIONS))
    only = asked.catalogue.narrow("河湾镇浅滩保护规定里有什么")
    assert only is not None
    for options in ({}, {"only": only}, {"narrow": False}, {"within": [only]}):
        found = asked.search(QUESTION, 3, **options)
        assert set(found.timings_ms) == {"encode", "search", "total"}, options
    assert set(engine(build()).search(QUESTION, 3).timings_ms) == {"encode", "search", "total"}


def test_the_law_of_another_country_is_not_answered_from_a_chinese_one(build: Build) -> None:
    law = VERSIONS[1]
    ours, theirs = "规定所称的浅滩，水深不超过几米？", "日本的规定所称的浅滩，水深不超过几米？"
    asked = engine(build(law))
    assert asked.search(ours, 1).confidence >= 0.5
    found = asked.search(theirs, 1)
    assert documents(found) == documents(asked.search(ours, 1))
    assert found.confidence == 0.25
    assert asked.search(theirs, 1, threshold=0.1).confidence == 0.05
    assert not Answerer(asked, load_settings().answer).ask(theirs).answered

    for name, other in (("note", replace(law, kind=Kind.OTHER)), ("abroad", rules(NEW, "2021-03-25", "境外的五"))):
        assert engine(build(other, name=name)).search(theirs, 1).confidence >= 0.5, name
