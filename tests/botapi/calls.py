"""A call of the bot: its parameters in whatever form they came, and the checks that many methods share."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from .entities import MAX_CAPTION, MAX_TEXT, formatted
from .errors import ApiError, bad_request, forbidden
from .objects import Chat, Json, Message
from .world import World

MAX_DATA_BYTES, MAX_QUOTE, MAX_BUTTONS = 64, 1024, 100


@dataclass(eq=False)
class Call:
    """``at`` and ``done`` in monotonic seconds; ``status`` 0 means that the connection was dropped; ``fault`` names
    what was done to it on purpose. Files are (name, content, media type) by parameter.
    """

    method: str
    params: Json
    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)
    done: float = 0.0
    status: int = -1
    error: str = ""
    fault: str = ""

    def text(self, name: str, default: str = "") -> str:
        value = self.params.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.params.get(name)
        try:
            return default if value in (None, "") else int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        return str(self.params.get(name, "")).lower() in ("true", "1", "yes")

    def object(self, name: str, default: Any = None) -> Any:
        value = self.params.get(name)
        if not isinstance(value, str):
            return default if value is None else value
        try:
            return json.loads(value) if value else default
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


def chat_of(world: World, call: Call, name: str = "chat_id") -> Chat:
    """The chat that a call names by id or @username. :raises ApiError: there is none, or it has moved."""
    wanted = call.text(name)
    if not wanted:
        raise bad_request("chat_id is empty")
    chats = world.chats
    if wanted.startswith("@"):
        chat = next((one for one in chats.values() if (one.username or "").lower() == wanted[1:].lower()), None)
    else:
        chat = chats.get(int(wanted)) if wanted.lstrip("-").isdigit() else None
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        raise ApiError(400, text, migrate_to_chat_id=chat.migrated_to)
    return chat


def reachable(world: World, chat: Chat, write: bool = True) -> None:
    """:raises ApiError: the bot is not in the chat, is blocked, or may not write."""
    if chat.type == "private":
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            met = any(one.type != "private" and chat.id in one.members for one in world.chats.values())
            raise forbidden("bot can't initiate conversation with a user") if met else bad_request("chat not found")
        return
    member = chat.member(world.bot)
    if not member.inside:
        how = "was kicked from" if member.status == "kicked" else "is not a member of"
        raise forbidden(f"bot {how} the {chat.type} chat")
    if write and chat.type == "channel" and not member.admin:
        raise bad_request("need administrator rights in the channel chat")
    if write and chat.silenced and not member.admin:
        raise bad_request("not enough rights to send text messages to the chat")


def keyboard(call: Call, inline_only: bool = False) -> Json | None:
    """The ``reply_markup`` of a call, checked as Telegram checks it."""
    markup = call.object("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        if inline_only:
            raise bad_request("inline keyboard expected")
        return dict(markup)
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
        if len(button) < 2:
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        url = button.get("url")
        if url is not None and not (url.startswith(("http://", "https://", "tg://")) or "." in url):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    # A keyboard without rows is how one is taken away.
    return dict(markup) if buttons else None


def content(call: Call, name: str = "text") -> Json:
    """Text and entities, or caption and caption entities, as they go into the message."""
    prefix, limit = ("", MAX_TEXT) if name == "text" else ("caption_", MAX_CAPTION)
    made = formatted(call.text(name), call.text("parse_mode"), call.object(f"{prefix}entities"), limit)
    result = {name: made["text"]} if made["text"] else {}
    return {**result, f"{prefix}entities": made["entities"]} if made["entities"] else result


def thread_of(call: Call, chat: Chat, reply: Message | None) -> Json:
    """The topic that a message goes to: the one named, or that of the message replied to."""
    thread = call.integer("message_thread_id") or (reply.thread if reply is not None and reply.chat is chat else 0)
    if not thread:
        return {}
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    if thread in chat.closed_topics:
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def reply_of(world: World, call: Call, chat: Chat) -> tuple[Message | None, Json]:
    """The message replied to, and what the reply adds: the quote, or where a message of another chat came from."""
    wanted = call.object("reply_parameters")
    if wanted is None and call.integer("reply_to_message_id"):
        lenient = call.flag("allow_sending_without_reply")
        wanted = {"message_id": call.integer("reply_to_message_id"), "allow_sending_without_reply": lenient}
    if not wanted:
        return None, {}
    if wanted.get("ephemeral_message_id"):
        found = chat.ephemeral.get(int(wanted["ephemeral_message_id"]))
        return found, {}
    place = chat
    if wanted.get("chat_id") not in (None, chat.id):
        place = chat_of(world, Call("", {"chat_id": wanted["chat_id"]}))
    found = place.messages.get(int(wanted.get("message_id") or 0))
    if found is None or found.deleted:
        if wanted.get("allow_sending_without_reply"):
            return None, {}
        raise bad_request("message to be replied not found")
    added: Json = {}
    if quote := wanted.get("quote"):
        text = formatted(quote, wanted.get("quote_parse_mode", ""), wanted.get("quote_entities"))["text"]
        at = found.text.find(text)
        if at < 0 or len(text.encode("utf-16-le")) // 2 > MAX_QUOTE:
            raise bad_request("QUOTE_TEXT_INVALID")
        added["quote"] = {
            "text": text,
            "position": len(found.text[:at].encode("utf-16-le")) // 2,
            "is_manual": True,
        }
    if place is not chat:
        sender = {"type": "user", "sender_user": found.data.get("from", world.bot.json()), "date": found.data["date"]}
        added["external_reply"] = {"origin": sender, "chat": place.json(), "message_id": found.id}
        return None, added
    return found, added
