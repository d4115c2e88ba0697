"""The front matter of a document: title, occasion, byline, notes of adoption, captions, the salutation.

Line by line from the top, until a line is none of these: what is not known to be front matter is body.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from npcbot.documents.dates import find_dates, numeric_date
from npcbot.numerals import NUMERAL_CLASS
from npcbot.types import Mark, Span

_LONGEST: Final = 400
_TITLE_LONGEST: Final = 120
_PLAIN_LONGEST: Final = 60
_FINISHED: Final = re.compile("[。；！？：:，、;,.!?]$")
#: Titles that say what they are a title of.
_NAMES_ITSELF: Final = re.compile(
    r"(?:报告|法|法典|条例|规定|办法|解释|细则|决定|决议|规则|修正案|批复|意见|通知|章程|安排|纪要|公告|标准|讲话|说明|建议|简报|公报|方案|纲要)"
    r"(?:[（(][^）)]*[）)])?$"
)
_LINE: Final = re.compile(r"[^\r\n\f\v\x85\u2028\u2029]+")
_ENUMERATED: Final = re.compile(
    r"#*\s*(?:第\s*[〇零一二三四五六七八九十百千\d０-９]+\s*(?:[编章节]|分编|部分|[条](?!的)|[，,、])"
    r"|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.、．]|目\s*[录錄次]\s*$|序\s*言\s*$|前\s*言\s*$)"
)
_OCCASION: Final = re.compile(r"(?:——|－－|--|—|―+)\s*(?=[^—\n]{0,30}年[^—\n]{2,60}(?:会议|大会)上)")
_OCCASION_END: Final = re.compile(r"(?:会议|大会)上[）)]?")
#: 2023年3月5日在……会议上 in a line of its own, without dashes.
_OCCASION_LINE: Final = re.compile(r"[（(]?\s*([^，。；]{4,80}(?:会议|大会)上)\s*[）)]?")
_ENGLISH_OCCASION: Final = re.compile(r"\W*(Delivered\b.{3,200})", re.IGNORECASE)
_ENGLISH_NOTE: Final = re.compile(
    r"\W*(?:adopted|passed|approved|amended|revised|promulgated|published|issued|effective|in force)\b", re.IGNORECASE
)
_ABRIDGED: Final = re.compile(r"[（(](?:摘要|节选|节录|摘录)[）)]")
_DECREE: Final = re.compile(r"[\u4e00-\u9fff、\s]{1,30}令")
_DECREE_NUMBER: Final = re.compile(rf"[（(]?(?:\d{{4}}\s*年)?\s*第?\s*[{NUMERAL_CLASS}]+\s*号[）)]?")
_SALUTATION: Final = re.compile(r"(?:各位代表|各位委员|各位领导|同志们|代表们|委员长)[：:！!，,](?:\s*$)?")
_OFFICE: Final = (
    r"(?:(?:中华人民共和国)?(?:国务院|全国人民代表大会常务委员会|全国人大常委会|最高人民法院|最高人民检察院)?"
    r"(?:代理?|副)?(?:总理|委员长|副委员长|院长|检察长|主任|秘书长)|国务委员)"
)
_BYLINE: Final = re.compile(
    rf"({_OFFICE}(?:兼[\u4e00-\u9fff]{{2,20}}?(?:主任|部长|行长))?)"
    r"\s*([\u4e00-\u9fff]\s?[\u4e00-\u9fff](?:\s?(?!目\s*[录錄])[\u4e00-\u9fff])?)"
)
_CAPTION: Final = re.compile(r"(?:记者|摄影).{0,12}摄[）)]?\s*$|新华社发\s*$")
_CONTENTS: Final = re.compile(r"目\s*[录錄]")
_DATELINE: Final = re.compile(r"(?:新华社|人民网|中新社|本报)[^，。]{0,20}\d{1,2}\s*月\s*\d{1,2}\s*日\s*[电讯]")
_NUMBERED: Final = re.compile(r"[（(]?[\u4e00-\u9fff、]{0,20}[〔\[［（(【]\d{4}[〕\]］）)】]\s*(?:第)?\d+\s*号[）)]?")
_ISSUER_LINE: Final = re.compile(
    r"(?:中华人民共和国)?(?:最高人民法院|最高人民检察院|国务院|全国人民代表大会(?:常务委员会)?|[\u4e00-\u9fff]{1,12}(?:部|委员会|总局|局|署|院))"
    r"(?:[\s、，]*(?:最高人民检察院|公安部|司法部))*(?:发布|公布|公告|令)?"
)
#: 最高人民法院发布, in a line of its own.
_PUBLISHER: Final = re.compile(r"(?:最高人民法院|最高人民检察院|国务院)[\u4e00-\u9fff、]{0,20}(?:发布|公布)")
_NOTE_WORDS: Final = re.compile(
    r"通过|公布|发布|颁布|施行|实施|修正|修订|修改|批准|会议|公告|生效|执行|号令|令第|印发|起草"
)
_HANGING: Final = re.compile(
    r"(?:[《〈<].{2,160}[》〉>](?:的决定)?)?(?:第[一二三四五六七八九十]+次)?(?:修正|修订|修改|通过|公布|发布|施行|发布之日施行|公布之日施行|起生效|起施行)[）)]?"
)
#: A wrapped line ends within so many lines, none of them longer.
_WRAPPED: Final = 5
_WRAPPED_LONGEST: Final = 60


@dataclass(slots=True)
class Front:
    """What was found above the body, which begins at ``end`` (0 where nothing was found above it).

    ``notes`` are the notes of adoption, wrapped lines joined, after a decree its head (国务院令) and text; ``occasion``
    what follows the dashes (——2023年……会议上).
    """

    end: int = 0
    title: str = ""
    part: str = ""
    occasion: str = ""
    byline: str = ""
    caption: str = ""
    dateline: str = ""
    number: str = ""
    notes: list[str] = field(default_factory=list)


def compact(text: str) -> str:
    """Without white space and invisible characters, for comparisons."""
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Co"))
    return "".join(kept)


def read_front(text: str, marks: tuple[Mark, ...]) -> Front:
    """The front matter of ``text``."""
    declared = {mark.start: mark.level for mark in marks}
    front = Front()
    lines = list(_lines(text))
    i = 0
    while i < len(lines) and i < 60:
        start, end = lines[i]
        line = text[start:end]
        level = _level(text, start, end, declared)
        taken = 0
        if not compact(line):
            taken = 1  # Invisible characters only.
        elif i == 0 and (decree := _read_decree(front, text, lines)):
            taken = decree
        elif (salutation := _SALUTATION.search(line)) and _only_front_before(line[: salutation.start()], i):
            _read_pieces(front, line[: salutation.start()])
            front.end = start + salutation.end()
            break
        elif level == 1 and not front.title:
            front.title = line.lstrip("# \t").strip()
            taken = 1
        elif level == 1 and front.title and not front.part and i <= 2 and not _ENUMERATED.match(line.lstrip("# \t")):
            front.part = line.lstrip("# \t").strip()
            taken = 1
        elif not level:
            taken = _read_line(front, text, lines, i)
        if not taken:
            break
        i += taken
        front.end = lines[i - 1][1]
    return front


def _lines(text: str) -> Iterator[Span]:
    """Non-empty lines without the white space around them."""
    for match in _LINE.finditer(text):
        words = match[0].strip()
        if words:
            start = match.start() + match[0].index(words)
            yield start, start + len(words)


def _level(text: str, start: int, end: int, declared: dict[int, int]) -> int:
    level = next((declared[k] for k in range(start, min(end, start + 12)) if k in declared), 0)
    return level or len(text[start:end]) - len(text[start:end].lstrip("#"))


def _read_decree(front: Front, text: str, lines: list[Span]) -> int:
    """国务院令, its number, 《……》已经……通过，现予公布, signature, day, and the title again: how many lines, or 0."""
    head = [text[slice(*span)].lstrip("# ") for span in lines[:20]]
    if len(head) < 4 or not _DECREE.fullmatch(head[0]) or not _DECREE_NUMBER.fullmatch(head[1]):
        return 0
    for i in range(3, len(head)):
        before = head[2:i]
        if len(head[i]) <= _TITLE_LONGEST and f"《{compact(head[i])}》" in compact("".join(before)):
            front.title, front.number = spaced_out(head[i]), head[1]
            front.notes = [compact(head[0]), *before]
            return i + 1
    return 0


def _is_occasion(line: str) -> bool:
    found = _OCCASION_LINE.fullmatch(line)
    dates = find_dates(found[1]) if found else []
    return bool(dates) and dates[0].start == 0


def _only_front_before(before: str, place: int) -> bool:
    """A salutation stands in the first lines, alone or glued to the byline or a caption."""
    before = before.strip()
    if not before:
        return place < 12
    if len(before) > _LONGEST:
        return False
    if _CAPTION.search(before):
        return True
    rest = _BYLINE.sub("", before, count=1).strip()
    return not rest or bool(_OCCASION.search(before) or _BYLINE.match(before))


def _read_line(front: Front, text: str, lines: list[Span], i: int) -> int:
    """Reads the line (and those it is wrapped onto) where it is front matter; how many lines, 0 for body."""
    line = text[slice(*lines[i])]
    if _CAPTION.search(line) and len(line) <= _LONGEST:
        front.caption = front.caption or line
        return 1
    if _DATELINE.fullmatch(line) or (_DATELINE.match(line) and len(line) <= 40):
        front.dateline = line
        return 1
    if _OCCASION.search(line) and len(line) <= _LONGEST:
        _read_pieces(front, line)
        return 1
    if _is_occasion(line) or (_ENGLISH_OCCASION.fullmatch(line) and find_dates(line)):
        front.occasion = front.occasion or line.strip("（()） ")
        return 1
    if front.title and _ABRIDGED.fullmatch(line):
        front.title += line
        return 1
    if (byline := _BYLINE.match(line)) and (
        not line[byline.end() :].strip() or _CONTENTS.match(line[byline.end() :].strip())
    ):
        _read_pieces(front, line)
        return 1
    if not front.title:
        return _read_title(front, text, lines, i)
    return _read_note(front, text, lines, i)


def _read_title(front: Front, text: str, lines: list[Span], i: int) -> int:
    """A line that could be a title by its looks and is not the first line of a paragraph broken at the margin."""
    line = text[slice(*lines[i])]
    if _FINISHED.search(line) or len(line) > _TITLE_LONGEST or _ENUMERATED.match(line) or i > 4:
        return 0
    if find_dates(line) and _is_note(line):
        return 0
    if whole := _title_in_two_lines([text[slice(*span)] for span in lines[i : i + 3]]):
        front.title = whole
        return 2
    if not _NAMES_ITSELF.search(line) and i + 1 < len(lines):
        start, end = lines[i + 1]
        after = text[start:end]
        headed = _heads(after)
        apart = headed or re.search(r"\n\s*\n", text[lines[i][1] : start].replace("\r\n", "\n").replace("\r", "\n"))
        if not apart and (len(line) > _PLAIN_LONGEST or len(line) > 0.7 * (end - start)):
            return 0
    front.title = spaced_out(line)
    return 1


def _title_in_two_lines(lines: list[str]) -> str:
    """全国人民代表大会常务委员会 over 工作报告 over the occasion; ``""`` where the first line is a title or none."""
    if len(lines) < 3 or _NAMES_ITSELF.search(lines[0]) or len(lines[0]) + len(lines[1]) > _TITLE_LONGEST:
        return ""
    if not re.search(r"[\u4e00-\u9fff]$", lines[0]) or not _NAMES_ITSELF.search(lines[1]) or not _heads(lines[2]):
        return ""
    if _heads(lines[1]) or lines[1].startswith("#") or _ENUMERATED.match(lines[1]):
        return ""
    return spaced_out(lines[0]) + spaced_out(lines[1])


def _heads(line: str) -> bool:
    """Whether the line is such as follows a title."""
    found = _OCCASION.match(line) or _BYLINE.match(line) or _SALUTATION.match(line) or _ABRIDGED.fullmatch(line)
    return bool(found or _DATELINE.fullmatch(line)) or _is_occasion(line) or _is_note(line)


def _read_note(front: Front, text: str, lines: list[Span], i: int) -> int:
    line = text[slice(*lines[i])]
    letters = _letters(line)
    if len(letters) >= 2 and letters in _letters(front.title) and not _ENUMERATED.match(line):
        return 1  # The title again, or a piece of it in its own line.
    if _NUMBERED.fullmatch(line):
        front.number = line
        return 1
    if _ISSUER_LINE.fullmatch(line) and len(line) <= 40:
        return 1
    if front.notes and _HANGING.fullmatch(line):
        front.notes[-1] += line
        return 1
    following = [text[slice(*span)] for span in lines[i + 1 : i + 1 + _WRAPPED]]
    if following and _PUBLISHER.fullmatch(following[0]) and re.fullmatch(r"[\u4e00-\u9fff]{2,30}", line):
        return 1  # The series that a court's example stands in, over the court and the day.
    taken = _length_of_note(line, following)
    if taken:
        front.notes.append("".join([line, *following[: taken - 1]]))
    return taken


def _length_of_note(line: str, following: list[str]) -> int:
    """How many lines the note of adoption that begins with ``line`` fills; 0 where none begins.

    It is wrapped where a quoted name is left open, or where nothing has yet been said of its date.
    """
    if not _is_note(line):
        return 0
    said = _says_something(line)
    for taken, after in enumerate(following, 1):
        open_name = line.count("《") > line.count("》") or line.count("〈") > line.count("〉")
        if said and not open_name:
            return taken
        # Inside a quoted name a line may well begin with 第三十一条.
        if after.startswith("#") or "。" in after or (not open_name and _ENUMERATED.match(after)):
            break
        if not open_name and len(after) > _WRAPPED_LONGEST:
            break
        line += after
        said = _says_something(line)
    else:
        return 1 + len(following) if said else 0
    return 1 if said else 0


def _says_something(note: str) -> bool:
    dates = find_dates(note)
    rest = note[dates[0].end :] if dates else note
    return (
        bool(_NOTE_WORDS.search(rest) or _ENGLISH_NOTE.match(note))
        or not rest.strip("）) ")
        or bool(numeric_date(note))
    )


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _is_note(line: str) -> bool:
    """2000年3月15日 第九届……会议通过, also in brackets; a full date leads, and no sentence follows.

    Whether it already says what the date is of is not asked: that may stand in the next line.
    """
    if numeric_date(line):
        return True
    bracketed = line.startswith(("（", "(")) and line.rstrip("。").endswith(("）", ")"))
    dates = [dated for dated in find_dates(line) if len(dated.value) == len("2000-01-01")]
    if not dates or len(line) > _LONGEST or _ENUMERATED.match(line):
        return False
    if _ENGLISH_NOTE.match(line):
        return not re.search(r"\.\s+\S", line)
    if bracketed and not re.search("。.", line):
        return bool(_NOTE_WORDS.search(line))
    lead = line[: dates[0].start].strip("（( \t\u3000")
    rest = line[dates[0].end :].strip()
    if lead == "根据":
        # 根据2015年……会议《……的决定》修正; 根据2010年修正的《国家赔偿法》，…… is a sentence.
        return not re.search("[，。；：]", line)
    if lead and not re.fullmatch(r"[\u4e00-\u9fff]{0,20}(?:[由自于经]|会议|[会院部局])", lead):
        return False
    # 1998年9月17日，我院以……: a sentence of the body.
    if rest.startswith(("，", ",", "、", "以", "前", "后", "起，")) or re.search(
        r"[；：:]|我院|本院|为了|。.{3}", rest
    ):
        return False
    return len(rest) <= _WRAPPED_LONGEST or bool(_NOTE_WORDS.search(rest))


def _read_pieces(front: Front, line: str) -> None:
    """Title, occasion, byline and caption out of a line that has several of them glued together."""
    rest = line
    if occasion := _OCCASION.search(rest):
        title = rest[: occasion.start()].strip()
        end = _OCCASION_END.search(rest, occasion.end())
        stop = end.end() if end else len(rest)
        front.occasion = front.occasion or rest[occasion.end() : stop].strip()
        if title and not front.title:
            front.title = spaced_out(title)
        rest = rest[stop:]
    if byline := _BYLINE.search(rest):
        front.byline = front.byline or " ".join(byline[0].split())
        rest = rest[byline.end() :]
    if _CAPTION.search(rest.strip()):
        front.caption = front.caption or rest.strip()


def spaced_out(title: str) -> str:
    """政 府 工 作 报 告 as 政府工作报告: spaces that only spread a title are not part of it."""
    title = " ".join(title.split())
    if len(re.findall(r"(?<![^\s年])[\u4e00-\u9fff](?= |$)", title)) >= 3:
        return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", title)
    return title
