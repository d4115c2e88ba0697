"""Lengths, cuts and escapes hold for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcbot.telegram.markup import cut, escape, read, units

TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("。！&<>\n\u200d\u0301👨👩🇨🇳é")), max_size=200)


@given(TEXTS)
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@given(TEXTS, st.integers(min_value=2, max_value=80))
def test_a_cut_text_is_a_beginning_and_an_omission(text: str, most: int) -> None:
    shown = cut(text, most)
    assert units(shown) <= most
    if shown != text and shown:
        begun = shown.removesuffix("……")
        assert text.startswith(begun) and len(begun) < len(text)


@given(TEXTS)
def test_what_is_escaped_reads_back(text: str) -> None:
    found = read(f"<blockquote>{escape(text)}</blockquote>")
    # A parser of HTML makes one line break of a carriage return; the bot shows none (``visible``).
    assert found.text == text and found.quotations == [text]
    assert "<" not in escape(text) and ">" not in escape(text)


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("第一句。第二句。第三句。", 12, "第一句。第二句。第三句。"),
        ("第一句。第二句。第三句。", 11, "第一句。第二句。……"),
        ("没有标点的一长串文字", 6, "没有标点……"),
        ("ab👨\u200d👩\u200d👧", 9, "ab……"),
        ("甲乙e\u0301丙丁戊", 5, "甲乙……"),
        ("🇨🇳🇨🇳🇨🇳", 8, "🇨🇳……"),
        ("He said so. And more follows here", 16, "He said so.……"),
    ],
)
def test_where_it_is_cut(text: str, most: int, shown: str) -> None:
    assert cut(text, most) == shown
    assert not unicodedata.combining(shown[-1])
