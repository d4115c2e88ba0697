"""Exact look-ups, ``/verify`` and the like, with words of their own or in reply to a message."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Final

from telegram import Message as Received
from telegram import Update
from telegram.ext import MessageHandler, filters

from npcbot.errors import NpcbotError, QuestionError
from npcbot.retrieval.references import Ambiguous, NotInForce
from npcbot.telegram.exact import Result, compared, counted, figured, traced, verified
from npcbot.telegram.handlers.addressed import from_person, in_group, looked_up
from npcbot.telegram.handlers.quoting import marked, replied_to
from npcbot.telegram.limits import Verdict
from npcbot.telegram.services import Context, Handlers, Services, person, thread
from npcbot.telegram.words import Words
from npcbot.visible import visible

_log: Final = logging.getLogger(__name__)
#: Command and its names.
_COMMANDS: Final = {
    "verify": ("verify", "核对", "核對"),
    "count": ("count", "统计", "統計"),
    "diff": ("diff", "对比", "對比"),
    "figures": ("figures", "数字", "數字"),
    "trace": ("trace", "追踪", "追蹤"),
}
#: Laws that are offered where a name fits several.
_CHOICES: Final = 8
#: Terms that are counted at once.
_TERMS: Final = 5


def handlers(services: Services) -> Handlers:
    exact = _Exact(services)
    name = re.escape(services.username)
    found: Handlers = []
    for command, names in _COMMANDS.items():
        # Telegram takes no Han characters for a command, so its own entities do not do.
        pattern = re.compile(rf"/(?:{'|'.join(names)})(?:@{name})?(?![A-Za-z0-9_@])\s*", re.IGNORECASE)
        new = filters.UpdateType.MESSAGE & filters.Regex(re.compile(rf"^{pattern.pattern}", re.IGNORECASE))
        found.append(MessageHandler(new, exact.handler(command, pattern)))
    return found


class _Exact:
    def __init__(self, services: Services) -> None:
        self._services = services

    def handler(
        self, command: str, pattern: re.Pattern[str]
    ) -> Callable[[Update, Context], Coroutine[None, None, None]]:
        async def handle(update: Update, context: Context) -> None:
            message = update.message
            assert message is not None
            said = marked(message) if command == "verify" else message.text or ""
            match = pattern.match(said)
            own = said[match.end() :] if match else ""
            other = replied_to(message) if command == "verify" else looked_up(message)
            await self._answer(update, message, command, own.strip() or other)

        return handle

    async def _answer(self, update: Update, message: Received, command: str, text: str) -> None:
        services = self._services
        if not from_person(message, services.me):
            return
        words = services.words(message.chat.id, message.from_user)
        verdict = services.limits.allow(person(message), message.chat.id)
        if verdict is Verdict.SAY_ONCE:
            await services.reply(update, message, words["slow_down"])
        if verdict is not Verdict.YES:
            return
        chat = services.state.chat(message.chat.id)
        if in_group(message) and chat.askers == "admins" and not await services.access.may_manage(message):
            await services.reply(update, message, words["admins_only"])
            return
        if not text or (command == "diff" and len(text.split()) < 2):
            await services.reply(update, message, words[f"{command}_what"])
            return
        names = services.access.collections(message.chat.id)
        if not names:
            await services.reply(update, message, words["nothing_to_search"])
            return
        try:
            result = await services.asking.run(self._found, names, self._look_up(command, text, words))
        except Ambiguous as error:
            choices = "\n".join(f"• {title}" for title in error.choices[:_CHOICES])
            said = words.say("which_law", name=error.name, count=len(error.choices), choices=choices)
            await services.reply(update, message, visible(said))
            return
        except NotInForce as error:
            said = words.say("not_in_force", title=error.title, day=error.day, first=error.first)
            await services.reply(update, message, visible(said))
            return
        except QuestionError:
            await services.reply(update, message, f"{words['cannot_look_up']}\n{words[f'{command}_what']}")
            return
        except NpcbotError as error:
            _log.error("a look-up failed: %s", error)
            await services.reply(update, message, words["unavailable"])
            return
        await self._send(update, message, result)

    def _look_up(self, command: str, text: str, words: Words) -> Callable[..., Result]:
        if command == "verify":
            return lambda opened: verified(opened, text, words, self._services.link)
        if command == "diff":
            old, new = text.split()[:2]
            return lambda opened: compared(opened, old, new, words)
        if command == "trace":
            return lambda opened: traced(opened, text, words, self._services.link)
        if command == "figures":
            return lambda opened: figured(opened, text, words)
        return lambda opened: counted(opened, list(dict.fromkeys(text.split()))[:_TERMS], words)

    def _found(self, names: Sequence[str], look_up: Callable[..., Result]) -> Result:
        with self._services.asking.library.collections(names) as opened:
            return look_up(opened)

    async def _send(self, update: Update, message: Received, result: Result) -> None:
        services = self._services
        await services.reply(update, message, result.message)
        for content, name, picture in (
            (result.picture, "npcbot.png", True),
            (result.file.encode(), result.filename, False),
        ):
            if content:
                await services.outbox.document(
                    update.update_id,
                    message.chat.id,
                    content,
                    name,
                    reply_to=message.message_id,
                    thread=thread(message),
                    picture=picture,
                )
