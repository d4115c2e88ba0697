"""Collections opened once, and let go while they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from npcbot.answer import Library
from npcbot.config import load_settings

QUESTION = "办理代表建议多少件？"


@pytest.fixture
def opened(library: Any) -> Library:
    settings = load_settings()
    off = replace(settings.reranker, name="off")
    return Library(replace(settings, home=library.home, reranker=off), library.encoder)


def test_an_engine_is_made_once(opened: Library) -> None:
    with opened.answerer(["test"]) as first, opened.answerer(["test"]) as second:
        assert first.engine is second.engine


def test_what_is_retired_before_it_is_asked_is_answered_and_not_kept(
    opened: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = opened._take

    def overtaken(names: Sequence[str]) -> Any:
        held = take(names)
        opened.let_go("test")  # as another thread may at this moment
        return held

    monkeypatch.setattr(opened, "_take", overtaken)
    with opened.answerer(["test"]) as answerer:
        assert answerer.ask(QUESTION).answered
    assert not opened._engines
