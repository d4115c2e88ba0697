"""``NAME.toml`` beside ``NAME.txt``: what a person knows of a document better than its text says.

Every key may be left out::

    title = "……工作报告"
    issuer = "……"
    kind = "report"              # report, law, other
    status = "in force"
    incomplete = "the text ends in section five"
    dates = [{kind = "delivered", date = 2023-03-07}]   # also adopted, amended, published, in_force; "2023", "2023-03"
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from npcbot.errors import DocumentError
from npcbot.types import DateKind, Kind

SUFFIX = ".toml"
_TEXTS = ("title", "issuer", "status", "incomplete")
_KEYS = (*_TEXTS, "kind", "dates")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MAX_BYTES = 1 << 20
_MAX_TEXT = 2000


def sidecar_of(path: Path) -> Path:
    return path.with_suffix(SUFFIX)


def load_sidecar(path: Path) -> Mapping[str, object]:
    """The sidecar of the document at ``path``, ``{}`` where there is none.

    Keys as above; ``dates`` is a list of ``{"kind": str, "date": str}`` with ISO 8601 dates as exact as given.

    Raises:
        DocumentError: the sidecar cannot be read, or a key or value is not one of those above.
    """
    file = sidecar_of(path)
    try:
        if not file.exists():
            return {}
        if file.stat().st_size > _MAX_BYTES:
            raise DocumentError(f"{file}: too large for a sidecar", "A sidecar holds a title, dates and the like.")
        values = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise DocumentError(f"{file}: cannot be read: {error.strerror}", "Check its permissions.") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{file}: not UTF-8, as TOML must be", "Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DocumentError(f"{file}: not valid TOML: {error}", "Correct it, or remove it.") from error
    return {key: _checked(file, key, value) for key, value in values.items()}


def _checked(file: Path, key: str, value: Any) -> object:
    if key not in _KEYS:
        raise DocumentError(f"{file}: unknown key {key!r}", f"Known: {', '.join(_KEYS)}.")
    if key == "dates":
        if not isinstance(value, list):
            raise DocumentError(
                f"{file}: dates must be a list", 'Write dates = [{kind = "adopted", date = 2023-03-13}].'
            )
        return [_dated(file, entry) for entry in value]
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_TEXT:
        raise DocumentError(f"{file}: {key} must be a text in quotes", f'Write {key} = "…", or leave it out.')
    if key == "kind":
        return _one_of(file, "kind", value, [kind.value for kind in Kind])
    return value.strip()


def _dated(file: Path, entry: Any) -> dict[str, str]:
    if not isinstance(entry, dict) or set(entry) != {"kind", "date"}:
        raise DocumentError(
            f"{file}: each of dates must have kind and date, and nothing else",
            'Write dates = [{kind = "adopted", date = 2023-03-13}].',
        )
    kind = _one_of(file, "dates.kind", entry["kind"], [kind.value for kind in DateKind])
    return {"kind": kind, "date": _iso(file, entry["date"])}


def _iso(file: Path, value: Any) -> str:
    if isinstance(value, datetime.datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    found = _DATE.fullmatch(text)
    try:
        if found:
            year, month, day = found.groups("1")
            datetime.date(int(year), int(month), int(day))
            return text
    except ValueError:
        pass
    raise DocumentError(f"{file}: dates.date is {text!r}", 'Write 2023-03-07, "2023-03" or "2023".')


def _one_of(file: Path, key: str, value: Any, allowed: list[str]) -> str:
    if value not in allowed:
        raise DocumentError(f"{file}: {key} is {value!r}", f"Allowed: {', '.join(allowed)}.")
    return str(value)
