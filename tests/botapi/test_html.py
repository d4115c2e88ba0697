"""Parsed text and entities: offsets in UTF-16 units, Telegram's refusals in Telegram's words."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botapi.entities import detect, formatted, spans
from botapi.errors import ApiError
from botapi.html import parse, units

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
TAGS = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code", "pre": "pre"}


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("第一条 <b>借书</b>", "第一条 借书", [entity("bold", 4, 2)]),
        ("😀<i>x</i>", "😀x", [entity("italic", 2, 1)]),
        ("<b>𠀀<i>b</i></b>", "𠀀b", [entity("bold", 0, 3), entity("italic", 2, 1)]),
        ("<strong>a</strong><b>b</b>", "ab", [entity("bold", 0, 2)]),
        ("<b><b>a</b></b>", "a", [entity("bold", 0, 1)]),
        ("<B>a</b >", "a", [entity("bold", 0, 1)]),
        ('<a href="https://a.example/?x=1&amp;y">a</a>', "a", [entity("text_link", 0, 1, url="https://a.example/?x=1&y")]),
        ("<a href='a.example'>a</a>", "a", [entity("text_link", 0, 1, url="http://a.example")]),
        ("<a>https://a.example</a>", "https://a.example", [entity("text_link", 0, 17, url="https://a.example")]),
        ('<a href="no address">a</a>', "a", []),
        ("<blockquote expandable>a条</blockquote>", "a条", [entity("expandable_blockquote", 0, 2)]),
        ("<blockquote>a</blockquote>", "a", [entity("blockquote", 0, 1)]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab", [entity("spoiler", 0, 2)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [entity("pre", 0, 1, language="python")]),
        ("<b>a<code>b</code>c</b>", "abc", [entity("bold", 0, 1), entity("code", 1, 1), entity("bold", 2, 1)]),
        ("<code>a<b>b</b></code>", "ab", [entity("code", 0, 2)]),
        ("<b></b>a", "a", []),
        ("&lt;b&gt; &amp;amp; &#65;&#x42 &nbsp; & &quot", '<b> &amp; AB &nbsp; & "', []),
        ("a > b", "a > b", []),
    ],
)  # fmt: skip
def test_parsed(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("条 <1", "Unclosed start tag at byte offset 4"),
        ("条<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("<!-- a -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("<b>a", "Can't find end tag corresponding to start tag \"b\""),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=https://a.example>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "Blockquotes can't be nested at byte offset 13"),
        ("&#xd800;", "Text contains invalid Unicode characters after decoding HTML entities, "
         "check for unmatched surrogate code units"),
    ],
)  # fmt: skip
def test_refused(source: str, error: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(source)
    assert caught.value.text == f"Bad Request: can't parse entities: {error}"


@given(TEXT)
def test_escaped_text_comes_back(text: str) -> None:
    assert parse(html.escape(text)) == (text, [])
    assert parse(html.escape(text, quote=False)) == (text, [])


@given(TEXT, st.lists(st.tuples(st.sampled_from(sorted(TAGS)), TEXT.filter(bool), TEXT), max_size=6))
def test_tagged_parts_come_back(before: str, parts: list[tuple[str, str, str]]) -> None:
    source = html.escape(before) + "".join(
        f"<{tag}>{html.escape(inside)}</{tag}>|{html.escape(after)}" for tag, inside, after in parts
    )
    text, entities = parse(source)
    assert text == before + "".join(f"{inside}|{after}" for _, inside, after in parts)
    assert spans(text, entities) == [inside for _, inside, _ in parts]
    assert [one["type"] for one in entities] == [TAGS[tag] for tag, _, _ in parts]


@given(st.text(st.sampled_from("<>/&;ab \"'=😀条"), max_size=30))
def test_anything_parses_or_is_refused(source: str) -> None:
    try:
        text, entities = parse(source)
    except ApiError as error:
        assert error.text.startswith("Bad Request: can't parse entities: ")
    else:
        assert all(0 <= one["offset"] < one["offset"] + one["length"] <= units(text) for one in entities)


@given(st.lists(st.sampled_from(["<b>", "<i>", "<code>", "<a href='a.example'>", "a", "😀", " "]), max_size=12))
def test_entities_nest_and_code_stands_alone(parts: list[str]) -> None:
    closing = [f"</{one[1:].split('>')[0].split()[0]}>" for one in parts if one.startswith("<")]
    _, entities = parse("".join(parts) + "x" + "".join(reversed(closing)))
    for at, one in enumerate(entities):
        for other in entities[at + 1 :]:
            apart = other["offset"] >= one["offset"] + one["length"]
            inside = other["offset"] + other["length"] <= one["offset"] + one["length"]
            assert apart or inside
            assert apart or "code" not in (one["type"], other["type"])


def test_white_space_is_trimmed() -> None:
    assert formatted(" \n a\tb \n\n")["text"] == "a b"
    made = formatted("  <b>a </b>  ", "HTML")
    assert made == {"text": "a", "entities": [entity("bold", 0, 1)]}
    for blank in ("", "  \n", "<b> </b>"):
        with pytest.raises(ApiError, match="message text is empty"):
            formatted(blank, "HTML")


def test_limits() -> None:
    assert units(formatted("😀" * 2048)["text"]) == 4096
    with pytest.raises(ApiError, match="message is too long"):
        formatted("😀" * 2049)
    assert formatted("<b>" + "a" * 4096 + "</b>", "HTML")["entities"] == [entity("bold", 0, 4096)]
    assert len(formatted("<b>a</b> " * 120, "HTML")["entities"]) == 100
    with pytest.raises(ApiError, match="ENTITIES_TOO_LONG"):
        formatted("".join(f'<a href="https://a.example/{"x" * 200}">a</a> ' for _ in range(60)), "HTML")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/ask 什么", {"bot_command": ["/ask"]}),
        ("/ask@TestBot 什么", {"bot_command": ["/ask@TestBot"]}),
        ("/ask什么", {}),
        ("a/ask b //ask", {}),
        ("@TestBot 什么，@anna。", {"mention": ["@TestBot", "@anna"]}),
        ("@TestBot怎么", {}),
        ("x@a.example", {}),
        ("见 https://a.example/x?y=1。", {"url": ["https://a.example/x?y=1"]}),
        ("#借书 #1", {"hashtag": ["#借书"]}),
    ],
)
def test_detected(text: str, kinds: dict[str, list[str]]) -> None:
    found = list(detect(text))
    assert {kind: spans(text, found, kind) for kind in {one["type"] for one in found}} == kinds
