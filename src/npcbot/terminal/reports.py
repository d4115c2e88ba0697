"""How quotations that people reported are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from npcbot.telegram.reports import Reported, place
from npcbot.terminal.render import INDENT, check, citation_lines
from npcbot.visible import visible


def render_reports(found: Sequence[Reported], *, colour: bool, width: int) -> str:
    """What was reported as wrongly quoted: each passage as it stands now, checked, or where it stood."""
    lines: list[str] = []
    for rank, one in enumerate(found, 1):
        if one.citation is not None:
            lines += citation_lines(replace(one.citation, rank=rank), colour=colour, width=width, chinese=True)
        else:
            lines += [f"{rank}. {place(one)}", f"{INDENT}{visible(one.why)}"]
        numbers = ", ".join(map(str, one.reports))
        lines += [f"{INDENT}⚑ reported {len(one.reports)}×, last {one.last} (reports {numbers})", ""]
    printed = "\n".join(lines).rstrip("\n")
    check(printed, [one.citation for one in found if one.citation is not None])
    return printed or "Nothing was reported."
