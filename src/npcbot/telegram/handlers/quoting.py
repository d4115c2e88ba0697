"""The words of a message with what tells where it quotes: its lines, and its block quotations behind ``>``."""

from __future__ import annotations

from typing import Final

from telegram import Message
from telegram.constants import MessageEntityType

_BLOCKS: Final = (MessageEntityType.BLOCKQUOTE, MessageEntityType.EXPANDABLE_BLOCKQUOTE)


def marked(message: Message) -> str:
    """The text or caption; Telegram tells of block quotations beside it, in UTF-16 units."""
    units = (message.text or message.caption or "").encode("utf-16-le")
    shown: list[str] = []
    at = 0
    for one in message.entities or message.caption_entities:
        start, end = 2 * one.offset, 2 * (one.offset + one.length)
        if one.type in _BLOCKS and start >= at:
            lines = units[start:end].decode("utf-16-le").splitlines()
            shown += [units[at:start].decode("utf-16-le"), "\n", *(f"> {line}\n" for line in lines)]
            at = end
    return "".join([*shown, units[at:].decode("utf-16-le")])


def replied_to(message: Message) -> str:
    """The message replied to, or the part of it that was chosen. The first message of a topic is a reply to nothing."""
    if message.quote is not None and message.quote.text:
        return message.quote.text
    target = message.reply_to_message
    return "" if target is None or target.forum_topic_created is not None else marked(target)
