"""One file to its text, kept exactly: what each format's reader must promise, and the readers of plain text.

``.txt`` and ``.md`` give the decoded file, character for character, line ends included; only a byte order mark is
dropped, as the signature of the encoding that it is. The other formats give the text that a reader of the file sees.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path

from npcbot.documents.encoding import Decoded, decode
from npcbot.errors import DocumentError
from npcbot.types import Extracted, Mark, Span

DEFAULT_MAX_BYTES = 64 << 20

_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t\u3000]|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r"={3,}\Z")
_BLANK = " \t\u3000"
# ESC and CSI begin terminal commands; NUL ends strings. No document needs them, and a quotation must not run them.
_FORBIDDEN = re.compile("[\x00\x1b\x9b]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_SHARE = 0.001
_FEW_CONTROLS = 3
_BINARY = (
    (b"%PDF-", "a PDF", "Name it .pdf."),
    (b"PK\x03\x04", "a ZIP archive or an Office file", "Name it .docx if it is one; otherwise unpack it."),
    (b"\xd0\xcf\x11\xe0", "an old or protected Office file", "Save it as .docx without a password."),
    (b"{\\rtf", "rich text (RTF)", "Save it as .docx."),
    (b"\x89PNG", "a PNG image", "Run text recognition (OCR) on it first."),
    (b"\xff\xd8\xff", "a JPEG image", "Run text recognition (OCR) on it first."),
    (b"GIF8", "a GIF image", "Run text recognition (OCR) on it first."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"\x7fELF", "a program", "Remove it from the folder."),
    (b"SQLite format 3", "a database", "Remove it from the folder."),
)


def extract(path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> Extracted:
    """Read one file.

    Raises:
        DocumentError: the file is missing, unreadable, too large, empty, damaged, encrypted, of an unknown kind, or
            holds no text; the message begins with its path, the hint says what to do.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DocumentError(
            f"{path}: files ending in {path.suffix or 'nothing'!r} cannot be read", KNOWN, "unknown_kind"
        )
    extracted = reader(_load(path, max_bytes), path)
    _check(extracted.text, path)
    return extracted


def _load(path: Path, max_bytes: int) -> bytes:
    """The file's bytes. Only regular files are opened: opening a pipe would wait for ever."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise DocumentError(f"{path}: {kind}", "Name a file.")
        if status.st_size <= max_bytes:
            with path.open("rb") as file:
                data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise DocumentError(f"{path}: no such file", "Was it moved or deleted while it was being indexed?") from None
    except PermissionError:
        raise DocumentError(f"{path}: no permission to read it", "Change its permissions (chmod u+r).") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"{path}: cannot be read: {reason}", "Check the file and the disk.") from error
    if status.st_size > max_bytes or len(data) > max_bytes:
        raise DocumentError(
            f"{path}: {status.st_size:,} bytes, more than the {max_bytes:,} allowed",
            "Split the file, or raise documents.max_bytes in npcbot.toml.",
            "too_large",
        )
    if not data.strip():
        raise DocumentError(f"{path}: empty", "Remove it, or put the text in it.", "empty")
    return data


def _check(text: str, path: Path) -> None:
    """What holds for the text of every format: it has words, can be stored as UTF-8, and can be shown."""
    if not any(map(str.isalnum, text)):
        raise DocumentError(f"{path}: holds no text", "Remove it, or put the text in it.", "no_text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise DocumentError(f"{path}: half a character in line {line}", "Correct the file there.") from None
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DocumentError(
            f"{path}: control character U+{ord(found.group()):04X} in line {line}", "Remove it from the text."
        )
    controls = len(_CONTROL.findall(text))
    if controls > max(_FEW_CONTROLS, _CONTROL_SHARE * len(text)):
        raise DocumentError(
            f"{path}: binary data, not text ({controls:,} control characters)",
            "Remove it from the folder, or convert it to text.",
            "not_text",
        )


def _plain(data: bytes, path: Path) -> Decoded:
    for magic, kind, hint in _BINARY:
        if data.startswith(magic):
            raise DocumentError(f"{path}: not text but {kind}", hint, "not_text")
    return decode(data, path)


def _notes(decoded: Decoded) -> tuple[str, ...]:
    return (f"read as {decoded.encoding}",) if decoded.guessed else ()


def read_text(data: bytes, path: Path) -> Extracted:
    """Plain text: the decoded file."""
    decoded = _plain(data, path)
    return Extracted(decoded.text, "txt", notes=_notes(decoded))


def read_markdown(data: bytes, path: Path) -> Extracted:
    """Markdown: the decoded file, its marks being the words of its headings without ``#``."""
    decoded = _plain(data, path)
    return Extracted(decoded.text, "md", marks=markdown_marks(decoded.text), notes=_notes(decoded))


def markdown_marks(text: str) -> tuple[Mark, ...]:
    """``# `` and ``===`` headings outside fenced code, in order. ``---`` is a rule here, as sloppy files use it."""
    marks: list[Mark] = []
    fence, offset, before = "", 0, (0, 0)
    for raw in text.split("\n"):
        line = raw.rstrip("\r" + _BLANK)
        if fenced := _FENCE.match(line):
            closes = fence and fenced.group(1).startswith(fence) and fenced.end() == len(line)
            fence = "" if closes else fence or fenced.group(1)
        elif not fence:
            span = (offset, offset + len(line))
            if heading := _HEADING.match(line):
                span = _trimmed(text, offset + heading.end(), offset + len(line))
                if span[0] < span[1]:
                    marks.append(Mark(*span, len(heading.group(1))))
                span = (span[1], span[1])
            elif _UNDERLINE.match(line) and before[0] < before[1]:
                marks.append(Mark(*before, 1))
            before = span
        offset += len(raw) + 1
    return tuple(marks)


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without blanks around it and without the ``#`` that may close a heading."""
    words = text[start:end]
    opened = words.rstrip("#")
    if opened != words and (not opened or opened[-1] in _BLANK):
        words = opened.rstrip(_BLANK)
    bare = words.lstrip(_BLANK)
    start += len(words) - len(bare)
    return start, start + len(bare)


# The heavier libraries are imported by the reader that needs them.
def read_html(data: bytes, path: Path) -> Extracted:
    from npcbot.documents.html import read

    return read(data, path)


def read_docx(data: bytes, path: Path) -> Extracted:
    from npcbot.documents.docx import read

    return read(data, path)


def read_pdf(data: bytes, path: Path) -> Extracted:
    from npcbot.documents.pdf import read

    return read(data, path)


READERS: dict[str, Callable[[bytes, Path], Extracted]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".pdf": read_pdf,
}
KNOWN = f"Known: {' '.join(READERS)}."
