import re

import pytest

from npcbot.numerals import NUMERAL_CLASS, parse_numeral, to_chinese


def test_every_number_up_to_a_hundred_thousand_comes_back() -> None:
    assert [n for n in range(100_000) if parse_numeral(to_chinese(n)) != n] == []


@pytest.mark.parametrize("n", [10**8, 10**8 + 1, 3_400_169_467, 10**12, 263_057_971_547_345, 10**16 - 1])
def test_large_numbers_come_back(n: int) -> None:
    assert parse_numeral(to_chinese(n)) == n


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一千零四十三", 1043),
        ("一千四十三", 1043),
        ("1043", 1043),
        ("１０４３", 1043),
        ("十", 10),
        ("十二", 12),
        ("一十二", 12),
        ("百二十", 120),
        ("一百二", 120),
        ("一百零二", 102),
        ("一百〇二", 102),
        ("二百零五", 205),
        ("一百十二", 112),
        ("廿", 20),
        ("廿三", 23),
        ("一百廿", 120),
        ("卅一", 31),
        ("两百", 200),
        ("兩千零五", 2005),
        ("〇", 0),
        ("一九九○", 1990),
        ("一九九〇", 1990),
        ("二〇二三", 2023),
        ("三万", 30_000),
        ("一万二", 12_000),
        ("12万", 120_000),
        ("三万亿", 3 * 10**12),
        ("六万万", 6 * 10**8),
        ("一億三千萬", 130_000_000),
    ],
)
def test_numerals_are_read(text: str, value: int) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize(
    "text", ["", "第", "条", "三十条", "十百", "一十十", "三四十", "二三百", "十二五", "万", "亿", "零十", "一2百"]
)
def test_other_texts_are_no_numerals(text: str) -> None:
    assert parse_numeral(text) is None


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "零"), (10, "十"), (110, "一百一十"), (1010, "一千零一十"), (100_010, "十万零一十"), (463, "四百六十三")],
)
def test_numbers_are_written_as_statutes_print_them(n: int, text: str) -> None:
    assert to_chinese(n) == text


@pytest.mark.parametrize("n", [-1, 10**16])
def test_numbers_out_of_range_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="no Chinese numeral"):
        to_chinese(n)


def test_the_class_matches_what_is_parsed() -> None:
    article = re.compile(f"第([{NUMERAL_CLASS}]+)条")
    for n in (1, 20, 108, 1260):
        assert [parse_numeral(x) for x in article.findall(f"第{to_chinese(n)}条 第{n}条")] == [n, n]
