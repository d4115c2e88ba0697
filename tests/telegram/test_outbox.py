"""What the outbox makes of Telegram's refusals; a bot that is told what to raise stands in for the real one."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from npcbot.telegram import outbox as module
from npcbot.telegram.compose import Message
from npcbot.telegram.outbox import Outbox, Pace
from npcbot.telegram.state import State

HELLO = Message("<b>你好</b>", "你好")
FREE = Pace("1000/1", "1000/1", "1000/1")


class FakeBot:
    """Raises what is in store for a chat, then sends."""

    def __init__(self) -> None:
        self.store: defaultdict[int, deque[Exception]] = defaultdict(deque)
        self.sent: list[tuple[int, str, str | None]] = []

    async def send_message(self, chat_id: int, text: str, parse_mode: str | None = None, **_: Any) -> SimpleNamespace:
        if self.store[chat_id]:
            raise self.store[chat_id].popleft()
        self.sent.append((chat_id, text, parse_mode))
        return SimpleNamespace(message_id=len(self.sent), api_kwargs={})

    async def edit_message_text(self, text: str, chat_id: int, message_id: int, **options: Any) -> SimpleNamespace:
        return await self.send_message(chat_id, text, **options)


@pytest.fixture
def bot() -> FakeBot:
    return FakeBot()


@pytest.fixture
def outbox(bot: FakeBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    monkeypatch.setattr(module, "_FIRST", 0.01)
    return Outbox(bot, State(tmp_path / "state.sqlite"), FREE)  # type: ignore[arg-type]


def test_a_step_is_taken_once(outbox: Outbox, bot: FakeBot) -> None:
    async def twice() -> list[int | None]:
        return [await outbox.answer(1, 5, HELLO), await outbox.answer(1, 5, HELLO)]

    first = asyncio.run(twice())
    assert first == [1, 2], "two steps of one update"
    again = Outbox(bot, outbox.state, FREE)  # type: ignore[arg-type]

    async def replayed() -> list[int | None]:
        return [await again.answer(1, 5, HELLO), await again.answer(1, 5, HELLO), await again.answer(1, 5, HELLO)]

    assert asyncio.run(replayed()) == [1, 2, 3]
    assert len(bot.sent) == 3


def test_plain_text_where_the_markup_is_refused(outbox: Outbox, bot: FakeBot) -> None:
    bot.store[5].append(BadRequest("Can't parse entities: unsupported start tag"))
    assert asyncio.run(outbox.answer(1, 5, HELLO)) == 1
    assert bot.sent == [(5, "你好", None)]


def test_one_chats_429_stops_no_other(outbox: Outbox, bot: FakeBot) -> None:
    bot.store[5].append(RetryAfter(1))

    async def both() -> tuple[float, float]:
        began = time.monotonic()

        async def timed(chat_id: int) -> float:
            await outbox.answer(chat_id, chat_id, HELLO)
            return time.monotonic() - began

        slow, fast = await asyncio.gather(timed(5), timed(6))
        return slow, fast

    slow, fast = asyncio.run(both())
    assert slow >= 1.0 > fast
    assert [chat_id for chat_id, _, _ in bot.sent] == [6, 5]


def test_what_passes_is_tried_again(outbox: Outbox, bot: FakeBot) -> None:
    bot.store[5] += [NetworkError("Bad Gateway"), TimedOut(), NetworkError("httpx.ConnectError")]
    assert asyncio.run(outbox.answer(1, 5, HELLO)) == 1
    assert len(bot.sent) == 1


def test_put_out(outbox: Outbox, bot: FakeBot) -> None:
    refused: list[int] = []
    outbox.refused = refused.append
    bot.store[-5].append(Forbidden("Forbidden: bot was kicked from the group chat"))
    assert asyncio.run(outbox.answer(1, -5, HELLO)) is None
    assert "kicked" in outbox.state.chat(-5).disabled and refused == [403]


def test_a_group_that_has_moved(outbox: Outbox, bot: FakeBot) -> None:
    outbox.state.change(-5, passages=5)
    bot.store[-5].append(ChatMigrated(-100))
    assert asyncio.run(outbox.answer(1, -5, HELLO)) == 1
    assert bot.sent[0][0] == -100 and outbox.state.chat(-100).passages == 5


def test_where_the_bot_may_not_write(outbox: Outbox, bot: FakeBot) -> None:
    bot.store[-5].append(BadRequest("Not enough rights to send text messages to the chat"))
    assert asyncio.run(outbox.answer(1, -5, HELLO)) is None
    bot.store[-5].append(BadRequest("something that nobody foresaw"))
    with pytest.raises(BadRequest):
        asyncio.run(outbox.answer(2, -5, HELLO))


def test_an_edit_with_nothing_left_to_do(outbox: Outbox, bot: FakeBot) -> None:
    for said in ("Message is not modified", "Message to edit not found"):
        bot.store[5].append(BadRequest(said))
        asyncio.run(outbox.edit(5, 1, HELLO))
    assert bot.sent == []


def test_the_pace_of_a_chat(outbox: Outbox, bot: FakeBot) -> None:
    paced = Outbox(bot, outbox.state, Pace("1/0.2", "100/1", "100/1"))  # type: ignore[arg-type]

    async def three() -> float:
        began = time.monotonic()
        await asyncio.gather(*(paced.answer(number, 5, HELLO) for number in range(3)), paced.answer(9, 6, HELLO))
        return time.monotonic() - began

    assert asyncio.run(three()) >= 0.4
    assert bot.sent.index((6, HELLO.html, "HTML")) < 2
