"""References are answered by the text they point at, whole and alone; renumbered articles are followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEncoder
from material import SHARED

from npcbot.answer import Answerer
from npcbot.answer.articles import Articles
from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.errors import QuestionError
from npcbot.index import Collection, update
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.references import Ambiguous

Ask = Callable[..., dict[str, Any]]
LAWS = SHARED / "corpus" / "laws"


def test_an_article_a_paragraph_an_item(ask: Ask) -> None:
    (whole,) = ask("示例省湿地保护条例第二条")["citations"]
    assert whole["excerpt"].startswith("第二条 本条例所称湿地")
    assert whole["excerpt"].endswith("划定并公布。")
    (second,) = ask("示例省湿地保护条例第二条第二款")["citations"]
    assert (second["excerpt"], second["locator"]) == ("前款规定的区域由省林业部门划定并公布。", "第二条第二款")
    (item,) = ask("示例省湿地保护条例第二条第（三）项")["citations"]
    assert "五米的浅水" in item["excerpt"]
    assert item["date"] == "2021-03-25"


def test_what_is_not_there_is_said(ask: Ask) -> None:
    answer = ask("示例省湿地保护条例第二十条")
    assert not answer["answered"]
    assert answer["notes"] == ["《示例省湿地保护条例》（2021-03-25）没有第二十条。"]
    answer = ask("示例省湿地保护条例第三条第四款")
    assert "没有第四款" in answer["notes"][0]


MARKETS = """# 示例省集市管理条例

（2022年5月20日示例省人民代表大会常务委员会通过）

第一条 摊主有下列情形之一的，免收摊位费：
（一）残疾人自营；
（二）销售自产农产品。
摊主有下列情形之一的，可以减收摊位费：
（一）开业不满三个月；
（二）连续经营满十年。

第一条之一 集市每日清晨开市。
闭市时间由镇人民政府公布。

第二条 集市应当设置下列设施：
1．公平秤；
2．洗手池，包括：
a. 水龙头；
b. 排水沟；
c. 肥皂。
"""
FERRIES = """# 示例市渡船管理辦法

（2022年5月20日示例市人民政府發布）

第一條 渡船應當登記。

第二條 船主應當公告下列事項：
（一）票價；
（二）航線。
變更者，亦同。

第三條 渡船夜間停航。
"""


@pytest.fixture
def markets(tmp_path: Path) -> Iterator[Ask]:
    paths = [tmp_path / f"{name}(2022-05-20).md" for name in ("集市", "渡船")]
    for path, text in zip(paths, (MARKETS, FERRIES), strict=True):
        path.write_text(text, "utf-8")
    encoder = FakeEncoder(dim=8)
    documents = [read(path, path.name) for path in paths]
    update(tmp_path, "test", documents, encoder=encoder, settings=load_settings().index)
    with Collection.open(tmp_path, "test") as collection:
        answerer = Answerer(Engine([collection], encoder, UNFITTED), load_settings().answer)
        yield lambda question, **options: answerer.ask(question, **options).as_json()


def test_an_item_that_several_paragraphs_have_is_quoted_from_each(markets: Ask) -> None:
    first, second = markets("示例省集市管理条例第一条第（一）项")["citations"]
    assert (first["locator"], second["locator"]) == ("第一条第一款第（一）项", "第一条第二款第（一）项")
    assert "残疾人自营" in first["excerpt"]
    assert "连续经营" not in first["excerpt"]
    assert "开业不满三个月" in second["excerpt"]
    (only,) = markets("示例省集市管理条例第一条第二款第（二）项")["citations"]
    assert (only["locator"], "连续经营" in only["excerpt"]) == ("第一条第二款第（二）项", True)


def test_lists_of_paragraphs_and_items(markets: Ask) -> None:
    def quoted(question: str) -> list[tuple[str, str]]:
        answer = markets(f"示例省集市管理条例{question}")
        assert answer["notes"] == []
        return [(one["locator"], one["excerpt"].replace("\n", "")) for one in answer["citations"]]

    free = "摊主有下列情形之一的，免收摊位费："
    both = quoted("第一条第一款和第二款")
    assert [name for name, _ in both] == ["第一条第一款至第二款"]
    assert both[0][1].endswith("（二）连续经营满十年。")
    assert quoted("第一条之一第一、二款")[0][0] == "第一条之一第一款至第二款"
    ((name, said),) = quoted("第一条第一款第（一）项、第（二）项")
    assert name == "第一条第一款第（一）项至第一款第（二）项"
    assert said.endswith(f"{free}（一）残疾人自营；（二）销售自产农产品。")
    items = ["第一条第一款第（一）项", "第一条第二款第（一）项至第二款第（二）项"]
    assert [name for name, _ in quoted("第一条第一款第（一）项、第二款第一项至第二项")] == items
    assert [name for name, _ in quoted("第一条第一款第（二）项和第二款")] == ["第一条第一款第（二）项", "第一条第二款"]


def test_what_of_a_list_is_not_there_is_said(markets: Ask) -> None:
    answer = markets("示例省集市管理条例第一条第二款、第三款")
    assert ([one["locator"] for one in answer["citations"]], answer["notes"]) == (
        ["第一条第二款"],
        ["第一条没有第三款。"],
    )
    (whole,) = (answer := markets("示例省集市管理条例第一条第三款第（一）项"))["citations"]
    assert (whole["locator"], answer["notes"]) == ("第一条", ["第一条没有第三款第（一）项，引的是全条。"])


def test_no_more_is_quoted_than_there_is_room_for(markets: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One article may be quoted in several parts, so that more stands there than was counted."""
    monkeypatch.setattr("npcbot.answer.structured.MOST", 1)
    answer = markets("示例省集市管理条例第一条第（一）项、第一条至第二条")
    assert [one["locator"] for one in answer["citations"]] == ["第一条第一款第（一）项", "第一条第二款第（一）项"]
    assert answer["notes"] == ["第一条至第二条共3段，只列出前0段。"]


def test_parts_of_an_inserted_article_and_items_without_brackets(markets: Ask) -> None:
    answer = markets("示例省集市管理条例第一条之一第二款")
    assert answer["notes"] == []
    (second,) = answer["citations"]
    assert (second["excerpt"], second["locator"]) == ("闭市时间由镇人民政府公布。", "第一条之一第二款")
    answer = markets("示例省集市管理条例第二条第（二）项")
    assert answer["notes"] == []
    (item,) = answer["citations"]
    assert "洗手池" in item["excerpt"]
    assert "公平秤" not in item["excerpt"]


def test_an_item_is_quoted_with_all_that_its_letters_count(markets: Ask) -> None:
    (item,) = markets("示例省集市管理条例第二条第二项")["citations"]
    assert item["excerpt"].endswith("2．洗手池，包括：\na. 水龙头；\nb. 排水沟；\nc. 肥皂。")
    assert item["locator"] == "第二条第2项"


def test_a_law_in_traditional_characters_is_found_in_either_script(markets: Ask, tmp_path: Path) -> None:
    for question in ("示例市渡船管理辦法第二條第一款第（二）項", "示例市渡船管理办法第二条第一款第二项"):
        (item,) = markets(question)["citations"]
        assert item["excerpt"].endswith("（二）航線。")
        assert (item["title"], item["locator"]) == ("示例市渡船管理辦法", "第二条第一款第（二）项")
    (alone,) = markets("第三條")["citations"]
    assert alone["excerpt"] == "第三條 渡船夜間停航。"
    with Collection.open(tmp_path, "test") as collection:
        (info,) = (info for info in collection.documents() if info.title == alone["title"])
        assert Articles(collection, [info]).text("3") == "渡船夜間停航。"


def test_a_chapter_and_a_range(ask: Ask) -> None:
    assert [c["locator"] for c in ask("示例省湿地保护条例第一章")["citations"]] == ["第一条", "第二条"]
    assert [c["locator"] for c in ask("示例省湿地保护条例第二至三条")["citations"]] == ["第二条", "第三条"]


def test_the_version_of_a_day(ask: Ask) -> None:
    for question, options, depth in (
        ("示例省湿地保护条例第二条第（三）项", {"as_of": "2016-01-01"}, "六米"),
        ("示例省湿地保护条例@2016第二条第（三）项", {}, "六米"),
        ("示例省湿地保护条例第二条第（三）项", {}, "五米"),
    ):
        answer = ask(question, **options)
        (citation,) = answer["citations"]
        assert depth in citation["excerpt"]
        assert answer["as_of"] == ("" if depth == "五米" else options.get("as_of", "2016-12-31"))
    with pytest.raises(QuestionError):
        ask("示例省湿地保护条例@2001第二条")


def test_a_day_of_taking_effect_that_is_not_known_is_said(ask: Ask) -> None:
    for question, options, begins in (
        ("示例省湿地保护条例第三条", {"as_of": "2016-01-01"}, "没有读到"),
        ("示例省湿地保护条例第三条 @2016", {}, "没有读到"),
        ("在湿地内取土应当报谁批准？", {"as_of": "2016-01-01"}, "没有读到"),
        ("Who approves taking soil in wetlands?", {"as_of": "2016-01-01", "k": 9}, "No day of taking effect"),
    ):
        answer = ask(question, **options)
        (note,) = (note for note in answer["notes"] if note.startswith(begins))
        assert "《示例省湿地保护条例》（2015-05-20）" in note
        assert any(hit["effective_guessed"] for hit in [*answer["citations"], *answer["nearest"]])
    assert not any("没有读到" in note for note in ask("示例省湿地保护条例第三条")["notes"])


def test_two_days_that_differ_are_told(ask: Ask) -> None:
    for question in ("示例省湿地保护条例第三条 @2016", "在湿地内取土应当报谁批准？ @2016"):
        answer = ask(question, as_of="2022-01-01")
        assert answer["as_of"] == "2016-12-31"
        assert "问题里说的是2016-12-31，没有按另外给的2022-01-01查。" in answer["notes"]
        assert not any("问题里说的是" in note for note in ask(question, as_of="2016-12-31")["notes"])


def test_that_nothing_was_in_force_is_told(ask: Ask, markets: Ask) -> None:
    note = "查的文件在2001-12-31都还没有生效，最早的从{}起。"
    assert markets("谁免收摊位费？", as_of="2001-12-31")["notes"] == [note.format("2022-05-20")]
    assert markets("Who pays no fee?", as_of="2001-12-31")["notes"][0].startswith("None of the documents searched")
    assert not any("生效" in said for said in markets("谁免收摊位费？", as_of="2023-12-31")["notes"])
    answer = ask("《示例省湿地保护条例》对取土怎么规定？", as_of="2001-12-31")
    assert (answer["answered"], answer["notes"]) == (False, [note.format("2015-05-20")])


def test_what_has_no_date_is_told_where_a_day_is_asked_for(ask: Ask) -> None:
    notes = ask("办理代表建议多少件？", as_of="2022-01-01", k=1)["notes"]
    assert len(notes) == 1 and notes[0].startswith("没有日期，不知道当时是否有效的：《示例省")
    assert not ask("办理代表建议多少件？", k=1)["notes"]


def test_of_two_files_of_one_title_without_a_date_neither_is_picked(tmp_path: Path) -> None:
    encoder = FakeEncoder(dim=8)
    text = "# 示例市码头规定\n\n第一条 码头归市里管。\n\n第二条 申请之后{}日内答复。\n"
    for name, days in (("甲", "十"), ("乙", "二十")):
        (tmp_path / f"{name}.md").write_text(text.format(days), "utf-8")
    documents = [read(path, path.name) for path in sorted(tmp_path.glob("*.md"))]
    update(tmp_path, "test", documents, encoder=encoder, settings=load_settings().index)
    with Collection.open(tmp_path, "test") as collection:
        answerer = Answerer(Engine([collection], encoder, UNFITTED), load_settings().answer)
        with pytest.raises(Ambiguous, match="sidecar") as raised:
            answerer.ask("示例市码头规定第二条")
    assert set(raised.value.choices) == {"《示例市码头规定》（甲.md）", "《示例市码头规定》（乙.md）"}


def test_an_article_alone_is_of_the_only_law(ask: Ask) -> None:
    assert ask("第三条")["citations"][0]["locator"] == "第三条"


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    if not LAWS.is_dir():
        pytest.skip(f"the shared documents are not at {SHARED}")
    home = tmp_path_factory.mktemp("laws")
    names = [
        *LAWS.glob("*立法法*"),
        *LAWS.glob("民法典__*"),
        *LAWS.glob("宪法__*"),
        *LAWS.glob("*__公司法*"),
        LAWS / "刑法__刑法.md",
    ]
    documents = [read(path, path.name) for path in sorted(names)]
    encoder = FakeEncoder(dim=8)
    update(home, "default", documents, encoder=encoder, settings=load_settings().index)
    with Collection.open(home, "default") as collection:
        yield Answerer(Engine([collection], encoder, UNFITTED), load_settings().answer)


def plain_article(path: Path, number: str) -> str:
    """An article by another way than ours: the lines from its number up to the next one or a heading."""
    lines = path.read_text("utf-8").splitlines()
    found: list[str] = []
    for line in lines:
        line = line.strip()
        if re.match(
            r"第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?(?![一二三四五六七八九十])[\s　]", line
        ) or line.startswith("#"):
            if found:
                break
            if re.match(rf"{number}[\s　]", line):
                found.append(line)
        elif found and line:
            found.append(line)
    return "".join("".join(found).split())


@pytest.mark.parametrize(
    ("question", "file", "number"),
    [
        ("立法法第七十二条", "宪法相关法__立法法(2023-03-13).md", "第七十二条"),
        ("立法法@2015第七十二条", "宪法相关法__立法法(2015-03-15).md", "第七十二条"),
        ("民法典 1043", "民法典__婚姻家庭编.md", "第一千零四十三条"),
        ("民法典第八百二十三条", "民法典__合同编.md", "第八百二十三条"),
        ("宪法第六十二条", "宪法__宪法.md", "第六十二条"),
        ("刑法第一百二十条之一", "刑法__刑法.md", "第一百二十条之一"),
        ("公司法第十五条", "民法商法__公司法(2023-12-29).md", "第十五条"),
        ("公司法@2020第十五条", "民法商法__公司法(2018-10-26).md", "第十五条"),
    ],
)
def test_articles_of_real_laws(laws: Answerer, question: str, file: str, number: str) -> None:
    (citation,) = laws.ask(question).citations
    expected = plain_article(LAWS / file, number)
    assert len(expected) > 10
    assert "".join(citation.excerpt.split()) == expected


def test_a_renumbered_article_is_followed(laws: Answerer) -> None:
    now = laws.ask("立法法第七十二条")
    assert "2015-03-15版的第七十二条，内容在本版（2023-03-13）中主要是第八十一条。" in now.notes
    before = laws.ask("立法法@2015第七十二条")
    assert "这一条的内容在2023-03-13版中主要是第八十一条。" in before.notes
    assert laws.ask("宪法第三章第二节").citations[0].section[-1].startswith("第二节")


def test_books_of_the_civil_code_stand_in_files_of_their_own(laws: Answerer) -> None:
    assert laws.ask("民法典婚姻家庭编第二章").citations[0].locator == "第一千零四十六条"
    assert [one.locator for one in laws.ask("民法典附则").citations] == ["第一千二百五十九条", "第一千二百六十条"]
    assert laws.ask("民法典总则").citations[0].locator == "第一条"
    assert laws.ask("民法典第五编").notes == ("《中华人民共和国民法典》（2020-05-28）没有标明第五编。",)
    assert laws.ask("刑法分则第四章").citations[0].locator == "第二百三十二条"


def test_of_several_of_a_name_the_one_that_has_the_article(laws: Answerer) -> None:
    answer = laws.ask("宪法修正案第三十二条")
    assert [one.date for one in answer.citations] == ["2018-03-11"]
    assert answer.notes[0] == "「宪法修正案」里只有《中华人民共和国宪法修正案（2018年）》有第三十二条。"


def test_a_law_that_is_not_there_is_not_answered_from_another(laws: Answerer) -> None:
    answer = laws.ask("环月合同法第五十二条")
    assert (answer.answered, answer.notes) == (False, ("这些文件里没有《环月合同法》。",))
    near = laws.ask("《立法》第五条")
    assert near.notes == ("这些文件里没有《立法》。名称相近的有《中华人民共和国立法法》。",)
    longer = laws.ask("月球立法法第五条")
    assert longer.notes == ("这些文件里没有《月球立法法》。名称相近的有《中华人民共和国立法法》。",)
    assert laws.ask("税法第五条").notes == ("这些文件里没有《税法》。",)


def test_a_day_behind_the_article(laws: Answerer) -> None:
    (citation,) = laws.ask("立法法第七十二条 @2016").citations
    assert citation.date == "2015-03-15"
