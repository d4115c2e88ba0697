"""A law that another one repeals in words: its quotations say so, and it is not given as the law of a later day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder

from npcbot.answer import Answerer
from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.index import Collection, update
from npcbot.lookups.check import Checker, Verdict
from npcbot.lookups.printed import verdicts
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine

OLD = """# 示例省集市暂行条例

（2001年5月20日示例省人民代表大会常务委员会通过）

第一条 摊主每日交纳摊位费两元。

第二条 本条例自2001年7月1日起施行。
"""
NEW = """# 示例省集市条例

（2022年5月20日示例省人民代表大会常务委员会通过）

第一条 摊主不交纳摊位费。

第二条 本条例自2022年7月1日起施行。《示例省集市暂行条例》同时废止。
"""


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    paths = [tmp_path / f"{name}.md" for name in ("旧", "新")]
    for path, text in zip(paths, (OLD, NEW), strict=True):
        path.write_text(text, "utf-8")
    documents = [read(path, path.name) for path in paths]
    update(tmp_path, "test", documents, encoder=FakeEncoder(dim=8), settings=load_settings().index)
    with Collection.open(tmp_path, "test") as opened:
        yield opened


def test_it_is_quoted_as_what_it_was(collection: Collection) -> None:
    ask = Answerer(Engine([collection], FakeEncoder(dim=8), UNFITTED), load_settings().answer).ask
    today = ask("示例省集市暂行条例第一条").as_json()
    (citation,) = today["citations"]
    assert (citation["repealed_by"], citation["repealed_on"]) == ("新.md", "2022-07-01")
    assert citation["status"].endswith("已由《示例省集市条例》废止，自2022-07-01起")
    before = ask("示例省集市暂行条例第一条 @2010")
    assert (before.as_of, before.notes) == ("2010-12-31", ())
    after = ask("示例省集市暂行条例第一条 @2023")
    assert after.as_of == ""
    assert after.notes == ("《示例省集市暂行条例》自2022-07-01起废止，2023-12-31时已经失效。",)


def test_a_quotation_of_it_is_exact_and_called_repealed(collection: Collection) -> None:
    (checked,) = Checker([collection]).check("旧条例说：“摊主每日交纳摊位费两元。”")
    assert checked.verdict is Verdict.EXACT
    assert any("（自2022-07-01起废止）" in line for line in verdicts.lines([checked], colour=False, width=100))
