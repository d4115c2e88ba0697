"""What the buttons below answers and passages do; all of it by what stands in their data and in the state."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

from telegram import CallbackQuery, InlineKeyboardMarkup, Update
from telegram import Message as Received
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler

from npcbot.answer import Answer, Citation
from npcbot.errors import NpcbotError
from npcbot.index import Lost
from npcbot.telegram.compose import (
    Message,
    more_message,
    nearest_message,
    passage_message,
    section_page,
)
from npcbot.telegram.handlers import keyboards
from npcbot.telegram.handlers.ask import buttons_of, render
from npcbot.telegram.limits import Verdict
from npcbot.telegram.outbox import standing
from npcbot.telegram.reports import place
from npcbot.telegram.services import Context, Handlers, Services
from npcbot.telegram.state import Sent
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)


def handlers(services: Services) -> Handlers:
    buttons = _Buttons(services)
    return [CallbackQueryHandler(buttons.press, keyboards.DATA)]


def unknown(services: Services) -> Handlers:
    """For the data of no button that there is; behind all others."""

    async def answer(update: Update, context: Context) -> None:
        query = update.callback_query
        assert query is not None
        await services.acknowledge(query, services.words(None, query.from_user)["unknown_button"])

    return [CallbackQueryHandler(answer)]


class _Buttons:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        assert query is not None
        services = self._services
        message = query.message
        words = services.words(message.chat.id if message else None, query.from_user)
        if not isinstance(message, Received):
            await services.acknowledge(query, words["too_old"], alert=True)
            return
        if services.presses.allow(query.from_user.id, message.chat.id) is not Verdict.YES:
            await services.acknowledge(query, words["slow_down"])
            return
        press = _Press(services, update.update_id, query, message, words)
        try:
            text = await press.done()
        except NpcbotError as error:
            _log.error("a button could not be followed: %s", error)
            text = words["unavailable"]
        await services.acknowledge(query, text, alert=len(text) > 24)


class _Press:
    """One press; ``done`` returns what is said to the one who pressed, empty where the message says it."""

    def __init__(
        self, services: Services, update_id: int, query: CallbackQuery, message: Received, words: Words
    ) -> None:
        self._services = services
        self._update_id = update_id
        self._query = query
        self._chat_id = message.chat.id
        self._message_id = standing(message)
        self._words = words
        self._sent = services.state.sent(self._chat_id, self._message_id)

    async def done(self) -> str:
        data = self._query.data or ""
        found = re.fullmatch(keyboards.DATA, data)
        assert found is not None
        if found["step"]:
            return await self._step(found["from"], forward=found["step"] == ">")
        if found["section"]:
            return await self._section(found["section"], int(found["page"]))
        if self._sent is None:
            return self._words["too_old"]
        if found["rank"]:
            return await self._more(self._sent, int(found["rank"]))
        if data == "a":
            return await self._again(self._sent)
        if data == "n":
            return await self._nearest(self._sent)
        if data == "!":
            return await self._report(self._sent)
        return self._vote(self._sent, 1 if data == "+" else -1)

    async def _step(self, passage_id: str, *, forward: bool) -> str:
        names = await self._names(passage_id)
        here = await self._services.asking.open(names, passage_id)
        if isinstance(here, Lost):
            return self._lost(here)
        target = here.after if forward else here.before
        if not target:
            return self._words["last_passage" if forward else "first_passage"]
        there = await self._services.asking.open(names, target)
        if isinstance(there, Lost):
            return self._lost(there)
        keyboard = keyboards.passage_keyboard(there, self._words, back=self._sent is not None)
        return await self._show(passage_message(there.citation, self._words, self._services.link), keyboard)

    async def _section(self, passage_id: str, page: int) -> str:
        citations = await self._services.asking.section(await self._names(passage_id), passage_id)
        if isinstance(citations, Lost):
            return self._lost(citations)
        message, pages = section_page(citations, page, self._words, self._services.link)
        keyboard = keyboards.section_keyboard(
            passage_id, min(page, pages - 1), pages, self._words, back=self._sent is not None
        )
        return await self._show(message, keyboard)

    async def _more(self, sent: Sent, rank: int) -> str:
        answer = await self._asked(sent, rank + self._services.state.chat(self._chat_id).passages)
        if answer is None:
            return self._words["changed"]
        further = answer.citations[rank:]
        if not further:
            return self._words["no_more"]
        message = more_message(further, self._words, self._services.link)
        return await self._show(message, keyboards.more_keyboard(rank + message.shown, self._words))

    async def _again(self, sent: Sent) -> str:
        answer = await self._asked(sent, len(sent.passages))
        if answer is None:
            return self._words["changed"]
        shown = render(answer, sent.understood, self._words, self._services)
        return await self._show(shown, buttons_of(answer, shown, self._words))

    async def _nearest(self, sent: Sent) -> str:
        answer = await self._asked(sent, len(sent.passages))
        if answer is None or answer.answered:
            return self._words["changed"]
        message = nearest_message(answer, self._words, self._services.link)
        return await self._show(message, keyboards.back_keyboard(self._words))

    async def _report(self, sent: Sent) -> str:
        answer = await self._asked(sent, len(sent.passages))
        quoted = (answer.citations or answer.nearest) if answer is not None else ()
        facts = {"question": sent.question, "passages": list(sent.passages), "quoted": [_facts(c) for c in quoted]}
        number = self._services.state.report(self._chat_id, self._query.from_user.id, facts)
        public = set(self._services.settings.collections.public)
        # What a chat has of its own is not shown to those who run the bot, and neither is what was asked.
        lines = [_reported(citation, citation.collection in public) for citation in quoted] or list(sent.passages)
        told = False
        for operator in self._services.settings.telegram.operators:
            words = self._services.words(operator, None)
            head = words.say("report_to_operators", number=number, when=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
            text = Message.said("\n\n".join((head, *lines)))
            try:
                told |= await self._services.outbox.answer(self._update_id, operator, text) is not None
            except TelegramError as error:
                # Kept all the same; somebody who never wrote to the bot cannot be written to.
                _log.warning("a report did not reach an operator: %s", type(error).__name__)
        return self._words["reported" if told else "thanks"]

    def _vote(self, sent: Sent, value: int) -> str:
        passage_id = sent.passages[0] if sent.passages else ""
        self._services.state.vote(
            self._chat_id, self._message_id, self._query.from_user.id, value, passage_id, sent.question
        )
        return self._words["thanks"]

    async def _asked(self, sent: Sent, k: int) -> Answer | None:
        """The question asked again; ``None`` where the documents now give other passages."""
        names = self._services.access.collections(self._chat_id)
        if not names:
            return None
        answer = await self._services.asking.answer(names, sent.question, max(1, k), sent.cited)
        found = [citation.passage_id for citation in answer.citations or answer.nearest]
        same = answer.answered == sent.answered and found[: len(sent.passages)] == list(sent.passages)
        return answer if same else None

    async def _names(self, passage_id: str) -> list[str]:
        return await readable(self._services, self._chat_id, self._query.from_user.id, passage_id)

    async def _show(self, message: Message, keyboard: InlineKeyboardMarkup | None) -> str:
        only_for = self._query.from_user.id
        await self._services.outbox.edit(self._chat_id, self._message_id, message, keyboard, only_for=only_for)
        return ""

    def _lost(self, why: Lost) -> str:
        return self._words["changed" if why is Lost.CHANGED else "missing"]


async def readable(services: Services, chat_id: int, user_id: int, passage_id: str) -> list[str]:
    """The collections in which this passage may be opened here: the public ones and the chat's own; in a private chat
    also those of the groups that the person is a member of at this moment."""
    names = [*services.access.own(chat_id), *services.access.public()]
    if chat_id != user_id or any([await services.asking.holds(name, passage_id) for name in names]):
        return names
    others = await services.access.collections_of_others(user_id, lambda name: services.asking.holds(name, passage_id))
    return [*names, *others]


def _facts(citation: Citation) -> dict[str, Any]:
    return {
        "passage_id": citation.passage_id,
        "document_id": citation.document_id,
        "collection": citation.collection,
        "text_sha256": citation.text_sha256,
        "spans": citation.spans,
    }


def _reported(citation: Citation, public: bool) -> str:
    where = place(citation)
    return f"《{citation.title}》 {citation.locator}\n{where}\n{citation.excerpt[:600]}" if public else where
