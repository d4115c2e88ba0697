"""Who may see and do what: the collections of a chat, its administrators, its members, the chats served at all."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from telegram import Bot, Message
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from npcbot.config import Settings
from npcbot.index import collections
from npcbot.telegram.state import State

_log: Final = logging.getLogger(__name__)
#: Seconds for which Telegram's list of a chat's administrators is believed.
_ADMINS_KEPT: Final = 600.0
_PRESENT: Final = {
    ChatMemberStatus.OWNER,
    ChatMemberStatus.ADMINISTRATOR,
    ChatMemberStatus.MEMBER,
    ChatMemberStatus.RESTRICTED,
}


class Access:
    """Asks Telegram where only Telegram knows."""

    def __init__(self, bot: Bot, state: State, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._state = state
        self._settings = settings
        self._clock = clock
        self._admins: dict[int, tuple[float, frozenset[int]]] = {}

    def public(self) -> list[str]:
        """The public collections that there are."""
        present = set(collections(self._settings.home))
        return [name for name in self._settings.collections.public if name in present]

    def collections(self, chat_id: int) -> list[str]:
        """What a chat searches: its own collection first, then the public ones unless it has turned them off."""
        return self.own(chat_id) + (self.public() if self._state.chat(chat_id).public else [])

    def own(self, chat_id: int) -> list[str]:
        """The chat's own collection, if it has one with documents."""
        name = self._state.chat(chat_id).collection
        return [name] if name and name in collections(self._settings.home) else []

    def served(self, chat_id: int) -> bool:
        """By the lists of the settings; not a group that has put the bot out, whatever still comes from there."""
        allow, block = self._settings.telegram.allow, self._settings.telegram.block
        if chat_id in block or (allow and chat_id not in allow):
            return False
        return chat_id > 0 or not self._state.chat(chat_id).disabled

    async def may_manage(self, message: Message) -> bool:
        """Whether who wrote this may change things in its chat: anybody in private, administrators in groups."""
        if message.chat.type == ChatType.PRIVATE:
            return True
        if message.sender_chat is not None:
            # An administrator who hides behind the group's name; the user that comes with it is made up.
            return message.sender_chat.id == message.chat.id
        return message.from_user is not None and await self.is_admin(message.chat.id, message.from_user.id)

    async def is_admin(self, chat_id: int, user_id: int) -> bool:
        """In a private chat its one person is. Nobody is where Telegram does not say."""
        if chat_id > 0:
            return chat_id == user_id
        kept = self._admins.get(chat_id)
        if kept is None or self._clock() - kept[0] > _ADMINS_KEPT:
            try:
                members = await self._bot.get_chat_administrators(chat_id)
            except TelegramError as error:
                _log.warning("the administrators of a chat are not known: %s", type(error).__name__)
                return False
            kept = self._admins[chat_id] = (self._clock(), frozenset(member.user.id for member in members))
        return user_id in kept[1]

    def forget_admins(self, chat_id: int) -> None:
        """After somebody was promoted or demoted."""
        self._admins.pop(chat_id, None)

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        """At this moment, as Telegram says; not where it does not say."""
        if chat_id > 0:
            return chat_id == user_id
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramError as error:
            _log.info("it is not known whether somebody is a member: %s", type(error).__name__)
            return False
        return member.status in _PRESENT and getattr(member, "is_member", True)

    async def collections_of_others(self, user_id: int, holds: Callable[[str], Awaitable[bool]]) -> list[str]:
        """The collections of groups that hold what is asked for and that this person is a member of, at this moment."""
        present = set(collections(self._settings.home))
        return [
            chat.collection
            for chat in self._state.chats()
            if chat.chat_id < 0
            and chat.collection in present
            and await holds(chat.collection)
            and await self.is_member(chat.chat_id, user_id)
        ]
