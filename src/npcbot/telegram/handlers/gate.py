"""The chats that are not served: whatever comes from them ends here, before the handlers that would take it."""

from __future__ import annotations

import re

from telegram import Update
from telegram.ext import BaseHandler

from npcbot.telegram.handlers import keyboards
from npcbot.telegram.services import Context, Services


class Gate(BaseHandler[Update, Context, None]):
    """Takes their updates itself. Of a group of handlers only the first that fits is run, and none where it fails."""

    def __init__(self, services: Services) -> None:
        super().__init__(self._end)
        self._services = services

    def check_update(self, update: object) -> bool:
        if not isinstance(update, Update):
            return False
        # Where an inline query was typed is not told; who typed it is.
        place = update.effective_chat or update.effective_user
        return place is not None and not self._services.access.served(place.id)

    async def _end(self, update: Update, context: Context) -> None:
        """In silence, but for a button, which would wait for its end."""
        query, chat = update.callback_query, update.effective_chat
        if query is not None:
            words = self._services.words(chat.id if chat else None, query.from_user)
            of_an_answer = re.match(keyboards.DATA, query.data or "") is not None
            await self._services.acknowledge(query, words["too_old"], alert=of_an_answer)
