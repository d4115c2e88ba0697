"""Ctrl-C in the middle of indexing, in a process of its own: the old generation stays."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
from command_line import FILES, REPORT, Terminal, ended, process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

#: Four texts a batch, and a pause for each; says when it has begun to embed.
SLOW = """
import fakes
from npcbot.index import staging
from npcbot.terminal import indexing

staging._BATCH = 4

class Slow(fakes.FakeEncoder):
    def encode_passages(self, texts):
        vectors = super().encode_passages(texts)
        print("embedding", flush=True)
        return vectors

indexing.load_encoder = lambda settings: Slow(delay=0.05)
"""


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path, monkeypatch, capsys)
    terminal.use(terminal.encoder)
    return terminal


def interrupted(terminal: Terminal, batches: int) -> None:
    started = process(terminal.home, ["index", str(terminal.documents)], before=SLOW)
    try:
        assert started.stdout is not None
        for _ in range(batches):
            assert started.stdout.readline() == b"embedding\n", ended(started).err
        started.send_signal(signal.SIGINT)
        stopped = ended(started)
    finally:
        started.kill()
    assert stopped.status in (130, 2)
    assert "stopped" in stopped.err
    assert "Traceback" not in stopped.err


def many() -> dict[str, str]:
    return {f"分馆/{number:02}.txt": REPORT.replace("河湾镇", f"第{number}号") for number in range(12)}


def test_the_old_generation_stays(terminal: Terminal) -> None:
    terminal.done("index", terminal.write())
    generations = sorted(terminal.home.glob("default/gen-*"))
    terminal.write(many())
    interrupted(terminal, 3)
    assert sorted(terminal.home.glob("default/gen-*")) == generations
    assert not list(terminal.home.glob("default/*.building"))
    assert terminal.ids() == sorted(FILES)
    assert terminal.done("ask", "--json", "图书馆一共买进新书多少册？").json["citations"]

    terminal.done("index", terminal.documents)
    assert terminal.ids() == sorted({*FILES, *many()})


def test_what_was_embedded_is_not_lost(terminal: Terminal) -> None:
    terminal.write(many())
    interrupted(terminal, 5)
    assert "npcbot index PATH" in terminal.refused("docs"), "there was no generation before"
    terminal.done("index", terminal.documents)
    with terminal.collection() as collection:
        texts = collection.manifest.windows
    assert 0 < len(terminal.encoder.passages) <= texts - 4 * 4, "four batches were kept before the fifth was"
    assert terminal.ids() == sorted(many())
