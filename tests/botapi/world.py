"""The world that the bot lives in: who is there, what was said, and what of it the bot gets to see."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from .entities import formatted
from .objects import GROUPS, Chat, Json, Member, Message, Query, Upload, User, ids, now
from .updates import Updates

if TYPE_CHECKING:
    from .people import Person

T = TypeVar("T")


class World:
    """Everything under one lock; ``changed`` wakes whoever waits for something to come true.

    ``privacy``: the bot is in privacy mode. ``guests``: it answers where it is no member. ``answer_seconds``: how
    long a callback, inline or guest query can be answered. ``inline_feedback``: chosen results are reported.
    ``version`` of the Bot API: before 10.2 there are no ephemeral messages.
    """

    def __init__(self, bot: User, privacy: bool = True, guests: bool = True) -> None:
        self.bot, self.privacy, self.guests = bot, privacy, guests
        self.answer_seconds = 15.0
        self.inline_feedback = True
        self.version = (10, 3)
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self.wake: Callable[[], None] = lambda: None
        self.updates = Updates(lambda: self.wake())
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.inline_messages: dict[str, Message] = {}
        self.files: dict[str, Upload] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.webhook = ""
        self.check: Callable[[], None] = lambda: None
        self._user_ids, self._group_ids, self._super_ids = ids(5_000_001), ids(4_000_001), ids(1_900_000_001)
        # Private chats and basic groups share one count of messages; supergroups and channels have their own.
        self._message_ids, self._query_ids, self._order = ids(11), ids(81_000_001), ids(1)
        self._own_ids: dict[int, Iterator[int]] = {}

    # People and chats

    def person(self, first_name: str, language_code: str | None = "zh-hans", **fields: Any) -> Person:
        """Somebody new, with a private chat to the bot that is not started yet."""
        from .people import Person

        with self.lock:
            user = Person(next(self._user_ids), first_name, language_code=language_code, world=self, **fields)
            self.users[user.id] = user
            self.chats[user.id] = Chat(user.id, "private", user=user)
            return user

    def group(self, title: str, *members: User, bot: str = "member") -> Chat:
        """A basic group; its first member created it. ``bot`` is the bot's status in it."""
        return self._place(-next(self._group_ids), "group", title, members, bot)

    def supergroup(
        self, title: str, *members: User, bot: str = "member", topics: tuple[str, ...] = (), **fields: Any
    ) -> Chat:
        """A supergroup, a forum if ``topics`` are named; their thread ids are the keys of ``chat.topics``."""
        chat = self._place(
            int(f"-100{next(self._super_ids)}"), "supergroup", title, members, bot, is_forum=bool(topics), **fields
        )
        for name in topics:
            chat.topics[self.next_message_id(chat)] = name
        return chat

    def channel(
        self, title: str, *members: User, bot: str = "administrator", linked: Chat | None = None, **fields: Any
    ) -> Chat:
        """A channel; its posts are forwarded to the ``linked`` discussion group."""
        chat_id = int(f"-100{next(self._super_ids)}")
        return self._place(chat_id, "channel", title, members, bot, linked=linked, **fields)

    def _place(self, chat_id: int, kind: str, title: str, members: tuple[User, ...], bot: str, **fields: Any) -> Chat:
        with self.lock:
            chat = Chat(chat_id, kind, title, **fields)
            chat.members = {user.id: Member(user, "member" if at else "creator") for at, user in enumerate(members)}
            chat.members[self.bot.id] = Member(self.bot, bot)
            self.chats[chat_id] = chat
            return chat

    def next_message_id(self, chat: Chat) -> int:
        if chat.type in ("supergroup", "channel"):
            return next(self._own_ids.setdefault(chat.id, ids(2)))
        return next(self._message_ids)

    def next_query_id(self) -> str:
        return str(next(self._query_ids))

    # What is said

    def put(self, chat: Chat, data: Json, ephemeral: bool = False, **fields: Any) -> Message:
        """A message in a chat, with its id and date; the bot is told nothing yet."""
        with self.lock:
            shelf = chat.ephemeral if ephemeral else chat.messages
            number = len(chat.ephemeral) + 1 if ephemeral else self.next_message_id(chat)
            own = {"message_id": 0, "ephemeral_message_id": number} if ephemeral else {"message_id": number}
            data = {**own, "date": now(), "chat": chat.json(), **data}
            message = Message(chat, number, data, order=next(self._order), **fields)
            shelf[number] = message
            self.changed()
            return message

    def deliver(self, message: Message, kind: str = "", seen: bool | None = None) -> None:
        """Send the bot a message if it may see it; ``seen`` overrules."""
        with self.lock:
            if self.sees(message) if seen is None else seen:
                message.meant = True
                edited = "edited_" if "edit_date" in message.data else ""
                post = "channel_post" if message.chat.type == "channel" else "message"
                self.updates.add(kind or edited + post, message.json())
            self.changed()

    def sees(self, message: Message) -> bool:
        """Telegram's rules: no bots' messages; in groups, in privacy mode, only what is meant for the bot."""
        chat, data = message.chat, message.data
        sender = data.get("from", {})
        if chat.type == "private":
            return not chat.blocked
        if not chat.member(self.bot).inside:
            return False
        via_bot = data.get("via_bot", {}).get("id") == self.bot.id
        if sender.get("is_bot") and "sender_chat" not in data and not via_bot:
            return False
        if chat.type == "channel" or not self.privacy or chat.member(self.bot).admin:
            return True
        reply = message.reply_to
        if via_bot or (reply is not None and (reply.by_bot or reply.meant)):
            return True
        return self._commanded(message)

    def _commanded(self, message: Message) -> bool:
        """Whether it holds a command to this bot; a bare one counts unless another bot spoke last in the group."""
        others = [one for one in message.chat.messages.values() if one.data.get("from", {}).get("is_bot")]
        others = [one for one in others if one is not message and "sender_chat" not in one.data]
        for command in message.spans("bot_command"):
            _, _, named = command.partition("@")
            if named.lower() == (self.bot.username or "").lower():
                return True
            if not named and (not others or others[-1].by_bot):
                return True
        return False

    def service(self, chat: Chat, by: User, **fields: Any) -> Message:
        """A service message: every bot inside sees it."""
        with self.lock:
            message = self.put(chat, {"from": by.json(), **fields})
            self.deliver(message, seen=chat.type == "private" or chat.member(self.bot).inside)
            return message

    def set_status(self, chat: Chat, user: User, status: str, by: User) -> None:
        """Change what somebody is in a chat, and tell the bot as Telegram does."""
        with self.lock:
            old = chat.member(user)
            new = Member(user, status, old.anonymous)
            chat.members[user.id] = new
            kind = "my_chat_member" if user is self.bot else "chat_member"
            change = {"chat": chat.json(), "from": by.json(), "date": now()}
            if user is self.bot or chat.member(self.bot).admin:
                self.updates.add(kind, {**change, "old_chat_member": old.json(), "new_chat_member": new.json()})
            if chat.type in GROUPS and old.inside != new.inside:
                joined = {"new_chat_members": [user.json()]} if new.inside else {"left_chat_member": user.json()}
                message = self.put(chat, {"from": by.json(), **joined})
                self.deliver(message, seen=user is self.bot or chat.member(self.bot).inside)
            self.changed()

    def upload(self, name: str, content: bytes, mime: str, folder: str = "documents") -> Upload:
        """A file that Telegram has from now on."""
        with self.lock:
            number = len(self.files)
            path = f"{folder}/file_{number}{'.' + name.rpartition('.')[2] if '.' in name else ''}"
            upload = Upload(f"BQACAgUAAxkBAAI{number:08d}", f"AgAD{number:08d}", name, mime, content, path)
            self.files[upload.id] = upload
            return upload

    def fields(self, text: str, mode: str = "", given: list[Json] | None = None) -> Json:
        """``text`` and ``entities`` of a message, the latter only if there are any."""
        made = formatted(text, mode, given)
        return made if made["entities"] else {"text": made["text"]}

    # Waiting

    def changed(self) -> None:
        with self.lock:
            self._changed.notify_all()

    def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:
        """What ``predicate`` gives once it is true. Blocks the thread; in a coroutine use ``Server.until``.

        :raises AssertionError: it did not come true within ``timeout`` seconds, or the server broke meanwhile.
        """
        end = time.monotonic() + timeout
        with self.lock:
            while True:
                self.check()
                if value := predicate():
                    return value
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"did not come true in {timeout} s")
                self._changed.wait(min(left, 1.0))

    def answers(self, message: Message, count: int = 1, timeout: float = 5.0) -> list[Message]:
        """The bot's first ``count`` messages in the chat after ``message``; waits for them."""
        begin = message.order
        return self.wait_for(
            lambda: (
                new if len(new := [one for one in message.chat.sent_by_bot() if one.order > begin]) >= count else []
            ),
            timeout,
        )[:count]
