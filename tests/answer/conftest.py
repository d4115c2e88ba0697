"""A small collection with a report torn by a page break, two versions of a statute and a copied paragraph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes import FakeEncoder

from npcbot.answer import Answerer
from npcbot.config import AnswerSettings, load_settings
from npcbot.documents import read
from npcbot.index import Collection, update
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine

REPORT = """示例省人民代表大会常务委员会工作报告
（2021年1月20日）

一、立法工作
一年来，常务委员会共审议地方性法规案21件，通过14
件。其中新制定6件，修改8件。各方面提出的意见逐条研究，能采纳的都已采纳。
（一）生态环境立法。制定湿地保护条例，明确湿地名录由省林业部门公布。条例自2021年6月1日起施行。

二、代表工作
全年办理代表建议352件，办结率百分之百。代表对办理结果表示满意的占九成八。
"""
COPY = """示例省代表工作简报
（2021年2月1日）

一、办理情况
全年办理代表建议352件，办结率百分之百。代表对办理结果表示满意的占九成八。

二、来年打算
来年继续听取代表意见，把建议办理同预算安排结合起来。
"""
STATUTE = """# 示例省湿地保护条例

（{date}示例省人民代表大会常务委员会通过）

## 第一章 总则

第一条 为了保护湿地，制定本条例。

第二条 本条例所称湿地，包括下列区域：
（一）常年积水的沼泽；
（二）季节性积水的滩涂；
（三）深度不超过{depth}米的浅水。
前款规定的区域由省林业部门划定并公布。

## 第二章 保护

第三条 在湿地内取土的，应当报县级林业部门批准。
"""
SETTINGS = AnswerSettings(**{**{f: getattr(load_settings().answer, f) for f in AnswerSettings.__slots__}, "k": 3})


@dataclass
class Library:
    home: Path
    encoder: FakeEncoder

    def open(self) -> Collection:
        return Collection.open(self.home, "test", fingerprint=self.encoder.fingerprint)

    def answerer(self) -> Answerer:
        return Answerer(Engine([self.open()], self.encoder, UNFITTED), SETTINGS)

    def generation(self) -> Path:
        folder = self.home / "test"
        return folder / (folder / "CURRENT").read_text().strip()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    source = tmp_path / "documents"
    source.mkdir()
    (source / "report.txt").write_text(REPORT, "utf-8")
    (source / "copy.txt").write_text(COPY, "utf-8")
    (source / "条例(2015-05-20).md").write_text(STATUTE.format(date="2015年5月20日", depth="六"), "utf-8")
    (source / "条例(2021-03-25).md").write_text(STATUTE.format(date="2021年3月25日", depth="五"), "utf-8")
    encoder = FakeEncoder(dim=256)
    documents = [read(path, path.name) for path in sorted(source.iterdir())]
    update(tmp_path / "home", "test", documents, encoder=encoder, settings=load_settings().index)
    return Library(tmp_path / "home", encoder)


@pytest.fixture
def ask(library: Library) -> Callable[..., dict]:  # type: ignore[type-arg]
    answerer = library.answerer()
    return lambda question, **options: answerer.ask(question, **options).as_json()
