"""Which version of a document holds on a day.

A version takes effect on the day that its text names for it; a day of taking effect older than the version itself is
that of the first version, and an amended version then holds from its own date on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from npcbot.errors import QuestionError
from npcbot.index.records import DocumentInfo
from npcbot.types import DateKind, Kind

_DATE: Final = re.compile(r"((?:1[89]|20)\d{2})(?:-(\d{2})(?:-(\d{2}))?)?")
#: Whatever is written like a day, so that what is none is said to be none and not searched for.
AT: Final = re.compile(r"[@＠]\s*(\d{4}[\d-]*+)(?!\.\w)\s*年?")


def as_of(said: str) -> str:
    """A day as ISO 8601: ``2019`` is the last day of that year, ``2019-03`` of that month.

    Raises:
        QuestionError: no such day.
    """
    match = _DATE.fullmatch(said.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = int(match[1]), int(match[2] or 12), match[3]
        if not 1 <= month <= 12:
            raise ValueError
        if day is not None:
            return date(year, month, int(day)).isoformat()
        following = date(year + month // 12, month % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1).isoformat()
    except ValueError:
        raise QuestionError(
            f"{said!r} is no date.", "Write a year from 1800 to 2099, a month or a day: 2019, 2019-03, 2019-03-15."
        ) from None


def at(question: str) -> tuple[str, str]:
    """The question without its ``@2019``, and the day as ISO 8601, ``""`` where it names none."""
    match = AT.search(question)
    if match is None:
        return question, ""
    return (question[: match.start()] + question[match.end() :]).strip(), as_of(match[1])


def effective(info: DocumentInfo) -> str:
    """When this version took effect, as exact as known; ``""`` where it has no date."""
    return max([info.date, *(day.value for day in info.dates if day.kind is DateKind.IN_FORCE)])


def guessed(info: DocumentInfo) -> bool:
    """Whether a law does not say from which day this version of it holds, so that its own date is taken for it."""
    said = (day for day in info.dates if day.kind is DateKind.IN_FORCE)
    return info.kind is Kind.LAW and not any(day.value >= info.date for day in said)


def holds(info: DocumentInfo, day: str) -> bool:
    """Whether it had taken effect by a day (``YYYY-MM-DD``). A day of which less is known counts from its first."""
    began = effective(info)
    return not began or began <= day[: len(began)]


def repealed(info: DocumentInfo, day: str) -> bool:
    """Whether another law had repealed it by a day (``YYYY-MM-DD``)."""
    return bool(info.repealed_on) and info.repealed_on <= day[: len(info.repealed_on)]


def version(editions: Sequence[DocumentInfo], day: str) -> DocumentInfo | None:
    """Of the versions of one work the one that holds on a day: the newest that has taken effect; a part of it where it
    has several."""
    begun = [info for info in editions if holds(info, day)]
    return max(begun, key=lambda info: (info.date, effective(info)), default=None)


def out_of_force(infos: Iterable[DocumentInfo], day: str) -> frozenset[str]:
    """The ids of the documents that do not hold on a day: not there yet, or laws that had been repealed or whose newer
    version had taken effect. Reports and the rest hold from their date on."""
    infos = list(infos)
    works: dict[str, list[DocumentInfo]] = {}
    for info in infos:
        if info.kind is Kind.LAW:
            works.setdefault(info.work, []).append(info)
    found = {info.document_id for info in infos if not holds(info, day) or repealed(info, day)}
    for editions in works.values():
        dates = {info.date for info in editions}
        if len(dates) > 1 and all(dates) and (current := version(editions, day)) is not None:
            found.update(
                info.document_id for info in editions if info.date != current.date and not _twin(info, current)
            )
    return frozenset(found)


def _twin(info: DocumentInfo, current: DocumentInfo) -> bool:
    """Two files of the same text with different dates in their names are one version."""
    return not info.superseded_by and not current.superseded_by
