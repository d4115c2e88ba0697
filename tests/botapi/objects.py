"""People, chats, messages and files, and the Bot API objects made of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .entities import spans
from .html import Entity

Json = dict[str, Any]
GROUPS = ("group", "supergroup")
_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


def now() -> int:
    return int(time.time())


@dataclass(eq=False)
class User:
    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    last_name: str | None = None

    def json(self) -> Json:
        names = ("last_name", "username", "language_code")
        optional = {name: value for name in names if (value := getattr(self, name))}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **optional}


#: Whom Telegram names when an administrator is anonymous, when a channel's post is forwarded to its group, and when
#: somebody writes as a channel.
ANONYMOUS = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
TELEGRAM = User(777000, "Telegram")
AS_CHANNEL = User(136817688, "Channel", "Channel_Bot", is_bot=True)


@dataclass(eq=False)
class Member:
    """``status``: creator, administrator, member, left, kicked."""

    user: User
    status: str = "member"
    anonymous: bool = False

    @property
    def inside(self) -> bool:
        return self.status in ("creator", "administrator", "member")

    @property
    def admin(self) -> bool:
        return self.status in ("creator", "administrator")

    def json(self) -> Json:
        result: Json = {"status": self.status, "user": self.user.json()}
        if self.status == "administrator":
            result |= dict.fromkeys(_RIGHTS, True) | {"can_be_edited": False, "can_promote_members": False}
        if self.admin:
            result["is_anonymous"] = self.anonymous
        if self.status == "kicked":
            result["until_date"] = 0
        return result


@dataclass(eq=False)
class Chat:
    """``type``: private, group, supergroup, channel. ``messages`` by id, ``topics`` by thread id, ``actions`` as
    (monotonic seconds, action, thread).

    ``started`` and ``blocked`` are of private chats; ``silenced`` forbids the bot to write in a group; ``migrated_to``
    is the id of the supergroup that a group became; ``linked`` joins a channel and its discussion group.
    """

    id: int
    type: str
    title: str = ""
    username: str | None = None
    is_forum: bool = False
    user: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    ephemeral: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    actions: list[tuple[float, str, int | None]] = field(default_factory=list)
    started: bool = False
    blocked: bool = False
    silenced: bool = False
    migrated_to: int | None = None
    linked: Chat | None = None

    def json(self) -> Json:
        result: Json = {"id": self.id, "type": self.type}
        if self.user is not None:
            person = self.user.json()
            return result | {key: person[key] for key in ("first_name", "last_name", "username") if key in person}
        result["title"] = self.title
        if self.username:
            result["username"] = self.username
        if self.is_forum:
            result["is_forum"] = True
        return result

    def member(self, user: User) -> Member:
        """What ``user`` is here; somebody never seen has left."""
        return self.members.get(user.id) or Member(user, "left")

    def sent_by_bot(self, deleted: bool = False) -> list[Message]:
        """What the bot has sent here and not deleted, in order, as last edited; ephemeral messages too."""
        everything = [*self.messages.values(), *self.ephemeral.values()]
        sent = [one for one in everything if one.by_bot and (deleted or not one.deleted)]
        return sorted(sent, key=lambda one: one.order)

    @property
    def last(self) -> Message:
        """The bot's last message here. :raises AssertionError: it has sent none."""
        sent = self.sent_by_bot()
        assert sent, f"the bot has sent nothing to {self.title or self.id}"
        return sent[-1]


@dataclass(eq=False)
class Message:
    """``data`` is the Bot API object without ``reply_to_message``; ``versions`` what it was before each edit.

    ``meant``: a bot in privacy mode may see it, and replies to it. ``keyboard`` is whatever ``reply_markup`` the bot
    sent. ``order`` and ``at`` (monotonic seconds) say when.
    """

    chat: Chat
    id: int
    data: Json
    by_bot: bool = False
    meant: bool = False
    deleted: bool = False
    reply_to: Message | None = None
    inline_id: str | None = None
    keyboard: Json | None = None
    order: int = 0
    at: float = field(default_factory=time.monotonic)
    versions: list[Json] = field(default_factory=list)
    reactions: list[Json] = field(default_factory=list)

    @property
    def text(self) -> str:
        return str(self.data.get("text", self.data.get("caption", "")))

    @property
    def entities(self) -> list[Entity]:
        return list(self.data.get("entities", self.data.get("caption_entities", ())))

    @property
    def thread(self) -> int | None:
        return self.data.get("message_thread_id")

    @property
    def buttons(self) -> list[list[Json]]:
        return list(self.data.get("reply_markup", {}).get("inline_keyboard", ()))

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    def spans(self, kind: str = "") -> list[str]:
        """The texts of its entities of a kind, such as "bold" or "expandable_blockquote"."""
        return spans(self.text, self.entities, kind)

    def button(self, wanted: str) -> Json:
        """By its whole label, its ``callback_data``, or else a part of one label alone.

        :raises AssertionError: there is none such, or several.
        """
        every = [button for row in self.buttons for button in row]
        for fits in (
            lambda one: wanted in (one["text"], one.get("callback_data")),
            lambda one: wanted in one["text"],
        ):
            found = [button for button in every if fits(button)]
            if len(found) == 1:
                return dict(found[0])
        raise AssertionError(f"{len(found)} buttons fit {wanted!r}; there are {self.labels}")

    def json(self, nested: bool = True) -> Json:
        if nested and self.reply_to is not None and not self.reply_to.deleted:
            return {**self.data, "reply_to_message": self.reply_to.json(nested=False)}
        return dict(self.data)


@dataclass(eq=False)
class Upload:
    """A file by ``id``; ``path`` is what getFile tells."""

    id: str
    unique_id: str
    name: str
    mime: str
    content: bytes
    path: str

    def json(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    def document(self) -> Json:
        return {**self.json(), "file_name": self.name, "mime_type": self.mime}

    def photo(self) -> list[Json]:
        return [{**self.json(), "width": 800, "height": 600}]


@dataclass(eq=False)
class Query:
    """A callback, inline or guest query. ``answer`` is what the bot answered; ``data`` the object it received.

    A query is answered once, and within the server's ``answer_seconds``.
    """

    id: str
    user: User
    data: Json
    chat: Chat | None = None
    message: Message | None = None
    answer: Json | None = None
    sent: Message | None = None
    at: float = field(default_factory=time.monotonic)

    @property
    def text(self) -> str:
        """The notification's text."""
        return str((self.answer or {}).get("text", ""))

    @property
    def results(self) -> list[Json]:
        return list((self.answer or {}).get("results", ()))


def ids(start: int) -> Iterator[int]:
    while True:
        yield start
        start += 1
