"""What is remembered, by chat; migration; damage; limits; the durable queue."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from npcbot.errors import NpcbotError
from npcbot.telegram import schema
from npcbot.telegram.limits import Limits, Rate, Verdict, Window
from npcbot.telegram.state import KEPT, Sent, State
from npcbot.telegram.updates import DurableQueue
from npcbot.telegram.watches import Watches


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "telegram" / "state.sqlite")


def sent(chat_id: int, message_id: int, at: float = 1.0) -> Sent:
    return Sent(chat_id, message_id, message_id - 1, None, 7, "问？", "", "", ("a", "b"), True, at)


def update(number: int, chat_id: int = 5, text: str = "你好") -> Update:
    chat = {"id": chat_id, "type": "private", "first_name": "A"}
    message = {"message_id": number, "date": int(time.time()), "chat": chat, "text": text}
    found = Update.de_json({"update_id": number, "message": message}, None)
    assert found is not None
    return found


def rows(state: State, table: str) -> int:
    with state.reading() as db:
        return int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def test_a_chat_is_as_it_was_set(state: State) -> None:
    assert state.chat(1).passages == 3
    state.change(1, passages=5, language="en")
    assert (state.chat(1).passages, state.chat(1).language, state.chat(2).language) == (5, "en", "")
    with pytest.raises(TypeError):
        state.change(1, colour="red")
    assert state.collection(1) == state.collection(1) != state.collection(2)


def test_answers_by_their_message_and_by_the_question(state: State) -> None:
    state.remember(sent(1, 10))
    state.remember(sent(2, 10))
    assert state.sent(1, 10) == sent(1, 10) == state.answer_to(1, 9)
    assert state.sent(1, 11) is None
    for number in range(KEPT + 20):
        state.remember(sent(3, number, float(number)))
    assert state.sent(3, 10) is None and state.sent(3, KEPT) is not None


def test_a_group_that_moves_takes_everything_along(state: State) -> None:
    name = state.collection(-1)
    state.change(-1, passages=5)
    state.vote(-1, 10, 7, 1, "a", "问？")
    state.remember(sent(-1, 10))
    state.change(-100, title="new")
    for _ in range(2):
        state.rekey(-1, -100)
        assert state.chat(-100).collection == name
        assert [vote.chat_id for vote in state.feedback()] == [-100]
        assert state.sent(-100, 10) is None, "messages are numbered from one again"
    assert state.chat(-1).collection == ""


def test_forgetting_leaves_no_row(state: State) -> None:
    for chat_id in (1, 2):
        state.collection(chat_id)
        state.remember(sent(chat_id, 10))
        state.vote(chat_id, 10, 7, 1, "a", "问？")
        state.report(chat_id, 7, {"a": 1})
    state.forget(1)
    assert {table: rows(state, table) for table in ("chats", "sent", "votes", "reports")} == dict.fromkeys(
        ("chats", "sent", "votes", "reports"), 1
    )


def test_the_names_of_a_collections_files_go_with_it(state: State) -> None:
    watches = Watches(state)
    for collection in ("chat-1", "default"):
        watches.see(collection, [("私事.txt", "0"), ("私事.txt", "1"), ("公事.txt", "0")])
    state.unsee("chat-1", "私事.txt")
    assert rows(state, "seen") == 4
    state.unsee("chat-1")
    assert rows(state, "seen") == 3


def test_the_last_vote_counts(state: State) -> None:
    state.vote(1, 10, 7, 1, "a", "问？")
    state.vote(1, 10, 7, -1, "a", "问？")
    assert [vote.value for vote in state.feedback(1)] == [-1]


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    State(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(schema.STEPS) + 1}")
    with pytest.raises(NpcbotError, match="newer npcbot"):
        State(path)


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"no database at all, though long enough to be looked at" * 100)
    with pytest.raises(NpcbotError, match="cannot be used"):
        State(path)


def test_the_queue_writes_drops_and_replays(state: State) -> None:
    async def run() -> None:
        queue = DurableQueue(state, 60)
        for number in (2, 1, 2):
            await queue.put(update(number))
        assert queue.qsize() == 2
        queue.done(2)
        again = DurableQueue(state, 60)
        assert await again.replay(None) == 1  # type: ignore[arg-type]
        taken = await again.get()
        assert isinstance(taken, Update) and taken.update_id == 1
        await again.put(update(2))
        assert again.qsize() == 0, "known, though done"

    asyncio.run(run())
    with state.reading() as db:
        assert db.execute("SELECT json FROM updates WHERE update_id = 2").fetchone() == ("",)


def test_what_kills_the_process_again_and_again_is_set_aside(state: State) -> None:
    async def run() -> None:
        queue = DurableQueue(state, 60)
        await queue.put(update(1))
        for _ in range(50):
            queue.begun(1)
        assert await DurableQueue(state, 60).replay(None) == 0  # type: ignore[arg-type]

    asyncio.run(run())


def test_a_full_backlog_waits(state: State) -> None:
    async def run() -> None:
        queue = DurableQueue(state, 60, backlog=2)
        await queue.put(update(1))
        await queue.put(update(2))
        waiting = asyncio.create_task(queue.put(update(3)))
        await asyncio.sleep(0.01)
        assert not waiting.done() and rows(state, "updates") == 3, "on disk all the same"
        queue.done(1)
        await asyncio.wait_for(waiting, 1)

    asyncio.run(run())


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 5), st.integers(1, 20))
def test_never_more_than_the_rate(pauses: list[float], most: int, seconds: int) -> None:
    window, now, taken = Window(Rate(most, seconds)), 0.0, []
    for pause in pauses:
        now += pause
        if window.wait("a", now) == 0:
            window.note("a", now)
            taken.append(now)
    assert all(sum(start <= moment < start + seconds for moment in taken) <= most for start in taken)


def test_over_the_limit_it_is_said_once() -> None:
    now = [0.0]
    limits = Limits("2/60", "3/60", "100/60", clock=lambda: now[0])
    assert [limits.allow("a", 1) for _ in range(4)] == [Verdict.YES, Verdict.YES, Verdict.SAY_ONCE, Verdict.SILENT]
    assert [limits.allow("b", 1), limits.allow("c", 1)] == [Verdict.YES, Verdict.SAY_ONCE], "the chat's own limit"
    assert limits.allow("d", 2) is Verdict.YES
    now[0] = 61
    assert limits.allow("a", 1) is Verdict.YES
