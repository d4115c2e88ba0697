"""What Telegram may keep of an inline answer."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from talk import QUESTION

from npcbot.errors import IndexDamaged, NpcbotError, QuestionError
from npcbot.telegram.handlers.inline import _Inline
from npcbot.telegram.limits import Limits
from npcbot.telegram.words import Words


@pytest.mark.parametrize(
    ("error", "kept"), [(IndexDamaged("a file is not what its manifest says"), 0), (QuestionError("no words"), 60)]
)
def test_nothing_found_is_kept_only_where_it_was_searched(error: NpcbotError, kept: int) -> None:
    async def fails(*_: Any) -> None:
        raise error

    given: list[dict[str, Any]] = []

    async def answer(results: list[Any], **options: Any) -> None:
        given.append({"results": results, **options})

    services: Any = SimpleNamespace(
        access=SimpleNamespace(public=lambda: ["default"]),
        presses=Limits("40/60", "120/60", "1000/60"),
        words=lambda *_: Words("hans"),
        asking=SimpleNamespace(answer=fails),
    )
    query = SimpleNamespace(from_user=SimpleNamespace(id=7), query=QUESTION, offset="", answer=answer)
    update: Any = SimpleNamespace(inline_query=query)
    asyncio.run(_Inline(services).offer(update, None))  # type: ignore[arg-type]
    (said,) = given
    assert (said["results"], said["cache_time"]) == ([], kept)
