"""python-telegram-bot against the server over HTTP: texts, edits, files, polling, what is refused."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Awaitable
from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InlineQueryResultArticle, InputTextMessageContent
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken

from botapi import Server, ServerFault, running_server
from botapi.driving import echoing, keyboard, refused, use


def test_an_application_answers_edits_and_offers(server: Server) -> None:
    world = server.world
    anna = world.person("Anna", username="anna")
    forum = world.supergroup("River", anna, topics=("Books", "Maps"))
    elsewhere = world.supergroup("Hills", anna, bot="left")
    topic = max(forum.topics)
    with echoing(server):
        question = anna.says("五年<来>😀")
        (answer,) = world.answers(question)
        assert (answer.text, answer.spans("bold")) == ("五年<来>😀", ["五年<来>😀"])
        assert answer.entities[0]["length"] == 7
        assert answer.reply_to is question

        pressed = anna.presses(answer, "More")
        server.wait_for(lambda: answer.text == "edited")
        assert (pressed.text, answer.buttons, len(answer.versions)) == ("here", [], 1)

        (there,) = world.answers(anna.says(forum, "/ask 借书", topic=topic))
        assert there.thread == topic

        query = anna.inline("借书", chat=forum)
        server.wait_for(lambda: query.answer)
        assert query.answer is not None and query.answer["next_offset"] == "2"
        sent = anna.chooses(query)
        assert (sent.text, sent.spans("italic"), sent.data["via_bot"]["username"]) == ("found", ["found"], "TestBot")
        anna.presses(sent, "More")
        server.wait_for(lambda: sent.text == "edited")

        asked = anna.guest(elsewhere, "@testbot 借书？")
        said = server.wait_for(lambda: asked.sent)
        assert (said.text, said.by_bot, said.reply_to) == ("guest", True, asked.message)
        assert said.data["guest_bot_caller_user"]["id"] == anna.id
    assert not server.violations
    assert server.counts["getMe"] == 1


def test_texts_and_limits_in_telegrams_words(server: Server) -> None:
    anna = server.world.person("Anna")
    chat = anna.says("/start").chat

    def sent(text: str, **options: Any) -> str:
        return refused(server, lambda bot: bot.send_message(chat.id, text, **options))

    assert sent(" \n") == "Message text is empty"
    assert sent("a" * 4097) == "Message is too long"
    assert sent("<b>", parse_mode="HTML") == "Can't parse entities: can't find end tag corresponding to start tag \"b\""
    assert sent("a", reply_markup=keyboard("x" * 65)) == "Button_data_invalid"
    assert sent("a", reply_parameters=telegram.ReplyParameters(999)) == "Message to be replied not found"
    assert sent("a", message_thread_id=999) == "Message thread not found"
    assert refused(server, lambda bot: bot.send_message(999, "a")) == "Chat not found"
    assert refused(server, lambda bot: bot.get_file("unknown")).startswith("Wrong file_id")
    assert refused(server, lambda bot: bot.answer_callback_query("1", "a")).startswith("Query is too old")
    many = [InlineQueryResultArticle(str(n), "a", InputTextMessageContent("a")) for n in range(51)]
    query = anna.inline("借书")
    assert refused(server, lambda bot: bot.answer_inline_query(query.id, many)).startswith("Result")

    cached = telegram.InlineQueryResultCachedDocument("1", "a", "unknown")
    assert refused(server, lambda bot: bot.answer_inline_query(query.id, [cached])).startswith("Wrong file identifier")

    asked = anna.says("第一条 😀 借书")
    lenient = telegram.ReplyParameters(999, allow_sending_without_reply=True)
    assert use(server, lambda bot: bot.send_message(chat.id, "a", reply_parameters=lenient)).reply_to_message is None
    quoting = telegram.ReplyParameters(asked.id, quote="借书")
    assert use(server, lambda bot: bot.send_message(chat.id, "a", reply_parameters=quoting)).quote.position == 7
    assert sent("a", reply_parameters=telegram.ReplyParameters(asked.id, quote="还书")) == "Quote_text_invalid"


def test_edits_deletions_actions_reactions(server: Server) -> None:
    anna = server.world.person("Anna")
    asked = anna.says("a")
    chat = asked.chat

    async def act(bot: telegram.Bot) -> None:
        message = await bot.send_message(chat.id, "<u>b</u>", ParseMode.HTML)
        with pytest.raises(BadRequest, match="is not modified"):
            await message.edit_text("<u>b</u>", ParseMode.HTML)
        await message.edit_text("c", reply_markup=keyboard())
        await message.edit_reply_markup(None)
        with pytest.raises(BadRequest, match="can't be edited"):
            await bot.edit_message_text("c", chat.id, asked.id)
        with pytest.raises(BadRequest, match="to edit not found"):
            await bot.edit_message_text("c", chat.id, 999)
        await bot.send_chat_action(chat.id, "typing")
        await bot.set_message_reaction(chat.id, asked.id, "👍")
        await message.delete()
        with pytest.raises(BadRequest, match="to delete not found"):
            await message.delete()

    use(server, act)
    (message,) = chat.sent_by_bot(deleted=True)
    assert [one["text"] for one in message.versions] == ["b", "c"]
    assert chat.sent_by_bot() == []
    assert chat.actions[0][1] == "typing"
    assert asked.reactions == [{"type": "emoji", "emoji": "👍"}]


def test_files_down_and_up(server: Server) -> None:
    anna = server.world.person("Anna")
    content = bytes(range(256)) * 300
    message = anna.uploads(anna.private, "规则.docx", content, caption="#借书")

    async def act(bot: telegram.Bot) -> None:
        (update,) = await bot.get_updates()
        assert update.message.document.file_name == "规则.docx"
        file = await update.message.document.get_file()
        assert bytes(await file.download_as_bytearray()) == content
        await bot.send_document(message.chat.id, content, caption="<b>a</b>", parse_mode="HTML", filename="a.txt")
        await bot.send_document(message.chat.id, update.message.document.file_id)
        await bot.send_photo(message.chat.id, b"picture")

    use(server, act)
    first, again, photo = message.chat.sent_by_bot()
    assert server.world.files[first.data["document"]["file_id"]].content == content
    assert (first.text, first.data["document"]["file_name"]) == ("a", "a.txt")
    assert again.data["document"] == message.data["document"]
    assert photo.data["photo"]
    assert not server.violations


def test_unconfirmed_updates_come_again(server: Server) -> None:
    anna = server.world.person("Anna")
    for text in "abc":
        anna.says(text)

    async def texts(bot: telegram.Bot, **options: Any) -> list[str]:
        return [one.message.text for one in await bot.get_updates(**options)]

    assert use(server, texts) == use(server, texts) == ["a", "b", "c"]
    second = server.world.updates.pending[1]["update_id"]
    assert use(server, lambda bot: texts(bot, offset=second, limit=1)) == ["b"]
    server.stop()
    server.start()
    assert use(server, texts) == ["b", "c"]
    assert use(server, lambda bot: texts(bot, offset=-1)) == ["c"]
    assert use(server, lambda bot: texts(bot, offset=second + 2)) == []


POLL = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])"


def test_a_killed_bot_gets_its_updates_when_it_is_back(server: Server) -> None:
    anna = server.world.person("Anna")
    url = f"{server.base_url}{server.token}/getUpdates?timeout=30"
    with subprocess.Popen([sys.executable, "-c", POLL, url]) as bot:
        server.wait_for(lambda: server.counts["getUpdates"])
        bot.kill()
    anna.says("a")
    (update,) = use(server, lambda bot: bot.get_updates())
    assert update.message.text == "a"


def test_long_polling_wakes_and_conflicts(server: Server) -> None:
    anna = server.world.person("Anna")

    async def act(bot: telegram.Bot) -> None:
        # A bot polls over one connection; the rival is another instance.
        async with telegram.Bot(server.token, base_url=server.base_url) as rival:
            first = asyncio.create_task(rival.get_updates(timeout=20))
            await server.until(lambda: server.counts["getUpdates"] == 1)
            second = asyncio.create_task(bot.get_updates(timeout=20))
            with pytest.raises(Conflict, match="terminated by other getUpdates request"):
                await first
        begin = time.monotonic()
        anna.says("a")
        assert len(await second) == 1
        assert time.monotonic() - begin < 2
        await bot.set_webhook("https://a.example/")
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook(drop_pending_updates=True)
        assert await bot.get_updates(allowed_updates=["callback_query"]) == ()
        anna.says("not asked for")
        assert await bot.get_updates() == ()

    use(server, act)


def test_tokens_and_unknown_methods(server: Server) -> None:
    with pytest.raises(InvalidToken, match="rejected"):
        use(server, lambda bot: bot.get_me(), token="7000000001:" + "x" * 35)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{server.base_url}{server.token}/sendNothing")
    assert json.load(caught.value) == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
    server.register("sendNothing", lambda world, call: call.object("what"))
    query = urllib.parse.urlencode({"what": '{"a": 1}'})
    with urllib.request.urlopen(f"{server.base_url}{server.token}/SENDNOTHING?{query}") as answer:
        assert json.load(answer)["result"] == {"a": 1}
    request = urllib.request.Request(
        f"{server.base_url}{server.token}/getMe", b"{}", {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["result"]["can_read_all_group_messages"] is False


def test_what_is_not_declared_is_refused(server: Server) -> None:
    chat = server.world.person("Anna").says("/start").chat

    def send(bot: telegram.Bot) -> Awaitable[Any]:
        return bot.send_message(chat.id, "a", api_kwargs={"colour": "red"})

    assert "colour" in refused(server, send)
    assert server.violations == ["sendMessage: colour: not declared"]
    button = InlineKeyboardButton("a", callback_data="b", api_kwargs={"shape": "round"})
    markup = InlineKeyboardMarkup([[button]])
    assert "inline_keyboard[0][0].shape" in refused(
        server, lambda bot: bot.send_message(chat.id, "a", reply_markup=markup)
    )
    with pytest.raises(AssertionError, match="not well formed"):
        server.world.updates.add("message", {"message_id": 1})


def test_a_broken_server_fails_the_test() -> None:
    with pytest.raises(ServerFault, match="not well formed"), running_server() as server:
        server.register("getMe", lambda world, call: {"id": 1})
        with pytest.raises(TypeError):
            use(server, lambda bot: bot.get_me())


def test_the_prompt_by_hand() -> None:
    lines = ":group\nhello\n:press More\n:nothing\n"
    command = [sys.executable, "-m", "tests.botapi", "--port", "0"]
    root = __file__.rpartition("/tests/")[0]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, cwd=root, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "base_url:      http://127.0.0.1:" in done.stdout
    assert "privacy mode: the bot does not see this" in done.stdout
    assert "! the bot has sent nothing to Group" in done.stdout
