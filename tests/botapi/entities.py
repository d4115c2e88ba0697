"""Text with entities: UTF-16 offsets, what Telegram finds by itself, what it cuts off, where it stops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from .errors import bad_request
from .html import SPLITTABLE, Entity, parse, units

MAX_TEXT, MAX_CAPTION, MAX_ENTITIES, MAX_ENTITY_BYTES = 4096, 1024, 100, 9500
#: Nothing is looked for inside these.
OPAQUE = {"pre", "code", "text_link", "text_mention"}
# In Telegram's own expressions the end is a word boundary: "/ask什么" is no command and "@TestBot怎么" no mention.
FOUND = {
    "bot_command": re.compile(r"(?<![\w/<])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/>])"),
    "url": re.compile(r"https?://[^\s<>\"，。；：！？、）】》”]*[^\s<>\"，。；：！？、）】》”.,;:!?)\]]"),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)"),
    "hashtag": re.compile(r"(?<!\w)#(?=\w*[^\W\d_])\w{1,256}(?!\w)"),
}
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e]")


def spans(text: str, entities: Iterable[Entity], kind: str = "") -> list[str]:
    """The texts of the entities, of all kinds or of one."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return [
        encoded[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le", "surrogatepass")
        for one in entities
        if kind in ("", one["type"])
    ]


def detect(text: str, known: Iterable[Entity] = ()) -> Iterator[Entity]:
    """Commands, links, mentions and hashtags of ``text``, outside what is ``known`` already to be opaque."""
    taken = [(one["offset"], one["offset"] + one["length"]) for one in known if one["type"] in OPAQUE]
    for kind, pattern in FOUND.items():
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            end = start + units(match[0])
            if all(end <= low or high <= start for low, high in taken):
                taken.append((start, end))
                yield {"type": kind, "offset": start, "length": end - start}


def clean(text: str) -> str:
    """Control characters as Telegram leaves them: line ends are ``\\n``, others a space, direction marks gone."""
    return _CONTROL.sub(" ", _DROPPED.sub("", text))


def formatted(text: str, mode: str = "", given: list[Entity] | None = None, limit: int = MAX_TEXT) -> dict[str, Any]:
    """``text`` and ``entities`` as the message will have them.

    ``mode`` is "HTML" or nothing; ``given`` are entities sent beside plain text; ``limit`` in UTF-16 units.
    :raises ApiError: 400 with Telegram's words: cannot be parsed, empty, too long, entities too large.
    """
    empty, long = ("message text is empty", "message is too long")
    if limit == MAX_CAPTION:
        long = "message caption is too long"
    if mode and mode.lower() not in ("html", "none"):
        raise bad_request("unsupported parse_mode")
    text = clean(text)
    text, entities = parse(text) if mode.lower() == "html" else (text, list(given or ()))
    for one in entities:
        if one["offset"] < 0 or one["offset"] + one["length"] > units(text):
            raise bad_request("entity begins in a middle of a UTF-16 symbol or lies outside the text")
    text, entities = _trimmed(text, entities)
    if not text and limit == MAX_TEXT:
        raise bad_request(empty)
    if units(text) > limit:
        raise bad_request(long)
    entities = sorted([*entities, *detect(text, entities)], key=lambda one: (one["offset"], -one["length"]))
    entities = entities[:MAX_ENTITIES]
    if sum(map(_size, entities)) > MAX_ENTITY_BYTES:
        raise bad_request("ENTITIES_TOO_LONG")
    return {"text": text, "entities": entities}


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """White space goes at the end, and at the start up to the first entity; entities of white space alone go."""
    text = text.rstrip(" \n\t\xa0\u3000")
    end, first = units(text), min((one["offset"] for one in entities), default=len(text))
    cut = min(len(text) - len(text.lstrip(" \n")), first)
    kept = []
    for one in entities:
        length = min(one["length"], end - one["offset"])
        if length <= 0:
            continue
        blank = not spans(text, [{**one, "length": length}])[0].strip()
        if not blank or one["type"] not in SPLITTABLE:
            kept.append({**one, "offset": one["offset"] - cut, "length": length})
    return text[cut:], kept


def _size(entity: Entity) -> int:
    # About what an entity takes on the wire: its kind, offset and length, and the address it carries.
    return 12 + len(str(entity.get("url", "")).encode()) + len(str(entity.get("language", "")).encode())
