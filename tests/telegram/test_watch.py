"""Watches: each new document that matches is told once, whatever is indexed again, rebuilt or restarted."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bot import SETTINGS, SOURCE, Bot, serving
from botapi import Chat, Message, World, running_server
from fakes import FakeEncoder
from talk import asked

from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.index import Collection, update
from npcbot.telegram.watching import passages_with

TERM = "候鸟迁徙"


def report(year: int, said: str) -> str:
    return f"样本市人民政府工作报告\n（{year}年1月20日）\n\n一、生态保护\n{said}\n"


@pytest.fixture
def fresh(indexed: Path, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.copytree(indexed, home)
    (home / "npcbot.toml").write_text(SETTINGS)
    return home


def indexes(home: Path, folder: Path, *options: str) -> None:
    code = "from npcbot.terminal.cli import main; main()"
    environment = {"PYTHONPATH": str(SOURCE), "NPCBOT_HOME": str(home), "PATH": ""}
    paths = [] if options else [str(folder)]
    command = [sys.executable, "-c", code, "index", *paths, *options]
    subprocess.run(command, env=environment, check=True, capture_output=True)


def told(world: World, chat: Chat, expected: int) -> list[Message]:
    """What the watch sent, once there is as much as expected; a little later there is still no more."""

    def find() -> list[Message]:
        return [one for one in chat.sent_by_bot() if one.text.startswith("新收录的文件里有「")]

    if expected:
        world.wait_for(lambda: found if len(found := find()) >= expected else [], 30)
    time.sleep(4.5)
    return find()


def test_once_and_never_missed(fresh: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    with running_server() as server:
        world = server.world
        world.person("Operator")
        bot = Bot(server, fresh)
        bot.start()
        anna = world.person("Anna")
        assert asked(world, anna.says(f"/watch {TERM}")).text.startswith("好。")
        answer = anna.says("/watch 保护区里栖息的水鸟有多少种？")
        assert "能回答的段落" in asked(world, answer).text
        chat = answer.chat
        assert told(world, chat, 0) == []

        (folder / "甲.txt").write_text(report(2023, f"加强湿地管护，{TERM}通道得到保护。"), "utf-8")
        indexes(fresh, folder)
        (first,) = told(world, chat, 1)
        assert first.spans("blockquote") == [f"加强湿地管护，{TERM}通道得到保护。"]
        assert "《样本市人民政府工作报告》" in first.text

        indexes(fresh, folder)
        indexes(fresh, folder, "--rebuild")
        assert len(told(world, chat, 1)) == 1

        # A document that only speaks of other things, and one that comes while the bot is down.
        (folder / "乙.txt").write_text(report(2024, "城市供水管网改造完成，老旧小区面貌一新。"), "utf-8")
        indexes(fresh, folder)
        assert len(told(world, chat, 1)) == 1
        bot.stop()
        (folder / "丙.txt").write_text(report(2025, f"在{TERM}季节禁止捕猎。保护区里栖息的水鸟有86种。"), "utf-8")
        indexes(fresh, folder)
        bot.start()
        later = told(world, chat, 2)
        assert len(later) in (2, 3)  # the term, and the question where it is sure enough
        assert any(f"在{TERM}季节禁止捕猎。" in message.text for message in later[1:])

        bot.stop()
        bot.start()
        assert len(told(world, chat, len(later))) == len(later)

        listed = asked(world, anna.says("/watches"))
        assert f"• {TERM}" in listed.text
        bot.stop()
        assert server.violations == []


def test_more_than_are_told_are_counted_and_can_be_asked_for(fresh: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    with running_server() as server, serving(server, fresh, before="") as bot:
        anna = server.world.person("Anna")
        chat = anna.says(f"/watch {TERM}").chat
        bot.server.wait_for(chat.sent_by_bot)
        said = "\n".join(f"{number}、第{number}处\n{TERM}通道在第{number}处得到保护。\n" for number in "二三四五六")
        (folder / "甲.txt").write_text(report(2023, f"没有。\n\n{said}"), "utf-8")
        indexes(fresh, folder)
        (first,) = told(server.world, chat, 1)
        assert len(first.spans("blockquote")) == 3
        more = "同一份文件里另有2段。要看，就问："
        assert more in first.text
        answer = asked(server.world, anna.says(first.text.partition(more)[2]))
        shown = answer.text
        assert TERM in shown
        anna.presses(answer, "更多")
        server.wait_for(lambda: answer.text != shown)
        assert f"{TERM}通道在第" in answer.text


def test_too_short_and_none(world: World) -> None:
    joe = world.person("Joe")
    assert asked(world, joe.says("/watch")).text.startswith("要留意什么？")
    assert asked(world, joe.says("/watches")).text.startswith("没有在留意什么。")


def test_a_term_in_a_heading_shows_what_stands_below(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text(
        "样本市人民政府工作报告\n（2023年1月20日）\n\n一、候鸟保护\n加强湿地管护。\n", "utf-8"
    )
    update(
        tmp_path / "home", "default", [read(tmp_path / "甲.txt", "甲.txt")], encoder=FakeEncoder(),
        settings=load_settings().index,
    )  # fmt: skip
    with Collection.open(tmp_path / "home", "default") as collection:
        (citation,) = passages_with(collection, "候鸟", "甲.txt")
    assert (citation.excerpt, citation.section) == ("加强湿地管护。", ("一、候鸟保护",))
