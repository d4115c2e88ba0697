"""What a bot gets to see in groups, channels and supergroups, and what it may do there."""

from __future__ import annotations

from typing import Any

import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden

from botapi import Server
from botapi.driving import keyboard, refused, use


def test_privacy_mode(server: Server) -> None:
    world = server.world
    anna, boris = world.person("Anna"), world.person("Boris")
    helper = world.person("Helper", is_bot=True, username="HelperBot")
    group = world.supergroup("River", anna, boris, helper)
    assert anna.says(group, "/ask 借书").meant
    assert anna.says(group, "/ask@testbot 借书").meant
    assert not anna.says(group, "/ask@HelperBot 借书").meant
    assert not anna.says(group, "@TestBot 借书").meant
    assert not boris.says(group, "借书").meant
    use(server, lambda bot: bot.send_message(group.id, "answer"))
    assert anna.says(group, "more", reply_to=group.last).meant
    assert not helper.says(group, "/ask@TestBot").meant
    assert not anna.says(group, "/ask 借书").meant, "another bot spoke last"
    boris.joins(group, "administrator", anonymous=True)
    hidden = boris.says(group, "/ask@TestBot 借书")
    assert (hidden.meant, hidden.data["from"]["username"]) == (True, "GroupAnonymousBot")
    assert hidden.data["sender_chat"]["id"] == group.id
    boris.joins(group, "member")
    world.privacy = False
    assert anna.says(group, "借书").meant
    assert use(server, lambda bot: bot.get_me()).can_read_all_group_messages
    assert not helper.says(group, "借书").meant
    world.privacy = True
    anna.promotes(group)
    assert anna.says(group, "借书").meant
    edited = anna.says(group, "还书", edit=anna.says(group, "借书"))
    assert world.updates.added[-1]["edited_message"]["message_id"] == edited.id


def test_channels_and_their_discussion(server: Server) -> None:
    world = server.world
    anna = world.person("Anna")
    group = world.supergroup("Talk", anna, bot="administrator")
    channel = world.channel("News", anna, linked=group, username="news")
    anna.says(channel, "借书")
    post, forward = world.updates.added
    assert post["channel_post"]["sender_chat"]["id"] == channel.id
    assert forward["message"]["is_automatic_forward"] and forward["message"]["forward_origin"]["type"] == "channel"
    assert anna.says_as_channel(group, "a", channel).data["from"]["username"] == "Channel_Bot"
    use(server, lambda bot: bot.send_message("@news", "a"))
    assert channel.last.text == "a"
    assert use(server, lambda bot: bot.get_chat(channel.id)).linked_chat_id == group.id


def test_in_and_out_of_chats(server: Server) -> None:
    world = server.world
    anna, boris = world.person("Anna"), world.person("Boris")
    group = world.group("River", anna, boris, bot="left")
    place = world.supergroup("Hills", anna, bot="left")
    anna.adds_bot(group)
    assert [next(iter(set(one) - {"update_id"})) for one in world.updates.added] == ["my_chat_member", "message"]

    async def act(bot: telegram.Bot) -> None:
        for update in await bot.get_updates():
            assert update.effective_chat.id == group.id
        assert (await bot.get_chat_member(group.id, anna.id)).status == "creator"
        assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
        assert [one.user.id for one in await bot.get_chat_administrators(group.id)] == [anna.id]
        assert await bot.get_chat_member_count(group.id) == 3
        assert (await bot.get_chat(group.id)).title == "River"

    use(server, act)
    anna.promotes(group)
    anna.kicks_bot(group)
    write = {one: lambda bot, one=one: bot.send_message(one.id, "a") for one in (group, place, boris.private)}
    assert refused(server, write[group], Forbidden) == "Forbidden: bot was kicked from the group chat"
    assert refused(server, write[place], Forbidden) == "Forbidden: bot is not a member of the supergroup chat"
    assert "can't initiate conversation" in refused(server, write[boris.private], Forbidden)
    boris.blocks_bot()
    assert refused(server, write[boris.private], Forbidden) == "Forbidden: bot was blocked by the user"
    boris.unblocks_bot()
    use(server, write[boris.private])
    anna.adds_bot(group)
    assert use(server, lambda bot: bot.leave_chat(group.id))
    assert world.updates.added[-1]["message"]["left_chat_member"]["id"] == world.bot.id


def test_a_group_becomes_a_supergroup(server: Server) -> None:
    world = server.world
    anna = world.person("Anna")
    group = world.group("River", anna)
    new = anna.upgrades(group)
    told = [one["message"] for one in world.updates.added]
    assert [(one["chat"]["id"], one.get("migrate_to_chat_id"), one.get("migrate_from_chat_id")) for one in told] == [
        (group.id, new.id, None),
        (new.id, None, group.id),
    ]
    with pytest.raises(ChatMigrated) as caught:
        use(server, lambda bot: bot.send_message(group.id, "a"))
    assert caught.value.new_chat_id == new.id
    use(server, lambda bot: bot.send_message(new.id, "a"))


def test_commands_by_scope_and_language(server: Server) -> None:
    group = server.world.group("River", server.world.person("Anna"))

    async def act(bot: telegram.Bot) -> None:
        scope = telegram.BotCommandScopeChatAdministrators(group.id)
        await bot.set_my_commands([("ask", "ask")], scope=scope, language_code="zh")
        assert (await bot.get_my_commands(scope, "zh"))[0].command == "ask"
        assert await bot.get_my_commands() == ()
        assert await bot.delete_my_commands(scope, "zh")
        with pytest.raises(BadRequest, match=r"(?i)BOT_COMMAND_INVALID"):
            await bot.set_my_commands([("Ask", "ask")])

    use(server, act)
    assert server.world.commands == {}


def test_ephemeral_messages_where_the_server_knows_them(server: Server) -> None:
    world = server.world
    anna = world.person("Anna")
    group = world.supergroup("River", anna)

    async def send(bot: telegram.Bot) -> telegram.Message:
        parameters = {"ephemeral_message_parameters": {"receiver_user_id": anna.id}}
        return await bot.send_message(group.id, "a", api_kwargs=parameters)

    async def edit(bot: telegram.Bot) -> Any:
        number = (await send(bot)).api_kwargs["ephemeral_message_id"]
        named = {"chat_id": group.id, "receiver_user_id": anna.id, "ephemeral_message_id": number}
        assert await bot.do_api_request("editEphemeralMessageText", {**named, "text": "b"})
        return await bot.do_api_request("deleteEphemeralMessage", named)

    command = anna.says(group, "/ask", ephemeral=True)
    (update,) = use(server, lambda bot: bot.get_updates())
    assert (update.message.message_id, update.message.api_kwargs["ephemeral_message_id"]) == (0, command.id)
    assert use(server, send).message_id == 0
    assert group.last.data["receiver_user"]["id"] == anna.id and not group.messages
    assert use(server, edit)
    world.version = (10, 0)
    assert use(server, send).message_id > 0, "an older server shows it to everybody"
    with pytest.raises(telegram.error.EndPointNotFound):
        use(server, lambda bot: bot.do_api_request("deleteEphemeralMessage", {"chat_id": group.id}))


def test_answers_are_due_in_time(server: Server) -> None:
    anna = server.world.person("Anna")
    chat = anna.says("/start").chat
    use(server, lambda bot: bot.send_message(chat.id, "a", reply_markup=keyboard()))
    server.world.answer_seconds = 0
    query = anna.presses(chat.last, "more")
    assert "Query is too old" in refused(server, lambda bot: bot.answer_callback_query(query.id))
