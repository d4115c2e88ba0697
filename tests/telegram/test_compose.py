"""Messages for any answer: within Telegram's limits, taken by its parser, quoting what is cited and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botapi import html as telegram_html
from botapi import units
from hypothesis import given, settings
from hypothesis import strategies as st

from npcbot.answer import Answer, Citation
from npcbot.errors import QuoteRefused
from npcbot.telegram import compose
from npcbot.telegram.words import LANGUAGES, Words

ODD = "。！&<>\"'\n\t\u200d\u0301\u202e👨👩🇨🇳<b></blockquote>&amp;𠮷é"
TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(ODD)), min_size=1, max_size=6000)
LINES = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(ODD)), max_size=900)
IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=40)
WORDS = st.sampled_from([Words(language) for language in LANGUAGES])


def link(passage_id: str) -> str:
    return f"https://t.me/TestBot?start={passage_id}"


@st.composite
def citations(draw: st.DrawFn, rank: int = 1) -> Citation:
    excerpt = draw(TEXTS)
    edges = sorted(draw(st.sets(st.integers(0, len(excerpt)), max_size=8)))
    return Citation(
        rank=rank,
        score=1.0,
        passage_id=draw(IDS),
        document_id=draw(LINES),
        collection="default",
        title=draw(LINES),
        date=draw(st.sampled_from(["", "2023-03-07"])),
        status=draw(LINES),
        text_sha256="0" * 64,
        section=tuple(draw(st.lists(LINES, max_size=4))),
        section_spans=(),
        locator=draw(LINES),
        page=draw(st.sampled_from([None, 3])),
        spans=((0, 1),),
        excerpt=excerpt,
        highlights=tuple(zip(edges[::2], edges[1::2], strict=False)),
        paragraph=draw(TEXTS),
        paragraph_spans=((0, 1),),
        same_text=tuple(draw(st.lists(IDS, max_size=6))),
        incomplete=draw(LINES),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    cited = tuple(draw(citations(rank)) for rank in range(1, draw(st.integers(1, 6)) + 1))
    answered = draw(st.booleans())
    return Answer(
        question="?",
        answered=answered,
        confidence=0.5,
        citations=cited if answered else (),
        nearest=() if answered else cited,
        narrowed=tuple(draw(st.lists(LINES, max_size=3))),
        timings_ms={},
    )


def taken(message: compose.Message) -> None:
    """Telegram's own rules, as the test's server has them."""
    text, entities = telegram_html.parse(message.html)
    assert units(text) <= 4096
    assert len(entities) <= 100
    assert units(message.plain) <= 4096


@settings(max_examples=150, deadline=None)
@given(answers(), WORDS, LINES)
def test_any_answer(answer: Answer, words: Words, understood: str) -> None:
    if answer.answered:
        message = compose.answer_message(answer, words, link, understood)
        assert message.shown >= 1
    else:
        taken(compose.unanswered_message(answer, words, link, understood))
        message = compose.nearest_message(answer, words, link)
    taken(message)
    taken(compose.more_message(answer.citations, words, link))


@settings(max_examples=150, deadline=None)
@given(st.lists(citations(), min_size=1, max_size=6), WORDS, st.integers(0, 9))
def test_any_passage_and_section(cited: list[Citation], words: Words, page: int) -> None:
    taken(compose.passage_message(cited[0], words, link))
    message, pages = compose.section_page(cited, page, words, link)
    taken(message)
    assert 1 <= pages <= len(cited)


@settings(max_examples=150, deadline=None)
@given(st.lists(citations(), min_size=1, max_size=3), WORDS, LINES, st.integers(0, 9))
def test_any_watch(cited: list[Citation], words: Words, text: str, more: int) -> None:
    taken(compose.watch_message(text, cited, words, link, more))


def test_a_watch_whose_places_are_long_has_room_for_the_quotations() -> None:
    long = plain("候鸟迁徙。" * 400, title="题" * 900, locator="处" * 900)
    long = replace(long, status="态" * 900, section=("节" * 900,) * 4, incomplete="缺" * 900, same_text=("a" * 40,) * 6)
    for language in LANGUAGES:
        taken(compose.watch_message("词" * 200, [long] * 3, Words(language), link, 12345))


def plain(excerpt: str, paragraph: str = "", **others: object) -> Citation:
    values = {"title": "报告", "date": "2023-03-07", "locator": "第2段", "highlights": (), "rank": 1} | others
    return Citation(
        score=1.0,
        passage_id="abc-def",
        document_id="报告.txt",
        collection="default",
        status="",
        text_sha256="0" * 64,
        section=("一、立法",),
        section_spans=(),
        page=None,
        spans=((0, 1),),
        excerpt=excerpt,
        paragraph=paragraph or excerpt,
        paragraph_spans=((0, 1),),
        same_text=(),
        incomplete="",
        **values,  # type: ignore[arg-type]
    )


def answer_of(*cited: Citation) -> Answer:
    return Answer("问？", True, 0.9, cited, (), (), {})


def test_what_an_answer_looks_like() -> None:
    first = plain("前一句。答案在此。", "前一句。答案在此。后面还有。", highlights=((4, 9),))
    message = compose.answer_message(answer_of(first, plain("另一段<1>。", rank=2)), Words("hans"), link)
    assert message.html == (
        "<blockquote>前一句。<b>答案在此。</b></blockquote>\n"
        '1. 《报告》（2023-03-07） › 一、立法 › 第2段 · <a href="https://t.me/TestBot?start=abc-def">abc-def</a>\n'
        "<blockquote expandable>前一句。答案在此。后面还有。</blockquote>\n\n"
        "<blockquote>另一段&lt;1&gt;。</blockquote>\n"
        '2. 《报告》（2023-03-07） › 一、立法 › 第2段 · <a href="https://t.me/TestBot?start=abc-def">abc-def</a>'
    )
    assert message.plain.startswith("「前一句。答案在此。」\n1. 《报告》")
    assert message.shown == 2


def test_a_long_paragraph_is_cut_and_the_others_stay() -> None:
    first = plain("答案。", "答案。" + "很长的一段话。" * 900)
    message = compose.answer_message(answer_of(first, plain("另一段。", rank=2)), Words("hans"), link)
    assert message.shown == 2
    assert "很长的一段话。……</blockquote>" in message.html


def test_a_quotation_that_is_not_its_source_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = compose.escape
    monkeypatch.setattr(compose, "escape", lambda text: right(text.replace("四十七", "四十八")))
    with pytest.raises(QuoteRefused):
        compose.answer_message(answer_of(plain("制定法律四十七部。")), Words("hans"), link)
    with pytest.raises(QuoteRefused):
        compose.passage_message(replace(plain("制定法律四十七部。")), Words("hans"), link)


def test_the_words_asked_for_are_underlined_in_the_sentence() -> None:
    from npcbot.telegram.compose import quoted

    block = quoted("前言。共有<47>部法律。", [(3, 13)], 100, answers=[(5, 9)])
    assert block.html == "<blockquote>前言。<b>共有<u>&lt;47&gt;</u>部法律。</b></blockquote>"
    cut_short = quoted("前言。共有47部法律。", [(3, 11)], 6, answers=[(5, 7)])
    assert cut_short.html.count("<u>") == cut_short.html.count("</u>")
