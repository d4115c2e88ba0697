"""What every command needs and imports nothing heavy: the collections meant, files written."""

from __future__ import annotations

import shutil
from pathlib import Path

from npcbot.config import Settings
from npcbot.errors import ConfigError, NpcbotError


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


def written(path: str, content: bytes) -> None:
    """NpcbotError where the file cannot be written."""
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise NpcbotError(f"{path}: cannot be written: {error.strerror}", "Name another file.") from error
