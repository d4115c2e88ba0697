"""English questions in the words of Chinese documents."""

from __future__ import annotations

from importlib import resources

import pytest

from npcbot.index.tokens import tokenize_question
from npcbot.retrieval.glossary import translated


@pytest.mark.parametrize(
    ("question", "has"),
    [
        ("How many deputies were elected?", {"代表", "选举"}),
        ("What does the Standing Committee do?", {"常务委员会"}),
        ("Which laws were amended in 2022?", {"法律", "修改"}),
        ("Does the State Council make regulations?", {"国务院", "条例"}),
    ],
)
def test_words_are_searched_in_chinese(question: str, has: set[str]) -> None:
    assert has <= set(tokenize_question(translated(question)[0]))


def test_the_longest_phrase_wins() -> None:
    assert translated("the State Council") == ("国务院", frozenset({"the", "state", "council"}))
    assert "全国人大" in translated("the National People's Congress")[0]


def test_words_that_are_not_in_it_stay() -> None:
    terms, done = translated("Which laws mention Wittgenstein?")
    assert "法律" in terms
    assert done == {"which", "laws"}


def test_a_chinese_question_has_nothing_to_translate() -> None:
    assert translated("常委会") == ("", frozenset())


def test_every_line_is_an_english_entry_and_its_chinese() -> None:
    lines = (resources.files("npcbot.retrieval") / "glossary.tsv").read_text("utf-8").splitlines()
    entries = [line.split("\t") for line in lines]
    assert all(len(entry) == 2 and entry[0] == entry[0].lower() and entry[0].isascii() for entry in entries)
    assert len({entry[0] for entry in entries}) == len(entries)
    assert all(not any(c.isascii() and c.isalpha() for c in chinese) for _, chinese in entries)
