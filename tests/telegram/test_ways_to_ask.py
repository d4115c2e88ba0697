"""Every way to ask, end to end: the bot in a process of its own, the test's Bot API server, people who talk."""

from __future__ import annotations

from botapi import World
from talk import ANSWER, QUESTION, asked, replies


def test_in_private(world: World) -> None:
    answer = asked(world, world.person("Anna").says(QUESTION))
    assert ANSWER in answer.text
    assert answer.spans("bold"), "the sentence that answers is marked"
    assert ANSWER in answer.spans("bold")[0]
    assert "《人大工作示例报告（示例，非官方文本）》（2024-03-01）" in answer.text


def test_interface_in_the_users_language(world: World) -> None:
    unanswered = "火星上的石头有多重？"
    said = {
        code: asked(world, world.person(f"P{code}", language_code=code).says(unanswered)).text
        for code in ("zh-hans", "zh-hant", "en")
    }
    assert said["zh-hans"] == "文件中没有找到答案。"
    assert said["zh-hant"] == "文件中沒有找到答案。"
    assert said["en"] == "The documents do not answer this."


def test_in_groups_only_when_asked(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    world.privacy = False
    group = world.supergroup("River", anna, boris)
    silent = [
        anna.says(group, "大家好"),
        anna.says(group, "/ask@OtherBot 借书"),
        anna.says(group, "/asks 借书"),
        anna.says(group, "@TestBotter 借书"),
        anna.says(group, "mail me at a@TestBot.org"),
        boris.says(group, QUESTION),
    ]
    answered = [
        anna.says(group, f"/ask {QUESTION}"),
        anna.says(group, f"/ask@TestBot {QUESTION}"),
        anna.says(group, f"/ask@testbot{QUESTION}"),
        anna.says(group, f"@testBOT {QUESTION}"),
        anna.says(group, f"请问 @TestBot：{QUESTION}"),
    ]
    for question in answered:
        answer = asked(world, question)
        assert ANSWER in answer.text
        assert answer.reply_to is question
    assert [one for message in silent for one in replies(message)] == []
    assert len(group.sent_by_bot()) == len(answered)
    world.privacy = True


def test_looking_up_what_somebody_said(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group = world.supergroup("River", anna, boris)
    remark = boris.says(group, QUESTION)
    assert ANSWER in asked(world, anna.says(group, "/ask", reply_to=remark)).text
    assert asked(world, anna.says(group, "/ask")).text.startswith("要查什么？")


def test_in_a_topic(world: World) -> None:
    anna = world.person("Anna")
    group = world.supergroup("Forum", anna)
    topic = anna.opens_topic(group, "法律")
    answer = asked(world, anna.says(group, f"/ask {QUESTION}", topic=topic))
    assert answer.thread == topic


def test_following_up(world: World) -> None:
    anna = world.person("Anna")
    answer = asked(world, anna.says(QUESTION))
    further = asked(world, anna.says("那修改了多少？", reply_to=answer))
    assert further.text.startswith("理解为追问：修改了多少")
    assert "111件次法律得到修改" in further.text


def test_an_edited_question_edits_the_answer(world: World) -> None:
    anna = world.person("Anna")
    question = anna.says("火星上的石头有多重？")
    answer = asked(world, question)
    anna.says(QUESTION, edit=question)
    world.wait_for(lambda: ANSWER in answer.text)
    assert len(replies(question)) == 1


def test_inline(world: World) -> None:
    query = world.person("Anna").inline(QUESTION)
    world.wait_for(lambda: query.answer is not None)
    assert ANSWER in query.results[0]["input_message_content"]["message_text"]
    assert query.results[0]["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("https://t.me/TestBot?start=")


def test_as_a_guest(world: World) -> None:
    anna = world.person("Anna")
    group = world.supergroup("Elsewhere", anna, bot="left")
    query = anna.guest(group, f"@TestBot {QUESTION}")
    world.wait_for(lambda: query.sent is not None)
    assert query.sent is not None and ANSWER in query.sent.text


def test_a_link_opens_the_passage_in_its_context(world: World) -> None:
    anna = world.person("Anna")
    answer = asked(world, anna.says(QUESTION))
    (start, *_) = [entity["url"].split("start=")[1] for entity in answer.data["entities"] if "url" in entity]
    opened = asked(world, anna.says(f"/start {start}"))
    assert ANSWER in opened.text
    before = opened.text
    anna.presses(opened, "▶")
    world.wait_for(lambda: opened.text != before)
    anna.presses(opened, "◀")
    world.wait_for(lambda: opened.text == before)
    assert "不在这里可查" in asked(world, anna.says("/start aaaaaaaa-aaaaaaaaaaaa")).text
    assert asked(world, anna.says("/start")).text.startswith("你好")


def test_buttons(world: World) -> None:
    anna = world.person("Anna")
    answer = asked(world, anna.says(QUESTION))
    whole = answer.text
    for label, shows in (("全文", "（一）制定和修改法律"), ("更多", "4. 《")):
        anna.presses(answer, label)
        world.wait_for(lambda: answer.text != whole)
        assert shows in answer.text
        anna.presses(answer, "回到答案")
        world.wait_for(lambda: answer.text == whole)
    # Nobody who runs the bot has ever written to it here, so a report reaches nobody.
    for label, said in (("👍", "谢谢，已记下。"), ("引文有误", "谢谢，已记下。")):
        press = anna.presses(answer, label)
        assert said in world.wait_for(lambda press=press: press.text)


def test_no_answer_offers_the_nearest_behind_a_button(world: World) -> None:
    anna = world.person("Anna")
    answer = asked(world, anna.says("火星上的石头有多重？"))
    anna.presses(answer, "最接近的段落")
    world.wait_for(lambda: "并非回答" in answer.text)
    anna.presses(answer, "回到答案")
    world.wait_for(lambda: answer.text == "文件中没有找到答案。")
