"""python-telegram-bot against the server: one call of its bot, or a whole application in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import html
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InlineQueryResultArticle, InputTextMessageContent
from telegram.error import BadRequest
from telegram.ext import Application, CallbackQueryHandler, InlineQueryHandler, MessageHandler, filters

from botapi import Server

Act = Callable[[telegram.Bot], Awaitable[Any]]


def keyboard(data: str = "more") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data=data)]])


def article(text: str = "<i>found</i>", markup: InlineKeyboardMarkup | None = None) -> InlineQueryResultArticle:
    return InlineQueryResultArticle("1", "title", InputTextMessageContent(text, "HTML"), reply_markup=markup)


def use(server: Server, act: Act, token: str = "") -> Any:
    """What ``act`` gives with a bot of the library, started and shut down."""

    async def run() -> Any:
        urls = {"base_url": server.base_url, "base_file_url": server.base_file_url}
        async with telegram.Bot(token or server.token, **urls) as bot:
            return await act(bot)

    return asyncio.run(run())


def refused(server: Server, act: Act, error: type[Exception] = BadRequest) -> str:
    """Telegram's words for refusing ``act``."""
    with pytest.raises(error) as caught:
        use(server, act)
    return str(caught.value)


async def echo(update: telegram.Update, context: object) -> None:
    message = update.effective_message
    assert message is not None and message.text is not None
    await message.reply_html(f"<b>{html.escape(message.text)}</b>", reply_markup=keyboard(), do_quote=True)


async def press(update: telegram.Update, context: object) -> None:
    query = update.callback_query
    assert query is not None
    await query.answer("here", show_alert=True)
    await query.edit_message_text("edited")


async def offer(update: telegram.Update, context: object) -> None:
    query = update.inline_query
    assert query is not None
    await query.answer([article(markup=keyboard())], is_personal=True, next_offset="2")


async def guest(update: telegram.Update, context: Any) -> None:
    assert update.guest_message is not None
    await context.bot.answer_guest_query(update.guest_message.guest_query_id, article("<b>guest</b>"))


@contextlib.contextmanager
def echoing(server: Server) -> Iterator[None]:
    """A whole application of the library, polling in a thread of its own."""
    stop, started = threading.Event(), threading.Event()

    async def run() -> None:
        builder = Application.builder().token(server.token).base_url(server.base_url)
        app = builder.base_file_url(server.base_file_url).build()
        app.add_handler(MessageHandler(filters.UpdateType.MESSAGES & filters.TEXT, echo))
        app.add_handler(CallbackQueryHandler(press))
        app.add_handler(InlineQueryHandler(offer))
        app.add_handler(MessageHandler(filters.UpdateType.GUEST_MESSAGE, guest))
        async with app:
            await app.start()
            await app.updater.start_polling(poll_interval=0, timeout=5)
            started.set()
            await asyncio.to_thread(stop.wait)
            await app.updater.stop()
            await app.stop()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert started.wait(10)
        yield
    finally:
        stop.set()
        thread.join()
