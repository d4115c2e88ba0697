"""PDF by PDFium: the text layer page by page, as the file's own fonts map it to characters.

Pages are joined by a line end; where each begins stands in ``page_starts``. Images are not read: text recognition
belongs before the index, where its slips can be seen. PDFium is not safe for threads: one file at a time.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from npcbot.errors import DocumentError
from npcbot.types import Extracted

_FEW = 5  # characters on a page without text: a page number
_STAMP = 40  # characters that a scanning program stamps on the picture of a page
_COVERED = 0.5  # share of the page that its picture covers
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_HYPHENS = {0x0002: "-", 0xFFFE: "-", 0x00AD: "-"}  # how PDFium reports a hyphen at a line end
_UNSHOWN = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x0A, 0x02)}
_CLEAN: dict[int, str | None] = {**_UNSHOWN, **_HYPHENS}
_UNMAPPED = re.compile("[\ufffd\ue000-\uf8ff]")
_UNMAPPED_SHARE = 0.3
_OCR = "Run text recognition (OCR, for example ocrmypdf -l chi_sim) on it, and index the result."


def read(data: bytes, path: Path) -> Extracted:
    """The text of all pages.

    Raises:
        DocumentError: not a PDF, damaged, encrypted, scanned images only, or fonts without a map to characters.
    """
    import pypdfium2 as pdfium

    if b"%PDF-" not in data[:1024]:
        raise DocumentError(f"{path}: not a PDF", "Give the file the ending of what it is, or get an undamaged copy.")
    try:
        with pdfium.PdfDocument(data) as document:
            pages = [_page(document, number) for number in range(len(document))]
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            raise DocumentError(
                f"{path}: encrypted, a password is needed to read it", "Save a copy without a password.", "encrypted"
            ) from None
        raise DocumentError(
            f"{path}: damaged, cannot be read as PDF ({error})", "Get an undamaged copy, or print it to PDF anew."
        ) from error
    if not pages:
        raise DocumentError(f"{path}: a PDF without pages", "Get an undamaged copy.")
    return _assembled(pages, path)


def _page(document: Any, number: int) -> tuple[str, bool]:
    """The page's text, and whether it is (nearly) nothing while the page shows an image."""
    page = document[number]
    try:
        textpage = page.get_textpage()
        try:
            text = _characters(textpage)
        finally:
            textpage.close()
        scanned = _length(text) <= _STAMP and _pictured(page) >= _COVERED
    finally:
        page.close()
    return text, scanned


def _pictured(page: Any) -> float:
    """The share of a page's area that images cover; overlaps count twice."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    width, height = page.get_size()
    covered = 0.0
    for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = image.get_bounds()
        covered += abs(right - left) * abs(top - bottom)
    return float(covered / max(width * height, 1.0))


def _length(text: str) -> int:
    return len(re.sub(r"\s", "", text))


def _characters(textpage: Any) -> str:
    """Character by character: PDFium's call for ranges cannot give what lies beyond U+FFFF, as rare Han does."""
    from pypdfium2.raw import FPDFText_GetUnicode

    codes = [FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    # Halves of a pair (older fonts' maps) are put together; a half alone becomes U+FFFD.
    raw = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN).split("\n")
    return "\n".join(line.rstrip(" ") for line in lines).strip("\n")


def _assembled(pages: list[tuple[str, bool]], path: Path) -> Extracted:
    scanned = [number for number, (_, image) in enumerate(pages, 1) if image]
    texts = [text for text, _ in pages]
    words = sum(map(_length, texts))
    if all(image or _length(text) <= _FEW for text, image in pages):
        if scanned:
            raise DocumentError(f"{path}: only images, no text ({_listed(scanned)})", _OCR, "no_text")
        raise DocumentError(
            f"{path}: its pages hold no text ({_listed(list(range(1, len(pages) + 1)))})", _OCR, "no_text"
        )
    if sum(len(_UNMAPPED.findall(text)) for text in texts) > _UNMAPPED_SHARE * words:
        raise DocumentError(f"{path}: its fonts do not say which characters they draw", _OCR, "no_text")
    starts, pieces, offset = [], [], 0
    for text in texts:
        starts.append(offset)
        if text:
            pieces.append(text + "\n")
            offset += len(text) + 1
    notes = (f"only images, their text is missing: {_listed(scanned)}",) if scanned else ()
    return Extracted("".join(pieces), "pdf", page_starts=tuple(starts), notes=notes)


def _listed(numbers: list[int]) -> str:
    """``pages 1–3, 7``, at most eight runs."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:8]]
    more = " and more" if len(runs) > 8 else ""
    return ("page " if len(numbers) == 1 else "pages ") + ", ".join(shown) + more
