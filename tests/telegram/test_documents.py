"""Documents from chat: added, refused, listed, removed, given back, forgotten; shown to nobody else."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

from botapi import Chat, Message, Person, World
from documents.document_files import pdf
from talk import asked, replies

from npcbot.telegram.state import NAME

SECRET = "河湾镇共有石桥三百一十七座"
RULES = f"河湾镇条例\n\n第一条 为了保护河湾，制定本条例。\n\n第二条 {SECRET}。\n".encode()
ASK = "河湾镇共有多少座石桥？"


def added(world: World, person: Person, chat: Chat | None = None, name: str = "条例.txt", data: bytes = RULES) -> str:
    """What the bot says in the end of a file."""
    chat = chat or person.private
    file = person.uploads(chat, name, data, caption="/add" if chat.id < 0 else "")
    said = asked(world, file)
    return world.wait_for(lambda: said.text if "正在" not in said.text else "", 20)


def confirmed(world: World, person: Person, said: Message) -> None:
    before = said.text
    person.presses(said, "确定")
    world.wait_for(lambda: said.text != before or not said.buttons, 15)


def test_added_asked_listed_given_back_removed(world: World, home: Path) -> None:
    anna = world.person("Anna")
    assert added(world, anna) == "已收录《河湾镇条例》（45字）。这个聊天里现在可以查2段自己的文件。"
    assert SECRET in asked(world, anna.says(ASK)).text
    listed = asked(world, anna.says("/docs")).text
    assert "河湾镇条例" in listed and "default" in listed
    archive = asked(world, anna.says("/export"))
    files = [file for file in world.files.values() if file.name == "npcbot-documents.zip"]
    with zipfile.ZipFile(io.BytesIO(files[-1].content)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {"条例.txt": RULES}
    assert archive.data["document"]["file_name"] == "npcbot-documents.zip"
    confirmed(world, anna, asked(world, anna.says("/remove 条例.txt")))
    assert "还没有自己的文件" in asked(world, anna.says("/docs")).text
    assert SECRET not in asked(world, anna.says(ASK)).text
    assert list((home / "telegram" / "files").rglob("条例.txt")) == []


def test_forgotten(world: World, home: Path) -> None:
    anna = world.person("Anna")
    added(world, anna, name="秘密.txt")
    (kept,) = (home / "telegram" / "files").rglob("秘密.txt")
    asked(world, anna.says("/watch 石桥"))
    assert seen(home, "秘密.txt")
    said = asked(world, anna.says("/forget"))
    confirmed(world, anna, said)
    assert said.text == "已全部抹去。"
    assert not kept.exists() and not (home / kept.parent.name).exists()
    assert SECRET not in asked(world, anna.says(ASK)).text
    assert not seen(home, "秘密.txt")


def seen(home: Path, name: str) -> bool:
    """Whether the state names this file among the documents seen for watches."""
    with sqlite3.connect(home / NAME) as db:
        return bool(db.execute("SELECT count(*) FROM seen WHERE document_id = ?", (name,)).fetchone()[0])


def test_refusals_say_why(world: World) -> None:
    anna = world.person("Anna")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    why = {
        "照片.jpg": (b"\xff\xd8\xff\xe0" + bytes(100), "只收"),
        "空.txt": (b"", "空的"),
        "图.txt": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "不是文字"),
        "炸弹.docx": (bomb.getvalue(), "大得不合理"),
        "坏.pdf": (b"%PDF-1.4 broken", "损坏"),
        "扫描.pdf": (pdf([None]), "没有文字"),
        "锁.pdf": (pdf(["正文"], password="x"), "有密码"),
    }
    for name, (data, said) in why.items():
        assert said in added(world, anna, name=name, data=data), name
    assert "还没有自己的文件" in asked(world, anna.says("/docs")).text


def test_a_name_leads_nowhere(world: World, home: Path) -> None:
    anna = world.person("Anna")
    assert "已收录" in added(world, anna, name="../../../../越界.txt")
    (kept,) = home.parent.rglob("越界.txt")
    assert kept.is_relative_to(home / "telegram" / "files")


def test_in_a_group_administrators_add(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group = world.supergroup("River", anna, boris)
    world.privacy = False
    unasked = boris.uploads(group, "条例.txt", RULES)
    refused = asked(world, boris.says(group, "/add", reply_to=unasked))
    assert "只有管理员" in refused.text
    said = asked(world, anna.says(group, "/add", reply_to=unasked))
    world.wait_for(lambda: "已收录" in said.text, 20)
    assert replies(unasked) == []
    assert SECRET in asked(world, boris.says(group, f"/ask {ASK}")).text
    for command in ("/export", "/forget", "/remove"):
        assert "只有管理员" in asked(world, boris.says(group, command)).text
    sure = asked(world, anna.says(group, "/forget"))
    press = boris.presses(sure, "确定")
    assert "只有管理员" in world.wait_for(lambda: press.text)
    assert SECRET in asked(world, boris.says(group, f"/ask {ASK}")).text
    world.privacy = True


def test_a_private_passage_is_shown_in_its_chat_and_to_its_members(world: World) -> None:
    anna, boris, clara = world.person("Anna"), world.person("Boris"), world.person("Clara")
    group, other = world.supergroup("River", anna, boris), world.supergroup("Hills", clara)
    added(world, anna, group)
    answer = asked(world, anna.says(group, f"/ask {ASK}"))
    assert SECRET in answer.text
    (passage_id, *_) = [entity["url"].split("start=")[1] for entity in answer.entities if "url" in entity]
    assert SECRET in asked(world, boris.says(f"/start {passage_id}")).text
    strangers = [
        asked(world, clara.says(f"/start {passage_id}")),
        asked(world, clara.says(ASK)),
        asked(world, clara.says(other, f"/ask {ASK}")),
        asked(world, boris.says(ASK)),
    ]
    assert not any(SECRET in one.text for one in strangers)
    nearest = strangers[1]
    if nearest.buttons:
        forged = {"inline_keyboard": [[{"text": "x", "callback_data": f">:{passage_id}"}]]}
        nearest.data["reply_markup"] = forged
        press = clara.presses(nearest, "x")
        assert "不在这里可查" in world.wait_for(lambda: press.text)
    inline = anna.inline(ASK, chat=group)
    world.wait_for(lambda: inline.answer is not None)
    assert SECRET not in str(inline.results)
    boris.leaves(group)
    assert SECRET not in asked(world, boris.says(f"/start {passage_id}")).text
