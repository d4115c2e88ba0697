"""What tests of the bot say and hear."""

from __future__ import annotations

from botapi import Message, World

QUESTION = "五年来制定了多少部法律？"
#: Who runs the bot: the first person of every world.
OPERATOR = 5_000_001
ANSWER = "一共制定法律47部"


def replies(question: Message) -> list[Message]:
    return [one for one in question.chat.sent_by_bot() if one.reply_to is question]


def asked(world: World, question: Message) -> Message:
    """The one answer to it."""
    (answer,) = world.wait_for(lambda: replies(question), 15)
    return answer
