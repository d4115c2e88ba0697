"""What a reranker reads, what it costs, and where its answers stand."""

from __future__ import annotations

from math import inf

import pytest
from fakes import FakeReranker
from hypothesis import given
from hypothesis import strategies as st

from npcbot.index.records import StoredPassage
from npcbot.passages import sentences, split
from npcbot.retrieval.marking import sentences_of
from npcbot.retrieval.reading import Reads, Reranking, mixed
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
        found += Reads(Reranking(finding(answer), 12, inf), "问").answers(document, passage, spans)
    assert found
    assert {TEXT[start:end] for (start, end), _ in found} == {answer}
    assert {odds for _, odds in found} == {3.0}


def test_words_of_the_title_are_no_answer(document: Document) -> None:
    passage = stored(document, 0)
    reads = Reads(Reranking(finding("渡口记"), 12, inf), "问")
    assert reads.answers(document, passage, sentences_of(TEXT, passage.passage)) == []


@given(st.integers(1, 12), st.integers(1, 400))
def test_every_character_of_the_sentences_is_read_at_its_place(number: int, length: int) -> None:
    text = "渡" * length + "。" + "".join(f"这里有{i}条船。" for i in range(number))
    document = Document("a.txt", text, "船", Kind.OTHER)
    passage = stored(document, 0)
    spans = sentences(text)
    reads = Reads(Reranking(finding(f"{number - 1}条"), 12, inf), "问")
    for (start, end), _ in reads.answers(document, passage, spans):
        assert text[start:end] == f"{number - 1}条"


def test_a_text_is_read_once_and_no_more_than_the_depth() -> None:
    reranker = finding("船")
    reads = Reads(Reranking(reranker, 2, inf), "问")
    first = reads.of(["船一", "二", "船三"])
    assert [reading and reading.score for reading in first] == [1.0, 0.0, None]
    again = reads.of(["二", "船一", "四"])
    assert [reading and reading.score for reading in again] == [0.0, 1.0, None]
    assert reranker.asked == [("船一", "二")]
    assert reads.spent > 0


def test_what_there_was_no_time_for_is_not_read() -> None:
    reranker = FakeReranker(lambda question, text: Reading(1.0), most=1)
    first = Reads(Reranking(reranker, 9, 0.001), "问").of(["一", "二", "三"])
    assert [reading is None for reading in first] == [False, True, True]


scores = st.floats(-50, 50)
shares = st.floats(0, 1)


@given(shares, scores, shares, st.floats(0.5, 10))
def test_reading_can_only_lift(fused: float, score: float, share: float, temperature: float) -> None:
    read, unread = (mixed(fused, reading, share, temperature) for reading in (Reading(score), None))
    assert 0 <= unread <= read <= 1 + 1e-9


@given(shares, scores, scores, st.floats(0, 0.9))
def test_the_better_reading_is_the_higher_score(fused: float, one: float, other: float, share: float) -> None:
    low, high = (mixed(fused, Reading(score), share, 2.0) for score in sorted((one, other)))
    assert low <= high
