"""One watch or collection that fails holds up no other; what was not told is told later."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bot import SETTINGS
from fakes import FakeEncoder
from telegram.error import BadRequest

from npcbot.answer import Library
from npcbot.config import Settings, load_settings
from npcbot.documents import read
from npcbot.errors import IndexDamaged
from npcbot.index import update
from npcbot.telegram import watching as module
from npcbot.telegram.access import Access
from npcbot.telegram.asking import Asking
from npcbot.telegram.outbox import Outbox, Pace
from npcbot.telegram.state import NAME, State
from npcbot.telegram.uploads import Uploads
from npcbot.telegram.watches import Watches
from npcbot.telegram.watching import Watching

TERM = "候鸟迁徙"
ANNA, BORIS = 1, 2


class FakeBot:
    """Refuses the chats in ``refused``."""

    def __init__(self) -> None:
        self.refused: set[int] = set()
        self.sent: list[tuple[int, str]] = []

    async def send_message(self, chat_id: int, text: str, **_: Any) -> SimpleNamespace:
        if chat_id in self.refused:
            raise BadRequest("Something that nobody foresaw")
        self.sent.append((chat_id, text))
        return SimpleNamespace(message_id=len(self.sent), api_kwargs={})

    def told(self) -> list[tuple[int, list[str]]]:
        return [(chat_id, [part for part in ("第一处", "第二处") if part in text]) for chat_id, text in self.sent]


class Parts:
    """Everything that watching works with, over a public collection and one of Anna's chat."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.bot = settings, FakeBot()
        self.state = State(settings.home / NAME)
        self.library = Library(settings, FakeEncoder())
        self.asking = Asking(self.library, 1)
        self.watches = Watches(self.state)
        self.access = Access(self.bot, self.state, settings)  # type: ignore[arg-type]
        outbox = Outbox(self.bot, self.state, Pace("1000/1", "1000/1", "1000/1"))  # type: ignore[arg-type]
        self.watching = Watching(
            self.watches, self.asking, self.access, outbox, lambda one: f"https://t.me/TestBot?start={one}", str
        )

    def index(self, collection: str, name: str, said: str) -> None:
        path = self.settings.home / name
        path.write_text(f"样本市人民政府工作报告\n（2023年1月20日）\n\n一、生态保护\n{said}\n", "utf-8")
        update(self.settings.home, collection, [read(path, name)], encoder=FakeEncoder(), settings=self.settings.index)

    def look(self) -> None:
        asyncio.run(self.watching.look())


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    monkeypatch.setenv("NPCBOT_HOME", str(tmp_path))
    monkeypatch.setattr(module, "_REST", 0.0)
    (tmp_path / "npcbot.toml").write_text(SETTINGS)
    parts = Parts(load_settings())
    own = parts.state.collection(ANNA)
    for collection in ("default", own):
        parts.index(collection, "旧.txt", "城市供水管网改造完成。")
    asyncio.run(parts.watching.baseline(["default", own]))
    for chat_id in (ANNA, BORIS):
        parts.watches.add(chat_id, None, chat_id, TERM, "zh")
    yield parts
    parts.asking.close()
    parts.library.__exit__()
    parts.state.close()


def test_a_refused_message_holds_up_nobody_and_is_sent_later(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    parts.index("default", "甲.txt", f"{TERM}通道第一处得到保护。")
    parts.bot.refused = {ANNA}
    with caplog.at_level(logging.WARNING):
        parts.look()
    assert parts.bot.told() == [(BORIS, ["第一处"])]
    assert "BadRequest" in caplog.text and TERM not in caplog.text and "nobody foresaw" not in caplog.text
    parts.bot.refused = set()
    parts.look()
    parts.look()
    assert parts.bot.told() == [(BORIS, ["第一处"]), (ANNA, ["第一处"])]


def test_what_failed_rests(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REST", 60.0)
    parts.index("default", "甲.txt", f"{TERM}通道第一处得到保护。")
    parts.bot.refused = {ANNA}
    parts.look()
    parts.bot.refused = set()
    parts.look()
    assert parts.bot.told() == [(BORIS, ["第一处"])]


def test_a_collection_that_cannot_be_opened_holds_up_no_other(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    own = parts.state.collection(ANNA)
    opened = parts.library._take

    def damaged(names: list[str]) -> Any:
        if own in names:
            raise IndexDamaged("a file is not what its manifest says")
        return opened(names)

    # One is known to be new before the collection is damaged, one is not.
    parts.index(own, "乙.txt", f"{TERM}通道第二处得到保护。")
    asyncio.run(parts.watching.baseline([own]))
    with monkeypatch.context() as patch:
        patch.setattr(parts.library, "_take", damaged)
        parts.index("default", "甲.txt", f"{TERM}通道第一处得到保护。")
        parts.look()
        parts.look()
        assert sorted(parts.bot.told()) == [(ANNA, ["第一处"]), (BORIS, ["第一处"])]
        with pytest.raises(IndexDamaged):
            asyncio.run(parts.watching.baseline([own]))
    parts.look()
    parts.look()
    assert parts.bot.told()[2:] == [(ANNA, ["第二处"])]


def test_whatever_fails_there_is_a_next_look(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PERIOD", 0.0)
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise asyncio.CancelledError
        raise OSError("the disk is full")

    monkeypatch.setattr(parts.watching, "look", look)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(parts.watching.run())
    assert looks == 3


def test_a_chat_that_is_not_served_is_told_once_it_is(parts: Parts) -> None:
    parts.index("default", "甲.txt", f"{TERM}通道第一处得到保护。")
    served = parts.access.served
    parts.access.served = lambda chat_id: chat_id != ANNA  # type: ignore[method-assign]
    parts.look()
    assert parts.bot.told() == [(BORIS, ["第一处"])]
    parts.access.served = served  # type: ignore[method-assign]
    parts.look()
    assert parts.bot.told()[1:] == [(ANNA, ["第一处"])]


def test_a_collection_made_anew_under_its_old_name_is_seen(parts: Parts) -> None:
    own = parts.state.collection(ANNA)
    parts.look()
    parts.library.let_go(own)
    shutil.rmtree(parts.settings.home / own)
    parts.look()
    parts.index(own, "丙.txt", f"{TERM}通道第二处得到保护。")
    parts.look()
    assert parts.bot.told() == [(ANNA, ["第二处"])]


def test_a_document_that_was_removed_and_comes_again_is_new(parts: Parts) -> None:
    own, uploads = parts.state.collection(ANNA), Uploads(parts.settings, parts.state, parts.library)
    parts.index(own, "甲.txt", f"{TERM}通道第一处得到保护。")
    asyncio.run(parts.watching.baseline([own]))
    (watch,) = parts.watches.of(ANNA)
    parts.watches.remove(ANNA, watch.watch)
    parts.watches.add(ANNA, None, ANNA, TERM, "zh")
    parts.look()
    assert parts.bot.told() == [], "it was there before the watch"
    for _ in range(2):
        assert asyncio.run(uploads.remove(ANNA, "甲.txt"))
        parts.look()
        assert "甲.txt" not in {one.document_id for one in parts.watches.new(replace(watch, after=0), [own])}
        parts.index(own, "甲.txt", f"{TERM}通道第一处得到保护。")
        parts.look()
        assert parts.bot.told() == [(ANNA, ["第一处"])], "and what was told is not told again"
    uploads.close()
