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


def converse(home: Path, answer: Callable[[str], None]) -> None:
    """Reads questions until an empty line or the end of input. An error of a question ends no conversation.

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
            if not question.strip():
                return
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
