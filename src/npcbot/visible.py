"""Text as it may be shown: nothing in it acts on a terminal or turns the reading direction of what is around it."""

from __future__ import annotations

from typing import Final

#: Characters that would act on the terminal, turn the reading direction or cannot be written as UTF-8. Shown in their
#: place are pictures of them, where there are such.
_ACTING: Final = {code: 0x2400 + code for code in range(0x20) if code not in (0x0A,)} | {
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}


def visible(text: str) -> str:
    """Each character that acts is shown by one that stands for it; offsets stay as they are. Line breaks stay."""
    return text.translate(_ACTING)
