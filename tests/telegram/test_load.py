"""How many questions a second, over all the laws; and that hours of them leave the memory as it was.

The index is made first, which takes minutes; NPCBOT_LOAD_HOME names a folder where it is kept for the next time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from bot import SOURCE, Bot, serving
from botapi import Message, Person, Server, running_server
from material import SHARED
from talk import replies

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not (SHARED / "corpus" / "laws").is_dir(), reason="the laws are not here (NPCBOT_SHARED)"),
]
SETTINGS = """[reranker]
name = "off"
[telegram]
send_per_chat = "100/1"
send_overall = "1000/1"
per_person = "100000/1"
per_chat = "100000/1"
overall = "100000/1"
typing = false
workers = 2
"""
CHATS = 1000
#: Questions a second, each for so many seconds; then the one that must hold for a minute.
RATES, SECONDS = (10, 20, 30, 40, 45, 50), 15
HELD, MINUTE = 30, 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Path(os.environ.get("NPCBOT_LOAD_HOME") or tmp_path_factory.mktemp("laws"))
    if not (home / "default").is_dir():
        code = "from npcbot.terminal.cli import main; main()"
        environment = os.environ | {"PYTHONPATH": str(SOURCE), "NPCBOT_HOME": str(home)}
        laws = str(SHARED / "corpus" / "laws")
        subprocess.run([sys.executable, "-c", code, "index", laws], env=environment, check=True)
    shutil.rmtree(home / "telegram", ignore_errors=True)
    (home / "npcbot.toml").write_text(SETTINGS)
    return home


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server(validate=False) as server:
        yield server


def questions() -> list[str]:
    lines = (SHARED / "eval" / "stard_lrb" / "queries.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def asked_at(rate: float, seconds: float, server: Server, number: int = 0) -> list[Message]:
    """So many questions a second, each in the next of a thousand chats."""
    people = cycle([user for user in server.world.users.values() if isinstance(user, Person)])
    texts = cycle(questions()[number:])
    start, sent = time.monotonic(), list[Message]()
    for step in range(int(rate * seconds)):
        time.sleep(max(0.0, start + step / rate - time.monotonic()))
        sent.append(next(people).says(next(texts)))
    server.wait_for(lambda: replies(sent[-1]), 120)
    server.wait_for(lambda: all(replies(message) for message in sent), 60)
    return sent


def latencies(sent: list[Message]) -> list[float]:
    return sorted(replies(message)[0].at - message.at for message in sent)


def test_rate(home: Path, server: Server) -> None:
    for number in range(CHATS):
        server.world.person(f"P{number}")
    with serving(server, home, before=""):
        asked_at(5, 5, server)
        for rate, seconds in (*((rate, SECONDS) for rate in RATES), (HELD, MINUTE)):
            took = latencies(asked_at(rate, seconds, server, rate * 7))
            p50, p95 = took[len(took) // 2], took[int(0.95 * len(took))]
            print(f"{rate} a second for {seconds} s: p50 {1000 * p50:.0f} ms, p95 {1000 * p95:.0f} ms", flush=True)
    assert len(took) == HELD * MINUTE


def resident(bot: Bot) -> float:
    """Megabytes."""
    assert bot.process is not None
    status = Path(f"/proc/{bot.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_twenty_minutes_leave_the_memory_as_it_was(home: Path, server: Server) -> None:
    minutes = int(os.environ.get("NPCBOT_SOAK_MINUTES", "20"))
    for number in range(CHATS):
        server.world.person(f"P{number}")
    with serving(server, home, before="") as bot:
        sizes = []
        for minute in range(minutes):
            took = latencies(asked_at(10, 60, server, minute * 13))
            sizes.append(resident(bot))
            print(
                f"minute {minute + 1}: {sizes[-1]:.0f} MB, p95 {1000 * took[int(0.95 * len(took))]:.0f} ms", flush=True
            )
        settled = sizes[1:]
        assert max(settled) <= 1.05 * settled[0]
