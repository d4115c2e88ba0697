"""What goes wrong on purpose, and Telegram's flood limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable

import pytest
import telegram
from telegram.error import Forbidden, NetworkError, RetryAfter

from botapi import Faults, FloodLimits, Server, running_server
from botapi.driving import use

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


def test_faults_before_and_after_the_effect(server: Server) -> None:
    chat = server.world.person("Anna").says("/start").chat

    def send(bot: telegram.Bot) -> Awaitable[telegram.Message]:
        return bot.send_message(chat.id, "a")

    expected: list[tuple[str, type[Exception], int]] = [
        ("retry_after", RetryAfter, 0),
        ("error_500", NetworkError, 0),
        ("error_502", NetworkError, 0),
        ("forbidden", Forbidden, 0),
        ("drop_before", NetworkError, 0),
        ("drop_after", NetworkError, 1),
    ]
    for kind, error, sent in expected:
        server.faults.add(kind, methods="sendMessage", times=1, seconds=7)
        before = len(chat.sent_by_bot())
        with pytest.raises(error) as caught:
            use(server, send)
        assert len(chat.sent_by_bot()) - before == sent
        assert server.faults.counts[kind] == server.faults.counts[kind, "sendMessage"] == 1
        if isinstance(caught.value, RetryAfter):
            assert caught.value.retry_after == 7
    server.faults.add("slow", methods="sendMessage", times=1, seconds=0.2)
    begin = time.monotonic()
    use(server, send)
    assert time.monotonic() - begin >= 0.2
    assert server.calls[-1].fault == "slow"


def test_shares_are_by_chance_of_a_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add("drop_after", 0.3)
        return [faults.strike("sendMessage") is not None for _ in range(1000)]

    assert struck(1) == struck(1) != struck(2)
    assert 250 < sum(struck(1)) < 350


def test_updates_twice_and_out_of_order(server: Server) -> None:
    anna = server.world.person("Anna")
    anna.says("a")
    anna.says("b")
    server.faults.add("duplicate", times=1)
    server.faults.add("reorder", times=1)

    async def numbers(bot: telegram.Bot) -> list[int]:
        return [one.update_id for one in await bot.get_updates()]

    twice, turned, plain = (use(server, numbers) for _ in range(3))
    assert len(twice) == 3 and set(twice) == set(plain)
    assert turned == plain[::-1]


def test_flood_limits_answer_429() -> None:
    with running_server(flood=FloodLimits(second=0.3, minute=2)) as server:
        anna = server.world.person("Anna")
        private, group = anna.says("/start").chat, server.world.group("River", anna)

        async def act(bot: telegram.Bot) -> None:
            await bot.send_message(private.id, "a")
            with pytest.raises(RetryAfter):
                await bot.send_message(private.id, "b")
            await asyncio.sleep(0.35)
            await bot.send_message(private.id, "b")
            for _ in range(20):
                await bot.send_chat_action(group.id, "typing")
            with pytest.raises(RetryAfter):
                await bot.send_message(group.id, "a")

        use(server, act)
        assert server.flood is not None and server.flood.refused == 2
        assert [one.text for one in private.sent_by_bot()] == ["a", "b"]
