"""What the commands share, importing nothing heavy: the collections meant, how it is printed, files written."""

from __future__ import annotations

import shutil
from typing import Final, Literal

import click

from npcbot.config import Settings
from npcbot.errors import ConfigError, NpcbotError

some_collections = click.option(
    "--collection", "names", multiple=True, metavar="NAME", help="A collection to search; may be given several times."
)
RESET: Final = "\x1b[0m"
_DIM: Final = "\x1b[2m"


def chosen(settings: Settings, names: tuple[str, ...]) -> tuple[str, ...]:
    """The collections named, each once; the default ones where none is.

    Raises:
        ConfigError: there is no default either.
    """
    if found := tuple(dict.fromkeys(names)) or settings.collections.default:
        return found
    raise ConfigError("No collection is named.", "Give --collection NAME, or set collections.default.")


def one(settings: Settings, name: str | None) -> str:
    """The collection named, or the first of the default ones. ConfigError where there is none."""
    return chosen(settings, (name,) if name else ())[0]


def width() -> int:
    """Columns to print in."""
    return min(100, shutil.get_terminal_size((100, 24)).columns)


def dim(text: str, colour: bool) -> str:
    return f"{_DIM}{text}{RESET}" if colour else text


def written(path: str, content: bytes, mode: Literal["wb", "ab"] = "wb") -> None:
    """``ab`` keeps what the file has. NpcbotError where it cannot be written."""
    try:
        with open(path, mode) as file:
            file.write(content)
    except OSError as error:
        raise NpcbotError(f"{path}: cannot be written: {error.strerror}", "Name another file.") from error
