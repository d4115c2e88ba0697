"""What the settings say: limits, lists of chats, quotas. Buttons after a restart, and after the index has changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bot import Bot, serving
from botapi import Server, World, running_server
from talk import ANSWER, QUESTION, asked, replies
from test_backup import command

Made = Callable[[str], Path]


@pytest.fixture
def made(indexed: Path, tmp_path: Path) -> Made:
    def make(settings: str) -> Path:
        home = tmp_path / "home"
        shutil.copytree(indexed, home)
        (home / "npcbot.toml").write_text(f"[telegram]\n{settings}\n")
        return home

    return make


def test_over_the_limit_one_polite_line_then_silence(made: Made) -> None:
    with running_server() as server, serving(server, made('per_person = "2/60"'), before=""):
        anna, boris = server.world.person("Anna"), server.world.person("Boris")
        questions = [anna.says(QUESTION) for _ in range(5)]
        last = asked(server.world, boris.says(QUESTION))
        assert ANSWER in last.text
        server.wait_for(lambda: replies(questions[2]), 15)
        said = [[one.text for one in replies(question)] for question in questions]
        assert [len(texts) for texts in said] == [1, 1, 1, 0, 0]
        assert "问得太快了" in said[2][0]


def test_lists_of_chats(made: Made) -> None:
    with running_server() as server:
        world = server.world
        anna = world.person("Anna")
        allowed, unknown = world.supergroup("River", anna), world.supergroup("Hills", anna, bot="left")
        settings = f"allow = [{allowed.id}]\nleave_unknown = true"
        with serving(server, made(settings), before=""):
            anna.adds_bot(unknown)
            world.wait_for(lambda: unknown.member(world.bot).status == "left")
            private = anna.says(QUESTION)
            assert ANSWER in asked(world, anna.says(allowed, f"/ask {QUESTION}")).text
            assert replies(private) == [] and unknown.sent_by_bot() == []


def test_nobody_outside_the_lists_is_served_in_any_way(made: Made) -> None:
    with running_server() as server:
        world = server.world
        anna, boris = world.person("Anna"), world.person("Boris")
        elsewhere = world.supergroup("Hills", anna, boris, bot="left")
        with serving(server, made(f"block = [{anna.id}, {elsewhere.id}]"), before=""):
            silent = [anna.says(text) for text in ("/start", "/start help", "/start aaaaaaaa-aaaaaaaaaaaa", "/unknown")]
            inline, guest = anna.inline(QUESTION), anna.guest(elsewhere, f"@TestBot {QUESTION}")
            other = boris.inline(QUESTION)
            world.wait_for(lambda: other.results, 15)
            assert asked(world, boris.says("/start")).text.startswith("你好")
            assert ANSWER in asked(world, boris.says(QUESTION)).text
            assert [one for message in silent for one in replies(message)] == []
            assert inline.answer is None and guest.sent is None


def test_buttons_of_a_chat_that_is_no_longer_served(made: Made) -> None:
    with running_server() as server:
        world, anna = server.world, server.world.person("Anna")
        home = made("")
        with serving(server, home, before=""):
            settings = asked(world, anna.says("/settings"))
        (home / "npcbot.toml").write_text(f"[telegram]\nblock = [{anna.id}]\n")
        before = settings.labels
        with serving(server, home, before=""):
            presses = [anna.presses(settings, "set:passages")]
            world.wait_for(lambda: all(press.text for press in presses), 30)
        assert settings.labels == before


def test_a_report_that_reaches_nobody_is_noted(made: Made) -> None:
    with running_server() as server, serving(server, made(""), before=""):
        world = server.world
        for code, said in (("zh-hans", "谢谢，已记下。"), ("en", "Thank you, noted.")):
            anna = world.person("Anna", language_code=code)
            press = anna.presses(asked(world, anna.says(QUESTION)), "!")
            assert world.wait_for(lambda press=press: press.text, 15) == said


def test_inline_limits_are_of_one_person(made: Made) -> None:
    with running_server() as server, serving(server, made('overall = "100000/1"'), before=""):
        world = server.world
        people = [world.person(f"P{number}") for number in range(5)]
        # Together more than any chat may press in a minute.
        for person in people:
            queries = [person.inline(QUESTION) for _ in range(30)]
            world.wait_for(lambda queries=queries: all(query.answer for query in queries), 60)
            assert all(query.results for query in queries)
        queries = [people[0].inline(QUESTION) for _ in range(11)]
        world.wait_for(lambda: all(query.answer for query in queries), 30)
        limited, taken = queries[-1].answer, queries[0].answer
        assert limited is not None and taken is not None
        assert limited["results"] == [] and limited["cache_time"] == 0
        assert taken["results"] and taken["cache_time"] == 60


def test_a_quota(made: Made) -> None:
    with running_server() as server, serving(server, made("quota_documents = 1"), before=""):
        anna = server.world.person("Anna")
        said = []
        for name in ("一.txt", "二.txt", "一.txt"):
            answer = asked(server.world, anna.uploads(anna.private, name, f"{name}\n\n第一条 河湾。\n".encode()))
            server.wait_for(lambda answer=answer: "正在" not in answer.text, 20)
            said.append(answer.text)
        assert ["已收录" in text for text in said] == [True, False, True], "the third replaces the first"
        assert "已到上限（1份" in said[1]


def pressed(world: World, server: Server, home: Path, change: bool) -> None:
    anna = world.person("Anna")
    bot = Bot(server, home)
    bot.start()
    answer = asked(world, anna.says(QUESTION))
    whole = answer.text
    assert bot.stop() == 0
    if change:
        folder = home.parent / "changed"
        shutil.copytree(Path(__file__).parents[2] / "src" / "npcbot" / "sample", folder)
        report = folder / "人大工作示例报告.txt"
        text = report.read_text("utf-8").replace("制定法律47部", "制定法律四十七部")
        report.write_text(text.replace("1982年12月4日", "那年"), "utf-8")
        # What another folder has does not replace it unasked.
        assert command(home, "remove", report.name).returncode == 0
        assert command(home, "index", str(folder)).returncode == 0
    bot.start()
    if change:
        for label in ("▶", "更多", "全文"):
            press = anna.presses(answer, label)
            assert "文件已更新" in world.wait_for(lambda press=press: press.text, 15)
        assert answer.text == whole
    else:
        anna.presses(answer, "▶")
        world.wait_for(lambda: answer.text != whole)
        anna.presses(answer, "回到答案")
        world.wait_for(lambda: answer.text == whole)
    assert bot.stop() == 0


@pytest.mark.parametrize("change", [False, True])
def test_buttons_after_a_restart(made: Made, change: bool) -> None:
    with running_server() as server:
        pressed(server.world, server, made(""), change)
