"""The sentence that answers, and its features."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from npcbot.index.tokens import tokenize_question
from npcbot.passages import sentences
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.marking import FEATURES, choose, features, neighbours

TEXT = (
    "示例县人民代表大会设立常务委员会。常务委员会每两个月开一次会，由主任召集。"
    "一年里它听取了12个专项报告。会议公开举行，公民可以旁听。"
)
SPANS = sentences(TEXT)


def table(question: str, **given_: object) -> np.ndarray:
    idf = dict.fromkeys(tokenize_question(question), 1.0)
    known = {"window": None, "topic": "", "meaning": None} | given_
    return features(TEXT, SPANS, known["window"], str(known["topic"]), question, idf, known["meaning"])  # type: ignore[arg-type]


def column(values: np.ndarray, name: str) -> list[float]:
    return values[:, FEATURES.index(name)].tolist()


def marked(question: str) -> str:
    start, end = choose(TEXT, SPANS, table(question), UNFITTED.plain.mark)
    return TEXT[start:end]


def test_the_sentence_with_the_words_asked_for_is_marked() -> None:
    assert "12个专项报告" in marked("听取了多少个专项报告？")
    assert "旁听" in marked("公民可以旁听会议吗？")


def test_words_are_counted_by_where_they_stand() -> None:
    values = table("常务委员会听取了几个专项报告？")
    words, topic, beyond = (column(values, name) for name in ("words", "topic", "beyond_topic"))
    assert np.allclose(np.array(topic) + np.array(beyond), words)
    assert topic[0] > 0
    assert beyond[0] == 0
    assert words[2] == max(words)
    assert column(values, "before")[1:] == words[:-1]
    assert column(values, "after")[:-1] == words[1:]
    assert column(values, "opening") == [1, 0, 0, 0]


def test_a_sentence_answers_by_all_that_is_found_in_it() -> None:
    idf = dict.fromkeys(tokenize_question("多久"), 1.0)
    at = [start for start, _ in SPANS]
    answers = [((at[0], at[0] + 2), 1.0), ((at[0] + 3, at[0] + 5), 1.0), ((at[2], at[2] + 2), 1.5)]
    values = features(TEXT, SPANS, None, "", "多久", idf, answers=answers)
    share, answer = column(values, "answer_share"), column(values, "answer")
    # Odds of e and e, of e^1.5, and of 1 that it is not here.
    odds = np.array([2 * np.e, 0, np.e**1.5, 0])
    assert np.allclose(share, odds / (odds.sum() + 1))
    assert answer[0] == 0 > answer[2] > answer[1] == answer[3]
    unread = features(TEXT, SPANS, None, "", "多久", idf)
    assert not any(column(unread, "answer") + column(unread, "answer_share"))


def test_a_word_broken_at_the_end_of_a_line_is_there() -> None:
    question = "听取了几个专项报告？"
    idf = dict.fromkeys(tokenize_question(question), 1.0)
    broken = TEXT.replace("专项", "专\n项").replace("听取", "听\n取")
    values = features(broken, sentences(broken), None, "", question, idf)
    assert column(values, "words") == column(table(question), "words")


def test_a_title_above_is_topic() -> None:
    bare, titled = table("专项报告有几个？"), table("专项报告有几个？", topic="专项报告")
    assert column(bare, "topic")[2] == 0
    assert column(titled, "topic")[2] > 0


def test_figures_count_only_where_a_number_is_asked_for() -> None:
    assert column(table("听取了几个专项报告？"), "number")[2] == 1
    assert column(table("专项报告由谁作？"), "number") == [0, 0, 0, 0]


def test_the_window_and_the_meaning_are_the_sentences_own() -> None:
    values = table("问", window=SPANS[1], meaning=[0.1, 0.2, 0.5, 0.3])
    assert column(values, "window") == [0, 1, 0, 0]
    assert np.allclose(column(values, "meaning"), [-4, -3, 0, -2])


def test_two_equal_neighbours_are_marked_together_within_one_paragraph() -> None:
    text = "甲事已办。乙事已办。"
    spans = sentences(text)
    equal = np.zeros((2, len(FEATURES)))
    assert choose(text, spans, equal, {}) == (0, len(text))
    assert choose(text.replace("。乙", "。\n乙"), [(0, 5), (6, 11)], equal, {}) == (0, 5)
    equal[1, 0] = 2.0
    assert choose(text, spans, equal, {"words": 1.0}) == spans[1]


@given(st.integers(0, len(SPANS) - 1), st.integers(0, 200))
def test_neighbours_are_whole_sentences_within_the_room(at: int, room: int) -> None:
    start, end = neighbours(SPANS, SPANS[at], room)
    assert start in {s for s, _ in SPANS}
    assert end in {e for _, e in SPANS}
    assert SPANS[at][0] - room <= start <= SPANS[at][0]
    assert SPANS[at][1] <= end <= SPANS[at][1] + room


@given(
    st.text("常务委员会报告几多少。，0123九 abc", max_size=40), st.text("常委会报告。\n2年", min_size=1, max_size=80)
)
def test_any_text_gives_finite_features(question: str, text: str) -> None:
    if spans := sentences(text):
        idf = dict.fromkeys(tokenize_question(question), 2.0)
        values = features(text, spans, None, "", question, idf)
        assert values.shape == (len(spans), len(FEATURES))
        assert np.isfinite(values).all()
        assert choose(text, spans, values, UNFITTED.plain.mark)[0] in {start for start, _ in spans}


def test_the_sentence_into_which_the_answer_goes_on_is_marked_too() -> None:
    text = "甲来了。乙说要走。丙留下。"
    spans = sentences(text)
    worth = np.zeros((3, len(FEATURES)))
    worth[:, FEATURES.index("words")] = 0, 5, 0
    assert choose(text, spans, worth, {"words": 1.0}) == spans[1]
    across = (spans[1][0] + 1, spans[2][1] - 1)
    assert choose(text, spans, worth, {"words": 1.0}, [(across, 2.0)]) == (spans[1][0], spans[2][1])
    # Not where the reranker would rather say that there is no answer, nor where it stands elsewhere.
    assert choose(text, spans, worth, {"words": 1.0}, [(across, -1.0)]) == spans[1]
    assert choose(text, spans, worth, {"words": 1.0}, [((0, 2), 2.0)]) == spans[1]
    long = text.replace("丙", "丙" * 300)
    longer = sentences(long)
    assert choose(long, longer, worth, {"words": 1.0}, [((longer[1][0], len(long)), 2.0)]) == longer[1]
