"""Word files by python-docx: paragraphs and tables in order, headings by style, and the numbers that Word draws.

Deleted, struck-out and hidden text is left out, inserted text and text boxes are read; what is not read (footnotes,
embedded documents) is counted in the notes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from npcbot.documents.docx_numbering import Numbering, W, number, value
from npcbot.errors import DocumentError
from npcbot.types import Extracted, Mark

MAX_UNPACKED = 200 << 20
_MAX_ENTRIES = 10_000
_MAX_RATIO = 200
_RATIO_FROM = 4 << 20  # small parts of one repeated byte are no bomb
_CHUNK = 1 << 20
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_TITLES = frozenset(["title", "标题", "標題"])
# Elements of Word's own that only wrap text; those of other namespaces (drawings, formulas) all do.
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in (
        *("r", "hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "bdo", "dir"),
        *("ruby", "rubyBase", "drawing", "pict", "object"),
    )
)
_SIGNS = {f"{W}tab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# Hidden, or struck out as no longer so: quoted without its line it would be misquoted.
_LEFT_OUT = ("vanish", "strike", "dstrike")
_NOT_READ = {
    f"{W}footnoteReference": "footnotes",
    f"{W}endnoteReference": "endnotes",
    f"{W}altChunk": "embedded documents",
}


def read(data: bytes, path: Path) -> Extracted:
    """The text of the document's body, a paragraph or table row a line.

    Raises:
        DocumentError: not a .docx, damaged, protected by a password, or unpacking to more than is safe.
    """
    import docx

    _check_archive(data, path)
    try:
        document = docx.Document(io.BytesIO(data))
        body = _Body(document)
        body.blocks(document.element.body)
    except DocumentError:
        raise
    except MemoryError:
        raise DocumentError(f"{path}: too large to be opened", "Split the file.", "too_large") from None
    except Exception as error:  # python-docx lets through whatever zip, XML and relationships can raise
        raise DocumentError(
            f"{path}: damaged, cannot be read as .docx ({type(error).__name__}: {error})",
            "Open it in Word or LibreOffice and save it anew.",
        ) from error
    return body.extracted()


def _check_archive(data: bytes, path: Path) -> None:
    """Refuse bombs before anything is parsed: by the archive's directory, and by unpacking, since directories lie."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(
            f"{path}: an old .doc, or a .docx protected by a password",
            "Save it as .docx without a password.",
            "encrypted",
        )
    if data.startswith(b"{\\rtf"):
        raise DocumentError(f"{path}: not a .docx but rich text (RTF)", "Save it as .docx.")
    bomb = DocumentError(
        f"{path}: unpacks to more than is safe (a zip bomb?)",
        f"At most {MAX_UNPACKED >> 20} MB, {_MAX_ENTRIES:,} parts and {_MAX_RATIO} times its size are unpacked.",
        "bomb",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise bomb
            if "word/document.xml" not in archive.namelist() and "[Content_Types].xml" not in archive.namelist():
                raise DocumentError(f"{path}: a ZIP archive, not a .docx", "Unpack it, or save the file as .docx.")
            total = 0
            for entry in entries:
                if entry.flag_bits & 1:
                    raise DocumentError(f"{path}: encrypted", "Save it as .docx without a password.", "encrypted")
                size = 0
                with archive.open(entry) as part:
                    while chunk := part.read(_CHUNK):
                        size += len(chunk)
                        total += len(chunk)
                        if size > max(_RATIO_FROM, _MAX_RATIO * entry.compress_size) or total > MAX_UNPACKED:
                            raise bomb
    except DocumentError:
        raise
    except Exception as error:  # BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error, ...
        raise DocumentError(
            f"{path}: not a .docx, or damaged ({error})", "Open it in Word or LibreOffice and save it anew."
        ) from error


class _Body:
    """Gathers the lines of a document in order."""

    def __init__(self, document: Any) -> None:
        self._lines: list[tuple[str, int]] = []
        self._numbering = Numbering()
        self._not_read: Counter[str] = Counter()
        self._boxes: list[Any] = []
        self._has_title = False
        self._styles: dict[str, Any] = {}
        self._default = ""
        for style in document.styles.element.iterfind(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self._styles[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self._default = name
        for relation in document.part.rels.values():
            # document.part.numbering_part would invent one where there is none.
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._numbering.load(relation.target_part.element)

    def extracted(self) -> Extracted:
        marks, pieces, offset = [], [], 0
        for line, level in self._lines:
            if level:
                start = offset + len(line) - len(line.lstrip())
                marks.append(Mark(start, offset + len(line), level))
            pieces.append(line + "\n")
            offset += len(line) + 1
        notes = []
        if self._numbering.drawn:
            notes.append(f"{self._numbering.drawn} paragraph numbers are drawn by Word, not written in the text")
        if self._numbering.unknown:
            notes.append(f"number formats drawn as plain digits: {', '.join(sorted(self._numbering.unknown))}")
        notes += [f"not read: {count} {what}" for what, count in sorted(self._not_read.items())]
        return Extracted("".join(pieces), "docx", marks=tuple(marks), notes=tuple(notes))

    def blocks(self, parent: Any) -> None:
        for element in parent:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                for row in _rows(element):
                    self._row(row)
            elif element.tag in _NOT_READ:
                self._not_read[_NOT_READ[element.tag]] += 1
            elif element.tag == f"{_MC}AlternateContent":
                self.blocks(_chosen(element))
            elif element.tag in _WRAPPERS:
                self.blocks(element)

    def _paragraph(self, element: Any) -> None:
        text = self._text(element)
        boxes, self._boxes = self._boxes, []
        style = self._style_of(element)
        label = self._label(element, style)  # Word counts empty paragraphs too
        if text.strip():
            self._lines.append(((label + text.lstrip() if label else text).rstrip(), self._level(element, style)))
        for box in boxes:
            self.blocks(box)

    def _row(self, row: Any) -> None:
        cells = list(_cells(row))
        if len(cells) == 1:  # a frame around paragraphs
            self.blocks(cells[0])
            return
        texts = [" ".join(self._cell(cell).split()) for cell in cells]
        if any(texts):
            self._lines.append((" | ".join(texts).strip(), 0))

    def _cell(self, cell: Any) -> str:
        """A cell's paragraphs, with those of tables inside it, gathered apart and joined."""
        outer, self._lines = self._lines, []
        self.blocks(cell)
        inner, self._lines = self._lines, outer
        return " ".join(line for line, _ in inner)

    def _text(self, element: Any) -> str:
        return "".join(self._pieces(element))

    def _pieces(self, parent: Any) -> Iterator[str]:
        for element in parent:
            tag = element.tag
            if tag in (f"{W}t", f"{_M}t"):
                yield element.text or ""
            elif tag in _SIGNS:
                yield _SIGNS[tag]
            elif tag == f"{W}br":
                yield "" if element.get(f"{W}type") in ("page", "column") else "\n"
            elif tag == f"{W}sym":
                yield _symbol(element.get(f"{W}char", ""))
            elif tag == f"{W}txbxContent":
                self._boxes.append(element)
            elif tag in _NOT_READ:
                self._not_read[_NOT_READ[tag]] += 1
            elif tag == f"{_MC}AlternateContent":
                yield from self._pieces(_chosen(element))
            elif tag == f"{W}r" and any(_is_set(element, name) for name in _LEFT_OUT):
                continue
            elif isinstance(tag, str) and (tag in _WRAPPERS or not tag.startswith(W)):
                yield from self._pieces(element)

    def _style_of(self, element: Any) -> str:
        properties = element.find(f"{W}pPr")
        return (value(properties, "pStyle") if properties is not None else "") or self._default

    def _chain(self, element: Any, style: str) -> Iterator[tuple[Any, str]]:
        """The paragraph's own properties, then those of its style and the styles that it is based on."""
        own = element.find(f"{W}pPr")
        if own is not None:
            yield own, ""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            properties = self._styles[style].find(f"{W}pPr")
            if properties is not None:
                yield properties, style
            style = value(self._styles[style], "basedOn")

    def _level(self, element: Any, style: str) -> int:
        """1 for the title, else the heading's level, one lower where the document has a title; 0 for body text."""
        shift = 1 if self._has_title else 0
        seen: set[str] = set()
        at = style
        while at in self._styles and at not in seen:
            seen.add(at)
            name = value(self._styles[at], "name").strip()
            if name.lower() in _TITLES:
                self._has_title = True
                return 1
            if found := _HEADING.fullmatch(name):
                return int(found.group(1)) + shift
            at = value(self._styles[at], "basedOn")
        for properties, _ in self._chain(element, style):
            if outline := value(properties, "outlineLvl"):
                level = number(outline, 9)
                return level + 1 + shift if 0 <= level < 9 else 0
        return 0

    def _label(self, element: Any, style: str) -> str:
        for properties, owner in self._chain(element, style):
            numbered = properties.find(f"{W}numPr")
            if numbered is None:
                continue
            num_id = value(numbered, "numId")
            if not num_id and not owner:
                continue  # only the level is the paragraph's own
            depth = value(numbered, "ilvl")
            own = element.find(f"{W}pPr/{W}numPr")
            if owner and own is not None and value(own, "ilvl"):
                depth = value(own, "ilvl")
            at = number(depth, 0) if depth else self._numbering.level_of_style(num_id, owner)
            return "" if num_id in ("", "0") else self._numbering.label(num_id, at)
        return ""


def _symbol(code: str) -> str:
    """A sign of a symbol font, which is in private use, as its number says."""
    return chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{4}", code) and code[0] not in "dD" else "□"


def _chosen(element: Any) -> Any:
    """Of two spellings of one thing, the newer, else the older."""
    choice = element.find(f"{_MC}Choice")
    return element if choice is None else choice


def _is_set(run: Any, name: str) -> bool:
    flag = run.find(f"{W}rPr/{W}{name}")
    return flag is not None and flag.get(f"{W}val") not in ("0", "false")


def _rows(table: Any) -> Iterator[Any]:
    yield from _unwrapped(table, "tr")


def _cells(row: Any) -> Iterator[Any]:
    yield from _unwrapped(row, "tc")


def _unwrapped(parent: Any, name: str) -> Iterator[Any]:
    for element in parent:
        if element.tag == f"{W}{name}":
            yield element
        elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _unwrapped(element, name)
