"""Coming into a chat and being put out of it, a group that becomes a supergroup, administrators who change."""

from __future__ import annotations

import logging
from typing import Final

from telegram import Chat, ChatMember, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import ChatMemberHandler, MessageHandler, filters

from npcbot.telegram.compose import Message
from npcbot.telegram.services import Context, Handlers, Services

_log: Final = logging.getLogger(__name__)
_IN: Final = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


def handlers(services: Services) -> Handlers:
    groups = _Groups(services)
    return [
        ChatMemberHandler(groups.own, ChatMemberHandler.MY_CHAT_MEMBER),
        ChatMemberHandler(groups.others, ChatMemberHandler.CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.MIGRATE, groups.migrated),
    ]


class _Groups:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def own(self, update: Update, context: Context) -> None:
        """The bot's own standing in a chat has changed."""
        change = update.my_chat_member
        assert change is not None
        services, chat = self._services, change.chat
        services.access.forget_admins(chat.id)
        if not _inside(change.new_chat_member):
            services.state.change(chat.id, disabled=str(change.new_chat_member.status))
            return
        kept = services.state.change(chat.id, kind=str(chat.type), title=chat.title or "", disabled="")
        if chat.type == ChatType.PRIVATE:
            return
        if not services.access.served(chat.id):
            if services.settings.telegram.leave_unknown:
                await self._leave(chat)
            return
        if not kept.onboarded and chat.type != ChatType.CHANNEL:
            await self._greet(update, change)
            services.state.change(chat.id, onboarded=True)

    async def others(self, update: Update, context: Context) -> None:
        assert update.chat_member is not None
        self._services.access.forget_admins(update.chat_member.chat.id)

    async def migrated(self, update: Update, context: Context) -> None:
        """Told twice: in the old chat where it goes, in the new one where it comes from."""
        message = update.effective_message
        assert message is not None
        if message.migrate_to_chat_id:
            self._services.state.rekey(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            self._services.state.rekey(message.migrate_from_chat_id, message.chat.id)

    async def _greet(self, update: Update, change: ChatMemberUpdated) -> None:
        services = self._services
        words = services.words(change.chat.id, change.from_user)
        # Administrators receive every message, whatever the privacy mode.
        admin = change.new_chat_member.status in (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
        sees = "sees_all" if admin or services.me.can_read_all_group_messages else "sees_little"
        text = words.say("onboarding", sees=words.say(sees, me=services.username))
        await services.outbox.answer(update.update_id, change.chat.id, Message.said(text))

    async def _leave(self, chat: Chat) -> None:
        try:
            await chat.leave()
        except TelegramError as error:
            _log.warning("a chat that is not served was not left: %s", type(error).__name__)


def _inside(member: ChatMember) -> bool:
    return member.status in _IN or (isinstance(member, ChatMemberRestricted) and member.is_member)
