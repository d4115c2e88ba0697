"""Messages of the bot: sent, edited, deleted; documents and photos; ephemeral messages of Bot API 10.2."""

from __future__ import annotations

import time
from typing import Any

from .calls import Call, chat_of, content, keyboard, reachable, reply_of, thread_of
from .errors import bad_request
from .methods import method
from .objects import GROUPS, Chat, Json, Message, Upload, now
from .world import World

MAX_UPLOAD = 50 * 1024 * 1024
EPHEMERAL_SINCE = (10, 2)
ACTIONS = {
    "typing",
    "choose_sticker",
    "find_location",
    *(f"upload_{what}" for what in ("photo", "video", "voice", "document", "video_note")),
    *(f"record_{what}" for what in ("video", "voice", "video_note")),
}
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def _receiver(world: World, call: Call, chat: Chat) -> Json:
    """``receiver_user`` if the message is ephemeral. An older server ignores what it does not know: everybody reads it.

    Bot API 10.3 has one object for what were two parameters in 10.2; both are understood.
    """
    if world.version < EPHEMERAL_SINCE:
        return {}
    wanted = call.object("ephemeral_message_parameters") or call.params
    if "receiver_user_id" not in wanted:
        return {}
    user = world.users.get(int(wanted["receiver_user_id"]))
    if user is None or chat.type not in GROUPS or not chat.member(user).inside:
        raise bad_request("USER_ID_INVALID")
    if query_id := wanted.get("callback_query_id"):
        query = world.queries.get(query_id)
        if query is None or time.monotonic() - query.at > world.answer_seconds:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return {"receiver_user": user.json()}


def _send(world: World, call: Call, made: Json, **fields: Any) -> Json:
    markup = keyboard(call)
    chat = chat_of(world, call)
    reachable(world, chat)
    receiver = _receiver(world, call, chat)
    reply, added = reply_of(world, call, chat)
    data = {**thread_of(call, chat, reply), **added, **made, **fields, **receiver}
    data |= {"sender_chat": chat.json()} if chat.type == "channel" else {"from": world.bot.json()}
    if markup and "inline_keyboard" in markup:
        data["reply_markup"] = markup
    if call.flag("protect_content"):
        data["has_protected_content"] = True
    message = world.put(chat, data, ephemeral=bool(receiver), by_bot=True, meant=True, reply_to=reply, keyboard=markup)
    return message.json()


@method("sendMessage")
def send_message(world: World, call: Call) -> Json:
    preview = call.object("link_preview_options")
    fields = {"link_preview_options": preview} if preview else {}
    return _send(world, call, content(call), **fields)


def _file(world: World, call: Call, name: str, folder: str) -> Upload:
    """The file of a parameter: uploaded with the call, or known by its id."""
    given = call.text(name)
    part = call.files.get(given.removeprefix("attach://") if given else name)
    if part is None:
        if given in world.files:
            return world.files[given]
        if given.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        missing = f"there is no {name} in the request"
        raise bad_request("wrong file identifier/HTTP URL specified" if given else missing)
    file_name, body, mime = part
    if not body:
        raise bad_request("file must be non-empty")
    return world.upload(file_name, body, mime, folder)


@method("sendDocument")
def send_document(world: World, call: Call) -> Json:
    made = content(call, "caption")
    return _send(world, call, made, document=_file(world, call, "document", "documents").document())


@method("sendPhoto")
def send_photo(world: World, call: Call) -> Json:
    made = content(call, "caption")
    return _send(world, call, made, photo=_file(world, call, "photo", "photos").photo())


@method("sendChatAction")
def send_chat_action(world: World, call: Call) -> bool:
    action = call.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = chat_of(world, call)
    reachable(world, chat)
    chat.actions.append((time.monotonic(), action, call.integer("message_thread_id") or None))
    world.changed()
    return True


# Editing and deleting


def _target(world: World, call: Call, what: str) -> Message:
    """The message that a call means, by inline id or by chat and id."""
    if inline_id := call.text("inline_message_id"):
        if inline_id not in world.inline_messages:
            raise bad_request("MESSAGE_ID_INVALID")
        return world.inline_messages[inline_id]
    chat = chat_of(world, call)
    reachable(world, chat)
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request(f"message to {what} not found")
    return message


def _edit(world: World, call: Call, message: Message, made: Json, markup: Json | None) -> Json | bool:
    """Replace content, or the keyboard alone if ``made`` is empty. An edit without keyboard takes the old one away."""
    if not message.by_bot and not call.text("inline_message_id"):
        raise bad_request("message can't be edited")
    old = message.data
    names = ("text", "entities", "caption", "caption_entities", "link_preview_options") if made else ()
    data = {key: value for key, value in old.items() if key not in (*names, "reply_markup", "edit_date")} | made
    if markup:
        data["reply_markup"] = markup
    if data == {key: value for key, value in old.items() if key != "edit_date"}:
        raise bad_request(NOT_MODIFIED)
    message.versions.append(old)
    message.data = data | {"edit_date": now()}
    message.keyboard = markup
    world.changed()
    return True if call.text("inline_message_id") or message.data["message_id"] == 0 else message.json()


def _new_text(call: Call) -> Json:
    preview = call.object("link_preview_options")
    return content(call) | ({"link_preview_options": preview} if preview else {})


@method("editMessageText")
def edit_message_text(world: World, call: Call) -> Json | bool:
    made, markup = _new_text(call), keyboard(call, inline_only=True)
    message = _target(world, call, "edit")
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, call, message, made, markup)


@method("editMessageCaption")
def edit_message_caption(world: World, call: Call) -> Json | bool:
    made, markup = content(call, "caption"), keyboard(call, inline_only=True)
    return _edit(world, call, _target(world, call, "edit"), made or {"caption": ""}, markup)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, call: Call) -> Json | bool:
    markup = keyboard(call, inline_only=True)
    return _edit(world, call, _target(world, call, "edit"), {}, markup)


def _delete(world: World, message: Message) -> bool:
    chat = message.chat
    if not message.by_bot and chat.type != "private" and not chat.member(world.bot).admin:
        raise bad_request("message can't be deleted")
    message.deleted = True
    world.changed()
    return True


@method("deleteMessage")
def delete_message(world: World, call: Call) -> bool:
    return _delete(world, _target(world, call, "delete"))


@method("deleteMessages")
def delete_messages(world: World, call: Call) -> bool:
    chat = chat_of(world, call)
    reachable(world, chat)
    found = [chat.messages[number] for number in call.object("message_ids", []) if number in chat.messages]
    return all([_delete(world, one) for one in found if not one.deleted])


@method("setMessageReaction")
def set_message_reaction(world: World, call: Call) -> bool:
    _target(world, call, "react").reactions = call.object("reaction", [])
    world.changed()
    return True


# Ephemeral messages


def _ephemeral(world: World, call: Call) -> Message:
    chat = chat_of(world, call)
    reachable(world, chat)
    message = chat.ephemeral.get(call.integer("ephemeral_message_id"))
    receiver = message.data.get("receiver_user", {}).get("id") if message is not None else None
    if message is None or message.deleted or receiver != call.integer("receiver_user_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    return message


@method("editEphemeralMessageText")
def edit_ephemeral_message_text(world: World, call: Call) -> Json | bool:
    return _edit(world, call, _ephemeral(world, call), _new_text(call), keyboard(call, inline_only=True))


@method("editEphemeralMessageReplyMarkup")
def edit_ephemeral_message_reply_markup(world: World, call: Call) -> Json | bool:
    return _edit(world, call, _ephemeral(world, call), {}, keyboard(call, inline_only=True))


@method("deleteEphemeralMessage")
def delete_ephemeral_message(world: World, call: Call) -> bool:
    _ephemeral(world, call).deleted = True
    world.changed()
    return True
