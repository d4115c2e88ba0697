from __future__ import annotations

import codecs
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcbot.documents.encoding import decode, likeness
from npcbot.errors import DocumentError

FILE = Path("file.txt")
SIMPLIFIED = (
    "第一条　为了规范本示范文本的使用，根据有关规定，制定本办法。\n"
    "各级机关应当按照职责做好这项工作，并向同级代表报告。\n"
)
TRADITIONAL = (
    "第一條　為了規範本示範文本的使用，根據有關規定，制定本辦法。\n"
    "各級機關應當按照職責做好這項工作，並向同級代表報告。\n"
)
PHRASES = (
    "依法履行职责，", "认真听取意见。", "会议通过了三项决定；", "代表们提出议案", "加强对执行情况的监督，",
    "（一）总则", "本办法自公布之日起施行。", "常务委员会每两个月举行一次会议，", "2023年", "《示范条例》",
    "受理来信来访五千余件，", "\r\n", "\n",
)  # fmt: skip
TRADITIONAL_PHRASES = (
    "依法履行職責，", "認真聽取意見。", "會議通過了三項決定；", "代表們提出議案", "加強對執行情況的監督，",
    "（一）總則", "本辦法自公布之日起施行。", "常務委員會每兩個月舉行一次會議，", "2023年", "《示範條例》",
    "受理來信來訪五千餘件，", "\r\n", "\n",
)  # fmt: skip


def texts(phrases: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(phrases), min_size=6, max_size=60).map("".join).filter(lambda t: len(set(t)) > 12)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
@given(text=texts(PHRASES))
@settings(deadline=None)
def test_simplified_chinese_survives_every_encoding(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), FILE).text == text


@pytest.mark.parametrize("encoding", ["big5", "cp950", "big5hkscs", "gb18030", "utf-8", "utf-16-le"])
@given(text=texts(TRADITIONAL_PHRASES))
@settings(deadline=None)
def test_traditional_chinese_survives_every_encoding(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), FILE).text == text


@given(st.text(min_size=1).filter(lambda t: "\0" not in t and not t.startswith("\ufeff")))
def test_utf8_is_never_taken_for_anything_else(text: str) -> None:
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        return
    decoded = decode(data, FILE)
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, "utf-8", False)


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_clear_error(data: bytes) -> None:
    try:
        decode(data, FILE).text.encode("utf-8")
    except DocumentError as error:
        assert error.message.startswith("file.txt: ") and error.hint


@pytest.mark.parametrize("text", ["联通", "会议", "附件", "大会主席团公告", "表决通过", "第一条"])
def test_very_short_files_in_gb18030(text: str) -> None:
    assert decode(text.encode("gb18030"), FILE).text == text


@pytest.mark.parametrize("text", ["大會主席團公告", "表決通過", "第一條", "會議通過決議"])
def test_very_short_files_in_big5(text: str) -> None:
    assert decode(text.encode("big5"), FILE).text == text


def test_short_windows_of_long_texts() -> None:
    chance = random.Random(7)
    for source, encoding in ((SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5"), (TRADITIONAL, "gb18030")):
        for _ in range(200):
            start = chance.randrange(len(source) - 12)
            window = source[start : start + 12]
            assert decode(window.encode(encoding), FILE).text == window, (encoding, window)


def test_rare_characters_beyond_the_common_sets() -> None:
    gb = SIMPLIFIED + "𠮷𬭎䶮"
    assert decode(gb.encode("gb18030"), FILE).text == gb
    hong_kong = TRADITIONAL + "鰂魚涌嘅"
    decoded = decode(hong_kong.encode("big5hkscs"), FILE)
    assert (decoded.text, decoded.encoding) == (hong_kong, "Big5-HKSCS")


def test_signs_of_windows_big5() -> None:
    assert decode((TRADITIONAL + "￡‧").encode("cp950"), FILE).text == TRADITIONAL + "￡‧"


def test_line_ends_are_kept_and_the_signature_is_not() -> None:
    assert decode(codecs.BOM_UTF8 + "甲\r\n乙\r丙\n".encode(), FILE).text == "甲\r\n乙\r丙\n"


def test_english_beside_chinese_encodings() -> None:
    text = "The People’s Congress – a café’s résumé of its “work”.\n" * 5
    decoded = decode(text.encode("cp1252"), FILE)
    assert (decoded.text, decoded.guessed) == (text, True)


def test_a_declared_encoding_wins_only_when_the_bytes_agree() -> None:
    text = "Приказ о работе\n" * 3
    assert decode(text.encode("koi8-r"), FILE, "koi8-r").text == text
    assert decode(TRADITIONAL.encode("big5"), FILE, "gb18030").text == TRADITIONAL
    assert decode(SIMPLIFIED.encode("gb18030"), FILE, "utf-8").text == SIMPLIFIED
    assert decode(SIMPLIFIED.encode("gb18030"), FILE, "no-such-encoding").text == SIMPLIFIED


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (SIMPLIFIED.encode() + SIMPLIFIED.encode("gb18030"), "mixture of encodings"),
        (SIMPLIFIED.encode("gb18030") * 5 + SIMPLIFIED.encode(), "mixture of encodings"),
        (SIMPLIFIED.encode()[:-5], "line 2 is not UTF-8"),
        (SIMPLIFIED.encode("utf-16") + b"\x00", "damaged"),
        (codecs.BOM_UTF8 + SIMPLIFIED.encode("gb18030"), "marked as utf-8, but damaged at byte 1 (line 1)"),
        (SIMPLIFIED.encode("gb18030")[:-2], "GB18030 up to byte"),
        (SIMPLIFIED.encode("gb18030") + b"\xff\xff" + SIMPLIFIED.encode("gb18030"), "GB18030 up to byte"),
        (b"text\0with\0nul" * 3, "binary"),
        (bytes(range(256)) * 4, "binary"),
        (b"\xff" * 40, "cannot be told"),
    ],
)
def test_what_cannot_be_decoded_says_where_and_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(DocumentError) as raised:
        decode(data, FILE)
    assert says in raised.value.message
    assert raised.value.message.startswith("file.txt: ")
    assert "UTF-8" in raised.value.hint or "convert" in raised.value.hint


def test_likeness_tells_readings_apart() -> None:
    assert likeness(SIMPLIFIED) > 0.6 and likeness(TRADITIONAL) > 0.6
    assert likeness(SIMPLIFIED.encode("gb18030").decode("big5", "replace")) < 0.2
    assert likeness(TRADITIONAL.encode("big5").decode("gb18030", "replace")) < 0.2
    assert likeness("plain ASCII") == 0.0
