"""Everything the bot sends: recorded before and after, paced, repeated where Telegram or the network failed.

A crash between sending and recording, or a connection dropped after the effect, repeats one message; nothing else does.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar

import telegram
from telegram import Bot, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from npcbot.telegram.compose import Message
from npcbot.telegram.limits import Rate, Window
from npcbot.telegram.state import State

_log: Final = logging.getLogger(__name__)
_Result = TypeVar("_Result")
#: Seconds for which one message is tried again. Its chat waits; other chats do not.
_PATIENCE: Final = 3600.0
#: Seconds before the second try; doubled from try to try, up to the last.
_FIRST: Final = 0.5
_LAST: Final = 30.0
#: Updates whose steps are counted; one that is handled now is among the newest.
_COUNTED: Final = 10_000
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
#: What Telegram says of an edit that has nothing left to do.
_SETTLED: Final = ("not modified", "message to edit not found", "can't be edited", "message_id_invalid")
#: What it says where the bot may not write, for now.
_UNWELCOME: Final = ("not enough rights", "chat not found", "chat_write_forbidden", "topic_closed", "thread not found")
_MARKUP: Final = ("parse entities", "too long", "entities_too_long")


@dataclass(frozen=True, slots=True)
class Pace:
    """Rates as ``"3/3"``; groups have a second limit of their own."""

    per_chat: str = "3/3"
    per_group: str = "20/60"
    overall: str = "28/1"


@dataclass(slots=True)
class Outbox:
    """``refused`` is told the status of each refusal (403, 429), for counting."""

    bot: Bot
    state: State
    pace: Pace = field(default_factory=Pace)
    clock: Callable[[], float] = time.monotonic
    refused: Callable[[int], None] = lambda status: None
    _chat: Window = field(init=False)
    _group: Window = field(init=False)
    _all: Window = field(init=False)
    _steps: OrderedDict[int, int] = field(init=False, default_factory=OrderedDict)
    _shown: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._chat, self._group, self._all = (
            Window(Rate.of(rate)) for rate in (self.pace.per_chat, self.pace.per_group, self.pace.overall)
        )

    async def answer(
        self,
        update_id: int,
        chat_id: int,
        message: Message,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
        only_for: int | None = None,
    ) -> int | None:
        """Sends what this update leads to, once; returns the message's id, ``None`` where the chat refuses the bot.

        An update that is handled again after a crash takes the same steps: what was sent then is not sent again.
        ``only_for`` is the one user of a group who shall see it, where the server can do that; such a message has the
        negative of its own number for an id.
        """
        reply = _reply(reply_to)
        receiver = {"ephemeral_message_parameters": {"receiver_user_id": only_for}} if only_for is not None else None

        async def send(to: int, text: str, mode: ParseMode | None) -> telegram.Message:
            return await self.bot.send_message(
                to,
                text,
                parse_mode=mode,
                reply_parameters=reply,
                message_thread_id=thread,
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
                api_kwargs=receiver,
            )

        return await self._once(update_id, chat_id, lambda: self._written(chat_id, message, send))

    async def document(
        self,
        update_id: int,
        chat_id: int,
        content: bytes,
        filename: str,
        *,
        caption: str = "",
        reply_to: int | None = None,
        thread: int | None = None,
        picture: bool = False,
    ) -> int | None:
        """Sends a file, once, or a picture to be seen at once; see ``answer``."""

        async def send(to: int) -> telegram.Message:
            return await (self.bot.send_photo if picture else self.bot.send_document)(
                to,
                InputFile(content, filename),
                caption=caption or None,
                reply_parameters=_reply(reply_to),
                message_thread_id=thread,
                read_timeout=60,
                write_timeout=120,
            )

        return await self._once(update_id, chat_id, lambda: self._called(chat_id, send))

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        message: Message,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        only_for: int | None = None,
    ) -> None:
        """Puts another text into a message of the bot; one that is gone stays gone."""

        async def edit(to: int, text: str, mode: ParseMode | None) -> object:
            if message_id < 0:
                named = {"chat_id": to, "receiver_user_id": only_for, "ephemeral_message_id": -message_id}
                written = {"text": text, "parse_mode": mode, "reply_markup": keyboard}
                return await self.bot.do_api_request("editEphemeralMessageText", {**named, **written})
            return await self.bot.edit_message_text(
                text, to, message_id, parse_mode=mode, reply_markup=keyboard, link_preview_options=_NO_PREVIEW
            )

        try:
            await self._written(chat_id, message, edit)
        except BadRequest as error:
            if not any(said in error.message.lower() for said in _SETTLED):
                raise

    def typing(self, chat_id: int, thread: int | None) -> None:
        """Not worth waiting for: left out where the pace does not allow it, never tried again."""
        if self._wait(chat_id) > 0:
            return
        self._all.note(None, self.clock())
        task = asyncio.get_running_loop().create_task(self._typing(chat_id, thread))
        self._shown.add(task)
        task.add_done_callback(self._shown.discard)

    async def _typing(self, chat_id: int, thread: int | None) -> None:
        try:
            await self.bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=thread)
        except TelegramError as error:
            _log.debug("typing was not shown: %s", type(error).__name__)

    async def _once(
        self, update_id: int, chat_id: int, send: Callable[[], Awaitable[telegram.Message | None]]
    ) -> int | None:
        """Records the step before and after; a step that was recorded as taken is not taken again."""
        step = self._steps[update_id] = self._steps.pop(update_id, 0) + 1
        while len(self._steps) > _COUNTED:
            self._steps.popitem(last=False)
        where = (update_id, step)
        with self.state.reading() as db:
            row = db.execute("SELECT message_id FROM steps WHERE update_id = ? AND step = ?", where).fetchone()
        if row is not None and row[0] is not None:
            return int(row[0])
        with self.state.transaction() as db:
            db.execute("INSERT OR IGNORE INTO steps VALUES (?, ?, ?, NULL)", (*where, chat_id))
        sent = await send()
        if sent is None:
            return None
        message_id = standing(sent)
        with self.state.transaction() as db:
            db.execute("UPDATE steps SET message_id = ? WHERE update_id = ? AND step = ?", (message_id, *where))
        return message_id

    async def _written(
        self, chat_id: int, message: Message, call: Callable[[int, str, ParseMode | None], Awaitable[_Result]]
    ) -> _Result | None:
        """As HTML, and plainly where Telegram does not take the markup."""
        try:
            return await self._called(chat_id, lambda to: call(to, message.html, ParseMode.HTML))
        except BadRequest as error:
            if not any(said in error.message.lower() for said in _MARKUP):
                raise
            _log.error("Telegram refused the markup of a message: %s", error.message)
        return await self._called(chat_id, lambda to: call(to, message.plain, None))

    async def _called(self, chat_id: int, call: Callable[[int], Awaitable[_Result]]) -> _Result | None:
        """Paced, and tried again; a wait holds up this chat alone.

        Raises:
            BadRequest: Telegram does not take it as it is.
            TelegramError: it could not be sent for an hour.
        """
        began, pause = self.clock(), _FIRST
        while True:
            await self._turn(chat_id)
            try:
                return await call(chat_id)
            except RetryAfter as error:
                self.refused(429)
                problem: TelegramError = error
                wait = seconds(error.retry_after)
            except Forbidden as error:
                self.refused(403)
                self.state.change(chat_id, disabled=error.message)
                return None
            except ChatMigrated as error:
                self.state.rekey(chat_id, error.new_chat_id)
                chat_id = error.new_chat_id
                continue
            except BadRequest as error:
                if not any(said in error.message.lower() for said in _UNWELCOME):
                    raise
                _log.warning("a message is not wanted where it belongs: %s", error.message)
                return None
            except NetworkError as error:
                wait, problem = pause, error
                pause = min(2 * pause, _LAST)
            if self.clock() + wait - began > _PATIENCE:
                raise problem
            await asyncio.sleep(wait)

    async def _turn(self, chat_id: int) -> None:
        while (wait := self._wait(chat_id)) > 0:
            await asyncio.sleep(wait)
        now = self.clock()
        self._all.note(None, now)
        self._chat.note(chat_id, now)
        if chat_id < 0:
            self._group.note(chat_id, now)

    def _wait(self, chat_id: int) -> float:
        now = self.clock()
        group = self._group.wait(chat_id, now) if chat_id < 0 else 0.0
        return max(self._chat.wait(chat_id, now), group, self._all.wait(None, now))


def standing(message: telegram.Message) -> int:
    """What a message is known by: its id, or the negative of its number where it is shown to one user alone."""
    return message.message_id or -int(message.api_kwargs["ephemeral_message_id"])


def _reply(to: int | None) -> ReplyParameters | None:
    return ReplyParameters(to, allow_sending_without_reply=True) if to else None


def seconds(wait: int | float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
