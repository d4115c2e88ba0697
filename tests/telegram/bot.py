"""``npcbot serve`` itself, in a process of its own, against the Bot API server of the tests."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from botapi import Server
from talk import OPERATOR

SOURCE = Path(__file__).parents[2] / "src"
#: Paces and limits that hold up no test; those who test them set their own. Reading is most of what a question costs.
SETTINGS = f"""[reranker]
name = "off"
[telegram]
send_per_chat = "1000/1"
send_per_group = "1000/1"
send_overall = "1000/1"
per_person = "100000/1"
per_chat = "100000/1"
overall = "100000/1"
operators = [{OPERATOR}]
"""
#: The fake encoder in the place of the bundled one: what is tested here is the bot.
FAKE = """
import fakes
from npcbot.answer import library
library.load_encoder = lambda settings: fakes.FakeEncoder()
"""


@dataclass
class Bot:
    """A bot that can be started, stopped and killed."""

    server: Server
    home: Path
    before: str = ""
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    @property
    def log(self) -> Path:
        return self.home / "log.jsonl"

    def start(self, wait: bool = True, arguments: Sequence[str] = ()) -> None:
        code = f"import sys\nfrom npcbot.terminal.cli import main\n{self.before}\nmain()"
        base = self.server.base_url.removesuffix("/bot")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code, "serve", "--api-base", base, *arguments],
                env=os.environ
                | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{Path(__file__).parents[1]}", "NPCBOT_HOME": str(self.home)}
                | {"NPCBOT_TELEGRAM_TOKEN": self.server.token},
                stdout=log,
                stderr=log,
            )
        self.starts += 1
        if wait:
            self.await_log("serving", self.starts)

    def await_log(self, word: str, times: int = 1, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while self.log.read_text().count(f'"said": "{word}"') < times:
            assert self.process is not None and self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < until, f"no {word!r}: {self.log.read_text()[-3000:]}"
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    @property
    def ended(self) -> int | None:
        """The exit status, once there is one."""
        return self.process.poll() if self.process is not None else None

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)


@contextlib.contextmanager
def serving(server: Server, home: Path, before: str = FAKE) -> Iterator[Bot]:
    bot = Bot(server, home, before)
    bot.start()
    try:
        yield bot
    finally:
        if bot.process is not None and bot.process.poll() is None:
            bot.stop()
