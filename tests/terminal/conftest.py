"""The command line with the fake encoder, before and after the three documents are indexed."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Terminal


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path, monkeypatch, capsys)
    terminal.use(terminal.encoder)
    return terminal


@pytest.fixture
def library(terminal: Terminal) -> Terminal:
    terminal.done("index", terminal.write())
    return terminal
