"""``/feedback``: the votes of a chat as a set for ``npcbot eval``; in groups for administrators."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CommandHandler, filters

from npcbot.telegram import feedback
from npcbot.telegram.handlers.addressed import from_person
from npcbot.telegram.services import Context, Handlers, Services


def handlers(services: Services) -> Handlers:
    async def export(update: Update, context: Context) -> None:
        message = update.message
        assert message is not None
        chat_id = message.chat.id
        if not from_person(message, services.me):
            return
        words = services.words(chat_id, message.from_user)
        if not await services.access.may_manage(message):
            await services.reply(update, message, words["admins_only"])
            return
        votes = services.state.feedback(chat_id)
        content = await services.asking.run(
            feedback.archived, votes, services.asking.library, services.access.collections(chat_id)
        )
        if content:
            await services.outbox.document(
                update.update_id, chat_id, content, "npcbot-feedback.zip", reply_to=message.message_id
            )
        else:
            await services.reply(update, message, words["feedback_none"])

    return [CommandHandler("feedback", export, filters.UpdateType.MESSAGE)]
