"""``/help``, ``/about``, ``/privacy`` and ``/cancel``; the menus of commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    Update,
)
from telegram import Message as Received
from telegram.ext import CommandHandler, filters

from npcbot import __version__
from npcbot.answer.citation import titled
from npcbot.errors import NpcbotError
from npcbot.telegram.asking import Covered
from npcbot.telegram.handlers.addressed import from_person
from npcbot.telegram.limits import Verdict
from npcbot.telegram.services import Context, Handlers, Services, person
from npcbot.telegram.state import KEPT
from npcbot.telegram.words import CODES, Words

#: Documents named of each collection, the newest first.
_NAMED: Final = 5
_FOR_ALL: Final = ("ask", "verify", "count", "figures", "trace", "diff", "docs", "help", "about", "privacy")
_TO_MANAGE: Final = ("watch", "watches", "settings", "add", "remove", "export", "forget", "feedback")
#: Which commands each kind of chat is offered.
MENUS: Final[Sequence[tuple[BotCommandScope, Sequence[str]]]] = (
    (BotCommandScopeAllPrivateChats(), (*_FOR_ALL, *_TO_MANAGE, "cancel")),
    (BotCommandScopeAllGroupChats(), _FOR_ALL),
    (BotCommandScopeAllChatAdministrators(), (*_FOR_ALL, *_TO_MANAGE)),
)


def menus() -> list[tuple[BotCommandScope, str, list[BotCommand]]]:
    """Scope, language code and commands of every menu."""
    return [
        (scope, code, [BotCommand(name, Words.of(language)[f"command_{name}"]) for name in names])
        for scope, names in MENUS
        for code, language in CODES.items()
    ]


def handlers(services: Services) -> Handlers:
    about = _About(services)
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("help", about.help, new),
        CommandHandler("about", about.about, new),
        CommandHandler("privacy", about.privacy, new),
        CommandHandler("cancel", about.cancel, new & filters.ChatType.PRIVATE),
    ]


class _About:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def help(self, update: Update, context: Context) -> None:
        if (words := await self._admitted(update)) is not None:
            await self._say(update, words.say("help", me=self._services.username))

    async def privacy(self, update: Update, context: Context) -> None:
        if (words := await self._admitted(update)) is not None:
            await self._say(update, words.say("privacy", answers=KEPT))

    async def cancel(self, update: Update, context: Context) -> None:
        if (words := await self._admitted(update)) is not None:
            await self._say(update, words["cancel"])

    async def about(self, update: Update, context: Context) -> None:
        """The documents covered, their dates and the index's generation."""
        if (words := await self._admitted(update)) is None:
            return
        services = self._services
        chat_id = _message(update).chat.id
        try:
            covered = await services.asking.covered(services.access.collections(chat_id))
        except NpcbotError:
            await self._say(update, words["unavailable"])
            return
        own = services.access.own(chat_id)
        parts = [words.say("about", version=__version__)]
        parts += [_described(one, one.name in own, words) for one in covered] or [words["nothing_to_search"]]
        await self._say(update, "\n\n".join(parts))

    async def _admitted(self, update: Update) -> Words | None:
        services, message = self._services, _message(update)
        if not from_person(message, services.me):
            return None
        words = services.words(message.chat.id, message.from_user)
        verdict = services.limits.allow(person(message), message.chat.id)
        if verdict is Verdict.SAY_ONCE:
            await self._say(update, words["slow_down"])
        return words if verdict is Verdict.YES else None

    async def _say(self, update: Update, text: str) -> None:
        await self._services.reply(update, _message(update), text)


def _described(covered: Covered, own: bool, words: Words) -> str:
    facts = {"from": covered.first or "?", "to": covered.last or "?", "generation": covered.generation}
    name = words["about_own"] if own else covered.name
    line = words.say("about_collection", name=name, documents=covered.documents, passages=covered.passages, **facts)
    newest = [f"• {titled(title, date)}" for date, title in covered.newest[:_NAMED]]
    return "\n".join((line, words["about_newest"], *newest)) if newest else line


def _message(update: Update) -> Received:
    assert update.message is not None
    return update.message
