"""The sample corpus behind a bot of its own, for the tests of one file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bot import SETTINGS, SOURCE, Bot, serving
from botapi import Server, World, running_server
from talk import OPERATOR

SAMPLE = SOURCE / "npcbot" / "sample"


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample corpus, indexed with the bundled encoder."""
    home = tmp_path_factory.mktemp("indexed")
    code = "from npcbot.terminal.cli import main; main()"
    environment = {"PYTHONPATH": str(SOURCE), "NPCBOT_HOME": str(home), "PATH": ""}
    subprocess.run([sys.executable, "-c", code, "index", str(SAMPLE)], env=environment, check=True, capture_output=True)
    return home


@pytest.fixture(scope="module")
def home(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bot") / "home"
    shutil.copytree(indexed, home)
    (home / "npcbot.toml").write_text(SETTINGS)
    return home


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as server:
        assert server.world.person("Operator").id == OPERATOR
        yield server


@pytest.fixture(scope="module")
def bot(server: Server, home: Path) -> Iterator[Bot]:
    with serving(server, home, before="") as bot:
        yield bot
    assert server.violations == []
    assert bot.process is not None and bot.process.returncode == 0
    assert server.token.split(":")[1] not in bot.log.read_text()
    assert [line for line in bot.log.read_text().splitlines() if '"level": "error"' in line] == []


@pytest.fixture
def world(server: Server, bot: Bot) -> World:
    return server.world
