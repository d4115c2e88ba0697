"""Both directions against aiogram's types, which declare the newest Bot API; a field that they lack is refused."""

from __future__ import annotations

import json
import threading
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from .objects import Json

#: Parameters of a request that are objects or lists of them.
STRUCTURED = {
    "allowed_updates",
    "button",
    "caption_entities",
    "commands",
    "entities",
    "ephemeral_message_parameters",
    "link_preview_options",
    "media",
    "menu_button",
    "message_ids",
    "reaction",
    "reply_markup",
    "reply_parameters",
    "result",
    "results",
    "rich_message",
    "scope",
}


@cache
def methods() -> dict[str, type[BaseModel]]:
    """aiogram's class for a method, by its name in lower case."""
    # Takes seconds to import: not for those who validate nothing.
    import aiogram.methods

    classes = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    return {one.__api_method__.lower(): one for one in classes if isinstance(getattr(one, "__api_method__", None), str)}


#: aiogram builds its types when they are first used, which two threads must not do at once.
_BUILDING = threading.RLock()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def undeclared(value: Any, path: str = "") -> list[str]:
    """Paths of the fields that a validated value carries and its types do not declare."""
    if isinstance(value, BaseModel):
        found = [f"{path}.{name}".lstrip(".") for name in value.model_extra or ()]
        for name in value.model_fields_set & set(type(value).model_fields):
            found += undeclared(getattr(value, name), f"{path}.{name}".lstrip("."))
        return found
    if isinstance(value, list):
        return [one for at, item in enumerate(value) for one in undeclared(item, f"{path}[{at}]")]
    return []


def _faults(kind: Any, value: Any) -> list[str]:
    try:
        with _BUILDING:
            return [f"{path}: not declared" for path in undeclared(_adapter(kind).validate_python(value))]
    except ValidationError as error:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)]


@cache
def prepare() -> None:
    """Import and build the large types, once: seconds that no call should wait for."""
    user = {"id": 1, "is_bot": True, "first_name": "a"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "from": user}
    check_update({"update_id": 1, "message": message})
    check_result("sendMessage", message)
    check_result("getMe", user)
    check_request("getMe", {})
    check_request("sendMessage", {"chat_id": 1, "text": "a"})
    check_request("getUpdates", {})


def check_update(update: Json) -> list[str]:
    """What is wrong with an update; nothing is the empty list."""
    import aiogram.types

    return _faults(aiogram.types.Update, update)


def check_result(method: str, result: Any) -> list[str]:
    """What is wrong with the result of a method, by the type it is declared to return."""
    known = methods().get(method.lower())
    return _faults(known.__returning__, result) if known else []


def check_request(method: str, params: Json) -> list[str]:
    """What is wrong with the parameters of a call: unknown names, wrong types, undeclared fields of its objects."""
    known = methods().get(method.lower())
    if known is None:
        return []
    decoded = dict(params)
    for name in STRUCTURED & decoded.keys():
        if isinstance(decoded[name], str):
            try:
                decoded[name] = json.loads(decoded[name])
            except ValueError as error:
                return [f"{name}: no JSON, {error}"]
    return _faults(known, decoded)
