"""The buttons below answers and passages. What a press means stands in its data, so buttons outlive a restart.

``<:ID`` and ``>:ID`` step from a passage to its neighbours, ``s:ID:PAGE`` opens its section, ``m:RANK`` the answers
from that rank, ``a`` the answer again, ``n`` the nearest passages, ``+`` and ``-`` vote, ``!`` reports a wrong
quotation. An id has at most 40 characters, so that all keep within Telegram's 64 bytes.
"""

from __future__ import annotations

from typing import Final

from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Keyboard

from npcbot.answer import Answer
from npcbot.telegram.asking import Opened
from npcbot.telegram.words import Words

_ID: Final = r"[A-Za-z0-9_-]{1,40}"
#: What the data of these buttons looks like.
DATA: Final = (
    rf"^(?:(?P<step>[<>]):(?P<from>{_ID})|s:(?P<section>{_ID}):(?P<page>\d{{1,4}})|m:(?P<rank>\d{{1,3}})|[an+!-])$"
)


def answer_keyboard(answer: Answer, words: Words, shown: int) -> Keyboard:
    """``shown`` is how many of its citations the message holds."""
    first = answer.citations[0].passage_id
    more = Button(words["more"], callback_data=f"m:{shown}")
    judge = [
        Button("👍", callback_data="+"),
        Button("👎", callback_data="-"),
        Button(words["report"], callback_data="!"),
    ]
    return Keyboard([[*_steps(first, True, True), _whole(first, words), more], judge])


def unanswered_keyboard(answer: Answer, words: Words) -> Keyboard | None:
    return Keyboard([[Button(words["nearest"], callback_data="n")]]) if answer.nearest else None


def passage_keyboard(opened: Opened, words: Words, *, back: bool) -> Keyboard:
    """``back`` where the message was an answer before."""
    here = opened.citation.passage_id
    row = [*_steps(here, bool(opened.before), bool(opened.after)), _whole(here, words)]
    return Keyboard([row, *([[_back(words)]] if back else [])])


def section_keyboard(passage_id: str, page: int, pages: int, words: Words, *, back: bool) -> Keyboard | None:
    row = []
    if page > 0:
        row.append(Button("◀", callback_data=f"s:{passage_id}:{page - 1}"))
    if page + 1 < pages:
        row.append(Button("▶", callback_data=f"s:{passage_id}:{page + 1}"))
    rows = [row, [_back(words)] if back else []]
    return Keyboard([row for row in rows if row]) if any(rows) else None


def more_keyboard(next_rank: int, words: Words) -> Keyboard:
    return Keyboard([[Button(words["more"], callback_data=f"m:{next_rank}"), _back(words)]])


def back_keyboard(words: Words) -> Keyboard:
    return Keyboard([[_back(words)]])


def _steps(here: str, before: bool, after: bool) -> list[Button]:
    steps = [Button("◀", callback_data=f"<:{here}")] if before else []
    return [*steps, Button("▶", callback_data=f">:{here}")] if after else steps


def _whole(passage_id: str, words: Words) -> Button:
    return Button(words["section"], callback_data=f"s:{passage_id}:0")


def _back(words: Words) -> Button:
    return Button(words["back"], callback_data="a")
