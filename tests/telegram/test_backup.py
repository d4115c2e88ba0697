"""All state saved while a bot runs, and put back; votes as a set for ``npcbot eval``."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from bot import SOURCE, Bot, serving
from botapi import World, running_server
from filelock import FileLock
from talk import ANSWER, QUESTION, asked

from npcbot.errors import NpcbotError
from npcbot.telegram.backup import LOCK, backup, restore
from npcbot.telegram.state import NAME, State


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from npcbot.terminal.cli import main; main()"
    environment = {"PYTHONPATH": str(SOURCE), "NPCBOT_HOME": str(home), "PATH": ""}
    return subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True)


def test_saved_while_it_runs_and_put_back(world: World, home: Path, bot: Bot, tmp_path: Path) -> None:
    anna = world.person("Anna")
    answer = asked(world, anna.says(QUESTION))
    press = anna.presses(answer, "👍")
    world.wait_for(lambda: press.text)
    file = anna.uploads(anna.private, "条例.txt", "河湾镇条例\n\n第一条 河湾镇有三座石桥。\n".encode())
    said = asked(world, file)
    world.wait_for(lambda: "已收录" in said.text, 20)
    saved = command(home, "backup", str(tmp_path / "all.tar.gz"))
    assert saved.returncode == 0, saved.stderr
    fresh = tmp_path / "fresh"
    assert command(fresh, "restore", str(tmp_path / "all.tar.gz")).returncode == 0
    state = State(fresh / NAME)
    assert [vote.question for vote in state.feedback()] == [QUESTION]
    state.close()
    (kept,) = (fresh / "telegram" / "files").rglob("条例.txt")
    assert "三座石桥" in command(fresh, "ask", "--collection", kept.parent.name, "河湾镇有几座石桥？").stdout
    assert ANSWER in command(fresh, "ask", QUESTION).stdout.replace("⟦", "").replace("⟧", "")
    again = command(fresh, "restore", str(tmp_path / "all.tar.gz"))
    assert again.returncode == 2 and "has state already" in again.stderr

    folder = tmp_path / "votes"
    exported = command(fresh, "feedback", "export", str(folder))
    assert exported.returncode == 0, exported.stderr
    assert json.loads((folder / "queries.jsonl").read_text("utf-8"))["text"] == QUESTION
    assert (folder / "qrels.tsv").read_text("utf-8").splitlines()[1].endswith("\t1")
    measured = command(fresh, "eval", str(folder))
    assert measured.returncode == 0, measured.stderr
    assert "votes" in measured.stdout


def test_votes_in_the_chat_are_for_administrators(world: World) -> None:
    anna, boris = world.person("Anna"), world.person("Boris")
    group = world.supergroup("River", anna, boris)
    answer = asked(world, anna.says(group, f"/ask@TestBot {QUESTION}"))
    assert "还没有人投过" in asked(world, anna.says(group, "/feedback@TestBot")).text
    press = boris.presses(answer, "👎")
    world.wait_for(lambda: press.text)
    assert "只有管理员" in asked(world, boris.says(group, "/feedback@TestBot")).text
    assert asked(world, anna.says(group, "/feedback@TestBot")).data["document"]["file_name"] == "npcbot-feedback.zip"


def small(tmp_path: Path) -> Path:
    state = State(tmp_path / "home" / NAME)
    state.change(1, language="en")
    state.close()
    return tmp_path / "home"


def test_what_is_refused(tmp_path: Path) -> None:
    home, saved = small(tmp_path), tmp_path / "saved"
    assert backup(home, saved) == 1
    with pytest.raises(NpcbotError, match="exists already"):
        backup(home, saved)
    with pytest.raises(NpcbotError, match="could not be written"):
        backup(home, tmp_path / "nowhere" / "saved")
    with pytest.raises(NpcbotError, match="no such backup"):
        restore(tmp_path / "a", tmp_path / "missing")
    (tmp_path / "text").write_text("no archive")
    with pytest.raises(NpcbotError, match="not a backup"):
        restore(tmp_path / "a", tmp_path / "text")
    (tmp_path / "cut").write_bytes(saved.read_bytes()[:200])
    with pytest.raises(NpcbotError, match="not a backup"):
        restore(tmp_path / "a", tmp_path / "cut")
    (tmp_path / "busy" / "telegram").mkdir(parents=True)
    with FileLock(tmp_path / "busy" / LOCK), pytest.raises(NpcbotError, match="already running"):
        restore(tmp_path / "busy", saved)
    for nowhere in (tmp_path / "text", tmp_path / "text" / "home"):
        with pytest.raises(NpcbotError, match="cannot be written"):
            restore(nowhere, saved)
    assert not (tmp_path / "a").exists() and (tmp_path / "busy" / LOCK).exists(), "nothing was changed"
    assert restore(tmp_path / "a", saved) == 1


def test_a_hostile_archive_writes_nothing_outside(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile"
    with tarfile.open(hostile, "w:gz") as archive:
        entry = tarfile.TarInfo("../outside")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(NpcbotError, match="not a backup"):
        restore(tmp_path / "inner" / "home", hostile)
    assert not list(tmp_path.rglob("outside"))


def test_a_webhook_takes_only_what_proves_to_be_telegrams(
    indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(indexed, home)
    port = 18443
    url = "https://bot.example/hook"
    (home / "npcbot.toml").write_text(f'[telegram]\nmode = "webhook"\nwebhook_url = "{url}"\nwebhook_port = {port}\n')
    monkeypatch.setenv("NPCBOT_TELEGRAM_SECRET", "proof-of-telegram")
    with running_server() as server, serving(server, home, before="") as bot:
        anna = server.world.person("Anna")
        anna.private.started = True
        chat, sender = anna.private.json(), anna.json()
        message = {"message_id": 5, "date": 4102444800, "chat": chat, "from": sender, "text": QUESTION}

        def posted(secret: str) -> int:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/hook",
                json.dumps({"update_id": 9, "message": message}).encode(),
                {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret},
            )
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code

        assert posted("a guess") == 403
        assert [posted("proof-of-telegram"), posted("proof-of-telegram")] == [200, 200]
        server.wait_for(lambda: anna.private.sent_by_bot(), 15)
        assert ANSWER in anna.private.last.text and len(anna.private.sent_by_bot()) == 1
        assert bot.stop() == 0
        assert "proof-of-telegram" not in bot.log.read_text()
