"""Documents from chat: sent or added, listed, removed, given back, forgotten."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from typing import Final

from telegram import Document as File
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Keyboard
from telegram import Message as Received
from telegram import Update
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from npcbot.answer.citation import titled
from npcbot.errors import DocumentError, NpcbotError
from npcbot.telegram.compose import Message
from npcbot.telegram.handlers.addressed import from_person, in_group
from npcbot.telegram.limits import Verdict
from npcbot.telegram.outbox import standing
from npcbot.telegram.services import Context, Handlers, Services
from npcbot.telegram.uploads import QuotaExceeded, safe_name
from npcbot.telegram.words import Words

#: Seconds between two edits that show progress; Telegram allows a group twenty messages a minute.
_PROGRESS: Final = 4.0
#: Documents listed in a message, and offered for removal.
_LISTED: Final = 40
_OFFERED: Final = 20
#: Tries of a download.
_TRIES: Final = 5


def handlers(services: Services) -> Handlers:
    documents = _Documents(services)
    new = filters.UpdateType.MESSAGE
    return [
        MessageHandler(new & filters.Document.ALL, documents.sent),
        CommandHandler("add", documents.add, new),
        CommandHandler("docs", documents.docs, new),
        CommandHandler("remove", documents.remove, new),
        CommandHandler("export", documents.export, new),
        CommandHandler("forget", documents.forget, new),
        CallbackQueryHandler(documents.press, r"^doc:(?:no|export|forget|(?:ask|remove):[0-9a-f]{16})\Z"),
    ]


class _Documents:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def sent(self, update: Update, context: Context) -> None:
        """In private every file is meant; in a group, one with /add in its caption."""
        message = update.message
        assert message is not None and message.document is not None
        me = re.escape(self._services.username)
        meant = re.match(rf"/add(?:@{me})?(?![A-Za-z0-9_@])", message.caption or "", re.IGNORECASE)
        if not in_group(message) or meant:
            await self._take(update, message, message.document)

    async def add(self, update: Update, context: Context) -> None:
        message = _message(update)
        target = message.reply_to_message
        if target is not None and target.document is not None:
            await self._take(update, message, target.document)
        elif (words := self._admitted(message)) is not None:
            await self._services.reply(update, message, words["doc_add_what"])

    async def docs(self, update: Update, context: Context) -> None:
        message, services = _message(update), self._services
        if (words := self._admitted(message)) is None:
            return
        chat_id = message.chat.id
        own = await services.uploads.documents(chat_id)
        lines = [words.say("docs_own", count=len(own)) if own else words["docs_none"]]
        for info in own[:_LISTED]:
            named = titled(info.title, info.date)
            lines.append(f"• {named} — {info.document_id}" if info.title != info.document_id else f"• {named}")
        if len(own) > _LISTED:
            lines.append(words.say("docs_rest", count=len(own) - _LISTED))
        public = [name for name in services.access.collections(chat_id) if name in services.access.public()]
        if public:
            lines += ["", words.say("docs_public", names=words["and"].join(public))]
        await services.reply(update, message, "\n".join(lines))

    async def remove(self, update: Update, context: Context) -> None:
        message, services = _message(update), self._services
        if (words := await self._managing(update, message)) is None:
            return
        own = await services.uploads.documents(message.chat.id)
        wanted = " ".join(context.args or ())
        if wanted:
            named = [info.document_id for info in own if wanted in (info.document_id, info.title)]
            if named:
                keyboard = _confirm(f"remove:{_key(named[0])}", words)
                await services.reply(update, message, words.say("remove_sure", name=named[0]), keyboard)
            else:
                await services.reply(update, message, words["not_there"])
        elif own:
            rows = [
                [Button(info.title[:60], callback_data=f"doc:ask:{_key(info.document_id)}")] for info in own[:_OFFERED]
            ]
            no = [Button(words["no"], callback_data="doc:no")]
            await services.reply(update, message, words["remove_which"], Keyboard([*rows, no]))
        else:
            await services.reply(update, message, words["docs_none"])

    async def export(self, update: Update, context: Context) -> None:
        message = _message(update)
        if (words := await self._managing(update, message)) is None:
            return
        if in_group(message):
            await self._services.reply(update, message, words["export_sure"], _confirm("export", words))
        else:
            await self._give_back(update, message, words)

    async def forget(self, update: Update, context: Context) -> None:
        message = _message(update)
        if (words := await self._managing(update, message)) is not None:
            await self._services.reply(update, message, words["forget_sure"], _confirm("forget", words))

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        assert query is not None and query.data is not None
        services, message = self._services, query.message
        chat_id = message.chat.id if message is not None else None
        words = services.words(chat_id, query.from_user)
        if not isinstance(message, Received):
            await services.acknowledge(query, words["too_old"])
            return
        if services.presses.allow(query.from_user.id, message.chat.id) is not Verdict.YES:
            await services.acknowledge(query, words["slow_down"])
            return
        if not await services.access.is_admin(message.chat.id, query.from_user.id):
            await services.acknowledge(query, words["admins_only"], alert=True)
            return
        await services.acknowledge(query)
        await self._confirmed(update, message, query.data.removeprefix("doc:"), words)

    async def _confirmed(self, update: Update, message: Received, wish: str, words: Words) -> None:
        services, chat_id = self._services, message.chat.id
        what, _, key = wish.partition(":")
        keyboard = None
        if what == "forget":
            await services.uploads.forget(chat_id)
            text = words["forgotten"]
        elif what == "export":
            await self._give_back(update, message, words)
            text = words["export_sure"]
        elif what == "no":
            text = words["cancelled"]
        else:
            own = await services.uploads.documents(chat_id)
            name = next((info.document_id for info in own if _key(info.document_id) == key), "")
            if not name:
                text = words["not_there"]
            elif what == "ask":
                text, keyboard = words.say("remove_sure", name=name), _confirm(f"remove:{key}", words)
            else:
                await services.uploads.remove(chat_id, name)
                text = words.say("removed", name=name)
        await services.outbox.edit(chat_id, standing(message), Message.said(text), keyboard)

    async def _give_back(self, update: Update, message: Received, words: Words) -> None:
        content = await self._services.uploads.export(message.chat.id)
        if content:
            await self._services.outbox.document(
                update.update_id, message.chat.id, content, "npcbot-documents.zip", reply_to=message.message_id
            )
        else:
            await self._services.reply(update, message, words["docs_none"])

    async def _take(self, update: Update, message: Received, file: File) -> None:
        """Fetches, reads and indexes a file, saying how far it is and what came of it."""
        services, chat_id = self._services, message.chat.id
        if (words := self._admitted(message)) is None:
            return
        if (
            in_group(message)
            and services.state.chat(chat_id).uploaders == "admins"
            and not await services.access.may_manage(message)
        ):
            await services.reply(update, message, words["admins_only"])
            return
        name = safe_name(file.file_name or "document")
        said = await services.reply(update, message, words.say("doc_reading", name=name))
        if said is None:
            return
        text = await self._indexed(chat_id, said, file, name, words)
        await services.outbox.edit(chat_id, said, Message.said(text))

    async def _indexed(self, chat_id: int, said: int, file: File, name: str, words: Words) -> str:
        services, limits = self._services, self._services.settings.telegram
        try:
            if (file.file_size or 0) > limits.upload_bytes:
                raise DocumentError(name, reason="too_large")
            content = await _fetched(file)
            progress = _Progress(services, chat_id, said, name, words)
            document, passages = await services.uploads.add(chat_id, name, content, progress)
            await progress.ended()
        except QuotaExceeded:
            megabytes = limits.quota_bytes // 1_000_000
            why = words.say("doc_quota", documents=limits.quota_documents, megabytes=megabytes)
        except DocumentError as error:
            why = words.say(f"doc_{error.reason}", megabytes=limits.upload_bytes // 1_000_000)
        except TelegramError:
            why = words["doc_lost"]
        except NpcbotError:
            why = words["unavailable"]
        else:
            return words.say("doc_added", title=document.title, characters=len(document.text), passages=passages)
        return words.say("doc_refused", name=name, why=why)

    def _admitted(self, message: Received) -> Words | None:
        services = self._services
        return services.words(message.chat.id, message.from_user) if from_person(message, services.me) else None

    async def _managing(self, update: Update, message: Received) -> Words | None:
        words = self._admitted(message)
        if words is not None and not await self._services.access.may_manage(message):
            await self._services.reply(update, message, words["admins_only"])
            return None
        return words


class _Progress:
    """Edits one message now and then; called from the thread that works."""

    def __init__(self, services: Services, chat_id: int, message_id: int, name: str, words: Words) -> None:
        self._services, self._words = services, words
        self._where, self._name = (chat_id, message_id), name
        self._loop = asyncio.get_running_loop()
        self._last = time.monotonic()
        self._edit: asyncio.Future[None] | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if total and stage == "embed" and now - self._last >= _PROGRESS:
            self._last = now
            self._loop.call_soon_threadsafe(self._show, 100 * done // total)

    def _show(self, percent: int) -> None:
        if self._edit is None or self._edit.done():
            text = self._words.say("doc_progress", name=self._name, percent=percent)
            self._edit = self._loop.create_task(self._services.outbox.edit(*self._where, Message.said(text)))

    async def ended(self) -> None:
        """The last edit is through, so that it does not overtake what is said at the end."""
        if self._edit is not None:
            await self._edit


async def _fetched(file: File) -> bytes:
    for attempt in range(_TRIES):
        try:
            return bytes(await (await file.get_file()).download_as_bytearray(read_timeout=60))
        except BadRequest:
            raise
        except NetworkError:
            if attempt == _TRIES - 1:
                raise
            await asyncio.sleep(0.5 * 2**attempt)
    raise AssertionError


def _key(document_id: str) -> str:
    """Stands for a document in the data of a button, which has no room for its name."""
    return hashlib.sha256(document_id.encode()).hexdigest()[:16]


def _confirm(wish: str, words: Words) -> Keyboard:
    return Keyboard([[Button(words["yes"], callback_data=f"doc:{wish}"), Button(words["no"], callback_data="doc:no")]])


def _message(update: Update) -> Received:
    assert update.message is not None
    return update.message
