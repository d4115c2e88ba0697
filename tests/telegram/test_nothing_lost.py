"""Killed, refused, dropped: every question is answered, and no more answers are doubled than cannot be helped."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from bot import SETTINGS, Bot, serving
from botapi import Faults, Message, Server, running_server
from talk import QUESTION, replies

QUESTIONS = (QUESTION, "常委会会议多久举行一次？", "火星上的石头有多重？", "宪法修改过几次？", "代表怎样提出议案？")


def ready(indexed: Path, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.copytree(indexed, home)
    (home / "npcbot.toml").write_text(SETTINGS)
    return home


def unrecorded(home: Path, server: Server, known: set[int]) -> int:
    """Answers that the server has and the bot has not recorded: it was killed between the two. Each is counted once."""
    with closing(sqlite3.connect(home / "telegram" / "state.sqlite")) as db:
        rows = db.execute("SELECT chat_id, message_id FROM steps WHERE message_id IS NOT NULL")
        recorded = set(rows)
    found = {
        message.order
        for chat in list(server.world.chats.values())
        for message in chat.sent_by_bot()
        if (chat.id, message.id) not in recorded
    }
    new = found - known
    known |= found
    return len(new)


def storm(indexed: Path, tmp_path: Path, questions: int, kills: int, faults: Faults) -> None:
    """Questions of 50 people, spread over the time in which the bot is killed at random."""
    home = ready(indexed, tmp_path)
    chance = random.Random(1)
    with running_server(faults=faults, validate=False) as server:
        people = [server.world.person(f"P{number}") for number in range(50)]
        asked: list[Message] = []
        between, known = 0, set[int]()
        with serving(server, home, before="") as bot:
            for wave in range(kills + 1):
                share = questions * (wave + 1) // (kills + 1) - len(asked)
                for _ in range(share):
                    asked.append(chance.choice(people).says(chance.choice(QUESTIONS)))
                if wave < kills:
                    time.sleep(chance.uniform(0.02, 0.6))
                    bot.kill()
                    between += unrecorded(home, server, known)
                    bot.start(wait=False)
                    # The next wave comes while it starts, or shortly after.
                    time.sleep(chance.uniform(0.0, 2.0))
            server.wait_for(lambda: all(replies(question) for question in asked), 120 + questions)
        # What was on its way when the bot was last killed may have reached the server after it was counted.
        between += unrecorded(home, server, known)
        counts = [len(replies(question)) for question in asked]
        doubled = sum(counts) - questions
        after = faults.counts["drop_after", "sendMessage"]
        print(f"{questions} questions, {kills} kills, {dict(faults.counts)}")
        print(f"{doubled} doubled; killed before recording {between}, dropped after the effect {after}")
        assert min(counts) == 1
        assert doubled <= between + after


def weather() -> Faults:
    faults = Faults(seed=2)
    for kind, share in (("retry_after", 0.04), ("error_502", 0.05), ("drop_before", 0.06), ("drop_after", 0.05)):
        faults.add(kind, share, ("sendMessage", "sendChatAction"), seconds=1)
    faults.add("drop_before", 0.1, "getUpdates")
    faults.add("duplicate", 0.3)
    faults.add("reorder", 0.2)
    return faults


def test_killed(indexed: Path, tmp_path: Path) -> None:
    storm(indexed, tmp_path, 60, 3, Faults())


def test_in_bad_weather(indexed: Path, tmp_path: Path) -> None:
    storm(indexed, tmp_path, 80, 0, weather())


@pytest.mark.soak
def test_a_thousand_questions_and_thirty_kills(indexed: Path, tmp_path: Path) -> None:
    storm(indexed, tmp_path, 1000, 30, Faults())


@pytest.mark.soak
def test_a_thousand_questions_and_thirty_kills_in_bad_weather(indexed: Path, tmp_path: Path) -> None:
    storm(indexed, tmp_path, 1000, 30, weather())


def test_a_second_poller_is_explained_and_ends(indexed: Path, tmp_path: Path) -> None:
    home = ready(indexed, tmp_path)
    second = tmp_path / "second"
    shutil.copytree(home, second)
    with running_server() as server, serving(server, home, before="") as bot:
        # One that has fetched undisturbed for a while was there before.
        time.sleep(6)
        other = Bot(server, second, before="")
        other.start(wait=False)
        assert other.process is not None and other.process.wait(30) == 2
        assert "Another program is fetching" in other.log.read_text()
        question = server.world.person("Anna").says(QUESTION)
        assert server.wait_for(lambda: replies(question), 15)
        assert bot.ended is None
        third = Bot(server, home, before="")
        third.start(wait=False)
        assert third.process is not None and third.process.wait(30) == 2
        assert "already running" in third.log.read_text()


def test_stale_questions_are_answered_with_one_line(indexed: Path, tmp_path: Path) -> None:
    home = ready(indexed, tmp_path)
    (home / "npcbot.toml").write_text("[telegram]\nstale_seconds = 1\n")
    with running_server() as server:
        question = server.world.person("Anna").says(QUESTION)
        time.sleep(2.5)
        with serving(server, home, before=""):
            (said,) = server.wait_for(lambda: replies(question), 15)
            assert said.text.startswith("这个问题来的时候我不在线")


def test_without_a_token(tmp_path: Path) -> None:
    code = "from npcbot.terminal.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "serve"], env={"NPCBOT_HOME": str(tmp_path)}, capture_output=True
    )
    assert done.returncode == 2 and b"NPCBOT_TELEGRAM_TOKEN is not set" in done.stderr


def test_the_token_is_never_logged(indexed: Path, tmp_path: Path) -> None:
    home = ready(indexed, tmp_path)
    with running_server(faults=weather()) as server:
        bot = Bot(server, home, before="")
        bot.start(arguments=["--log-level", "debug"])
        anna = server.world.person("Anna")
        for question in (QUESTION, "/settings", "/about"):
            said = anna.says(question)
            server.wait_for(lambda said=said: replies(said), 30)
        anna.uploads(anna.private, "a.txt", "河湾镇条例\n\n第一条 河湾。\n".encode())
        server.wait_for(lambda: "已收录" in anna.private.last.text, 30)
        assert bot.stop() == 0
    text = bot.log.read_text()
    assert text.count("\n") > 10
    assert server.token not in text and server.token.split(":")[1] not in text
    assert "五年来" not in text and "河湾" not in text and str(anna.id) not in text
