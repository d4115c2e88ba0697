"""What a reranker reads, what it costs, and where its answers stand."""

from __future__ import annotations

from math import inf, nan

import pytest
from fakes import FakeReranker
from hypothesis import given
from hypothesis import strategies as st

from npcbot.index.records import StoredPassage
from npcbot.passages import sentences, split
from npcbot.retrieval.fusion import Mixing, Mixings
from npcbot.retrieval.marking import sentences_of
from npcbot.retrieval.reading import Reads, Reranking, Stretch, stretches
from npcbot.types import Document, Kind, Reading, Span

TEXT = "\n".join(
    (
        "# 渡口记",
        "渡口在镇子的东头，每半个钟头开一班船，最后一班在晚上九点。船票两块钱，学生半价，老人不要钱。" * 2,
        "船工一共有十七人，其中三人是女的。\n他们轮流休息，冬天结冰的时候停航，一般停四十天。" * 3,
    )
)


def stored(document: Document, number: int) -> StoredPassage:
    passage = split(document)[number]
    return StoredPassage(number, f"id-{number}", document.document_id, passage)


@pytest.fixture
def document() -> Document:
    return Document("渡口.txt", TEXT, "渡口记", Kind.OTHER)


def finding(*answers: str) -> FakeReranker:
    """Finds the first place of each of these words in what it reads."""

    def reading(question: str, text: str) -> Reading:
        found = [((at, at + len(word)), 3.0) for word in answers if (at := text.find(word)) >= 0]
        return Reading(float(len(found)), tuple(found))

    return FakeReranker(reading)


@pytest.mark.parametrize("answer", ["两块钱", "十七人", "四十天"])
def test_an_answer_is_found_where_it_stands(document: Document, answer: str) -> None:
    found: list[tuple[Span, float]] = []
    for number in range(len(split(document))):
        passage = stored(document, number)
        spans = sentences_of(TEXT, passage.passage)
        reads = Reads(Reranking(finding(answer), 12, inf), "问")
        found += reads.answers(stretches(document, passage, spans, spans[0]))
    assert found
    assert {TEXT[start:end] for (start, end), _ in found} == {answer}
    assert {odds for _, odds in found} == {3.0}


def test_an_answer_may_go_on_in_the_next_sentence_of_its_paragraph(document: Document) -> None:
    passage = stored(document, 0)
    spans = sentences_of(TEXT, passage.passage)
    whole = (passage.passage.start, passage.passage.end)
    for answer, held in (("晚上九点。船票", "晚上九点。船票"), ("女的。他们轮流", "女的。")):
        reads = Reads(Reranking(finding(answer), 12, inf), "问")
        found = reads.answers(stretches(document, passage, spans, whole))
        assert {TEXT[start:end] for (start, end), _ in found} == {held}


def test_words_of_the_title_are_no_answer(document: Document) -> None:
    passage = stored(document, 0)
    reads = Reads(Reranking(finding("渡口记"), 12, inf), "问")
    spans = sentences_of(TEXT, passage.passage)
    assert reads.answers(stretches(document, passage, spans, spans[0])) == []


@given(st.integers(1, 12), st.integers(1, 400), st.integers(0, 500), st.integers(1, 300))
def test_every_character_of_the_sentences_is_read_at_its_place(number: int, length: int, at: int, long: int) -> None:
    text = "渡" * length + "。" + "".join(f"这里有{i}条船。" for i in range(number))
    document = Document("a.txt", text, "船", Kind.OTHER)
    passage = stored(document, 0)
    spans = sentences(text)
    window = min(at, len(text) - 1), at + long
    parts = stretches(document, passage, spans, window)
    pieces = [span for part in parts for span in part.spans]
    assert "".join(text[start:end] for start, end in sorted(pieces)) == text
    assert all(window[0] <= start < end <= window[1] for start, end in parts[0].spans)
    for part in parts:
        at = part.body
        for start, end in part.spans:
            assert part.text[at : at + end - start] == text[start:end]
            assert part.place(at, at + end - start) == (start, end)
            at += end - start


def test_a_text_is_read_once() -> None:
    reranker = finding("船")
    reads = Reads(Reranking(reranker, 2, inf), "问")
    first = reads.ranking(["船一", "二"])
    assert [reading and reading.score for reading in first] == [1.0, 0.0]
    again = reads.ranking(["二", "船一", "四"])
    assert [reading and reading.score for reading in again] == [0.0, 1.0, 0.0]
    assert reranker.asked == [("船一", "二"), ("四",)]
    assert reads.spent > 0


def test_what_there_was_no_time_for_is_not_read() -> None:
    reranker = FakeReranker(lambda question, text: Reading(1.0), most=1)
    first = Reads(Reranking(reranker, 9, 0.001), "问").ranking(["一", "二", "三"])
    assert [reading is None for reading in first] == [False, True, True]


def test_one_search_has_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0

    def slow(question: str, text: str) -> Reading:
        nonlocal clock
        clock += 0.05
        return Reading(1.0)

    monkeypatch.setattr("npcbot.retrieval.reading.time.perf_counter", lambda: clock)
    reranker = FakeReranker(slow)
    reads = Reads(Reranking(reranker, 9, 0.2), "问")
    assert None not in reads.ranking(["一", "二"])
    # Ranking may take seven tenths of the time: 40 ms are left, and one more would take 50.
    assert reads.ranking(["三"]) == [None]
    # All the rest is for the answers.
    assert reads.answers([Stretch(((0, 1),), "四", 0)]) == []
    assert reranker.asked == [("一", "二"), ("四",)]
    reads.begin()
    assert None not in reads.ranking(["三"])
    assert reranker.given == pytest.approx([0.14, 0.1, 0.14])
    assert reads.spent == pytest.approx(0.2)


@pytest.mark.parametrize("score", [nan, -nan])
def test_a_score_that_is_no_number_counts_as_none(score: float) -> None:
    assert Mixing(0.5)(0.6, Reading(score)) == Mixing(0.5)(0.6, None) == pytest.approx(0.3)


scores = st.floats(-50, 50)
shares = st.floats(0, 1)


@given(shares, scores, shares, st.floats(0.5, 10))
def test_reading_can_only_lift(fused: float, score: float, share: float, temperature: float) -> None:
    read, unread = (Mixing(share, temperature)(fused, reading) for reading in (Reading(score), None))
    assert 0 <= unread <= read <= 1 + 1e-9


@given(shares, shares, shares, st.booleans(), shares)
def test_a_share_lies_between_those_of_its_kinds(
    other: float, few: float, most: float, quotable: bool, legal: float
) -> None:
    mix = Mixings(other, few, most, 2.0).of(quotable, legal)
    low, high = sorted((few if quotable else other, most))
    assert low - 1e-9 <= mix.share <= high + 1e-9
    assert mix.temperature == 2.0


@given(shares, scores, scores, st.floats(0, 0.9))
def test_the_better_reading_is_the_higher_score(fused: float, one: float, other: float, share: float) -> None:
    low, high = (Mixing(share)(fused, Reading(score)) for score in sorted((one, other)))
    assert low <= high
