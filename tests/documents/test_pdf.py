from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

import document_files as files
import pytest

from npcbot.documents.pdf import _listed, read
from npcbot.errors import DocumentError

FILE = Path("file.pdf")
FIRST = "样本工作报告\n第一段从这里开始，到下一页才"
SECOND = "结束。第二段说的是别的事情。\n𠮷 abc-2"


def test_text_page_by_page() -> None:
    extracted = read(files.pdf([FIRST, SECOND]), FILE)
    assert extracted.text == f"{FIRST}\n{SECOND}\n"
    assert extracted.page_starts == (0, len(FIRST) + 1)
    assert (extracted.format, extracted.notes) == ("pdf", ())


def test_pages_without_text() -> None:
    extracted = read(files.pdf([FIRST, None, "", SECOND, None]), FILE)
    assert extracted.text == f"{FIRST}\n{SECOND}\n"
    assert extracted.notes == ("only images, their text is missing: pages 2, 5",)
    at = extracted.text.index("结束")
    assert bisect_right(extracted.page_starts, at) == 4
    assert bisect_right(extracted.page_starts, at - 1) == 1


def test_a_file_that_needs_no_password_though_encrypted() -> None:
    assert read(files.pdf([FIRST], password=""), FILE).text == f"{FIRST}\n"


def refused(data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as raised:
        read(data, FILE)
    assert raised.value.message.startswith("file.pdf: ") and raised.value.hint
    return raised.value


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (files.pdf([FIRST], password="secret"), "encrypted"),
        (files.pdf([None]), "only images, no text (page 1)"),
        (files.pdf([None, "", None, None]), "only images, no text (pages 1, 3–4)"),
        (files.pdf(["IMAGE扫描软件 创建"] * 3), "only images, no text (pages 1–3)"),
        (files.pdf(["", ""]), "hold no text (pages 1–2)"),
        (files.pdf([FIRST], map_to_unicode=False), "hold no text"),
        (files.pdf(["\ue123\ue124\ue125\ue126\ue127\ue128甲"]), "do not say which characters"),
        (files.pdf([FIRST])[:200], "damaged"),
        (b"%PDF-1.7\nnothing else", "damaged"),
        (b"\n" * 2000 + b"%PDF-1.7", "not a PDF"),
        (b"some text", "not a PDF"),
        (files.pdf([]), "damaged"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, says: str) -> None:
    assert says in refused(data).message


def test_text_over_a_picture_is_text() -> None:
    page = "IMAGE" + "\n".join(f"识别出来的文字层第{number}行也照样读取。" for number in "一二三四")
    assert read(files.pdf([page]), FILE).text == page.removeprefix("IMAGE") + "\n"


def test_control_characters_are_dropped_and_hyphens_kept() -> None:
    assert read(files.pdf(["甲乙丙丁戊己\x07\x1b庚\u00ad"]), FILE).text == "甲乙丙丁戊己庚-\n"


def test_page_lists() -> None:
    assert _listed([3]) == "page 3"
    assert _listed([1, 2, 3, 7]) == "pages 1–3, 7"
    assert _listed(list(range(1, 40, 2))) == "pages 1, 3, 5, 7, 9, 11, 13, 15 and more"
