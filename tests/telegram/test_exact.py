"""Exact look-ups in chats: quotations checked, terms counted, references and versions asked for."""

from __future__ import annotations

from botapi import Message, World
from talk import asked, replies

EXACT = "会议按照少数服从多数的办法作出决定"
SLIP = "会议可以按照少数服从多数的办法作出决议"


def all_replies(world: World, question: Message, count: int) -> list[Message]:
    return world.wait_for(lambda: found if len(found := replies(question)) >= count else [], 20)


def test_a_quotation_is_checked(world: World) -> None:
    anna = world.person("Anna")
    right = asked(world, anna.says(f"/verify 他说“{EXACT}”。"))
    assert "✓ 一字不差" in right.text
    assert right.spans("blockquote") == [EXACT]
    wrong = asked(world, anna.says(f"/核对 “{SLIP}”"))
    assert "✗ 与这份文本不同" in wrong.text
    assert "［-可以-］" in wrong.text
    assert wrong.spans("blockquote") == [EXACT]
    assert "— 这些文件里没有" in asked(world, anna.says("/verify “月球表面的土地归联合国大会统一管理和分配”")).text
    assert asked(world, anna.says("/verify")).text.startswith("要核对什么？")


def test_in_a_group_in_reply_to_a_message(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group = world.supergroup("River", anna, boris)
    remark = boris.says(group, f"规则里写着「{SLIP}」，大家看看")
    answer = asked(world, anna.says(group, "/verify@TestBot", reply_to=remark))
    assert "✗ 与这份文本不同" in answer.text
    assert replies(remark) == []


def test_a_block_quotation_of_telegram_is_one(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group = world.supergroup("River", anna, boris)
    text = f"🙂 规则里这样写：\n{SLIP}\n大家看看"
    start = len(text.partition(SLIP)[0].encode("utf-16-le")) // 2
    block = {"type": "blockquote", "offset": start, "length": len(SLIP)}
    remark = boris.says(group, text, entities=[block])
    answer = asked(world, anna.says(group, "/verify@TestBot", reply_to=remark))
    assert answer.text.startswith(f"1. 「{SLIP}」\n✗ 与这份文本不同")
    assert "2. " not in answer.text


def test_each_line_of_a_message_that_has_no_marks(world: World) -> None:
    anna = world.person("Anna")
    answer = asked(world, anna.says(f"/verify {EXACT}\n月球表面的土地归联合国大会统一管理和分配"))
    assert "✓ 一字不差" in answer.text
    assert "— 这些文件里没有" in answer.text


def test_a_long_text_gets_a_message_and_a_file(world: World) -> None:
    anna = world.person("Anna")
    text = " ".join(f"“{SLIP}”第{number}次" for number in range(40))
    message, _ = all_replies(world, anna.says(f"/verify {text}"), 2)
    assert "其余见文件。" in message.text


def test_many_short_quotations_are_within_what_a_message_may_mark(world: World) -> None:
    anna = world.person("Anna")
    text = " ".join("“少数服从多数”" for _ in range(40))
    message, file = all_replies(world, anna.says(f"/verify {text}"), 2)
    assert "✓ 一字不差" in message.text and "其余见文件。" in message.text
    assert file.data["document"]["file_name"] == "npcbot-verify.txt"


def test_a_term_is_counted_with_a_chart(world: World) -> None:
    anna = world.person("Anna")
    message, *files = all_replies(world, anna.says("/count 代表 法律 外层空间"), 2)
    assert "「代表」" in message.text
    assert "「外层空间」 0次" in message.text
    assert "份文件的全文" in message.text
    assert files
    assert "「代表」" in asked_first(world, anna.says("/统计 代表")).text
    assert asked(world, anna.says("/count")).text.startswith("要数哪个词？")
    none = anna.says("/count 外层空间")
    absent, listed = all_replies(world, none, 2)
    assert "「外层空间」 0次" in absent.text
    content = world.files[listed.data["document"]["file_id"]].content.decode()
    assert "《人大会议示例规则（示例，非官方文本）》" in content


def asked_first(world: World, question: Message) -> Message:
    return all_replies(world, question, 1)[0]


def test_a_reference_goes_straight_to_the_text(world: World) -> None:
    anna = world.person("Anna")
    answer = asked(world, anna.says("人大会议示例规则（示例，非官方文本）第三条"))
    assert answer.spans("blockquote")[0].startswith("第三条 会议按照少数服从多数的办法作出决定")
    missing = asked(world, anna.says("人大会议示例规则（示例，非官方文本）第三百条"))
    assert "没有第三百条" in missing.text
    before = asked(world, anna.says("人大会议示例规则（示例，非官方文本）第三条 @1999"))
    assert "1999-12-31" in before.text


def test_the_interface_in_english(world: World) -> None:
    joe = world.person("Joe", language_code="en")
    assert "✓ Exact" in asked(world, joe.says(f"/verify “{EXACT}”")).text
    assert "Differs from this copy" in asked(world, joe.says(f"/verify “{SLIP}”")).text


def test_two_versions_and_a_trail(world: World) -> None:
    anna = world.person("Anna")
    title = "人大会议示例规则（示例，非官方文本）"
    message, *_ = all_replies(world, anna.says(f"/diff {title} {title}"), 2)
    assert "新增0条，删去0条" in message.text
    assert asked(world, anna.says("/对比 只有一个")).text.startswith("要对比哪两个版本？")
    missing = asked(world, anna.says("/diff 没有的规则 人大会议示例规则（示例，非官方文本）")).text
    assert missing.startswith("查不了")
    assert "/diff 立法法@2015 立法法@2023" in missing
    before = asked(world, anna.says(f"/diff {title}@1990 {title}")).text
    assert before.startswith("1990-12-31那天")
    found = all_replies(world, anna.says("/trace 大会有三分之二以上的代表出席，始得开会"), 1)[0]
    assert found.text
    assert asked(world, anna.says("/trace")).text.startswith("要追踪哪句话？")
