"""Groups and manners: coming in and going out, settings, limits, who is listened to."""

from __future__ import annotations

from pathlib import Path

from bot import Bot
from botapi import Chat, Message, Person, World
from talk import ANSWER, OPERATOR, QUESTION, asked, replies
from test_backup import command


def arrived(world: World, *people: Person) -> tuple[Chat, Message]:
    """A group that the bot was just added to, and what it said."""
    group = world.supergroup("River", *people, bot="left")
    people[0].adds_bot(group)
    (said,) = world.wait_for(group.sent_by_bot)
    return group, said


def quiet(world: World, group: Chat, person: Person) -> int:
    """How many messages the bot has sent there once it has handled everything so far."""
    asked(world, person.says(group, f"/ask@TestBot {QUESTION}"))
    return len(group.sent_by_bot())


def test_onboarding_once_with_the_state_of_privacy_mode(world: World) -> None:
    anna = world.person("Anna")
    group, said = arrived(world, anna)
    assert "隐私模式已打开" in said.text and "/ask" in said.text
    anna.kicks_bot(group, "left")
    anna.adds_bot(group)
    assert quiet(world, group, anna) == 2, "greeted once only"
    other = world.supergroup("Hills", anna, bot="left")
    anna.adds_bot(other, "administrator")
    assert "我能收到这个群的所有消息" in world.wait_for(other.sent_by_bot)[0].text


def test_settings_are_for_administrators(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group, _ = arrived(world, anna, boris)
    assert asked(world, boris.says(group, "/settings")).text == "这个群里只有管理员可以这样做。"
    settings = asked(world, anna.says(group, "/settings"))
    press = boris.presses(settings, "set:public")
    assert "只有管理员" in world.wait_for(lambda: press.text)
    for label in ("set:language", "set:language"):
        before = settings.labels
        anna.presses(settings, label)
        world.wait_for(lambda before=before: settings.labels != before)
    assert "語言：繁體中文" in settings.labels
    assert asked(world, boris.says(group, "/ask 火星上的石头有多重？")).text == "文件中沒有找到答案。"
    anna.presses(settings, "set:askers")
    world.wait_for(lambda: "誰可以問：管理員" in settings.labels)
    assert asked(world, boris.says(group, f"/ask {QUESTION}")).text == "這個群組裡只有管理員可以這樣做。"
    assert ANSWER in asked(world, anna.says(group, f"/ask {QUESTION}")).text


def test_fewer_passages_and_no_public_documents(world: World) -> None:
    anna = world.person("Anna")
    settings = asked(world, anna.says("/settings"))
    assert not any(label.startswith("谁可以") for label in settings.labels), "of groups only"
    anna.presses(settings, "set:passages")
    world.wait_for(lambda: "每次引用：4段" in settings.labels)
    assert "4. 《" in asked(world, anna.says(QUESTION)).text
    anna.presses(settings, "set:public")
    world.wait_for(lambda: "公共文件：关" in settings.labels)
    assert asked(world, anna.says(QUESTION)).text.startswith("这里还没有可查的文件")


def test_an_anonymous_administrator_manages_and_a_channel_does_not(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group, _ = arrived(world, anna, boris)
    boris.joins(group, "administrator", anonymous=True)
    assert asked(world, boris.says(group, "/settings@TestBot")).text == "设置"
    channel = world.channel("News", anna)
    assert "只有管理员" in asked(world, boris.says_as_channel(group, "/settings@TestBot", channel)).text


def test_not_everybody_is_listened_to(world: World) -> None:
    anna = world.person("Anna")
    helper = world.person("Helper", is_bot=True, username="HelperBot")
    group, _ = arrived(world, anna, helper)
    channel = world.channel("News", anna, linked=group)
    world.privacy = False
    helper.says(group, f"/ask {QUESTION}", seen=True)
    anna.says(channel, f"/ask@TestBot {QUESTION}")
    sent = anna.inline(QUESTION, chat=group)
    world.wait_for(lambda: sent.results)
    anna.chooses(sent, 0, group)
    world.privacy = True
    assert quiet(world, group, anna) == 2


def test_put_out_and_taken_in_again(world: World) -> None:
    anna = world.person("Anna")
    group, _ = arrived(world, anna)
    question = anna.says(group, f"/ask {QUESTION}")
    asked(world, question)
    anna.kicks_bot(group)
    anna.adds_bot(group)
    assert ANSWER in asked(world, anna.says(group, f"/ask {QUESTION}")).text


def test_a_group_that_becomes_a_supergroup_keeps_everything(world: World) -> None:
    anna = world.person("Anna")
    group = world.group("River", anna)
    settings = asked(world, anna.says(group, "/settings"))
    anna.presses(settings, "set:passages")
    world.wait_for(lambda: "每次引用：4段" in settings.labels)
    anna.uploads(group, "条例.txt", "河湾镇条例\n\n第一条 河湾镇有三座石桥。\n".encode(), caption="/add")
    world.wait_for(lambda: "已收录" in group.last.text, 20)
    new = anna.upgrades(group)
    assert "三座石桥" in asked(world, anna.says(new, "/ask 河湾镇有几座石桥？")).text
    assert "每次引用：4段" in asked(world, anna.says(new, "/settings")).labels


def test_quiet_mode(world: World) -> None:
    anna = world.person("Anna")
    group, _ = arrived(world, anna)
    settings = asked(world, anna.says(group, "/settings"))
    anna.presses(settings, "set:quiet")
    world.wait_for(lambda: any("给提问者看）：开" in label for label in settings.labels))
    anna.says(group, f"/ask {QUESTION}")
    world.wait_for(lambda: ANSWER in group.last.text)
    assert group.last.data["receiver_user"]["id"] == anna.id
    world.version = (10, 0)
    anna.says(group, f"/ask {QUESTION}")
    world.wait_for(lambda: ANSWER in group.last.text and "receiver_user" not in group.last.data)
    world.version = (10, 3)


def test_commands_by_scope_and_language(world: World, bot: Bot) -> None:
    world.wait_for(lambda: len(world.commands) == 9)
    said = str(world.commands)
    assert "Ask a question" in said and "提问" in said


def test_reports_reach_those_who_run_the_bot(world: World, home: Path) -> None:
    anna = world.person("Anna")
    operator = world.users[OPERATOR]
    assert isinstance(operator, Person)
    operator.says("/start")
    answer = asked(world, anna.says(QUESTION))
    press = anna.presses(answer, "引文有误")
    assert world.wait_for(lambda: press.text).startswith("已报告")
    (report,) = world.wait_for(lambda: [one for one in operator.private.sent_by_bot() if "⚑" in one.text])
    assert ANSWER in report.text and "SHA-256" in report.text
    listed = command(home, "reports").stdout
    assert ANSWER in listed and "⚑ reported 1×" in listed
    assert "多少部" not in report.text + listed, "what was asked stays in its chat"


def test_help_about_privacy(world: World) -> None:
    anna = world.person("Anna", language_code="en")
    assert "reply to me" in asked(world, anna.says("/help")).text
    assert "default: 4 documents" in asked(world, anna.says("/about")).text
    assert "erases everything" in asked(world, anna.says("/privacy")).text
    assert "nothing to cancel" in asked(world, anna.says("/cancel")).text
    assert "do not know this command" in asked(world, anna.says("/frobnicate")).text
    assert replies(anna.says("/ask")) == []
