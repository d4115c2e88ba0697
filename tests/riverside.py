"""Short notes and two versions of a rule about a riverside, an engine over them, and what it finds of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fakes import FakeEncoder

from npcbot.index import Collection
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Found
from npcbot.types import DateKind, Document, Kind, Source, Span, TypedDate, Vectors

NOTES = {
    "灯塔": "灯塔的看守人每三个钟头添一次鲸油，雾天还要敲铜钟。",
    "渡口": "渡船每半个钟头开一班，涨水的日子停航，牲口另买船票。",
    "磨坊": "磨坊在秋收以后才开磨，磨一斗麦子收两枚铜钱。",
    "邮亭": "邮差骑骡子送信，翻过山口要走四天，冬天改走水路。",
    "茶棚": "茶棚供应粗茶和烤饼，挑夫歇脚不必付账。",
    "桥": "木桥由两岸的村子轮流修补，桥板每年换一回。",
}
QUESTION = "渡船多久开一班？"
OLD, NEW = "规定-2015.txt", "规定-2021.txt"
RULES = "第一条 为了保护河滩，制定本规定。\n\n第二条 本规定所称浅滩，是指水深不超过{}米的河滩。\n"


class Same(FakeEncoder):
    """Everything is as near as everything else."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return super()._encode(["同"] * len(texts))


def note(title: str, text: str, name: str = "") -> Document:
    return Document(f"{name or title}.txt", f"{title}\n\n{text}\n", title, body_start=len(title) + 2)


def rules(document_id: str, date: str, depth: str) -> Document:
    title = "河湾镇浅滩保护规定"
    return Document(
        document_id,
        f"{title}\n\n{RULES.format(depth)}",
        title,
        Kind.LAW,
        dates=(TypedDate(DateKind.ADOPTED, date, Source.TEXT),),
        body_start=len(title) + 2,
    )


NOTED = [note(title, text) for title, text in NOTES.items()]
VERSIONS = [rules(OLD, "2015-05-20", "三"), rules(NEW, "2021-03-25", "五")]
Build = Callable[..., Collection]


def engine(*collections: Collection, encoder: FakeEncoder | None = None, **options: Any) -> Engine:
    return Engine(collections, encoder or FakeEncoder(dim=256), UNFITTED, **options)


def documents(found: Found) -> list[str]:
    return [hit.info.document_id for hit in found.hits]


def ranked(found: Found) -> list[tuple[str, Span, float, float, float]]:
    """Ids of passages are a collection's own; places are not."""
    return [(hit.info.document_id, hit.window, hit.score, hit.dense, hit.lexical) for hit in found.hits]
