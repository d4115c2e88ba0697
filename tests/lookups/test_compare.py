"""The alignment: reported differences, applied to the quotation, give the original; slips are found where they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from npcbot.lookups.compare import Form, applied, compare, steps
from npcbot.lookups.scan import scanned
from npcbot.types import Span

HAN = "人民代表大会常务委员规定应当可以法律十二三12５．.，。、 \n國国"


class Whole:
    """A document that is one paragraph."""

    skipped: tuple[Span, ...] = ()

    def __init__(self, text: str) -> None:
        self.text = text

    def together(self, start: int, end: int) -> bool:
        return True


def compared(said: str, source: str):  # type: ignore[no-untyped-def]
    made = scanned(source, letters=True)
    return compare(said, Whole(source), made, 0, len(made.text))  # type: ignore[arg-type]


texts = st.text(HAN, min_size=1, max_size=30).filter(lambda text: scanned(text, letters=True).text != "")


@settings(max_examples=600, deadline=None)
@given(texts, texts)
def test_the_changes_applied_give_the_original(said: str, source: str) -> None:
    span, original, changes = compared(said, source)
    assert applied(said, changes) == original
    assert "".join(original.split()) == "".join(source[slice(*span)].split())
    last = (0, 0)
    for change in changes:
        assert last[0] <= change.quotation[0] <= change.quotation[1] <= len(said)
        assert last[1] <= change.original[0] <= change.original[1] <= len(original)
        assert said[slice(*change.quotation)] == change.said
        assert original[slice(*change.original)] == change.stands
        last = (change.quotation[1], change.original[1])


@settings(max_examples=300, deadline=None)
@given(texts)
def test_nothing_differs_from_itself(text: str) -> None:
    assert not [change for change in compared(text, text)[2] if not change.form]


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_no_form_is_said_of_other_letters(said: str, source: str) -> None:
    """Where only the form differs, the letters are the same, or the same numeral in another writing."""
    changes = compared(said, source)[2]
    if all(change.kind in (Form.PUNCTUATION, Form.SCRIPT, Form.LAYOUT) for change in changes):
        assert scanned(said, letters=True).text == scanned(source, letters=True).text


@settings(max_examples=300, deadline=None)
@given(st.text("人民代表大会", max_size=12), st.text("人民代表大会", max_size=12))
def test_the_steps_cover_both(source: str, there: str) -> None:
    made = steps(source, there)
    assert "".join(source[step.a : step.b] for step in made) == source
    assert "".join(there[step.c : step.d] for step in made) == there
    assert all(source[step.a : step.b] == there[step.c : step.d] for step in made if step.same)


def kinds(said: str, source: str) -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.said, change.stands) for change in compared(said, source)[2]]


def test_each_kind() -> None:
    assert kinds("应当公开", "可以公开") == [("words", "应当", "可以")]
    assert kinds("應當公開", "应当公开") == [("script", "應當", "应当"), ("script", "開", "开")]
    assert kinds("应当，公开", "应当公开") == [("punctuation", "，", "")]
    assert kinds("应当 公开", "应当公开") == [("layout", " ", "")]
    assert kinds("第12条规定", "第十二条规定") == [("numerals", "12", "十二")]
    assert kinds("增长5.5%左右", "增长55%左右") == [("words", ".", "")]
    assert kinds("民人代表", "人民代表") == [("words", "民人", "人民")]
    assert kinds("第三八条规定", "第三十八条规定") == [("words", "", "十")]


def test_a_break_of_the_page_is_no_difference() -> None:
    assert kinds("应当依法公开", "应当依\n法公开") == []
    assert kinds("the People's Congress", "the People's\nCongress") == []
