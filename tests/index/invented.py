"""Small collections of invented documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakes import FakeEncoder

from npcbot.config import IndexSettings
from npcbot.index import Collection, UpdateReport, update
from npcbot.types import Document, Kind

SETTINGS = IndexSettings(window=40, factory="SQfp16", k1=1.2, b=0.75, lock_seconds=0.2)
_TOPICS = ["立法规划", "代表联络", "预算审查", "执法检查", "对外交往", "信访办理", "法律解释", "备案审查"]


def make_document(number: int, edition: str = "甲", sections: int = 3) -> Document:
    """A report of its own: a title, headings, long paragraphs and short ones, all different from other numbers'."""
    title = f"第{number}号样本工作报告"
    lines = [title, ""]
    for section in range(sections):
        topic = _TOPICS[(number + section) % len(_TOPICS)]
        lines += [
            f"{'一二三四五六七八'[section]}、关于{topic}的情况",
            f"过去一年，样本机关在{topic}方面开展了{number * 7 + section + 2}次活动，编号为{number}。"
            f"有关部门报告了{edition}版进展。各地收到意见{number * 100 + section}条，逐条作了答复。"
            f"第{number}号小组还走访了{section + 3}个县，听取了基层干部和群众的建议。",
            f"下一步，{topic}工作将继续推进，重点是第{number * 3 + section}项任务。",
        ]
    return Document(f"样本/{number:03}.txt", "\n".join(lines) + "\n", title, Kind.REPORT)


@dataclass
class Bench:
    """A home with one collection, and the encoder that fills it."""

    home: Path
    encoder: FakeEncoder = field(default_factory=FakeEncoder)
    name: str = "test"

    @property
    def folder(self) -> Path:
        return self.home / self.name

    def update(self, *documents: Document, **options: Any) -> UpdateReport:
        options = {"encoder": self.encoder, "settings": SETTINGS} | options
        return update(self.home, self.name, documents, **options)

    def open(self) -> Collection:
        return Collection.open(self.home, self.name, fingerprint=self.encoder.fingerprint)

    def generations(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("gen-*"))
