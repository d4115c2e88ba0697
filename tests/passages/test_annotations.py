"""The parser against thirty files read and labelled by hand (``tests/data/annotations``, described there).

Each label is right or wrong as a whole. Whitespace never counts, and a heading may be taken with or without the mark of
its format and its closing full stop.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from material import SHARED

from npcbot.documents import read
from npcbot.passages import audit, split
from npcbot.types import Document, Passage, Unit, sha256

FOLDER = Path(__file__).resolve().parents[1] / "data" / "annotations"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
AT_LEAST = 0.99

Spans = Iterable[Iterable[int]]
ARTICLE = re.compile(r"第([〇零一二三四五六七八九十百千\d]+)条(?:之([一二三四五六七八九十\d]+))?")
PART = re.compile(r"第([一二三四五六七八九十百\d]+)款")
ITEM = re.compile(r"第?[（(]?([一二三四五六七八九十百\d]+)[）)]?项")
PARAGRAPH = re.compile(r"第(\d+)段")
DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}


def numeral(text: str) -> int:
    """Chinese or Arabic figures below ten thousand (not the parser's own reading of them)."""
    if text.isdigit():
        return int(text)
    total = digit = 0
    for c in text:
        if c in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        else:
            digit = DIGITS[c]
    return total + digit


def article_number(text: str) -> str:
    if not (m := ARTICLE.search(text)):
        return ""
    return str(numeral(m[1])) + (f"-{numeral(m[2])}" if m[2] else "")


class Scored:
    """One annotated file beside what the parser made of it; ``results``: (label, right?, offset, what is wrong)."""

    def __init__(self, annotation: dict[str, Any], document: Document) -> None:
        self.note = annotation
        self.text = document.text
        self.document = document
        self.passages = split(document)
        self.roles = audit(document)
        self.results: list[tuple[str, bool, int, str]] = []
        self.owner: dict[int, tuple[Passage, Unit]] = {}
        for passage in self.passages:
            for unit in passage.units:
                for offset in (i for start, end in unit.spans for i in range(start, end)):
                    if offset in self.owner:
                        self.add("overlap", False, offset, "in two units")
                    self.owner.setdefault(offset, (passage, unit))

    def add(self, label: str, right: bool, offset: int, why: str = "") -> None:
        self.results.append((label, right, offset, "" if right else why))

    def inside(self, offset: int) -> bool:
        return any(start <= offset < end for start, end in self.note["stretches"])

    def characters(self, spans: Spans) -> set[int]:
        return {i for start, end in spans for i in range(start, end) if not self.text[i].isspace()}

    def owners(self, offsets: Iterable[int]) -> list[tuple[Passage, Unit]]:
        """The units that hold any of the characters, each once, in order."""
        found = {id(self.owner[i][1]): self.owner[i] for i in sorted(offsets) if i in self.owner}
        return list(found.values())

    def whole(self, spans: Spans, may_drop: Spans = (), label: re.Pattern[str] | None = None) -> str:
        """Empty when the units over the spans hold exactly their characters, otherwise what is wrong."""
        want = self.characters(spans)
        free = self.characters(may_drop)
        have: set[int] = set()
        for _, unit in self.owners(want - free):
            have |= self.characters(unit.spans)
            if label and (m := label.match(self.text, unit.start)):
                have -= set(range(unit.start, m.end()))
        if missing := want - free - have:
            return f"{len(missing)} characters in no unit or another, from {min(missing)}"
        if surplus := have - want - free:
            return f"{len(surplus)} characters of something else, from {min(surplus)}"
        return ""

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """A heading without the marks of its format and its closing punctuation."""
        while start < end and self.text[start] in "# \t\n\u3000\u2002":
            start += 1
        while end > start and (self.text[end - 1].isspace() or self.text[end - 1] in "。：:"):
            end -= 1
        return start, end

    def section(self, passage: Passage) -> list[tuple[int, int]]:
        """The headings above a passage, without the title and what else stands in front of the body."""
        front = self.characters(self.note.get("front", ()))
        return [self.trimmed(*span) for span in passage.section if not set(range(*self.trimmed(*span))) <= front]

    def check_section(self, spans: Spans, wanted: list[list[list[int]]]) -> None:
        alternatives = [[self.trimmed(*span) for span in path] for path in wanted]
        seen = {id(p): p for p, _ in self.owners(self.characters(spans))}
        start = next(iter(next(iter(spans))))
        for passage in seen.values():
            got = self.section(passage)
            self.add("section", got in alternatives, start, f"{got} is none of {alternatives}")

    def run(self) -> list[tuple[str, bool, int, str]]:
        self.check_left_out()
        self.check_headings()
        self.check_articles()
        self.check_paragraphs()
        self.check_clauses()
        self.check_rows()
        self.check_dates()
        return self.results

    def check_left_out(self) -> None:
        for label in ("front", "furniture"):
            for span in self.note.get(label, ()):
                held = [i for i in self.characters([span]) if i in self.owner]
                self.add(label, not held, span[0], f"{len(held)} characters in a passage")

    def check_headings(self) -> None:
        standing = {self.trimmed(*span) for span, role in self.roles if str(role) == "heading"}
        used = {self.trimmed(*span) for passage in self.passages for span in passage.section}
        known = set()
        for heading in self.note.get("headings", ()):
            span = self.trimmed(*heading["span"])
            known.add(span)
            if heading.get("either"):
                continue
            if heading.get("runin"):
                self.add("heading", span in used, span[0], "run-in heading over no passage")
            else:
                self.add("heading", span in standing, span[0], "not a heading")
        front = self.characters(self.note.get("front", ()))
        loose = [self.trimmed(*p["pieces"][0]) for p in self.note.get("paragraphs", ()) if p.get("either")]
        clauses = [c["span"][0] for c in self.note.get("clauses", ())]
        for start, _ in sorted((standing | used) - known - set(loose)):
            if self.inside(start) and start not in front and start not in clauses and start not in self.table():
                self.add("heading", False, start, "taken for a heading")

    def table(self) -> set[int]:
        """The lines of a table that are no rows of it (its head and its rule) are scored as nothing."""
        return {m.start() for m in re.finditer(r"(?m)^\|", self.text)}

    def check_articles(self) -> None:
        for article in self.note.get("articles", ()):
            (start, end), number = article["span"], article["number"]
            passages = {id(p): p for p, _ in self.owners(range(start, end))}.values()
            got = sorted({p.article for p in passages})
            begins = min((p.start for p in passages), default=-1)
            ends = max((p.end for p in passages), default=-1)
            self.add("article number", got == [number], start, f"{number} is {got}")
            self.add(
                "article span", begins == start and self.trim_end(ends) == end, start, f"{begins}..{ends}, not {end}"
            )
            self.check_section([article["span"]], article["sections"])
        single = {k["article"]: 0 for k in self.note.get("kuan", ())}
        for kuan in self.note.get("kuan", ()):
            single[kuan["article"]] += 1
        for label in ("kuan", "items"):
            for entry in self.note.get(label, ()):
                self.check_part(label, entry, single[entry["article"]] == 1)
        for passage in self.passages:
            starts = [
                a["span"][0] for a in self.note.get("articles", ()) if a["span"][0] <= passage.start < a["span"][1]
            ]
            if passage.article and self.inside(passage.start) and not starts and not self.note.get("clauses"):
                self.add("article number", False, passage.start, f"taken for article {passage.article}")

    def trim_end(self, end: int) -> int:
        while end > 0 and self.text[end - 1].isspace():
            end -= 1
        return end

    def check_part(self, label: str, entry: dict[str, Any], only: bool) -> None:
        """A 款 or a 项: its characters are those of units whose locator says so; a sole 款 need not be named."""
        pieces = entry["pieces"]
        wrong = self.whole(pieces, label=re.compile(r"\s*[第笫][^\s条]+条(?:之[一二三四五六七八九十]+)?\s*"))
        for _, unit in self.owners(self.characters(pieces)):
            place = unit.locator
            part = PART.search(place)
            item = ITEM.search(place[part.end() if part else 0 :])
            number = numeral(part[1]) if part else 1 if only else 0
            kuan = entry["number"] if label == "kuan" else entry["kuan"]
            want_item = 0 if label == "kuan" else numeral(entry["number"].strip("（）()"))
            if (article_number(place), number, numeral(item[1]) if item else 0) != (entry["article"], kuan, want_item):
                wrong = wrong or f"{place} for 第{entry['article']}条第{kuan}款{entry['number'] if want_item else ''}"
        self.add("款" if label == "kuan" else "项", not wrong, pieces[0][0], wrong)

    def check_paragraphs(self) -> None:
        shift = 0
        for paragraph in self.note.get("paragraphs", ()):
            pieces = paragraph["pieces"]
            drop = paragraph.get("may_drop", ())
            owners = self.owners(self.characters(pieces) - self.characters(drop))
            counted = bool(owners) and any(PARAGRAPH.fullmatch(u.locator) for _, u in owners)
            if paragraph.get("either") and not owners:
                continue
            if paragraph.get("either") or paragraph.get("optional"):
                shift += counted
                if not owners:
                    continue
            if paragraph.get("fragment") and not owners:
                continue
            wrong = self.whole(pieces, drop)
            self.add("stitching", not wrong, pieces[0][0], wrong)
            if "n" in paragraph:
                want = paragraph["n"] + shift
                got = sorted({u.locator for _, u in owners})
                self.add("段", got == [f"第{want}段"], pieces[0][0], f"{got} for 第{want}段")
            self.check_section(pieces, paragraph["sections"])

    def check_clauses(self) -> None:
        """Numbered clauses that are no 条: passages keep within one, and its number, where given, is right."""
        for clause in self.note.get("clauses", ()):
            start, end = clause["span"]
            held = self.characters([clause["span"]])
            owners = self.owners(held)
            crossing = [p.start for p, _ in owners if not start <= p.start <= p.end <= end]
            kept = {i for _, u in owners for i in self.characters(u.spans)}
            headed = {i for p, _ in owners for span in p.section for i in range(*span)}
            lost = held - kept - headed
            self.add("clause span", not crossing and not lost, start, f"crossed at {crossing}, lost {sorted(lost)[:3]}")
            numbers = {p.article for p, _ in owners}
            self.add("clause number", numbers <= {clause["number"], ""}, start, f"{numbers} for {clause['number']}")
            self.check_section([clause["span"]], self.clause_sections(clause, owners))

    def clause_sections(self, clause: dict[str, Any], owners: list[tuple[Passage, Unit]]) -> list[list[list[int]]]:
        """The clause's own first line may be a heading of what follows it."""
        own = {s for p, _ in owners for s in p.section if clause["span"][0] <= s[0] < clause["span"][1]}
        return [*clause["sections"], *([*path, list(span)] for path in clause["sections"] for span in own)]

    def check_rows(self) -> None:
        def cells(spans: Spans) -> set[int]:
            return {i for i in self.characters(spans) if self.text[i] != "|"}

        for row in self.note.get("rows", ()):
            passages = {id(p): p for p, _ in self.owners(cells([row]))}.values()
            right = len(passages) == 1 and all(cells(p.spans) == cells([row]) for p in passages)
            self.add("row", right, row[0], f"{len(passages)} passages")

    def check_dates(self) -> None:
        noted = self.note.get("dates", [])
        got = {(str(d.kind), d.value, str(d.source)) for d in self.document.dates}
        for date in noted:
            found = {g for g in got if g[0] in date["kinds"] and g[1:] == (date["value"], date["source"])}
            if not date["optional"]:
                self.add(
                    "date", bool(found), 0, f"no {date['kinds']} {date['value']} from {date['source']} in {sorted(got)}"
                )
            got -= found
        for extra in sorted(got):
            same = any(extra[0] in d["kinds"] and extra[1] == d["value"] for d in noted)
            self.add("date", same and extra[2] == "name", 0, f"{extra} stands nowhere")


def load(name: str) -> Scored:
    if not (SHARED / "corpus").is_dir():
        pytest.skip("shared material absent")
    annotation = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    document = read(SHARED / "corpus" / annotation["path"], annotation["path"])
    assert sha256(document.text) == annotation["sha256"], f"{name}: the file is not the one that was annotated"
    return Scored(annotation, document)


def table(results: dict[str, list[tuple[str, bool, int, str]]], misses: int = 12) -> Iterator[str]:
    """Per label: right, all, share; then the misses, at most so many of a file and label."""
    labels = sorted({label for rows in results.values() for label, *_ in rows})
    for label in labels:
        marks = [right for rows in results.values() for name, right, *_ in rows if name == label]
        yield f"{label:16s} {sum(marks):5d} / {len(marks):5d}  {sum(marks) / len(marks):.4f}"
    for name, rows in results.items():
        wrong = defaultdict(list)
        for label, right, offset, why in rows:
            if not right:
                wrong[label].append(f"{name} {label} at {offset}: {why}")
        for lines in wrong.values():
            yield from lines[:misses]
            if len(lines) > misses:
                yield f"    … and {len(lines) - misses} more of them"


def test_thirty_files_of_known_text() -> None:
    assert len(NAMES) == 30
    for name in NAMES:
        text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
        assert not re.search(r"[\u3400-\u9fff]{8}", re.sub(r'"(?:path|shape)":"[^"]*"', "", text)), "offsets, no text"


def test_parser_agrees_with_the_annotations() -> None:
    results = {name: load(name).run() for name in NAMES}
    marks = [right for rows in results.values() for _, right, *_ in rows]
    share = sum(marks) / len(marks)
    report = "\n".join(table(results))
    print(f"\n{report}\nall {sum(marks)} / {len(marks)}  {share:.4f}")
    assert share >= AT_LEAST, f"{share:.4f} of {len(marks)} labels\n{report}"
    for label in sorted({label for rows in results.values() for label, *_ in rows}):
        own = [right for rows in results.values() for name, right, *_ in rows if name == label]
        assert sum(own) / len(own) >= AT_LEAST or len(own) - sum(own) <= 1, f"{label}\n{report}"
