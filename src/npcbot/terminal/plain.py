"""What every command needs and imports nothing heavy: text that is safe to print, the collection meant."""

from __future__ import annotations

from typing import Final

from npcbot.config import Settings
from npcbot.errors import ConfigError

#: Characters that would act on the terminal, turn the reading direction or cannot be written as UTF-8. Shown in their
#: place are pictures of them, where there are such.
_ACTING: Final = {code: 0x2400 + code for code in range(0x20) if code not in (0x0A,)} | {
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}


def visible(text: str) -> str:
    """Without characters that act on a terminal; each is shown by one that stands for it. Line breaks stay."""
    return text.translate(_ACTING)


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
