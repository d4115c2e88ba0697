"""HTML as a reader sees it: one block a line, headings marked, table rows with `` | `` between the cells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from npcbot.documents.encoding import decode
from npcbot.documents.html_lists import LISTS, Numbers, integer
from npcbot.errors import DocumentError
from npcbot.types import Extracted, Mark

# What is no part of the document: not shown, or the furniture of the site around it.
_DROPPED = frozenset([
    "script", "style", "noscript", "template", "head", "nav", "footer", "aside", "iframe", "object", "svg",
    "math", "select", "option", "datalist", "textarea", "button", "dialog", "rt", "rp",
])  # fmt: skip
_BLOCKS = frozenset([
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARTS = frozenset(["article", "main"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Deleted, or struck out as no longer so: quoted without its line it would be misquoted.
_STRUCK = frozenset(["del", "s", "strike"])
_STRUCK_STYLE = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,400}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
# 一、 （二） 3. 第四条 五是 ⑥, not 一切 or 2020年.
_N = r"[\d一二三四五六七八九十百千零〇]+"
_NUMBERED = re.compile(rf"第?{_N}(?:[、.．,，:：)）\s条條章节節款项項编編部是]|$)|[（(]{_N}[)）]|[①-⒛㈠-㈩]")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
# As browsers read them: the declared name is the smaller set, the bytes are of the larger.
_READ_AS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "big5": "cp950", "x-x-big5": "cp950", "big5-hkscs": "big5hkscs", "iso-8859-1": "cp1252", "latin1": "cp1252",
}  # fmt: skip
_LAYOUT_CELL = 400
_ROWS = frozenset(["table", "thead", "tbody", "tfoot"])
# Cells further right are not followed into the rows below: a hostile page could have millions.
_COLUMNS = 32


def read(data: bytes, path: Path) -> Extracted:
    """The visible text of a page.

    Raises:
        DocumentError: not HTML, an encoding that cannot be told, nesting beyond what the parser takes, no visible text.
    """
    from lxml import etree, html

    if data.startswith((b"%PDF-", b"PK\x03\x04")) or data[:200].lower().startswith((b"mime-version:", b"from: <saved")):
        raise DocumentError(f"{path}: not HTML", "Save the page as HTML, or give the file the ending of what it is.")
    declared = _declared(data)
    decoded = decode(data, path, declared)
    text = decoded.text.replace("\0", "")
    # The declaration is settled by now, and lxml refuses text that declares an encoding.
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read as HTML: {error}", "Check the file.") from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise DocumentError(
            f"{path}: its elements are nested too deeply (more than 2,048)", "Simplify the page, or save it as text."
        )
    page = _Page()
    page.walk(root)
    lines, marks = page.finished()
    if not lines:
        raise DocumentError(
            f"{path}: no visible text", "Pages drawn by a script must be saved as they are shown, or as PDF."
        )
    notes = [f"read as {decoded.encoding}"] if decoded.guessed else []
    if declared and decoded.guessed:
        notes.append(f"declares {declared}, which its bytes are not")
    if page.struck:
        notes.append(f"left out: {page.struck} deleted or struck-out pieces")
    if page.drawn:
        notes.append(f"{page.drawn} list numbers are drawn by the browser, not written in the text")
    return Extracted("\n".join(lines) + "\n", "html", marks=marks, notes=tuple(notes))


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:8192])
    name = found.group(1).decode("ascii", "replace").lower() if found else ""
    return _READ_AS.get(name, name)


class _Page:
    """Walks the tree without recursion and gathers lines; an open data-table row gathers cells instead.

    ``drawn`` counts the numbers of list items that are not written in the page, ``struck`` what was struck out of it.
    """

    def __init__(self) -> None:
        self.drawn = self.struck = 0
        self._lines: list[str] = []
        self._marks: list[tuple[int, int]] = []
        self._line: list[str] = []
        self._level = 0
        self._cells: list[str] | None = None
        self._verbatim = 0
        self._lists: list[Numbers] = []
        self._label = ""
        self._column = 0
        # By column, how many rows a cell from above still reaches into, and its width: for this row, and the next.
        self._reaching: dict[int, tuple[int, int]] = {}
        self._reaching_next: dict[int, tuple[int, int]] = {}

    def finished(self) -> tuple[list[str], tuple[Mark, ...]]:
        self._end_line()
        starts, offset = [], 0
        for line in self._lines:
            starts.append(offset)
            offset += len(line) + 1
        marks = [Mark(starts[row], starts[row] + len(self._lines[row]), level) for row, level in self._marks]
        return self._lines, tuple(marks)

    def walk(self, root: Any) -> None:
        from lxml import etree

        layout = _layout_tables(root)
        parts = 0
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if _is_dropped(element, tag, parts):
                    # iterwalk still sends the end of a skipped element, where its tail is read.
                    walker.skip_subtree()
                    self.struck += _is_struck(element, tag)
                    continue
                parts += tag in _PARTS
                self._open(element, tag, layout)
                self._text(element.text)
            else:
                if not _is_dropped(element, tag, parts):
                    self._close(element, tag, layout)
                    parts -= tag in _PARTS
                self._text(element.tail)

    def _open(self, element: Any, tag: str, layout: set[Any]) -> None:
        if tag == "br":
            self._end_line()  # inside a cell this makes a blank: there the row is the line
        elif tag == "tr" and _table(element) not in layout:
            self._end_line()
            self._cells, self._column = [], 0
            self._reaching, self._reaching_next = self._reaching_next, {}
        elif tag in ("td", "th") and self._cells is not None:
            self._end_line()
            while self._column in self._reaching:
                self._blank(self._cells, self._column)
            self._cells.append("")
            rows, columns = (_count(element, name) for name in ("rowspan", "colspan"))
            if rows != 1 and self._column < _COLUMNS:
                self._reaching_next[self._column] = (rows - 1, columns)  # 0 rows are all to the end
            self._column += max(1, columns)
        elif tag in _BLOCKS:
            self._end_line()
            self._level = _HEADINGS.get(tag, self._level)
            self._verbatim += tag == "pre"
            if tag in _ROWS:
                self._reaching_next = {}
            if tag in LISTS:
                self._lists.append(Numbers(element))
            elif tag == "li":
                self._number(element)

    def _close(self, element: Any, tag: str, layout: set[Any]) -> None:
        if tag in ("td", "th") and self._cells is not None:
            self._end_line()
        elif tag == "tr" and self._cells is not None:
            self._end_line()
            for column in sorted(self._reaching):
                self._blank(self._cells, column)
            row, self._cells = [cell.strip() for cell in self._cells], None
            if any(row):
                self._lines.append(" | ".join(row).strip())
        elif tag in _BLOCKS:
            self._end_line()
            self._level = 0 if tag in _HEADINGS else self._level
            self._verbatim -= tag == "pre"
            if tag in LISTS:
                self._lists.pop()
            elif tag == "li":
                self._label = ""

    def _blank(self, cells: list[str], column: int) -> None:
        """Where a cell from above reaches into the row, so that the columns agree; its words stand there once."""
        cells.append("")
        rows, columns = self._reaching.pop(column)
        if rows != 1:
            self._reaching_next[column] = (rows - 1, columns)
        self._column = column + max(1, columns)

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._verbatim:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in rest:
                self._end_line()
                self._line.append(line)
        else:
            self._line.append(_SPACE.sub(_space, text))

    def _number(self, element: Any) -> None:
        """The number that a browser draws before an item of a list, unless its text begins with one."""
        if self._lists and (label := self._lists[-1].label(element)):
            first = next(filter(None, map(str.lstrip, element.itertext())), "")
            if first and not _NUMBERED.match(first):
                self._label += label
                self.drawn += 1

    def _end_line(self) -> None:
        line, self._line = _joined(self._line), []
        if not line:
            return
        line, self._label = self._label + line, ""
        if self._cells is not None:
            if self._cells:
                self._cells[-1] += (" " if self._cells[-1] else "") + line
            else:
                self._cells.append(line)
            return
        self._lines.append(line)
        if self._level:
            self._marks.append((len(self._lines) - 1, self._level))


def _joined(pieces: list[str]) -> str:
    """One line: no blanks at its ends, one at most inside, none where the source broke a line between Han."""
    line = "".join(pieces).translate(_UNSHOWN)
    line = re.sub("[ \u2028]*\u2028[ \u2028]*", _segment_break, re.sub(" {2,}", " ", line))
    return line.strip()


# Control characters are not drawn; half a character cannot be stored.
_UNSHOWN = {code: None for code in (*range(0x20), *range(0x7F, 0xA0), 0x00AD)} | {
    code: "\ufffd" for code in range(0xD800, 0xE000)
}


def _space(match: re.Match[str]) -> str:
    # A line end in the source is kept apart until its neighbours are known: see _segment_break.
    return "\u2028" if "\n" in match.group() else " "


def _segment_break(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    wide = start > 0 and end < len(text) and _WIDE.match(text[start - 1]) and _WIDE.match(text[end])
    return "" if wide else " "


def _is_dropped(element: Any, tag: str, parts: int) -> bool:
    if not tag or tag in _DROPPED or element.get("hidden") is not None or _is_struck(element, tag):
        return True
    if tag == "header" and not parts:
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _is_struck(element: Any, tag: str) -> bool:
    return tag in _STRUCK or bool(_STRUCK_STYLE.search(element.get("style") or ""))


def _count(element: Any, name: str) -> int:
    number = integer(element.get(name))
    return 1 if number is None or number < 0 else number


def _table(element: Any) -> Any:
    return next(element.iterancestors("table"), None)


def _layout_tables(root: Any) -> set[Any]:
    """Tables that only place things on the page: a heading or table inside, one cell a row, or an essay in a cell."""
    found: set[Any] = set()
    for table in root.iter("table"):
        if any(inner.tag == "table" or inner.tag in _HEADINGS for inner in table.iterdescendants()):
            found.add(table)
            continue
        rows = [sum(1 for cell in row if cell.tag in ("td", "th")) for row in table.iter("tr")]
        cells = [cell for cell in table.iter("td", "th")]
        if max(rows, default=0) <= 1 or any(len("".join(cell.itertext())) > _LAYOUT_CELL for cell in cells):
            found.add(table)
    return found
