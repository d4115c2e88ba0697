"""What the bot answers to: pressed buttons, inline queries, mentions as a guest."""

from __future__ import annotations

import re
import time

from .calls import Call, keyboard
from .entities import formatted
from .errors import bad_request
from .methods import method
from .objects import Json, Query
from .people import Person
from .world import World

MAX_ANSWER, MAX_RESULTS, MAX_OFFSET_BYTES, MAX_RESULT_ID_BYTES = 200, 50, 64, 64
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def _open_query(world: World, call: Call, name: str) -> Query:
    """The query of this id, still unanswered and not too old."""
    query = world.queries.get(call.text(name))
    if query is None or query.answer is not None or time.monotonic() - query.at > world.answer_seconds:
        raise bad_request(TOO_OLD)
    return query


@method("answerCallbackQuery")
def answer_callback_query(world: World, call: Call) -> bool:
    if len(call.text("text")) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query = _open_query(world, call, "callback_query_id")
    query.answer = {"text": call.text("text"), "show_alert": call.flag("show_alert"), "url": call.text("url")}
    world.changed()
    return True


def _check_result(world: World, result: Json) -> None:
    if not 1 <= len(str(result.get("id", "")).encode()) <= MAX_RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if any(key.endswith("_file_id") and value not in world.files for key, value in result.items()):
        raise bad_request("wrong file identifier/HTTP URL specified")
    made = result.get("input_message_content")
    if result.get("type") == "article" and not result.get("title"):
        raise bad_request("can't parse inline query result: title must be non-empty")
    if made is None and result.get("type") == "article":
        raise bad_request("can't parse inline query result: input message content is not specified")
    if made is not None and "message_text" in made:
        formatted(made["message_text"], made.get("parse_mode", ""), made.get("entities"))
    if "reply_markup" in result:
        keyboard(Call("", {"reply_markup": result["reply_markup"]}), inline_only=True)


@method("answerInlineQuery")
def answer_inline_query(world: World, call: Call) -> bool:
    results = call.object("results", [])
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(world, result)
    if len({one["id"] for one in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(call.text("next_offset").encode()) > MAX_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = call.object("button")
    if button and "start_parameter" in button and not re.fullmatch(r"[\w-]{1,64}", button["start_parameter"], re.ASCII):
        raise bad_request("START_PARAM_INVALID")
    query = _open_query(world, call, "inline_query_id")
    query.answer = {
        "results": results,
        "cache_time": call.integer("cache_time", 300),
        "is_personal": call.flag("is_personal"),
        "next_offset": call.text("next_offset"),
        "button": button,
    }
    world.changed()
    return True


@method("answerGuestQuery")
def answer_guest_query(world: World, call: Call) -> Json:
    result = call.object("result")
    if not isinstance(result, dict):
        raise bad_request("object expected as result")
    _check_result(world, result)
    query = _open_query(world, call, "guest_query_id")
    assert isinstance(query.user, Person) and query.chat is not None
    query.answer = result
    caller = {"from": world.bot.json(), "guest_bot_caller_user": query.user.json()}
    query.sent = query.user.sent_through(query.chat, result, reply_to=query.message, **caller)
    return {"inline_message_id": query.sent.inline_id}
