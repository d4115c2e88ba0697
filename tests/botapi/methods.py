"""The methods by name, and those about the bot itself, its chats, its commands and its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .calls import Call, chat_of, reachable
from .errors import bad_request
from .objects import Chat, Json, Member
from .world import World

Handler = Callable[[World, Call], Any]
METHODS: dict[str, Handler] = {}
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_COMMANDS = 100
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def method(*names: str) -> Callable[[Handler], Handler]:
    """Make a function the handler of these methods."""

    def register(handler: Handler) -> Handler:
        METHODS.update(dict.fromkeys((name.lower() for name in names), handler))
        return handler

    return register


@method("getMe")
def get_me(world: World, call: Call) -> Json:
    return world.bot.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_guest_queries": world.guests,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


@method("deleteWebhook", "setWebhook")
def set_webhook(world: World, call: Call) -> bool:
    world.webhook = call.text("url") if call.method.lower() == "setwebhook" else ""
    if call.params.get("allowed_updates") is not None:
        world.updates.allow(call.object("allowed_updates"))
    if call.flag("drop_pending_updates"):
        world.updates.pending.clear()
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, call: Call) -> Json:
    allowed = {"allowed_updates": world.updates.allowed} if world.updates.allowed else {}
    pending = len(world.updates.pending)
    return {"url": world.webhook, "has_custom_certificate": False, "pending_update_count": pending, **allowed}


@method("logOut", "close")
def close(world: World, call: Call) -> bool:
    return True


# Commands and texts about the bot


def _scope(call: Call) -> tuple[str, str]:
    scope = call.object("scope", {"type": "default"})
    key = ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)
    return key, call.text("language_code")


@method("setMyCommands")
def set_my_commands(world: World, call: Call) -> bool:
    commands = call.object("commands", [])
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope(call)] = commands
    return True


@method("deleteMyCommands")
def delete_my_commands(world: World, call: Call) -> bool:
    world.commands.pop(_scope(call), None)
    return True


@method("getMyCommands")
def get_my_commands(world: World, call: Call) -> list[Json]:
    return world.commands.get(_scope(call), [])


def _texts(suffix: str, parameter: str, most: int) -> None:
    """``setMy…`` and ``getMy…`` of one text, kept by language."""

    @method(f"setMy{suffix}")
    def set_text(world: World, call: Call) -> bool:
        if len(call.text(parameter)) > most:
            raise bad_request(f"{parameter.replace('_', ' ')} is too long")
        world.texts[parameter, call.text("language_code")] = call.text(parameter)
        return True

    @method(f"getMy{suffix}")
    def get_text(world: World, call: Call) -> Json:
        return {parameter: world.texts.get((parameter, call.text("language_code")), "")}


_texts("Name", "name", 64)
_texts("Description", "description", 512)
_texts("ShortDescription", "short_description", 120)


@method("setChatMenuButton")
def set_chat_menu_button(world: World, call: Call) -> bool:
    return True


# Chats


@method("getChat")
def get_chat(world: World, call: Call) -> Json:
    chat = chat_of(world, call)
    reachable(world, chat, write=False)
    linked = {"linked_chat_id": chat.linked.id} if chat.linked is not None else {}
    gifts = dict.fromkeys(_GIFTS, False)
    return {**chat.json(), "accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": gifts, **linked}


def _group(world: World, call: Call) -> Chat:
    chat = chat_of(world, call)
    reachable(world, chat, write=False)
    return chat


@method("getChatMember")
def get_chat_member(world: World, call: Call) -> Json:
    chat, user = _group(world, call), world.users.get(call.integer("user_id"))
    if user is None:
        raise bad_request("invalid user_id specified")
    if chat.type == "private":
        return Member(user).json()
    return chat.member(user).json()


@method("getChatAdministrators")
def get_chat_administrators(world: World, call: Call) -> list[Json]:
    chat = _group(world, call)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = [one for one in chat.members.values() if one.admin]
    return [one.json() for one in admins if not one.user.is_bot or one.user is world.bot]


@method("getChatMemberCount")
def get_chat_member_count(world: World, call: Call) -> int:
    chat = _group(world, call)
    return 2 if chat.type == "private" else sum(one.inside for one in chat.members.values())


@method("leaveChat")
def leave_chat(world: World, call: Call) -> bool:
    chat = _group(world, call)
    if chat.type == "private":
        raise bad_request("chat can't be left" if chat.user else "chat not found")
    world.set_status(chat, world.bot, "left", world.bot)
    return True


# Files


@method("getFile")
def get_file(world: World, call: Call) -> Json:
    upload = world.files.get(call.text("file_id"))
    if upload is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(upload.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**upload.json(), "file_path": upload.path}
