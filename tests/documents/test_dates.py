"""Dates as they are written, and what they are dates of."""

from __future__ import annotations

from npcbot.documents.dates import commencement, find_dates, typed_dates
from npcbot.types import DateKind


def test_dates_in_every_script() -> None:
    text = "一九九○年三月二十日、１９９２年３月２０日、1 9 9 3 年3 月1 5 日、2001年2月、2002年、2003年2月30日"
    values = [found.value for found in find_dates(text)]
    assert values == ["1990-03-20", "1992-03-20", "1993-03-15", "2001-02", "2002"]


def test_what_a_date_is_a_date_of() -> None:
    def kinds(note: str) -> list[tuple[DateKind, str]]:
        return [(date.kind, date.value) for date in typed_dates(note)]

    assert kinds("1982年12月4日 全国人民代表大会公告公布施行") == [
        (DateKind.PUBLISHED, "1982-12-04"),
        (DateKind.IN_FORCE, "1982-12-04"),
    ]
    assert kinds("1988年4月12日 第七届大会通过的《中华人民共和国宪法修正案》") == [(DateKind.AMENDED, "1988-04-12")]
    assert kinds("2001年7月27日 《关于修改2000年7月1日〈规则〉的决定》修订") == [(DateKind.AMENDED, "2001-07-27")]
    assert kinds("2021年11月16日 办公室2021年第20次室务会议通过") == [(DateKind.ADOPTED, "2021-11-16")]
    assert kinds("1985年12月30日") == [(DateKind.PUBLISHED, "1985-12-30")]
    assert kinds("2002年8月16日甲院公告公布 自2002年8月23日起施行") == [
        (DateKind.PUBLISHED, "2002-08-16"),
        (DateKind.IN_FORCE, "2002-08-23"),
    ]


def test_commencement() -> None:
    assert commencement("第九条 本法自２０２１年１月１日起施行。\n附件") == "2021-01-01"
    assert commencement("第九条 本条例自公布之日起施行。") == ""
    assert commencement("第九条 《解释》自2001年1月1日起施行。") == ""
