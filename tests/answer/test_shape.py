"""What ``ask --json`` promises, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from npcbot.answer.citation import ELISION
from npcbot.passages import strip_breaks
from npcbot.types import sha256

Ask = Callable[..., dict[str, Any]]
PROMISED = {
    "rank", "score", "passage_id", "document_id", "collection", "title", "date", "status", "text_sha256", "section",
    "locator", "page", "spans", "excerpt", "highlights", "paragraph", "same_text",
}  # fmt: skip


def quoted(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [*answer["citations"], *answer["nearest"]]


def test_an_answer_has_what_is_promised(ask: Ask) -> None:
    answer = ask("办理代表建议多少件？")
    assert {"question", "answered", "confidence", "citations", "nearest", "timings_ms"} <= set(answer)
    assert answer["answered"] is True
    assert 0 <= answer["confidence"] <= 1
    assert not answer["nearest"]
    first = answer["citations"][0]
    assert set(first) >= PROMISED
    assert first["rank"] == 1
    assert "352件" in "".join(first["excerpt"][s:e] for s, e in first["highlights"])
    assert first["section"] in (["二、代表工作"], ["一、办理情况"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", first["passage_id"])


def test_the_same_text_in_two_places_is_one_answer(ask: Ask) -> None:
    citations = ask("办理代表建议多少件？")["citations"]
    shown = [citation["passage_id"] for citation in citations]
    assert len(citations[0]["same_text"]) == 1
    assert citations[0]["same_text"][0] not in shown


def test_what_is_not_there_is_not_answered(ask: Ask) -> None:
    answer = ask("足球比赛每队几名球员？")
    assert answer["answered"] is False
    assert answer["citations"] == []
    assert answer["nearest"]


def test_a_break_inside_a_sentence_is_dropped_and_nothing_else(ask: Ask) -> None:
    first = ask("审议地方性法规案多少件？")["citations"][0]
    assert "通过14件" in first["excerpt"]


def test_articles_paragraphs_and_items_are_named(ask: Ask) -> None:
    first = quoted(ask("季节性积水的滩涂是湿地吗？"))[0]
    assert first["locator"] == "第二条第一款第（二）项"
    assert first["section"][-1] == "第一章 总则"
    assert "季节性积水的滩涂" in first["paragraph"]
    assert first["paragraph"].startswith("第二条")
    assert quoted(ask("湿地的区域由谁划定并公布？"))[0]["locator"] in ("第二条第二款", "第2段")


def test_the_version_in_force_comes_first_and_the_other_says_so(ask: Ask) -> None:
    found = [hit for hit in quoted(ask("湿地包括深度不超过几米的浅水？", k=30)) if "浅水" in hit["paragraph"]]
    assert [hit["document_id"] for hit in found] == ["条例(2021-03-25).md", "条例(2015-05-20).md"]
    assert found[0]["status"] == "2021-03-25通过"
    assert found[1]["status"] == "2015-05-20通过；已有2021-03-25版本"
    assert [hit["superseded_by"] for hit in found] == ["", "条例(2021-03-25).md"]
    assert [hit["effective"] for hit in found] == ["2021-03-25", "2015-05-20"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("代表建议湿地公布条例办理法规案常务委员会多少几件的是？ 0123", min_size=2, max_size=24))
def test_every_quotation_is_the_text_at_its_spans(library: Any, question: str) -> None:
    if sum(character.isalnum() for character in question) < 2:
        return
    answerer = library.answerer()
    for hit in quoted(answerer.ask(question, k=5).as_json()):
        text = answerer.text(hit["collection"], hit["document_id"])
        assert sha256(text) == hit["text_sha256"]
        source = ELISION.join(strip_breaks(text[start:end]) for start, end in hit["spans"])
        assert strip_breaks(hit["excerpt"]) == source
        assert all(0 <= start < end <= len(hit["excerpt"]) for start, end in hit["highlights"])
        assert hit["highlights"]
        assert "".join(hit["excerpt"].split()) not in ("", ELISION)
        pieces = [strip_breaks(piece) for piece in hit["excerpt"].split(ELISION)]
        assert all(piece in strip_breaks(hit["paragraph"]) for piece in pieces)


@pytest.mark.parametrize("question", ["代表建议", "湿地包括哪些区域？"])
@pytest.mark.parametrize("k", [1, 2, 500])
def test_no_more_than_asked_for_the_best_first(ask: Ask, question: str, k: int) -> None:
    found = quoted(ask(question, k=k))
    assert len(found) <= k
    assert [hit["rank"] for hit in found] == list(range(1, len(found) + 1))
    # What is in force comes first, whatever the scores.
    order = [(bool(hit["superseded_by"]), -hit["score"]) for hit in found]
    assert order == sorted(order)
