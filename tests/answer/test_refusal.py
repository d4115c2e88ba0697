"""Whatever is damaged, a wrong quotation is refused and logged, never shown."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from npcbot.answer import answer as answering
from npcbot.answer.verify import verify
from npcbot.errors import IndexDamaged, QuoteRefused
from npcbot.terminal import render as rendering

QUESTION = "办理代表建议多少件？"


def test_it_is_whole_before_it_is_damaged(library: Any) -> None:
    answer = library.answerer().ask(QUESTION)
    assert answer.answered
    assert "352件" in "".join(rendering.render(answer, colour=False, width=80).split())


def test_a_changed_byte_of_the_text(library: Any) -> None:
    path = library.generation() / "store.sqlite"
    data = path.read_bytes()
    assert data.count("代表建议352件".encode()) >= 2
    path.write_bytes(data.replace("代表建议352件".encode(), "代表建议353件".encode()))
    with pytest.raises(IndexDamaged):
        library.answerer().ask(QUESTION)


def test_a_vector_of_another_passage(library: Any) -> None:
    path = library.generation() / "windows.npy"
    table = np.load(path)
    table[:, 1:] = table[::-1, 1:]
    np.save(path, table)
    with pytest.raises((IndexDamaged, QuoteRefused)):
        library.answerer().ask(QUESTION)


@pytest.mark.parametrize("field", ["excerpt", "paragraph", "spans", "highlights", "answers", "text_sha256", "section"])
def test_every_field_of_a_citation_is_compared(library: Any, field: str, caplog: pytest.LogCaptureFixture) -> None:
    answerer = library.answerer()
    answer = answerer.ask(QUESTION).as_json()
    citation = answer["citations"][0]
    citation[field] = {
        "excerpt": citation["excerpt"].replace("352", "353"),
        "paragraph": citation["paragraph"].replace("352", "353"),
        "spans": [[start + 1, end] for start, end in citation["spans"]],
        "highlights": [[0, len(citation["excerpt"]) + 1]],
        "answers": [[0, len(citation["excerpt"])]],
        "text_sha256": "0" * 64,
        "section": ["三、代表工作"],
    }[field]
    with caplog.at_level(logging.ERROR), pytest.raises(QuoteRefused):
        verify(answer, answerer)
    assert citation["passage_id"] in caplog.text


def test_a_citation_made_wrong(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offsets that point elsewhere in the same text would be quoted faithfully, and be another place."""
    honest = answering.cite

    def shifted(*arguments: Any, **options: Any) -> Any:
        cited = honest(*arguments, **options)
        return replace(cited, spans=tuple((start + 3, end + 3) for start, end in cited.spans))

    monkeypatch.setattr(answering, "cite", shifted)
    with pytest.raises(QuoteRefused):
        library.answerer().ask(QUESTION)


def test_a_renderer_that_loses_a_character(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = library.answerer().ask(QUESTION)
    honest = rendering.wrapped

    def careless(text: str, room: int) -> Iterator[tuple[str, list[int]]]:
        for bar, offsets in honest(text, room):
            yield bar, offsets[:-1]

    monkeypatch.setattr(rendering, "wrapped", careless)
    with pytest.raises(QuoteRefused):
        rendering.render(answer, colour=False, width=80)


def test_a_renderer_that_exchanges_two_answers(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = library.answerer().ask(QUESTION)
    assert len(answer.citations) > 1
    honest = rendering.citation_lines
    texts = [citation.excerpt for citation in answer.citations]

    def exchanged(citation: Any, **options: Any) -> Iterator[str]:
        other = texts[-1 - texts.index(citation.excerpt)]
        return honest(replace(citation, excerpt=other, highlights=()), **options)

    monkeypatch.setattr(rendering, "citation_lines", exchanged)
    with pytest.raises(QuoteRefused):
        rendering.render(answer, colour=True, width=60)
