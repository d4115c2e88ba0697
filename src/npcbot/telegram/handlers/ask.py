"""Questions: in private, by /ask, by a mention, in reply to the bot; and the same questions edited."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardMarkup, Update
from telegram import Message as Received
from telegram.ext import MessageHandler, filters

from npcbot.answer import Answer
from npcbot.errors import NpcbotError, QuestionError
from npcbot.retrieval.references import Ambiguous, NotInForce
from npcbot.telegram import logs
from npcbot.telegram.compose import Message, answer_message, unanswered_message
from npcbot.telegram.handlers.addressed import Addressed, addressed, in_group
from npcbot.telegram.handlers.keyboards import answer_keyboard, unanswered_keyboard
from npcbot.telegram.limits import Verdict
from npcbot.telegram.services import Context, Handlers, Services, person, thread
from npcbot.telegram.state import Sent
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)
#: Titles that are named where a name fits several.
_CHOICES: Final = 10
#: Words that only tie a follow-up to what was said before.
_TIE: Final = re.compile(
    r"^(?:那么?|还有|還有|另外|and|what about|how about)[，,\s]*|[呢吧啊]?[？?。.！!\s]*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched; ``understood`` and ``cited`` are empty unless it follows an earlier one."""

    question: str
    understood: str = ""
    cited: str = ""


def handlers(services: Services) -> Handlers:
    asking = _Ask(services)
    return [
        MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, asking.new),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.TEXT, asking.edited),
    ]


class _Ask:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def new(self, update: Update, context: Context) -> None:
        message = update.message
        assert message is not None
        services = self._services
        said = addressed(message, services.me)
        if said is None:
            return
        words = services.words(message.chat.id, message.from_user)
        if services.queue.stale(update):
            if services.settings.telegram.stale == "say":
                await services.reply(update, message, words["stale"])
            return
        if not await self._admitted(update, message, words):
            return
        if not said.question:
            await services.reply(update, message, words["ask_what"])
            return
        await self._answer(update, message, self._understood(message, said, words), words)

    async def edited(self, update: Update, context: Context) -> None:
        """Edits the answer that was given; a message that only now asks something is a new question."""
        message = update.edited_message
        assert message is not None
        services = self._services
        said = addressed(message, services.me)
        if said is None or not said.question:
            return
        before = services.state.answer_to(message.chat.id, message.message_id)
        words = services.words(message.chat.id, message.from_user)
        asked = self._understood(message, said, words)
        if services.queue.stale(update) or (before is not None and before.question == asked.question):
            return
        if await self._admitted(update, message, words):
            await self._answer(update, message, asked, words, before)

    async def _admitted(self, update: Update, message: Received, words: Words) -> bool:
        """Whether this person may ask here now; says why not, once."""
        services = self._services
        chat = services.state.chat(message.chat.id)
        verdict = services.limits.allow(person(message), message.chat.id)
        if verdict is not Verdict.YES:
            services.metrics.limited()
        if verdict is Verdict.SAY_ONCE:
            await services.reply(update, message, words["slow_down"])
        if verdict is not Verdict.YES:
            return False
        if in_group(message) and chat.askers == "admins" and not await services.access.may_manage(message):
            await services.reply(update, message, words["admins_only"])
            return False
        return True

    def _understood(self, message: Received, said: Addressed, words: Words) -> Asked:
        """A follow-up is asked with the question that it follows behind it: its own words come first."""
        longest = self._services.settings.answer.max_question
        question = said.question[:longest]
        sent = self._services.state.sent(message.chat.id, said.follows) if said.follows is not None else None
        if sent is None or not sent.passages:
            return Asked(question)
        own = _TIE.sub("", question) or question
        return Asked(
            f"{own}？{sent.question}"[:longest],
            words.say("understood", question=own, earlier=sent.question),
            sent.passages[0],
        )

    async def _answer(
        self, update: Update, message: Received, asked: Asked, words: Words, before: Sent | None = None
    ) -> None:
        services = self._services
        chat_id, began = message.chat.id, time.perf_counter()
        chat = services.state.chat(chat_id)
        names = services.access.collections(chat_id)
        if not names:
            await services.reply(update, message, words["nothing_to_search"])
            return
        if services.settings.telegram.typing and before is None:
            services.outbox.typing(chat_id, thread(message))
        try:
            answer = await services.asking.answer(names, asked.question, chat.passages, asked.cited)
            shown = render(answer, asked.understood, words, services)
        except Ambiguous as error:
            choices = "\n".join(f"• {title}" for title in error.choices[:_CHOICES])
            said = words.say("which_law", name=error.name, count=len(error.choices), choices=choices)
            await services.reply(update, message, said)
            return
        except NotInForce as error:
            said = words.say("not_in_force", title=error.title, day=error.day, first=error.first)
            await services.reply(update, message, said)
            return
        except QuestionError:
            await services.reply(update, message, words["no_words"])
            return
        except NpcbotError as error:
            _log.error("a question could not be answered: %s", error)
            await services.reply(update, message, words["unavailable"])
            return
        keyboard = (
            answer_keyboard(answer, words, shown.shown) if answer.answered else unanswered_keyboard(answer, words)
        )
        only_for = message.from_user.id if chat.quiet and in_group(message) and message.from_user else None
        sent_id: int | None
        if before is not None:
            sent_id = before.message_id
            await services.outbox.edit(chat_id, sent_id, shown, keyboard, only_for=before.user_id)
        else:
            sent_id = await services.outbox.answer(
                update.update_id,
                chat_id,
                shown,
                reply_to=message.message_id,
                thread=thread(message),
                keyboard=keyboard,
                only_for=only_for,
            )
        if sent_id is not None:
            services.state.remember(_sent(message, sent_id, asked, answer))
        took = time.perf_counter() - began
        services.metrics.answered(took, answer.answered)
        logs.question(
            chat=chat_id,
            took_ms=1000 * took,
            answered=answer.answered,
            confidence=answer.confidence,
            text=asked.question if services.settings.telegram.log_questions else None,
        )


def buttons_of(answer: Answer, shown: Message, words: Words) -> InlineKeyboardMarkup | None:
    return answer_keyboard(answer, words, shown.shown) if answer.answered else unanswered_keyboard(answer, words)


def render(answer: Answer, understood: str, words: Words, services: Services) -> Message:
    """The answer, with what was understood above it."""
    make = answer_message if answer.answered else unanswered_message
    return make(answer, words, services.link, understood)


def _sent(message: Received, sent_id: int, asked: Asked, answer: Answer) -> Sent:
    return Sent(
        chat_id=message.chat.id,
        message_id=sent_id,
        question_message_id=message.message_id,
        thread=thread(message),
        user_id=message.from_user.id if message.from_user else 0,
        question=asked.question,
        understood=asked.understood,
        cited=asked.cited,
        passages=tuple(citation.passage_id for citation in answer.citations or answer.nearest),
        answered=answer.answered,
        at=time.time(),
    )
