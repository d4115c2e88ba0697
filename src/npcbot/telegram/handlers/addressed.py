"""Whether a message asks the bot something, and what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from telegram import Message, User
from telegram.constants import ChatType

_GROUPS: Final = (ChatType.GROUP, ChatType.SUPERGROUP)


@dataclass(frozen=True, slots=True)
class Addressed:
    """``question`` is empty where the bot was called with nothing to look up. ``follows`` is the id of the bot's
    message that was replied to."""

    question: str
    follows: int | None = None


@cache
def _patterns(username: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The command at the start, and the mention anywhere. Telegram sees neither before a Han character (/ask什么), so
    its own entities do not do."""
    name = re.escape(username)
    return (
        re.compile(rf"/ask(?:@{name}(?![A-Za-z0-9_])|(?![A-Za-z0-9_@]))\s*", re.IGNORECASE),
        re.compile(rf"(?<![A-Za-z0-9_@])@{name}(?![A-Za-z0-9_])", re.IGNORECASE),
    )


def addressed(message: Message, me: User) -> Addressed | None:
    """What is asked of the bot, ``None`` where nothing is."""
    if not from_person(message, me):
        return None
    text = message.text or ""
    command, mention = _patterns(me.username or "")
    called = command.match(text)
    to_bot = _replied_to(message, me)
    if called:
        own = text[called.end() :]
    elif text.startswith("/"):
        return None
    elif mention.search(text):
        own = text
    elif to_bot or message.chat.type == ChatType.PRIVATE:
        return Addressed(
            text.strip(), message.reply_to_message.message_id if to_bot and message.reply_to_message else None
        )
    else:
        return None
    own = " ".join(mention.sub(" ", own).split())
    if to_bot and message.reply_to_message is not None:
        return Addressed(own, message.reply_to_message.message_id)
    return Addressed(" ".join(part for part in (looked_up(message), own) if part))


def from_person(message: Message, me: User) -> bool:
    """Not what bots say, what a channel forwards by itself, or what was sent by way of this bot."""
    sender = message.from_user
    # Who writes in the name of a group or channel comes with a made-up bot as the sender.
    by_bot = sender is not None and sender.is_bot and message.sender_chat is None
    by_way = message.via_bot is not None and message.via_bot.id == me.id
    return not (by_bot or message.is_automatic_forward or by_way)


def _replied_to(message: Message, me: User) -> bool:
    """Whether it replies to what the bot said, and not to what somebody sent by way of it."""
    target = message.reply_to_message
    return target is not None and target.from_user is not None and target.from_user.id == me.id and not target.via_bot


def looked_up(message: Message) -> str:
    """The words of the message replied to, or the part of it that was quoted. The first message of a topic is a reply
    to nothing."""
    if message.quote is not None and message.quote.text:
        return " ".join(message.quote.text.split())
    target = message.reply_to_message
    if target is None or target.forum_topic_created is not None:
        return ""
    return " ".join((target.text or target.caption or "").split())


def in_group(message: Message) -> bool:
    return message.chat.type in _GROUPS
