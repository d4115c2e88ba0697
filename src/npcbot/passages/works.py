"""Works: one law in several files, its versions over time, and the same text in several places."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.passages.lines import simplified
from npcbot.passages.repeals import Repeal, repeals
from npcbot.types import DateKind, Document, Kind, Source

_STATE: Final = "中华人民共和国"
#: Short names in common use that cannot be had by leaving words out.
_SHORT: Final = {
    "全国人民代表大会和地方各级人民代表大会选举法": ("选举法",),
    "全国人民代表大会和地方各级人民代表大会代表法": ("代表法",),
    "地方各级人民代表大会和地方各级人民政府组织法": ("地方组织法",),
    "各级人民代表大会常务委员会监督法": ("监督法",),
    "民事诉讼法": ("民诉法",),
    "刑事诉讼法": ("刑诉法",),
    "行政诉讼法": ("行诉法",),
    "个人所得税法": ("个税法",),
    "消费者权益保护法": ("消法",),
    "道路交通安全法": ("道交法",),
    "治安管理处罚法": ("治安处罚法",),
    "未成年人保护法": ("未保法",),
    "环境保护法": ("环保法",),
    "个人信息保护法": ("个保法",),
    "食品安全法": ("食安法",),
    "劳动争议调解仲裁法": ("劳动仲裁法",),
    "村民委员会组织法": ("村委会组织法",),
    "香港特别行政区基本法": ("香港基本法",),
    "澳门特别行政区基本法": ("澳门基本法",),
}
#: （2018年修正） names an edition of the law, not another law.
_EDITION: Final = re.compile(r"\(\d{4}年?(?:第[一二三四五六七八九十]次)?(?:修正|修订|修改)(?:文本|版|本)?\)$")
_COURTS: Final = re.compile(r"^(?:最高人民法院|最高人民检察院)(?:[\s、]*最高人民检察院)?[\s、]*")
_APPLYING: Final = re.compile(
    r"关于适用[《〈<](?:中华人民共和国)?([^《》〈〉<>]+)[》〉>](.{0,12}?)(?:若干问题|有关问题)?的(?:解释|规定)(?:[（(](.{1,3})[）)])?"
)
#: A record of one article may have its number in the title. 办法, 方法, 做法 and 书法 are no laws.
_STATUTE: Final = re.compile(
    r"^(?!.*关于).*(?<![办方做书])法(?:典|[总通]则|修正案)?\s*(?:[（(](?![^（）()]*(?:草案|征求))[^（）()]*[）)])?\s*"
    r"(?:第[一二三四五六七八九十百千零〇两0-9]+条(?:之[一二三四五六七八九十]+)?)?$"
)
#: Each of these is a new act that changes or answers something, never a new version of the last of the same name.
_ACT: Final = re.compile(r"(?:决定|决议|批复|答复|复函|通知|公告|通报)(?:\([^)]*\))?$|案例")


@dataclass(frozen=True, slots=True)
class Outline:
    """What relates a document to others.

    ``first`` and ``last`` are the numbers of its first and last article, 0 where it has none. ``body`` is a digest of
    its body without white space, so that texts that differ only in what stands before the body are the same.
    ``version`` is a digest of its own dates and the letters of its articles: of two files with the same, neither is a
    later version of the other, though one has a table of contents or other brackets and so is another text.
    ``repeals`` are the texts that it puts out of force.
    """

    document_id: str
    title: str
    date: str
    kind: Kind
    first: int = 0
    last: int = 0
    body: str = ""
    version: str = ""
    repeals: tuple[Repeal, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A document's place among the others; ids are in the order of the work or of the alphabet.

    ``work`` is the same for all versions and parts of a work. ``superseded_by`` names the newest version (its first
    part), ``""`` where this is it. ``parts`` are all files of this version where it has several, this one among them.
    ``same_text`` are other documents with the same body. ``repealed_by`` is another law that says to repeal this one,
    from the day ``repealed_on``.
    """

    work: str
    superseded_by: str = ""
    parts: tuple[str, ...] = ()
    same_text: tuple[str, ...] = ()
    repealed_by: str = ""
    repealed_on: str = ""


def outline(document: Document, articles: Iterable[str]) -> Outline:
    """From a document and the article numbers of its passages (``"1043"``, ``"108-1"``, ``""``), in their order."""
    numbers = [int(number.split("-")[0]) for number in articles if number]
    body = re.sub(r"\s", "", document.text[document.body_start :])
    return Outline(
        document.document_id,
        document.title,
        document.date,
        document.kind,
        numbers[0] if numbers else 0,
        max(numbers, default=0),
        hashlib.sha256(body.encode()).hexdigest() if body else "",
        _version(document),
        tuple(repeals(document)),
    )


def _version(document: Document) -> str:
    acts = sorted({d.value for d in document.dates if d.source is Source.TEXT and d.kind is not DateKind.IN_FORCE})
    body = document.text[document.body_start :]
    first = re.search(r"(?m)^[ \t\u3000]*第一[条條]", body)
    if not acts or not first:
        return ""
    letters = "".join(c for c in unicodedata.normalize("NFKC", body[first.start() :]) if c.isalnum())
    return hashlib.sha256(" ".join([*acts, letters]).encode()).hexdigest()


def is_statute(title: str) -> bool:
    """Whether a document, or a record of one article, is a law itself and not what explains it or carries it out."""
    return _STATUTE.search(simplified(title)) is not None


def relate(outlines: Sequence[Outline]) -> dict[str, Relation]:
    """How each document relates to the others, by document id.

    Only laws have parts and versions: reports of one name are reports of different years. Files of one title and one
    date whose article numbers run on are parts of one version; of several versions the newest by date supersedes the
    others, where each has a date.
    """
    same: dict[str, list[str]] = defaultdict(list)
    titles: dict[str, list[Outline]] = defaultdict(list)
    for item in sorted(outlines, key=lambda o: o.document_id):
        if item.body:
            same[item.body].append(item.document_id)
        titles[normal_title(item.title)].append(item)
    ended = _ended(outlines)
    related: dict[str, Relation] = {}
    for title, items in titles.items():
        law = [item for item in items if item.kind is Kind.LAW and not _ACT.search(title)]
        editions = _editions(law)
        newest = max(editions, key=_date, default=())
        for edition in [*editions, *((item,) for item in items if item not in law)]:
            versioned = edition[0] in law
            parts = tuple(item.document_id for item in edition) if len(edition) > 1 else ()
            old = versioned and bool(_date(edition)) and _date(edition) < _date(newest)
            old = old and not any(_alike(item, other) for item in edition for other in newest)
            for item in edition:
                others = tuple(other for other in same.get(item.body, ()) if other != item.document_id)
                by, day = ended.get(item.document_id, ("", ""))
                related[item.document_id] = Relation(
                    work=title if versioned and title else item.document_id,
                    superseded_by=newest[0].document_id if old else "",
                    parts=parts,
                    same_text=others,
                    repealed_by=by,
                    repealed_on=day,
                )
    return related


def _ended(outlines: Sequence[Outline]) -> dict[str, tuple[str, str]]:
    """By document id, the newest law of another title that repeals it, and from which day on."""
    known: dict[str, list[Outline]] = defaultdict(list)
    for item in outlines:
        if item.kind is Kind.LAW:
            known[normal_title(item.title).removeprefix(_STATE)].append(item)
    ended: dict[str, tuple[str, str]] = {}
    for item in sorted(outlines, key=lambda o: (o.date, o.document_id)):
        mine = normal_title(item.title).removeprefix(_STATE)
        for repeal in item.repeals:
            title = normal_title(repeal.title).removeprefix(_STATE)
            # What is of a later day has only the name of what was repealed.
            for other in known[title] if title != mine else ():
                if "" < other.date < repeal.day:
                    ended[other.document_id] = item.document_id, repeal.day
    return ended


def _alike(one: Outline, other: Outline) -> bool:
    return one.body == other.body or bool(one.version and one.version == other.version)


def _date(edition: Sequence[Outline]) -> str:
    return max((item.date for item in edition), default="")


def _editions(items: Sequence[Outline]) -> list[tuple[Outline, ...]]:
    """Chains of files of one date whose articles run on; a file that continues none stands alone."""
    chains: list[list[Outline]] = []
    for item in sorted(items, key=lambda o: (o.date, o.first, o.document_id)):
        for chain in chains:
            last = chain[-1]
            if last.date == item.date and item.first > 1 and item.first == last.last + 1:
                chain.append(item)
                break
        else:
            chains.append([item])
    return [tuple(chain) for chain in chains]


def normal_title(title: str) -> str:
    """A title as it is compared: without spaces, invisible characters, 、, and differences of brackets, width, script.

    （试行） and the like stay: what was on trial is another act than what followed it.
    """
    folded = unicodedata.normalize("NFKC", simplified(title))
    folded = re.sub(r"[《〈]", "<", re.sub(r"[》〉]", ">", folded))
    bare = "".join(c for c in folded if not c.isspace() and c != "、" and unicodedata.category(c) not in ("Cf", "Co"))
    return _EDITION.sub("", bare)


def aliases(title: str) -> tuple[str, ...]:
    """Names by which people call the document besides its title: 中华人民共和国立法法 is 立法法 to them.

    Of a court's interpretation also the common short forms (公司法司法解释三, 公司法解释（三）) and the title without
    the court; of a dated amendment its name without the year, as amendments number their items on from each other.
    """
    title = simplified(title)
    bare = title.removeprefix(_STATE)
    names = [bare, *_SHORT.get(bare, ()), re.sub(rf"(?<=[《〈<]){_STATE}", "", bare)]
    if courts := _COURTS.match(title):
        unsigned = title[courts.end() :]
        names += [unsigned, re.sub(rf"(?<=[《〈<]){_STATE}", "", unsigned)]
        if "检察院" in courts[0] and "法院" in courts[0]:
            names.append("最高人民法院、最高人民检察院" + unsigned)
        if applied := _APPLYING.fullmatch(unsigned):
            law, part, number = applied[1], applied[2], applied[3]
            laws = (law, *_SHORT.get(law, ()))
            for name in (f"{law}{part}{word}" for law in laws for word in ("司法解释", "解释")):
                names += [f"{name}（{number}）", f"{name}{number}"] if number else [name]
    if amendment := re.fullmatch(r"(.*修正案)[（(]\d{4}年[）)]", bare):
        names.append(amendment[1])
    if numbered := re.fullmatch(r"(.*修正案)[（(]([一二三四五六七八九十]+)[）)]", bare):
        names.append(numbered[1] + numbered[2])
    if "全国人民代表大会" in bare:
        names.append(bare.replace("全国人民代表大会", "全国人大").replace("常务委员会", "常委会"))
    # 某法（试行） is called 某法 too only where nothing else tells them apart: never here.
    return tuple(name for name in dict.fromkeys(names) if name and name != title)
