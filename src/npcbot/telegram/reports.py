"""Quotations that somebody holds to be wrong, for those who run the bot.

What a chat has of its own is named by ids and hashes alone, and what was asked is left out: neither is theirs to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from npcbot.answer import Citation
from npcbot.answer.show import show
from npcbot.errors import NpcbotError
from npcbot.index import Collection, Lost, collections
from npcbot.telegram.asking import find
from npcbot.telegram.state import NAME, State
from npcbot.types import Span


@dataclass(frozen=True, slots=True)
class Reported:
    """A passage of the answers reported, as it was quoted the last time: ``spans`` and ``text_sha256`` are empty where
    the documents no longer gave that answer. ``reports`` are numbers, the newest first. ``citation`` is the passage as
    it stands now; without one, ``why`` says why."""

    passage_id: str
    spans: Sequence[Span]
    text_sha256: str
    reports: list[int]
    last: str
    citation: Citation | None
    why: str


def reported(home: Path, public: Sequence[str]) -> list[Reported]:
    """The last reported first. An answer is reported whole: each of its passages counts.

    Raises:
        NpcbotError: the state or a public collection cannot be read.
    """
    if not (home / NAME).is_file():
        return []
    state = State(home / NAME)
    try:
        reports = state.reports()
    finally:
        state.close()
    found: dict[str, Reported] = {}
    with ExitStack() as stack:
        present = collections(home)
        opened = {name: stack.enter_context(Collection.open(home, name)) for name in public if name in present}
        for number, at, facts in reports:
            for kept in facts["quoted"] or [{"passage_id": passage_id} for passage_id in facts["passages"]]:
                passage_id, name = kept["passage_id"], kept.get("collection")
                if passage_id in found:
                    found[passage_id].reports.append(number)
                    continue
                found[passage_id] = Reported(
                    passage_id,
                    kept.get("spans", []),
                    kept.get("text_sha256", ""),
                    [number],
                    f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC",
                    *_quoted([one for key, one in opened.items() if name in (key, None)], passage_id),
                )
    return list(found.values())


def _quoted(opened: Sequence[Collection], passage_id: str) -> tuple[Citation | None, str]:
    found = find(opened, passage_id)
    if isinstance(found, Lost):
        return None, "its text has changed since" if found is Lost.CHANGED else "not in a public collection"
    collection, stored = found
    try:
        return show(collection, [stored])[0], ""
    except NpcbotError as error:
        # One passage that cannot be quoted must not hide the others.
        return None, error.message


def place(quoted: Citation | Reported) -> str:
    """Where it was read, told without a word of the document."""
    spans = ", ".join(f"{start}–{end}" for start, end in quoted.spans)
    return f"{quoted.passage_id} · {spans} · SHA-256 {quoted.text_sha256[:16]}" if spans else quoted.passage_id
