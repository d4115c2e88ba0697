"""What a person may do wrong: a clear error that names the thing and what to do, status 2, and nothing lost."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from command_line import FILES, QUESTION, REPORT, Terminal, ended, process
from fakes import FakeEncoder
from filelock import FileLock

from npcbot.errors import NpcbotError
from npcbot.terminal import measuring


def bomb() -> bytes:
    """A .docx of a few kilobytes that unpacks to a hundred megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(100):
                part.write(b"\0" * 1_000_000)
    return out.getvalue()


BAD_FILES = {
    "empty.txt": (b"", "empty"),
    "blank.md": (b"\n \n\t\n", "empty"),
    "dots.txt": ("……\n——\n".encode(), "no text"),
    "program.txt": (b"\x7fELF" + bytes(range(256)), "program"),
    "noise.txt": ((bytes(range(1, 27)) + b"abc") * 200, "binary"),
    "picture.pdf": (b"\x89PNG\r\n\x1a\n" + bytes(100), "PDF"),
    "half.docx": (b"PK\x03\x04" + bytes(50), ""),
    "bomb.docx": (bomb(), ""),
    "escape.txt": ("红色的\x1b[31m字\n".encode(), "U+001B"),
    "broken.txt": (REPORT.encode()[:1000] + b"\xff\xfe\xff" + REPORT.encode()[1000:], ""),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_that_is_named(library: Terminal, name: str) -> None:
    data, reason = BAD_FILES[name]
    path = library.documents.parent / name
    path.write_bytes(data)
    said = library.refused("index", path)
    assert said.count(str(path)) == 1
    assert reason in said
    assert len(said.strip().splitlines()) == 2
    assert library.ids() == sorted(FILES)


@pytest.mark.parametrize("named", [True, False])
def test_what_to_do_about_a_bad_file(terminal: Terminal, named: bool) -> None:
    folder = terminal.write(FILES | {"picture.txt": "GIF8" + "x" * 50})
    said = terminal("index", folder / "riverside.txt", folder / "picture.txt" if named else folder)
    (line,) = [line for line in said.lines if "picture.txt" in line]
    assert "GIF image" in line
    assert "OCR" in line


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_folder_with_one_bad_file(terminal: Terminal, name: str) -> None:
    data, reason = BAD_FILES[name]
    terminal.write()
    path = terminal.documents / "规则" / name
    path.write_bytes(data)
    lines = terminal.done("index", terminal.documents).lines
    (skipped,) = [line for line in lines if line.startswith("skipped ")]
    assert str(path) in skipped
    assert reason in skipped
    assert terminal.ids() == sorted(FILES), "the rest is indexed"


def test_a_good_and_a_bad_file_named_together(terminal: Terminal) -> None:
    folder = terminal.write(FILES | {"empty.txt": ""})
    said = terminal("index", folder / "riverside.txt", folder / "empty.txt")
    assert said.status == 2
    (failed,) = [line for line in said.lines if line.startswith("failed ")]
    assert "empty.txt" in failed
    assert "empty" in failed.split(":", 1)[1]
    assert terminal.ids() == ["riverside.txt"]


def test_a_file_that_went_bad_keeps_its_old_passages(library: Terminal) -> None:
    library.write({"riverside.txt": ""})
    assert "riverside.txt" in library.done("index", "--prune", library.documents).out
    assert library.ids() == sorted(FILES), "its file has not vanished"


def test_a_file_larger_than_the_settings_allow(terminal: Terminal) -> None:
    terminal.settings("[documents]\nmax_bytes = 500\n")
    said = terminal.refused("index", terminal.write() / "工作报告.txt")
    assert "工作报告.txt" in said
    assert "500" in said
    assert "documents.max_bytes" in said


@pytest.mark.parametrize("path", ["nowhere", "*.nothing", "nowhere/**/*.txt"])
def test_a_path_that_is_not_there(library: Terminal, path: str) -> None:
    assert path in library.refused("index", library.documents.parent / path)
    assert library.ids() == sorted(FILES)


def test_no_path(terminal: Terminal) -> None:
    assert "npcbot index PATH" in terminal.refused("index")


def test_a_folder_without_documents(terminal: Terminal) -> None:
    said = terminal.refused("index", terminal.write({"a.xyz": "一", "b": "二"}))
    assert str(terminal.documents) in said
    assert ".docx" in said


QUESTIONS = {
    "": "empty",
    " \t\n\u3000": "empty",
    "问" * 10_000: "10,000 characters",
    "借书\x07规则": "U+0007",
    "借书\x1b[2J规则": "U+001B",
    "借": "One character (借)",
    "a?": "One character (a)",
    "？！。，、……——": "only punctuation",
    "—— ()": "only punctuation",
}


@pytest.mark.parametrize("question", QUESTIONS, ids=QUESTIONS.values())
def test_questions_that_cannot_be_asked(library: Terminal, question: str) -> None:
    said = library.refused("ask", "--", question)
    assert QUESTIONS[question] in said
    assert len(said.splitlines()) == 2, "what is wrong, and what to do"
    assert len(said) < 500
    assert "\x1b" not in said
    assert library.refused("ask", "--json", "--", question) == said


@pytest.fixture
def measuring_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise NpcbotError("measured", "")

    for name in ("results", "benched"):
        monkeypatch.setattr(measuring, name, fail)


@pytest.mark.usefixtures("measuring_fails")
@pytest.mark.parametrize("command", ["eval", "bench"])
def test_figures_that_cannot_be_written_are_not_measured(terminal: Terminal, command: str) -> None:
    arguments = [command, *([terminal.write()] if command == "eval" else []), "--json"]
    for path in (terminal.write() / "nowhere" / "figures.json", terminal.write() / "工作报告.txt" / "figures.json"):
        said = terminal.refused(*arguments, path)
        assert f"{path}: cannot be written" in said
        assert "measured" not in said


@pytest.mark.usefixtures("measuring_fails")
@pytest.mark.parametrize("command", ["eval", "bench"])
def test_figures_of_before_outlive_a_run_that_fails(terminal: Terminal, command: str) -> None:
    arguments = [command, *([terminal.write()] if command == "eval" else []), "--json"]
    old, new = terminal.write() / "old.json", terminal.write() / "new.json"
    old.write_text("[1]\n")
    for path in (old, new):
        assert "measured" in terminal(*arguments, path).err
    assert old.read_text() == "[1]\n"
    assert not new.exists()


def test_no_question(library: Terminal) -> None:
    assert "QUESTION" in library.refused("ask")


def test_a_question_as_long_as_is_taken(library: Terminal) -> None:
    question = (QUESTION * 100)[:1000]
    assert library.done("ask", "--json", question).json["question"] == question
    assert "1,001" in library.refused("ask", question + "问")


@pytest.mark.parametrize(
    ("option", "value"), [("-k", "0"), ("-k", "51"), ("-k", "many"), ("--mode", "best"), ("--nonsense", "1")]
)
def test_options_that_mean_nothing(library: Terminal, option: str, value: str) -> None:
    assert option in library.refused("ask", option, value, QUESTION)


def test_no_such_command(terminal: Terminal) -> None:
    assert "summarise" in terminal.refused("summarise")


@pytest.mark.parametrize(
    "command",
    [["ask", QUESTION], ["chat"], ["docs"], ["remove", "a.txt"], ["text", "a.txt"], ["show", "a-b"], ["bench"]],
    ids=lambda command: command[0],
)
def test_no_index_yet(terminal: Terminal, command: list[str]) -> None:
    said = terminal.refused(*command)
    assert str(terminal.home) in said
    assert "npcbot index PATH" in said
    assert not terminal.home.exists() or not any(terminal.home.iterdir())


@pytest.mark.parametrize(
    "command",
    [["ask", QUESTION], ["docs"], ["remove", "riverside.txt"], ["text", "riverside.txt"], ["show", "a-b"]],
    ids=lambda command: command[0],
)
def test_a_collection_that_is_not_there(library: Terminal, command: list[str]) -> None:
    assert "'elsewhere'" in library.refused(*command, "--collection", "elsewhere")
    assert "../secret" in library.refused(*command, "--collection", "../secret")
    assert library.ids() == sorted(FILES)


@pytest.mark.parametrize("command", ["index", "docs", "ask", "text", "remove"])
def test_no_collection_is_asked_by_default(library: Terminal, command: str) -> None:
    library.settings("[collections]\ndefault = []\n")
    words = {"index": [library.documents], "docs": [], "ask": [QUESTION]}.get(command, ["riverside.txt"])
    said = library.refused(command, *words)
    assert "--collection" in said
    assert "collections.default" in said


def test_unknown_passages_and_documents(library: Terminal) -> None:
    for passage_id in ("aaaaaaaa-bbbbbbbbbbbb", "x", "../..", "' OR 1=1 --"):
        said = library.refused("show", "--", passage_id)
        assert passage_id in said
        assert "changed" not in said
    known, _ = library.done("ask", QUESTION, "--json").json["citations"][0]["passage_id"].split("-")
    said = library.refused("show", f"{known}-aaaaaaaaaaaa")
    assert "changed since" in said and "mistyped" in said
    for command in ("text", "remove"):
        said = library.refused(command, "没有这个.txt")
        assert "没有这个.txt" in said
        assert "npcbot docs" in said
    assert library.ids() == sorted(FILES)


def test_an_index_made_by_another_encoder(library: Terminal) -> None:
    before = library.encoder
    library.use(FakeEncoder(name="another"))
    for command in (["ask", QUESTION], ["chat"], ["index", library.documents], ["remove", "riverside.txt"]):
        said = library.refused(*command)
        assert "npcbot index --rebuild --collection default" in said
        assert before.fingerprint in said
        assert library.encoder.fingerprint in said
    assert library.done("docs").lines[-1] == "3 documents", "reading needs no encoder"
    assert library.done("text", "工作报告.txt").out == REPORT

    library.use(before)
    library.done("ask", QUESTION)
    library.use(FakeEncoder(name="another"))
    library.done("index", "--rebuild")
    assert library.done("ask", "--json", QUESTION).json["citations"]


@pytest.mark.parametrize(
    "command",
    [["index", "DOCUMENTS"], ["ask", QUESTION], ["docs"], ["show", "a-b"]],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("below", ["", "below"])
def test_a_home_that_is_a_file(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, command: list[str], below: str
) -> None:
    terminal.write()
    terminal.home.write_text("not a folder")
    monkeypatch.setenv("NPCBOT_HOME", str(terminal.home / below))
    said = terminal.refused(*(terminal.documents if word == "DOCUMENTS" else word for word in command))
    assert str(terminal.home / below) in said
    assert terminal.home.read_text() == "not a folder"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root can write everywhere")
def test_a_home_without_permission(terminal: Terminal) -> None:
    terminal.home.mkdir()
    terminal.home.chmod(0o500)
    try:
        assert str(terminal.home) in terminal.refused("index", terminal.write())
    finally:
        terminal.home.chmod(0o700)


def test_two_writers_at_once(library: Terminal) -> None:
    library.settings("[index]\nlock_seconds = 0.1\n")
    library.write({"new.txt": REPORT.replace("河湾镇", "石桥镇")})
    with FileLock(library.home / "default" / "writer.lock"):
        for command in (["index", library.documents], ["remove", "riverside.txt"]):
            said = library.refused(*command)
            assert "'default'" in said
            assert "lock_seconds" in said
        library.done("ask", QUESTION)
        library.done("index", library.documents, "--collection", "other")
    assert library.ids() == sorted(FILES)
    library.done("index", library.documents)
    assert library.ids() == sorted({*FILES, "new.txt"})


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("[answer]\nk = 0\n", "answer.k"),
        ('[answer]\nk = "three"\n', "answer.k"),
        ("[anwser]\nk = 3\n", "anwser"),
        ("[answer]\nthreshhold = 1\n", "answer.threshhold"),
        ("[answer\n", "TOML"),
        ('[index]\nfactory = "Nonsense7"\n', "Nonsense7"),
    ],
)
def test_settings_that_cannot_be(terminal: Terminal, toml: str, named: str) -> None:
    terminal.settings(toml)
    said = terminal.refused("index", terminal.write())
    assert named in said


def test_settings_that_are_not_there(library: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPCBOT_CONFIG", str(library.home / "none.toml"))
    said = library.refused("ask", QUESTION)
    assert "none.toml" in said
    assert "NPCBOT_CONFIG" in said


def test_an_encoder_that_is_not_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "npcbot.toml").write_text(f"[encoder]\nname = '{tmp_path / 'no-model'}'\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    said = ended(process(home, ["index", str(tmp_path / "a.txt")]))
    assert said.status == 2
    assert "no-model" in said.err
    assert "encoder.name" in said.err
    assert "Traceback" not in said.err


def test_a_passage_altered_on_disk_is_not_shown(library: Terminal) -> None:
    """The answer is refused where the store no longer holds what was indexed."""
    import sqlite3

    (generation,) = library.home.glob("default/gen-*")
    with sqlite3.connect(generation / "store.sqlite") as db:
        (name,) = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE name = 'documents'")]
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
        assert "sha256" in columns
        db.execute(f"UPDATE {name} SET sha256 = replace(sha256, substr(sha256, 1, 1), '?')")
    db.close()
    ended_with = library("ask", QUESTION)
    assert ended_with.status == 2
    assert ended_with.out == ""
    assert "npcbot index --rebuild --collection default" in ended_with.err


def test_a_reader_that_leaves_early(library: Terminal) -> None:
    """`npcbot text DOC | head`: no error."""
    long = "长文\n\n" + "".join(f"第{number}天，看门人照例把院子扫了一遍。\n" for number in range(20_000))
    library.done("index", library.write({"long.txt": long}) / "long.txt")
    with process(library.home, ["text", "long.txt"]) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.read(10)
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(60) == 0


def test_any_locale_prints_chinese(library: Terminal) -> None:
    for locale in ("C", "POSIX"):
        environment = os.environ | {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        code = "from npcbot.terminal.cli import main; main()"
        done = subprocess.run([sys.executable, "-c", code, "docs"], capture_output=True, env=environment, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "河湾镇图书馆工作报告" in done.stdout.decode()


def test_chat_with_bytes_that_are_no_text(library: Terminal) -> None:
    fake = "import fakes, npcbot.answer.library as w; w.load_encoder = lambda s: fakes.FakeEncoder()"
    started = process(library.home, ["chat", "-k", "1"], before=fake)
    said = ended(started, b"\xff\xfe\n" + QUESTION.encode() + b"\n")
    assert said.status == 0, said.err
    assert "Traceback" not in said.err
    assert "6120册" in said.out
