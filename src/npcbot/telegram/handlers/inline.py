"""``@bot question`` in any chat: passages to choose from and send. Public collections only, whoever asks, wherever."""

from __future__ import annotations

import logging
from typing import Final

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import InlineQueryHandler

from npcbot.answer import Answer, Citation
from npcbot.errors import NpcbotError, QuestionError
from npcbot.telegram.compose import passage_message
from npcbot.telegram.limits import Verdict
from npcbot.telegram.markup import cut
from npcbot.telegram.services import Context, Handlers, Services
from npcbot.telegram.words import Words
from npcbot.visible import visible

_log: Final = logging.getLogger(__name__)
#: Results of a page and of all pages.
_PAGE: Final = 8
_MOST: Final = 40
#: Seconds for which Telegram may show the same person the same results.
_KEPT: Final = 60
#: Characters of what is listed.
_TITLE: Final = 90
_DESCRIPTION: Final = 120


class _NotNow(Exception):
    """It was not searched, so nothing found is not the answer."""


def handlers(services: Services) -> Handlers:
    inline = _Inline(services)
    return [InlineQueryHandler(inline.offer)]


class _Inline:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def offer(self, update: Update, context: Context) -> None:
        query = update.inline_query
        assert query is not None
        words = self._services.words(None, query.from_user)
        at = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 0
        found: tuple[Citation, ...] = ()
        answered, kept = False, _KEPT
        if query.query.strip():
            try:
                answer = await self._asked(query.from_user.id, query.query, at)
            except _NotNow:
                answer, kept = None, 0
            if answer is not None:
                found, answered = (answer.citations or answer.nearest)[at : at + _PAGE], answer.answered
        results = [article(citation, answered, words, self._services) for citation in found]
        more = str(at + _PAGE) if len(found) == _PAGE and at + _PAGE < _MOST else ""
        await self._give(query, results, more, words, kept)

    async def _asked(self, user_id: int, question: str, at: int) -> Answer | None:
        # As if in the private chat: what others ask inline, wherever, is no matter of this person's limit.
        if self._services.presses.allow(user_id, user_id) is not Verdict.YES:
            raise _NotNow
        names = self._services.access.public()
        if not names:
            return None
        try:
            return await self._services.asking.answer(names, question, min(at + _PAGE, _MOST))
        except QuestionError:
            return None
        except NpcbotError as error:
            _log.error("an inline query could not be answered: %s", error)
            raise _NotNow from error

    async def _give(
        self, query: InlineQuery, results: list[InlineQueryResultArticle], more: str, words: Words, kept: int
    ) -> None:
        button = InlineQueryResultsButton(words["inline_help"], start_parameter="help")
        try:
            # Of one's own, for the labels are in one's own language.
            await query.answer(results, cache_time=kept, is_personal=True, next_offset=more, button=button)
        except BadRequest as error:
            # The person has typed on; nobody waits for this any more.
            _log.info("an inline query was answered too late: %s", error.message)
        except TelegramError as error:
            _log.warning("an inline query was not answered: %s", type(error).__name__)


def article(citation: Citation, answered: bool, words: Words, services: Services) -> InlineQueryResultArticle:
    """A passage to send: its quotation with the citation, and a button that opens it in its context."""
    message = passage_message(citation, words, services.link)
    lit = "".join(citation.excerpt[start:end] for start, end in citation.highlights) or citation.excerpt
    where = " › ".join(part for part in (citation.title, citation.date, citation.locator) if part)
    label = where if answered else f"{words['inline_nearest']} · {where}"
    return InlineQueryResultArticle(
        id=citation.passage_id,
        title=cut(" ".join(visible(lit).split()), _TITLE),
        description=cut(" ".join(visible(label).split()), _DESCRIPTION),
        input_message_content=InputTextMessageContent(
            message.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        reply_markup=InlineKeyboardMarkup(
            [[InlineKeyboardButton(words["open"], url=services.link(citation.passage_id))]]
        ),
    )
