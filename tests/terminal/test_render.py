"""Lines as wide as there is room for, from which the quotation is read back exactly."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from npcbot.answer import Citation
from npcbot.passages import strip_breaks
from npcbot.terminal.render import read_back, render_citations

#: What stands before a quotation's text in a line.
MARGIN = 5
ENGLISH = "The ferry keeper rings a brass bell twice, waits for the answer, and only then unties the rope."


def citation(excerpt: str, rank: int = 1) -> Citation:
    return Citation(
        rank, 0.5, "aaaaaaaa-bbbbbbbbbbbb", "a.txt", "default", "渡口", "", "", "", (), (), "第1段", None, (), excerpt,
        ((0, len(excerpt) // 2),), excerpt, (), (), "",
    )  # fmt: skip


def lines(excerpt: str, room: int) -> list[str]:
    """The text of the printed lines, without what marks the answer: bold takes no columns."""
    printed = render_citations([citation(excerpt)], colour=True, width=room + MARGIN)
    assert list(read_back(printed)) == [strip_breaks(excerpt)]
    plain = printed.replace("\x1b[1m", "").replace("\x1b[0m", "")
    return [line[MARGIN:] for line in plain.split("\n") if line[3:4] in ("┃", "│")]


def columns(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text if not unicodedata.combining(c))


@pytest.mark.parametrize("room", range(20, 60))
def test_english_is_parted_between_words(room: int) -> None:
    """At some widths a word ends where the line does, and the space behind it is what has no room."""
    shown = lines(ENGLISH, room)
    assert " ".join(line.rstrip(" ") for line in shown) == ENGLISH
    assert all(columns(line) <= room for line in shown)


@pytest.mark.parametrize(
    ("excerpt", "room", "expected"),
    [
        ("渡" * 9 + "ab 渡", 20, ["渡" * 9, "ab 渡"]),
        ("渡" * 10 + " 口", 20, ["渡" * 9, "渡 口"]),
        ("渡" * 9 + "12345只", 20, ["渡" * 9, "12345只"]),
        ("x" * 20 + " y", 20, ["x" * 19, "x y"]),
        ("x" * 41, 20, ["x" * 20, "x" * 20, "x"]),
        ("渡" * 9 + "ae\u0301e\u0301", 20, ["渡" * 9, "ae\u0301e\u0301"]),
        ("x" * 19 + "e\u0301\u0300 ", 20, ["x" * 19, "e\u0301\u0300 "]),
        ("一\n二", 20, ["一", "二"]),
        ("渡" * 10 + "，口", 20, ["渡" * 9, "渡，口"]),
        ("渡" * 9 + "”。口", 20, ["渡" * 8, "渡”。口"]),
        ("渡" * 9 + "（口）", 20, ["渡" * 9, "（口）"]),
        ("x" + "渡" * 9 + "……口", 20, ["x" + "渡" * 8, "渡……口"]),
        ("渡" * 8 + "［-口-］岸", 20, ["渡" * 8, "［-口-］岸"]),
        ("渡" * 7 + "｛+口+｝岸", 20, ["渡" * 7, "｛+口+｝岸"]),
        ("，" * 11, 20, ["，" * 10, "，"]),
    ],
)
def test_seams(excerpt: str, room: int, expected: list[str]) -> None:
    assert lines(excerpt, room) == expected


@given(
    st.lists(st.text("渡口，。ab1,.'é\u0301“”…", min_size=1, max_size=30), min_size=1, max_size=12), st.integers(20, 50)
)
def test_nothing_is_lost_and_no_line_begins_with_a_space(words: list[str], room: int) -> None:
    shown = lines(" ".join(words), room)
    assert "".join(shown) == " ".join(words)
    assert all(line and not line.startswith(" ") and columns(line) <= room for line in shown)


@given(st.lists(st.text("渡口 a1.\n\t\u3000⟦⟧\u2028\x1b┃│"), min_size=1, max_size=3), st.booleans())
@example(["Lamps.\nOil."], False)
def test_any_text_is_read_back(excerpts: list[str], colour: bool) -> None:
    """Rendering raises QuoteRefused where it is not; bars, marks and characters that act on a terminal among it."""
    cited = [citation(text, rank) for rank, text in enumerate(excerpts, 1)]
    printed = render_citations(cited, colour=colour, width=30)
    assert len(list(read_back(printed))) == len(cited)


def test_the_words_asked_for_are_underlined_in_the_sentence() -> None:
    cited = replace(citation("共有四十七部法律。此外还有别的。"), highlights=((0, 9),), answers=((2, 6),))
    printed = render_citations([cited], colour=True, width=60)
    assert "\x1b[1m共有\x1b[0m\x1b[1;4m四十七部\x1b[0m\x1b[1m法律。\x1b[0m此外" in printed
    plain = render_citations([cited], colour=False, width=60)
    assert "⟦共有四十七部法律。⟧此外" in plain
    for shown in (printed, plain):
        assert list(read_back(shown)) == [cited.excerpt]
