"""What the trainings of encoder and reader share: where the lessons are, and how they are read and shown."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from npcbot.folding import fold_text

#: Share of the lessons that are shown in the traditional script.
TRADITIONAL = 0.12
SEED = 0


def folders(description: str | None) -> argparse.Namespace:
    """What both trainings are given: the starting weights, the lessons, and where the result goes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--lessons", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def kept_for_fitting(question: str) -> bool:
    """Whether fit.py may take the question for one that the models have not seen."""
    return hashlib.sha256(fold_text(question).encode()).digest()[1] % 8 == 0


def held_out(lesson: Mapping[str, Any]) -> bool:
    """Whether no model is shown the lesson: those with quotations and those on statutes, one in eight; and all those on
    one in eight of the articles of statutes, so that marking can be measured on articles that are new to the reader."""
    if lesson["source"] == "statutes" and any(map(kept_for_fitting, lesson["records"])):
        return True
    return (bool(lesson["answers"]) or lesson["source"] == "statutes") and kept_for_fitting(lesson["query"])


@cache
def traditional() -> Callable[[str], str]:
    convert: Callable[[str], str] = OpenCC("s2t").convert
    return convert


def in_either_script(lesson: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The lesson, or one in so many of them in the traditional script."""
    if chance.random() >= TRADITIONAL:
        return lesson
    convert = traditional()
    return {
        name: convert(value) if name == "query" else list(map(convert, value)) if isinstance(value, list) else value
        for name, value in lesson.items()
    }
