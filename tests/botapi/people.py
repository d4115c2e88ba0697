"""Acting as the people: they write, press, upload, ask inline, add the bot, throw it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .entities import MAX_CAPTION, formatted
from .objects import ANONYMOUS, AS_CHANNEL, TELEGRAM, Chat, Json, Member, Message, Query, User, now

if TYPE_CHECKING:
    from .world import World


@dataclass(eq=False)
class Person(User):
    """A user that a test moves. Every method returns what came of it at once; what the bot does comes later."""

    world: World = None  # type: ignore[assignment]

    @property
    def private(self) -> Chat:
        """The chat with the bot."""
        return self.world.chats[self.id]

    # Writing

    def says(
        self,
        chat: Chat | str,
        text: str = "",
        *,
        reply_to: Message | None = None,
        topic: int | None = None,
        edit: Message | None = None,
        quote: str = "",
        seen: bool | None = None,
        ephemeral: bool = False,
        **fields: Any,
    ) -> Message:
        """Write ``text`` to a chat, or to the bot if it is called with the text alone. Commands, mentions, links and
        hashtags get their entities; ``fields`` go into the message as they are; ``seen`` overrules privacy mode;
        ``ephemeral`` is a command that the bot alone receives.
        """
        place = self.private if isinstance(chat, str) else chat
        text = chat if isinstance(chat, str) else text
        with self.world.lock:
            if edit is not None:
                return self._edits(edit, {**self.world.fields(text), **fields}, seen)
            if ephemeral:
                fields["receiver_user"], seen = self.world.bot.json(), True
            content = {**self.world.fields(text), **fields}
            return self._posts(place, content, reply_to, topic, quote, seen, ephemeral=ephemeral)

    def _posts(
        self,
        chat: Chat,
        content: Json,
        reply_to: Message | None = None,
        topic: int | None = None,
        quote: str = "",
        seen: bool | None = None,
        **fields: Any,
    ) -> Message:
        if chat.type == "private":
            chat.started = True
        if chat.is_forum and topic is None and reply_to is not None:
            topic = reply_to.thread
        if topic is not None:
            content = {"message_thread_id": topic, "is_topic_message": True, **content}
        if quote and reply_to is not None:
            position = len(reply_to.text[: reply_to.text.index(quote)].encode("utf-16-le")) // 2
            content = {**content, "quote": {"text": quote, "position": position, "is_manual": True}}
        message = self.world.put(chat, {**self._sender(chat), **content}, reply_to=reply_to, **fields)
        self.world.deliver(message, seen=seen)
        if chat.type == "channel" and chat.linked is not None:
            self._forwards(message, chat.linked)
        return message

    def _sender(self, chat: Chat) -> Json:
        """An anonymous administrator is named as the group, and ``from`` is a bot that everyone shares."""
        if chat.type == "channel":
            return {"sender_chat": chat.json()}
        if chat.member(self).anonymous:
            return {"from": ANONYMOUS.json(), "sender_chat": chat.json()}
        return {"from": self.json()}

    def _forwards(self, post: Message, group: Chat) -> None:
        origin = {"type": "channel", "chat": post.chat.json(), "message_id": post.id, "date": post.data["date"]}
        content = {key: value for key, value in post.data.items() if key not in ("message_id", "chat", "sender_chat")}
        content |= {"from": TELEGRAM.json(), "sender_chat": post.chat.json()}
        content |= {"is_automatic_forward": True, "forward_origin": origin}
        self.world.deliver(self.world.put(group, content))

    def _edits(self, message: Message, content: Json, seen: bool | None) -> Message:
        message.versions.append(dict(message.data))
        for key in ("text", "entities", "caption", "caption_entities"):
            message.data.pop(key, None)
        message.data |= {**content, "edit_date": now()}
        self.world.deliver(message, seen=(message.meant or None) if seen is None else seen)
        return message

    def says_as_channel(self, chat: Chat, text: str, channel: Chat) -> Message:
        """Write in a group as a channel of one's own."""
        sender: Json = {"from": AS_CHANNEL.json(), "sender_chat": channel.json()}
        return self.says(chat, text, **sender)

    def deletes(self, message: Message) -> None:
        """Bots are not told of it."""
        with self.world.lock:
            message.deleted = True
            self.world.changed()

    def uploads(
        self,
        chat: Chat,
        name: str,
        content: bytes,
        caption: str = "",
        mime: str = "application/octet-stream",
        **options: Any,
    ) -> Message:
        """Send a document; ``options`` are ``reply_to``, ``topic`` and ``seen``."""
        with self.world.lock:
            fields: Json = {"document": self.world.upload(name, content, mime).document()}
            if caption:
                made = formatted(caption, limit=MAX_CAPTION)
                fields |= {"caption": made["text"]}
                if made["entities"]:
                    fields["caption_entities"] = made["entities"]
            return self._posts(chat, fields, **options)

    # Buttons and queries

    def presses(self, message: Message, button: str) -> Query:
        """Press the button with this label, part of a label, or ``callback_data``; the bot's answer will be in the
        query. :raises AssertionError: there is no such button, or it is no callback."""
        with self.world.lock:
            pressed = message.button(button)
            assert "callback_data" in pressed, f"{pressed} calls nothing back"
            data: Json = {"from": self.json(), "chat_instance": str(abs(message.chat.id) * 7919)}
            data["data"] = pressed["callback_data"]
            if message.inline_id:
                data["inline_message_id"] = message.inline_id
            else:
                data["message"] = message.json()
            return self._asks("callback_query", data, chat=message.chat, message=message)

    def inline(self, text: str, offset: str = "", chat: Chat | None = None) -> Query:
        """Type ``@bot text`` somewhere, in the chat with the bot if none is named."""
        kind = "sender" if chat is None else chat.type
        data = {"from": self.json(), "query": text, "offset": offset, "chat_type": kind}
        return self._asks("inline_query", data, chat=chat)

    def _asks(self, kind: str, data: Json, **fields: Any) -> Query:
        with self.world.lock:
            query = Query(self.world.next_query_id(), self, data, **fields)
            query.data = {"id": query.id, **data}
            self.world.queries[query.id] = query
            self.world.updates.add(kind, query.data)
            return query

    def chooses(self, query: Query, number: int = 0, chat: Chat | None = None) -> Message:
        """Send the result of that number to a chat; the bot learns of it where it may see messages sent through it."""
        with self.world.lock:
            result = query.results[number]
            chat = chat or query.chat or self.private
            message = self.sent_through(chat, result, via_bot=self.world.bot.json())
            if self.world.inline_feedback:
                chosen = {"result_id": result["id"], "from": self.json(), "query": query.data["query"]}
                if message.inline_id:
                    chosen["inline_message_id"] = message.inline_id
                self.world.updates.add("chosen_inline_result", chosen)
            return message

    def sent_through(self, chat: Chat, result: Json, reply_to: Message | None = None, **fields: Any) -> Message:
        """A message made of an inline result, sent via the bot or, for a guest query, by it."""
        made = result.get("input_message_content", {})
        content = self.world.fields(
            made.get("message_text", result.get("title", "")), made.get("parse_mode", ""), made.get("entities")
        )
        for kind in ("document", "photo"):
            if file_id := result.get(f"{kind}_file_id"):
                content = {kind: getattr(self.world.files[file_id], kind)()}
        inline_id, by_bot = None, "guest_bot_caller_user" in fields
        if "reply_markup" in result:
            content["reply_markup"] = result["reply_markup"]
        if "reply_markup" in result or by_bot:
            inline_id = f"AQAAAP{self.world.next_query_id()}"
        message = self._posts(chat, {**content, **fields}, reply_to, inline_id=inline_id, by_bot=by_bot)
        if inline_id:
            self.world.inline_messages[inline_id] = message
        return message

    def guest(self, chat: Chat, text: str, reply_to: Message | None = None) -> Query:
        """Mention the bot in a chat that it has not joined; its one answer will be ``query.sent``.

        :raises AssertionError: the bot is a member there, or is not mentioned, or answers no guests.
        """
        world = self.world
        with world.lock:
            assert world.guests, "the bot answers no guests"
            assert not chat.member(world.bot).inside, "the bot is a member of the chat"
            content = world.fields(text)
            message = world.put(chat, {"from": self.json(), **content}, reply_to=reply_to)
            name = f"@{world.bot.username}".lower()
            assert name in (one.lower() for one in message.spans("mention")), "the bot is not mentioned"
            query = Query(world.next_query_id(), self, {}, chat=chat, message=message)
            message.data["guest_query_id"] = query.id
            query.data = message.data
            world.queries[query.id] = query
            world.deliver(message, "guest_message", seen=True)
            return query

    # The bot and others, in and out

    def adds_bot(self, chat: Chat, status: str = "member") -> None:
        """A change of the bot's own status, then the service message."""
        self.world.set_status(chat, self.world.bot, status, self)

    def kicks_bot(self, chat: Chat, status: str = "kicked") -> None:
        """``status`` "left" is a removal without a ban."""
        self.world.set_status(chat, self.world.bot, status, self)

    def promotes(self, chat: Chat, user: User | None = None, status: str = "administrator") -> None:
        """Change somebody's status, the bot's if nobody is named; "member" demotes."""
        self.world.set_status(chat, user or self.world.bot, status, self)

    def joins(self, chat: Chat, status: str = "member", anonymous: bool = False) -> None:
        self.world.set_status(chat, self, status, self)
        chat.members[self.id] = Member(self, status, anonymous)

    def leaves(self, chat: Chat) -> None:
        self.world.set_status(chat, self, "left", self)

    def blocks_bot(self) -> None:
        """The bot is told, and can write no more."""
        self._changes_private("kicked")

    def unblocks_bot(self) -> None:
        self._changes_private("member")

    def _changes_private(self, status: str) -> None:
        world, chat = self.world, self.private
        with world.lock:
            old = Member(world.bot, "kicked" if chat.blocked else "member")
            chat.blocked, chat.started = status == "kicked", True
            change = {"chat": chat.json(), "from": self.json(), "date": now()}
            new = Member(world.bot, status)
            world.updates.add(
                "my_chat_member", {**change, "old_chat_member": old.json(), "new_chat_member": new.json()}
            )
            world.changed()

    def upgrades(self, group: Chat) -> Chat:
        """Make a basic group a supergroup: both are told, and the old one answers only where it went."""
        world = self.world
        with world.lock:
            new = world.supergroup(group.title, bot=group.member(world.bot).status)
            new.members = dict(group.members)
            world.service(group, self, migrate_to_chat_id=new.id)
            group.migrated_to = new.id
            world.service(new, self, migrate_from_chat_id=group.id)
            return new

    def opens_topic(self, chat: Chat, name: str) -> int:
        """A new topic of a forum; its thread id."""
        created = {"name": name, "icon_color": 7322096}
        with self.world.lock:
            message = self.world.service(chat, self, forum_topic_created=created)
            message.data |= {"message_thread_id": message.id, "is_topic_message": True}
            chat.is_forum = True
            chat.topics[message.id] = name
            return message.id
