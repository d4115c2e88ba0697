"""A group of fifty who talk at once, hostile input, and no private passage outside its chat."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bot import Bot
from botapi import Chat, Message, Person, Server, World
from talk import ANSWER, QUESTION, asked, replies

QUESTIONS = {QUESTION: ANSWER, "现行宪法是哪一天通过的？": "1982年12月4日", "火星上的石头有多重？": "没有找到答案"}
CHATTER = (
    "今天开会吗",
    "@TestBotter 你看呢",
    "/ask@OtherBot 几点",
    "发到 a@TestBot.org 吧",
    "/asking",
    "五年来制定了多少部法律？",
    "好的！",
    "https://t.me/TestBot",
    "TestBot 在吗",
)


def crowd(world: World, messages: int) -> tuple[dict[Message, str], list[Message]]:
    """What was asked, with what its answer must hold, and what was only said."""
    chance = random.Random(3)
    people = [world.person(f"P{number}") for number in range(50)]
    group = world.supergroup("Square", *people)
    topics = [None, people[0].opens_topic(group, "一"), people[1].opens_topic(group, "二")]
    meant: dict[Message, str] = {}
    said: list[Message] = []
    for _ in range(messages):
        person, topic = chance.choice(people), chance.choice(topics)
        if chance.random() < 0.75:
            said.append(person.says(group, chance.choice(CHATTER), topic=topic))
            continue
        question = chance.choice(list(QUESTIONS))
        way = chance.randrange(4)
        if way == 3 and said:
            target = person.says(group, question, topic=topic)
            said.append(target)
            meant[person.says(group, "/ask@TestBot", reply_to=target)] = QUESTIONS[question]
        else:
            text = (f"/ask@TestBot {question}", f"@testbot {question}", f"请问@TestBot：{question}")[way % 3]
            meant[person.says(group, text, topic=topic)] = QUESTIONS[question]
    return meant, said


def test_fifty_people_talking_at_once(world: World) -> None:
    talking(world, 300)


@pytest.mark.soak
def test_two_thousand_messages(world: World) -> None:
    talking(world, 2000)


def talking(world: World, messages: int) -> None:
    world.privacy = False
    meant, said = crowd(world, messages)
    world.wait_for(lambda: all(replies(question) for question in meant), 60 + messages / 5)
    world.privacy = True
    for question, expected in meant.items():
        (answer,) = replies(question)
        assert expected in answer.text
        assert answer.thread == question.thread
    assert [one for message in said for one in replies(message)] == []
    group = next(iter(meant)).chat
    assert len(group.sent_by_bot()) == len(meant)


PIECES = [
    "<b>",
    "</blockquote>",
    "&amp;",
    "&#x41;",
    "\u202e",
    "\u200d",
    "\u2066",
    "\ufeff",
    "👨\u200d👩\u200d👧",
    "🇨🇳",
    "é́",
    "𠮷",
    "*_`[](",
    "{question}",
    "%s",
    "\\u0000",
    "';--",
    "../../etc/passwd",
    "/ask",
    "@TestBot",
    "法律",
    "第一条",
    "\u0600",
    "ﷺ",
    "http://a.b/?x=<y>",
    "<a\thref='tg://user?id=1'>x</a>",
    "\n\n",
    "\t",
    "0" * 300,
    "条" * 500,
]
FORGED = [
    "<:x",
    "s:../..:0",
    "s:a:99999",
    "m:-1",
    "m:999",
    "a",
    "n",
    "+",
    "!",
    "set:public:1",
    "doc:forget",
    "set:language",
    "doc:ask:zz",
    "\u202e",
    ">:" + "a" * 61,
    "doc:remove:0123456789abcdef",
    "s:aaaaaaaa-aaaaaaaaaaaa:3",
]


def hostile(chance: random.Random) -> str:
    text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 12)))
    return text[: chance.choice((20, 200, 4000))].strip() + "问"


def abuse(world: World, server: Server, bot: Bot, times: int) -> None:
    """Messages, documents, buttons, links and inline queries that nobody would send in earnest."""
    chance = random.Random(5)
    people = [world.person(f"P{number}") for number in range(20)]
    group = world.supergroup("River", *people)
    standing = [asked(world, person.says(QUESTION)) for person in people]
    for number in range(times):
        person = chance.choice(people)
        kind = number % 10
        if kind < 5:
            person.says(hostile(chance))
        elif kind == 5:
            person.says(group, f"/ask@TestBot {hostile(chance)}")
        elif kind == 6:
            person.inline(hostile(chance)[:256])
        elif kind == 7:
            person.says(f"/start {hostile(chance)[:64]}")
        elif kind == 8:
            press(person, chance.choice(standing), chance.choice(FORGED))
        elif number % 40 == 9:
            person.uploads(person.private, hostile(chance)[:60], hostile(chance).encode("utf-8", "replace"))
        assert bot.ended is None
    last = [person.says(QUESTION) for person in people]
    world.wait_for(lambda: all(replies(question) for question in last), 60 + times / 20)
    assert all(ANSWER in replies(question)[0].text for question in last)
    assert server.violations == [] and server.failures == []


def press(person: Person, message: Message, data: str) -> None:
    """A button that the bot never made."""
    kept = message.data.get("reply_markup")
    message.data["reply_markup"] = {"inline_keyboard": [[{"text": "x", "callback_data": data or "-"}]]}
    person.presses(message, "x")
    message.data["reply_markup"] = kept


def test_hostile_input(world: World, server: Server, bot: Bot) -> None:
    abuse(world, server, bot, 400)


@pytest.mark.soak
def test_ten_thousand_times_hostile_input(world: World, server: Server, bot: Bot) -> None:
    abuse(world, server, bot, 10_000)


def secret(number: int) -> str:
    return f"密湾{number}镇共有石桥三百{number}座"


def test_no_private_passage_outside_its_chat(world: World, home: Path) -> None:
    """Every entry point × every chat × every chat's own collection."""
    people = [world.person(f"P{number}") for number in range(4)]
    chats: list[Chat] = [people[0].private, people[1].private]
    chats += [world.supergroup("River", people[0], people[2]), world.supergroup("Hills", people[1], people[3])]
    owners = [people[0], people[1], people[0], people[1]]
    ids: list[str] = []
    for number, (chat, owner) in enumerate(zip(chats, owners, strict=True)):
        text = f"密湾{number}镇条例\n\n第一条 {secret(number)}。\n"
        file = owner.uploads(chat, f"{number}.txt", text.encode(), caption="/add@TestBot" if chat.id < 0 else "")
        said = asked(world, file)
        world.wait_for(lambda said=said: "已收录" in said.text, 30)
        answer = asked(world, owner.says(chat, f"/ask@TestBot 密湾{number}镇共有多少座石桥？"))
        assert secret(number) in answer.text
        ids.append(next(entity["url"].split("start=")[1] for entity in answer.entities if "url" in entity))
    for number, passage_id in enumerate(ids):
        question = f"密湾{number}镇共有多少座石桥？"
        for person in people:
            member = chats[number].id == person.id or (chats[number].id < 0 and chats[number].member(person).inside)
            opened = asked(world, person.says(f"/start {passage_id}"))
            assert (secret(number) in opened.text) == member
            for chat in (person.private, *chats[2:]):
                if chat.id > 0 or chat.member(person).inside:
                    mine = chat is chats[number]
                    heard = asked(world, person.says(chat, f"/ask@TestBot {question}"))
                    assert (secret(number) in heard.text) == mine
                    for data in (f">:{passage_id}", f"s:{passage_id}:0"):
                        press(person, heard, data)
            inline = person.inline(question)
            world.wait_for(lambda inline=inline: inline.answer is not None)
            assert secret(number) not in str(inline.results)
            elsewhere = world.supergroup("Elsewhere", person, bot="left")
            guest = person.guest(elsewhere, f"@TestBot {question}")
            world.wait_for(lambda guest=guest: guest.sent is not None)
            assert guest.sent is not None and secret(number) not in guest.sent.text
            about = asked(world, person.says("/docs"))
            assert (f"{number}.txt" in about.text) == (chats[number] is person.private)
    for person in people:
        for chat in (person.private, *chats[2:]):
            for message in chat.sent_by_bot(deleted=True):
                for number, home_chat in enumerate(chats):
                    allowed = chat is home_chat or (
                        chat.id > 0 and home_chat.id < 0 and home_chat.member(person).inside and chat is person.private
                    )
                    shown = [str(version.get("text", "")) for version in (*message.versions, message.data)]
                    assert allowed or not any(secret(number) in text for text in shown)
