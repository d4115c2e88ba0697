"""The loop of ``npcbot chat``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from npcbot.errors import NpcbotError, QuestionError
from npcbot.visible import visible

_HISTORY = "chat_history"
_KEPT = 1000
_END = frozenset(["exit", "quit", "退出"])
_HELP = frozenset(["help", "帮助", "幫助"])
_ABOUT = """\
请输入问题，例如：立法法第七十二条第二款。空行、“退出”或 Ctrl-D 结束。
Write a question. An empty line, "exit" or Ctrl-D ends the chat. All options: npcbot chat --help"""


def converse(home: Path, answer: Callable[[str], None]) -> None:
    """Reads questions until an empty line, ``exit`` or the end of input. An error of a question ends no conversation.

    History goes to ``home/chat_history``, readable by its owner only; without a terminal there is none.
    """
    with _line_editing(home / _HISTORY) if sys.stdin.isatty() else contextlib.nullcontext():
        while True:
            try:
                question = input("\n问 › " if sys.stdin.isatty() else "")
            except (EOFError, KeyboardInterrupt):
                click.echo()
                return
            except UnicodeDecodeError as error:
                raise QuestionError(
                    f"Standard input is not {error.encoding.upper()}.",
                    "Convert it, for example: iconv -f GB18030 -t UTF-8",
                ) from None
            word = question.strip().lower()
            if not word or word.removeprefix("/") in _END:
                return
            if word.removeprefix("/") in _HELP:
                click.echo(_ABOUT, err=True)
                continue
            try:
                answer(question)
            except NpcbotError as error:
                click.echo(visible(str(error)), err=True)


@contextlib.contextmanager
def _line_editing(history: Path) -> Iterator[None]:
    try:
        import readline
    except ImportError:  # no line editing on this platform
        yield
        return
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    readline.set_history_length(_KEPT)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            history.parent.mkdir(parents=True, exist_ok=True)
            history.touch(mode=0o600)
            readline.write_history_file(history)
