"""Settings: every key commented and known, errors that name file and key."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from npcbot.config import Settings, data_file, load_settings
from npcbot.errors import ConfigError

DEFAULTS = data_file("npcbot.toml", "config/npcbot.toml")
#: Settings that share a comment, which explains each of them.
TOGETHER = {
    ("query_prompt", "passage_prompt", "max_tokens", "device", "batch_size"),
    ("depth", "budget_ms"),
    ("k1", "b"),
    ("default", "public"),
    ("mode", "webhook_url", "webhook_port"),
    ("chats_at_once", "backlog"),
    ("stale_seconds", "stale"),
    ("per_person", "per_chat", "overall"),
    ("send_per_chat", "send_per_group", "send_overall"),
    ("allow", "block", "leave_unknown"),
    ("upload_bytes", "quota_documents", "quota_bytes"),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NPCBOT_HOME", str(tmp_path))
    monkeypatch.delenv("NPCBOT_CONFIG", raising=False)
    return tmp_path


def test_the_file_has_every_setting_and_no_other() -> None:
    settings = load_settings()
    written = {(section, key) for section, keys in tomllib.loads(DEFAULTS.read_text("utf-8")).items() for key in keys}
    sections = {f.name for f in fields(Settings)} - {"home", "files"}
    known = {(section, f.name) for section in sections for f in fields(getattr(settings, section))}
    assert written == known


def test_every_setting_is_explained() -> None:
    """Right above each setting stands a comment of its own, or one for a whole group that is listed in ``TOGETHER``."""
    text = DEFAULTS.read_text("utf-8")
    groups = [tuple(re.findall(r"(?m)^\w+", group)) for group in re.findall(r"(?m)^#.*\n((?:\w+ = .*\n)+)", text)]
    assert sum(map(len, groups)) == sum(map(len, tomllib.loads(text).values())), "a setting without a comment above"
    assert {group for group in groups if len(group) > 1} == TOGETHER, "say in the comment what each of them is"


def test_what_a_file_leaves_out_keeps_its_default(home: Path) -> None:
    (home / "npcbot.toml").write_text("[answer]\nk = 7\n", "utf-8")
    settings = load_settings()
    assert settings.answer.k == 7
    assert settings.index.window == 120
    assert settings.home == home
    assert settings.files == (DEFAULTS, home / "npcbot.toml")


def test_a_named_file_wins_over_the_one_at_home(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (home / "npcbot.toml").write_text("[answer]\nk = 7\n", "utf-8")
    other = tmp_path / "other.toml"
    other.write_text("[answer]\nk = 2\n", "utf-8")
    monkeypatch.setenv("NPCBOT_CONFIG", str(other))
    assert load_settings().answer.k == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[answer]\nkk = 1\n", "answer.kk"),
        ("[answers]\nk = 1\n", "[answers]"),
        ("k = 1\n", "[k]"),
        ('[answer]\nk = "three"\n', "answer.k must be of type int"),
        ("[answer]\nk = true\n", "answer.k must be of type int"),
        ("[answer]\nk = 0\n", "between 1 and 50"),
        ("[index]\nb = 2\n", "between 0 and 1"),
        ('[collections]\ndefault = "laws"\n', "a list of names"),
        ("[answer\n", "cannot be read as TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(home: Path, text: str, said: str) -> None:
    (home / "npcbot.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        load_settings()
    assert said in str(error.value)
    assert str(home / "npcbot.toml") in str(error.value)


def test_bytes_that_are_no_text_are_named(home: Path) -> None:
    (home / "npcbot.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"npcbot\.toml"):
        load_settings()


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NPCBOT_CONFIG", str(tmp_path / "missing.toml"))
    with pytest.raises(ConfigError, match=r"missing\.toml"):
        load_settings()
