"""Differences as they are printed on a terminal: the same lines with colours and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from npcbot.index import Collection
from npcbot.lookups.check import Checker
from npcbot.lookups.diff import compare_versions
from npcbot.lookups.naming import named_document
from npcbot.lookups.printed import diffs, trails, verdicts
from npcbot.lookups.trace import trace

Lines = Callable[[Collection, bool], Iterator[str]]


def checked(opened: Collection, colour: bool) -> Iterator[str]:
    said = "“在湿地内取土的，可以报县级林业部门批准，并依法恢复原状。”"
    return verdicts.lines(Checker([opened]).check(said), colour=colour, width=24)


def compared(opened: Collection, colour: bool) -> Iterator[str]:
    old, new = (named_document([opened], f"样本市湿地保护条例@{year}") for year in ("2015", "2021"))
    return diffs.lines(compare_versions(old, new), colour=colour, width=24)


def traced(opened: Collection, colour: bool) -> Iterator[str]:
    said = "一年来，常务委员会共审议地方性法规案14件，听取专项工作报告九项"
    return trails.lines(trace([opened], said), colour=colour, width=24)


@pytest.mark.parametrize("lines", [checked, compared, traced])
def test_colours_take_no_room_and_hide_nothing(opened: Collection, lines: Lines) -> None:
    plain, coloured = list(lines(opened, False)), list(lines(opened, True))
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in coloured] == plain
    assert any(re.search(r"\x1b\[31m［-.*-］\x1b\[0m", line) for line in coloured)
    assert any(re.search(r"\x1b\[32m｛\+.*\+｝\x1b\[0m", line) for line in coloured)
    assert "␛" not in "".join(coloured)
