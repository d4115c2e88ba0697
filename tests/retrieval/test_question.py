"""What may be asked at all, and in which language it was."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from npcbot.errors import QuestionError
from npcbot.retrieval.question import checked, is_chinese


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "empty"),
        (" \t\r\n\u3000\u2028", "empty"),
        ("渡", r"One character \(渡\)"),
        ("¿7?", r"One character \(7\)"),
        ("？！，。", "only punctuation"),
        ("《》…… ——", "only punctuation"),
        ("🙂🙂", "only punctuation"),
        ("渡" * 10_000, "10,000 characters; at most 1,000"),
        ("渡船\x00几点开", r"control character \(U\+0000\)"),
        ("渡船\x1b[31m几点开", r"U\+001B"),
        ("渡船\x9b几点开", r"U\+009B"),
        ("渡船\udcff几点开", r"U\+DCFF"),
    ],
)
def test_refused(question: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said) as refused:
        checked(question, 1000)
    # It is shown to people: never the whole question, never what acts on a terminal.
    assert len(str(refused.value)) < 300
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("渡船？", "渡船？"),
        ("  渡船\n几点\u3000开？ ", "渡船 几点 开？"),
        ("渡" * 1000, "渡" * 1000),
        (" " * 5000 + "渡船" + "\n" * 5000, "渡船"),
        ("第7", "第7"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_taken(question: str, asked: str) -> None:
    assert checked(question, 1000) == asked


@given(st.tuples(st.text(max_size=20), st.sampled_from(["渡船", "ferry", "第7"]), st.text(max_size=20)).map("".join))
def test_what_was_taken_is_taken_again_unchanged(question: str) -> None:
    try:
        asked = checked(question, 50)
    except QuestionError:
        assume(False)
    assert checked(asked, 50) == asked
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in asked)
    assert 2 <= len(asked) <= 50


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("渡船几点开？", True),
        ("渡船叫 Marie Celeste 吗", True),
        ("𠮷𠮷", True),
        ("WTO是什么组织", True),
        ("When does the ferry leave?", False),
        ("What does 渡口 mean in this report?", False),
        ("What does the Act on Ferries (渡口管理条例) say about fares?", False),
        ("2019 2020", False),
        ("", False),
    ],
)
def test_the_language(text: str, chinese: bool) -> None:
    assert is_chinese(text) is chinese
