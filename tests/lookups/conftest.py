"""Small invented documents, indexed with the fake encoder: two versions of a statute, reports of three years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fakes import FakeEncoder

from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.index import Collection, update

REPORT = """样本市人民代表大会常务委员会工作报告
（{year}年1月20日）

一、立法工作
一年来，常务委员会共审议地方性法规案{laws}件，听取专项工作报告九项，推进全过程人民
民主，制定湿地保护条例。各方面提出的意见逐条研究，能采纳的都已采纳，不能采纳的都作了
说明；对已经施行的条例开展执法检查，查找问题，督促整改，并把整改情况向社会公布，接受各
方面的监督。

二、代表工作
全年办理代表建议352件，办结率百分之百。立法制度不断完善，第12条意见已经采纳。
"""
STATUTE = """# 样本市湿地保护条例

（{date}样本市人民代表大会常务委员会通过，自{force}起施行）

## 第一章 总则

第一条 为了保护湿地，制定本条例。

第二条 本条例所称湿地，包括下列区域：
（一）常年积水的沼泽；
（二）季节性积水的滩涂；
（三）深度不超过{depth}米的浅水。
前款规定的区域由市林业部门划定并公布。
{more}
## 第二章 保护

第{three}条 在湿地内取土的，应当报县级林业部门批准，并依法恢复原状。
"""
INSERTED = "\n第三条 湿地保护坚持保护优先、科学修复的原则。\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for year, laws in (("2019", 12), ("2021", 14)):
        (folder / f"报告{year}.txt").write_text(REPORT.format(year=year, laws=laws), "utf-8")
    traditional = "樣本市工作簡報\n（2022年2月1日）\n\n一、概況\n推進全過程人民民主，完善立法制度。ＧＤＰ增長５％。\n"
    (folder / "简报2022.txt").write_text(traditional, "utf-8")
    old = STATUTE.format(date="2015年5月20日", force="2015年6月1日", depth="六", more="", three="三")
    new = STATUTE.format(date="2021年3月25日", force="2021年7月1日", depth="五", more=INSERTED, three="四")
    (folder / "条例(2015-05-20).md").write_text(old, "utf-8")
    (folder / "条例(2021-03-25).md").write_text(new, "utf-8")
    return folder


@pytest.fixture
def opened(files: Path, tmp_path: Path) -> Iterator[Collection]:
    documents = [read(path, path.name) for path in sorted(files.iterdir())]
    update(tmp_path / "home", "default", documents, encoder=FakeEncoder(), settings=load_settings().index)
    with Collection.open(tmp_path / "home", "default") as collection:
        yield collection


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Callable[..., Collection]]:
    """Indexes texts by name with the fake encoder and opens the collection."""
    with ExitStack() as stack:

        def make(**texts: str) -> Collection:
            folder = tmp_path / "made"
            folder.mkdir(exist_ok=True)
            documents = []
            for name, text in texts.items():
                (folder / f"{name}.txt").write_text(text, "utf-8")
                documents.append(read(folder / f"{name}.txt", f"{name}.txt"))
            update(tmp_path / "made-home", "default", documents, encoder=FakeEncoder(), settings=load_settings().index)
            return stack.enter_context(Collection.open(tmp_path / "made-home", "default"))

        yield make
