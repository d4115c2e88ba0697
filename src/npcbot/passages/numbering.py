"""Which 款, 项 and 目 of an article, or of an item of a statute without articles, each of its paragraphs is."""

from __future__ import annotations

from collections.abc import Sequence

from npcbot.numerals import to_chinese
from npcbot.passages.headings import LETTERS, Label, among
from npcbot.passages.lines import finished
from npcbot.passages.statute import item_locator

Path = tuple[Label, ...]


def part_locators(whole: str, parts: Sequence[tuple[Label | None, str]], opened: bool) -> list[str]:
    """The locator of each paragraph of ``whole``, of which the label and the last line are given: 第十二条, or
    第十二条第二款 where it has several 款; 第十二条第二款第（三）项, 第十二条第（三）项第1目. The first 款 of an item
    (``opened`` by its own number) is called by the item alone."""
    places: list[tuple[bool, Path]] = []
    path: Path = ()
    for i, (found, text) in enumerate(parts):
        begins = i == 0
        if i and found is not None:
            found = among(found, path)
            path = (*_above(path, found), found)
        elif i and not _belongs(text, *parts[i - 1], first=i == 1):
            path = _resumed(parts[i + 1 :], path)
            begins = not path
        places.append((begins, path))
    several = sum(begins for begins, _ in places) > 1
    locators: list[str] = []
    number = 0
    for begins, path in places:
        number += begins
        locator = whole + (f"第{to_chinese(number)}款" if several and not (opened and number == 1) else "")
        for depth, label in enumerate(path):
            locator += (item_locator(label), f"第{label.number}目", f"（{label.number}）")[min(depth, 2)]
        locators.append(locator)
    return locators


def _above(path: Path, found: Label) -> Path:
    """The part of the path under which an item stands."""
    above = next((path[:i] for i, label in enumerate(path) if label.style == found.style), path)
    while found.number > 1 and found.style not in LETTERS and above and above[-1].style in LETTERS:
        above = above[:-1]  # 7. behind c. goes on with a list above the letters.
    return above


def _belongs(text: str, before: Label | None, text_before: str, first: bool) -> bool:
    """Whether a paragraph without a number is of one 款 or 项 with the one before it: a list or formula after a colon,
    the next entry of a list without numbers, what stands under a title (（二）处理), an answer after its question."""
    if text_before.endswith(("：", ":")) or text.startswith(("答：", "答:")):
        return True
    numbered = before is not None and not first
    if text_before.endswith(("；", ";")) and not numbered:
        return True
    return not finished(text_before) and (first or numbered or not finished(text))


def _resumed(later: Sequence[tuple[Label | None, str]], path: Path) -> Path:
    """The path of the item that a paragraph without a number is of: one whose series goes on behind it (（三）, the
    paragraph, （四）). Empty where none does, and the paragraph is the next 款."""
    for found, _ in later:
        for i, label in enumerate(path):
            if found is not None and found.style == label.style:
                return path[: i + 1] if found.number == label.number + 1 else ()
    return ()
