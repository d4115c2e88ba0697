"""The commands run in this process or in one of their own, over invented documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEncoder

import npcbot.encoders
from npcbot.answer import library
from npcbot.index import Collection
from npcbot.terminal import doctor, indexing, measuring
from npcbot.terminal.cli import main

SOURCE = Path(__file__).parents[2] / "src"
PLACES = (npcbot.encoders, doctor, indexing, measuring, library)

REPORT = """河湾镇图书馆工作报告

——2022年4月8日在河湾镇读者大会上

各位读者：

现在，我代表河湾镇图书馆，向大会报告过去一年的工作。

一、藏书工作

（一）采购新书。过去一年，图书馆一共买进新书6120册，其中儿童读物占四成，盲文读物也添了37册。采购目录先在门厅里张贴半个月，读者可以划去或者添写。

（二）修补旧书。修书匠老秦带着三名学徒，把被雨水泡过的县志重新装订，前后花了十一个星期。

二、服务工作

（一）延长开放时间。自六月起，阅览室每晚开到九点半，周末不闭馆；夏天的晚上座位常常坐满，有人自带马扎。

（二）送书下乡。流动书车每月走十四个村，行程最远的一趟要翻过青石岭，往返两天。

三、下一步打算

图书馆打算在老码头的仓库里开一间旧报纸陈列室，把五十年来的本地小报摆出来，供人翻看。
"""

RULES = """# 河湾镇图书馆借阅规则

（2021年9月1日河湾镇读者大会通过）

## 第一章 总则

第一条 为了方便读者借书还书，爱护馆藏，制定本规则。

第二条 凡在河湾镇居住的人，不分老幼，都可以办理借书证。

## 第二章 借书和还书

第三条 每张借书证一次可以借书五册，借期三十天。
到期没有人预约的，可以续借一次，续借期为十五天。

第四条 逾期不还的，按照下列规定处理：
（一）逾期不满七天的，由管理员口头提醒；
（二）逾期七天以上的，停借一个月；
（三）把书弄丢的，照原价赔偿，或者买来同一版本的书抵还。

第五条 珍本和地图只在阅览室内翻阅，不得带出。
"""

ENGLISH = """Notes on the Riverside Reading Room

The reading room stands where the old ferry office was. It has forty seats, two stoves and a clock that is never right.

Opening hours

The room opens at eight in the morning. On market days it opens at six, because farmers come early.

Borrowed lamps

A reader may borrow a brass lamp for the evening. The deposit is three coins, given back when the lamp returns.
"""

FILES = {"工作报告.txt": REPORT, "规则/借阅规则.md": RULES, "riverside.txt": ENGLISH}
QUESTION = "图书馆一共买进新书多少册？"
ANSWER = "图书馆一共买进新书6120册"


@dataclass
class Ended:
    """Of a command: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal:
    """``npcbot`` in this process, with its home in a folder of the test."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = tmp_path / "home"
        self.documents = tmp_path / "documents"
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.encoder = FakeEncoder()
        for name in ("NPCBOT_CONFIG", "NPCBOT_SHARED"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("NPCBOT_HOME", str(self.home))

    def use(self, encoder: FakeEncoder) -> None:
        """Whatever the settings name, this encoder is used from now on."""
        self.encoder = encoder
        for place in PLACES:
            self._monkeypatch.setattr(place, "load_encoder", lambda settings: encoder)

    def write(self, files: dict[str, str] | None = None) -> Path:
        """The documents of this module, or others, into the folder that is indexed."""
        for name, text in (FILES if files is None else files).items():
            path = self.documents / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return self.documents

    def settings(self, toml: str) -> None:
        self.home.mkdir(exist_ok=True)
        (self.home / "npcbot.toml").write_text(toml, encoding="utf-8")

    def __call__(self, *arguments: object) -> Ended:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, printed.out, printed.err)

    def done(self, *arguments: object) -> Ended:
        """Must succeed."""
        ended = self(*arguments)
        assert (ended.status, ended.err) == (0, "")
        return ended

    def refused(self, *arguments: object) -> str:
        """Must end with status 2 and an error for people, nothing on standard output; returns the error."""
        ended = self(*arguments)
        assert ended.status == 2, ended
        assert ended.out == ""
        assert ended.err.strip()
        assert "Traceback" not in ended.err
        return ended.err

    def collection(self, name: str = "default") -> Collection:
        return Collection.open(self.home, name)

    def ids(self, name: str = "default") -> list[str]:
        """Of the documents in a collection, which must be whole."""
        with self.collection(name) as collection:
            assert collection.check() == []
            return sorted(info.document_id for info in collection.documents())


def process(
    home: Path, arguments: Sequence[str | bytes], *, before: str = "", **options: Any
) -> subprocess.Popen[bytes]:
    """``npcbot`` in a process of its own; ``before`` is Python that runs first."""
    # Whatever the tests were started by, Ctrl-C reaches the command.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"import sys\n{heard}\nfrom npcbot.terminal.cli import main\n{before}\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=os.environ
        | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{Path(__file__).parents[1]}", "NPCBOT_HOME": str(home)}
        | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def ended(started: subprocess.Popen[bytes], given: bytes = b"") -> Ended:
    out, err = started.communicate(given, timeout=120)
    return Ended(started.returncode, out.decode(), err.decode())
