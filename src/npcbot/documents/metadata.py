"""What is known of a document: its title, dates, issuer and kind, from its sidecar, its text and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from npcbot.documents.dates import commencement, find_dates, month_and_day, typed_dates
from npcbot.documents.front import Front, compact, read_front
from npcbot.documents.script import original, simplified
from npcbot.types import DateKind, Document, Extracted, Kind, Source, TypedDate

_NAME_DATE: Final = re.compile(r"[（(_\s]?(\d{4})-(\d{2})-(\d{2})[）)]?$")
#: As the state's own collection of laws names its files: 中华人民共和国立法法_20230313.
_NAME_DIGITS: Final = re.compile(r"_(\d{4})(\d{2})(\d{2})$")
_NAME_EDITION: Final = re.compile(
    r"[（(](\d{4})年?(?:第[一二三四五六七八九十]次)?(?:修正|修订|修改)(?:文本|版|本)?[）)]$"
)
_NAME_CUT: Final = re.compile(r"[（(]\d{0,4}(?:-\d{0,2}){0,2}$")
_NAME_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_REPORT: Final = re.compile(r"工\s*作\s*报\s*告|报告(?:（摘要）)?$")
_RULING: Final = re.compile(r"(?:决定|决议|批复|答复|复函|通知|办法|条例|规定)(?:[（(][^）)]*[）)])?$")
_LAW: Final = re.compile(
    r"(?:法|法典|宪法|条例|规定|办法|解释|细则|决定|决议|规则|修正案|批复|答复|复函|意见|通知|规程|章程|制度|安排|纪要|准则|标准|公告)"
    r"(?:[（(][^）)]*[）)]|[一二三四五六七八九十]*)*$"
)
_LAW_SHELF: Final = re.compile(r"法$|^宪法相关法$|法规|规章|司法解释|民法典|民法商法")
_OTHER_SHELF: Final = re.compile(r"案例|指南|攻略")
_ARTICLE_LINE: Final = re.compile(r"(?m)^[ \t\u3000#]*第[〇零一二三四五六七八九十百千\d０-９]+条")
_JUMP: Final = re.compile(r"[（(]\s*下转.{1,12}[版页]\s*[）)]\s*$")
_ABRIDGED: Final = re.compile(r"[（(](?:摘要|节选|节录|摘录)[）)]")
_REPEALED: Final = re.compile(r"[（(](已废止|已失效|失效|废止)[）)]")
_STANDING: Final = "全国人民代表大会常务委员会"
_BODIES: Final = (
    (re.compile(r"国务院、(?:中华人民共和国)?中央军(?:事委员会|委)(?:第|令|号)"), "国务院、中央军事委员会"),
    (re.compile(r"^(?=.*最高人民法院)(?=.*最高人民检察院)"), "最高人民法院、最高人民检察院"),
    (re.compile(r"全国人民代表大会常务委员会|人大常委会"), _STANDING),
    (re.compile(r"全国人民代表大会"), "全国人民代表大会"),
    (re.compile(r"国务院"), "国务院"),
    (re.compile(r"最高人民法院"), "最高人民法院"),
    (re.compile(r"最高人民检察院"), "最高人民检察院"),
)
_DECREE: Final = re.compile(r"^[\s由]*(?:中华人民共和国)?([\u4e00-\u9fff、]{2,40}?)(?:第?\d+号)?(?:令|公告|发布|公布)")
_TITLE_BODY: Final = re.compile(
    r"^(?:中华人民共和国(?=国务院关于))?(最高人民法院[\s、]*最高人民检察院|最高人民法院|最高人民检察院|国务院(?:办公厅)?|全国人民代表大会常务委员会|全国人民代表大会)"
)


def describe(extracted: Extracted, document_id: str, sidecar: Mapping[str, object]) -> Document:
    """Everything known of a document: the sidecar (`load_sidecar`) wins over the text, the text over the name.

    ``document_id`` is its place under the indexed root, as ``laws/类别__名称(2020-05-28).md``. Every document has a
    title: one that does not stand above the text is taken from the name, which a note then says.
    """
    text, plain = extracted.text, simplified(extracted.text)
    front = read_front(plain, extracted.marks)
    name = document_id.rsplit("/", 1)[-1].rsplit(".", 1)[0] or document_id
    shelf, named, name_date, cut = _read_name(name)
    edition = _NAME_EDITION.search(named)
    if edition:
        named = named[: edition.start()].strip()
    notes = list(extracted.notes)

    title = str(sidecar.get("title") or original(text, plain, front.title))
    if not title:
        title = named
        notes.append("the title is the file's name: the text has none at its beginning")
    if front.part:
        notes.append(f"part: {original(text, plain, front.part)}")
    front.byline = original(text, plain, front.byline)
    if cut:
        notes.append("the file's name is cut off" + ("" if name_date else ": no date can be read from it"))

    kind = Kind(str(sidecar["kind"])) if "kind" in sidecar else _kind(simplified(title), shelf, front, plain)
    dates = _dates(plain, front, name_date, named, kind, notes)
    if edition and not any(date.value.startswith(edition[1]) for date in dates):
        dates.append(TypedDate(DateKind.AMENDED, edition[1], Source.NAME))
    if "dates" in sidecar:
        given = cast("list[dict[str, str]]", sidecar["dates"])
        of_sidecar = [TypedDate(DateKind(d["kind"]), d["date"], Source.SIDECAR) for d in given]
        replaced = {date.kind for date in of_sidecar}
        dates = [*of_sidecar, *(date for date in dates if date.kind not in replaced)]
    return Document(
        document_id=document_id,
        text=text,
        title=title,
        kind=kind,
        issuer=str(sidecar.get("issuer") or _issuer(simplified(title), front, kind)),
        status=str(sidecar.get("status") or _status(simplified(title), simplified(name))),
        dates=tuple(dates),
        body_start=front.end if front.end < len(text.rstrip()) else 0,
        format=extracted.format,
        page_starts=extracted.page_starts,
        marks=extracted.marks,
        incomplete=str(sidecar.get("incomplete") or _incomplete(text, plain, title)),
        notes=tuple(notes),
    )


def _read_name(name: str) -> tuple[str, str, str, bool]:
    """``类别__名称(2020-05-28)`` as shelf, title, date and whether the name is cut off."""
    shelf, _, bare = name.rpartition("__")
    shelf = shelf.split("__")[0]
    cut = False
    date = ""
    if found := _NAME_DATE.search(bare) or _NAME_DIGITS.search(bare):
        if find_dates(f"{found[1]}年{found[2]}月{found[3]}日"):
            date = f"{found[1]}-{found[2]}-{found[3]}"
            bare = bare[: found.start()]
    elif found := _NAME_CUT.search(bare):
        bare, cut = bare[: found.start()], True
    bare = bare.strip(" _")
    if year := re.fullmatch(r"(.*[\u4e00-\u9fff])[_\s-]*((?:19|20)\d{2})", bare):
        bare = f"{year[2]}年{year[1].strip('_ -')}"
    return shelf, bare or name, date, cut


def _kind(title: str, shelf: str, front: Front, text: str) -> Kind:
    if _OTHER_SHELF.search(shelf):
        return Kind.OTHER
    articles = sum(1 for _ in _ARTICLE_LINE.finditer(text))
    reported = _REPORT.search(title) or re.search(r"(?i)\breport\b", title) or front.occasion
    if reported and articles < 3 and not _LAW_SHELF.search(shelf) and not _RULING.search(title):
        return Kind.REPORT
    if _LAW_SHELF.search(shelf) or articles >= 3 or _LAW.search(title):
        return Kind.LAW
    return Kind.LAW if any("令" in note or "通过" in note for note in front.notes) else Kind.OTHER


def _dates(text: str, front: Front, name_date: str, named: str, kind: Kind, notes: list[str]) -> list[TypedDate]:
    found: dict[tuple[DateKind, str], TypedDate] = {}

    def add(*dates: TypedDate) -> None:
        for date in dates:
            found.setdefault((date.kind, date.value), date)

    if kind is Kind.REPORT:
        add(*_delivered(front, named, notes))
    else:
        for note in front.notes:
            add(*typed_dates(note))
        if kind is Kind.LAW and (value := commencement(text)):
            add(TypedDate(DateKind.IN_FORCE, value, Source.TEXT))
    acts = {date.value for date in found.values() if date.kind is not DateKind.IN_FORCE}
    if name_date and any(name_date < value for value in acts) and name_date not in acts:
        notes.append(f"the file's name says {name_date}, the text {max(acts)}")
    elif name_date and name_date not in acts:
        add(TypedDate(DateKind.DELIVERED if kind is Kind.REPORT else DateKind.PUBLISHED, name_date, Source.NAME))
    amended = max((d.value for d in found.values() if d.kind is DateKind.AMENDED), default="")
    force = max((d.value for d in found.values() if d.kind is DateKind.IN_FORCE), default="")
    if force and force < amended:
        notes.append(f"in force since {force}: of an earlier version, not of the one of {amended}")
    return list(found.values())


def _delivered(front: Front, named: str, notes: list[str]) -> list[TypedDate]:
    if dates := find_dates(front.occasion):
        return [TypedDate(DateKind.DELIVERED, dates[0].value, Source.TEXT), *_dateline(front, dates[0].value)]
    if year := re.match(r"((?:19|20)\d{2})年", front.title):
        return [TypedDate(DateKind.DELIVERED, year[1], Source.TEXT)]
    year = _NAME_YEAR.search(named)
    if not year:
        return []
    value = year[1]
    if front.caption and re.search(r"作.{0,12}报告|大会|会议", front.caption):
        value = month_and_day(front.caption, year[1]) or value
    notes.append(
        "the year of delivery is the file name's" + (", month and day are of a caption" if len(value) > 4 else "")
    )
    return [TypedDate(DateKind.DELIVERED, value, Source.NAME)]


def _dateline(front: Front, delivered: str) -> list[TypedDate]:
    value = month_and_day(front.dateline, delivered[:4]) if front.dateline else ""
    return [TypedDate(DateKind.PUBLISHED, value, Source.TEXT)] if value else []


def _issuer(title: str, front: Front, kind: Kind) -> str:
    """Who gave the report or made the act, as far as the front matter says so."""
    if front.byline:
        return front.byline
    if kind is Kind.REPORT:
        return ""
    if body := _TITLE_BODY.match(title):
        return "最高人民法院、最高人民检察院" if "检察院" in body[1] and "法院" in body[1] else body[1]
    for note in front.notes:
        if note.endswith("主席令"):
            continue  # What the President promulgates, the congress or its standing committee has made.
        if decree := _DECREE.search(re.sub(r"^.*?日\s*", "", note, count=1)):
            note = decree[1] + "令"
            if not any(pattern.search(note) for pattern, _ in _BODIES):
                return decree[1]
        for pattern, body_name in _BODIES:
            if pattern.search(note):
                return body_name
    return ""


def _status(title: str, name: str) -> str:
    found = _REPEALED.search(title) or _REPEALED.search(name)
    return found[1] if found else ""


def _incomplete(text: str, plain: str, title: str) -> str:
    tail = max(0, len(plain.rstrip()) - 60)
    if found := _JUMP.search(plain.rstrip(), tail):
        return f"文本不完整，在转版处中断：{compact(text[found.start() : found.end()])}"
    if found := _ABRIDGED.search(simplified(title)):
        return f"不是全文，标题注明：{found[0]}"
    return ""
