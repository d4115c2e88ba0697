"""Coming up and going down where Telegram cannot be reached, or the home cannot be written."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bot import FAKE, SETTINGS, SOURCE, Bot
from botapi import Faults, running_server

from npcbot.telegram.app import TOKEN


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Without an index."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "npcbot.toml").write_text(SETTINGS)
    return home


@pytest.mark.parametrize(
    ("fault", "method", "number"),
    [
        ("drop_before", "getMe", signal.SIGTERM),
        ("slow", "getMe", signal.SIGINT),
        ("drop_before", "deleteWebhook", signal.SIGTERM),
    ],
)
def test_told_to_stop_before_it_serves(home: Path, fault: str, method: str, number: int) -> None:
    faults = Faults()
    faults.add(fault, 1.0, method, seconds=15)
    with running_server(faults=faults, validate=False) as server:
        bot = Bot(server, home, FAKE)
        bot.start(wait=False)
        server.wait_for(lambda: faults.counts[fault, method], 60)
        began = time.monotonic()
        assert bot.stop(number) == 0, bot.log.read_text()
        assert time.monotonic() - began < 10
        assert "Traceback" not in bot.log.read_text()


def test_told_to_wait_at_the_start_it_waits(home: Path) -> None:
    faults = Faults()
    faults.add("retry_after", 1.0, "getMe", times=2)
    with running_server(faults=faults, validate=False) as server:
        bot = Bot(server, home, FAKE)
        bot.start()
        assert faults.counts["retry_after", "getMe"] == 2
        assert bot.stop() == 0


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    environment = {"PYTHONPATH": str(SOURCE), "NPCBOT_HOME": str(tmp_path / "file" / "home"), TOKEN: "1:x"}
    code = "from npcbot.terminal.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "serve"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr and "Make the folder writable" in done.stderr
    assert "Traceback" not in done.stderr
