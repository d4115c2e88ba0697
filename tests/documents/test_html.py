from __future__ import annotations

from pathlib import Path

import pytest

from npcbot.documents.html import read
from npcbot.errors import DocumentError
from npcbot.types import Extracted

PAGE = """<!DOCTYPE html><html><head><meta charset="{}"><title>网站名</title><style>p {{}}</style></head><body>
<header>站头</header><nav><ul><li>导航</ul></nav>
<h1>样本<br>工作报告</h1><h2 id=a>一、 主要<b>工作</b></h2>
<p>听取和审议了三项
报告，通过 Resolution
No. 2。<span>续句</span><script>var x = "脚本";</script>尾句
<p>&#20108;、&nbsp;&lt;甲&gt; &mdash; 乙<p>
<footer>页脚</footer><aside>旁栏</aside></body></html>"""


def text_of(source: str) -> str:
    return read(source.encode(), Path("page.html")).text


def test_blocks_are_lines_and_headings_are_marks() -> None:
    page = read(PAGE.format("utf-8").encode(), Path("page.html"))
    assert page.text == (
        "样本\n工作报告\n一、 主要工作\n听取和审议了三项报告，通过 Resolution No. 2。续句尾句\n二、\xa0<甲> — 乙\n"
    )
    assert [(page.text[m.start : m.end], m.level) for m in page.marks] == [
        ("样本", 1), ("工作报告", 1), ("一、 主要工作", 2),
    ]  # fmt: skip
    assert (page.format, page.notes) == ("html", ())


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("GBK", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "gb18030"),
     ("iso-8859-1", "utf-8"), ("utf-8", "utf-16"), ("utf-8", "utf-8-sig"), ("bogus", "gb18030")],
)  # fmt: skip
def test_the_bytes_decide_over_the_declaration(declared: str, encoding: str) -> None:
    expected = read(PAGE.format("utf-8").encode(), Path("page.html")).text
    assert read(PAGE.format(declared).encode(encoding), Path("page.html")).text == expected


def test_a_declaration_settles_what_is_not_chinese() -> None:
    source = '<?xml version="1.0" encoding="koi8-r"?><html><body><p>Приказ</p></body></html>'
    assert read(source.encode("koi8-r"), Path("page.html")).text == "Приказ\n"


def test_big5_page_that_declares_nothing() -> None:
    page = read("<p>會議通過了三項決定，並向代表報告。".encode("big5"), Path("page.html"))
    assert (page.text, page.notes) == ("會議通過了三項決定，並向代表報告。\n", ("read as Big5",))


def test_tables_are_rows() -> None:
    assert (
        text_of(
            "<table><caption>表一</caption><thead><tr><th>年<th>件数</thead>"
            "<tr><td>2020</td><td><p>7</p><p>八</p></td></tr><tr><td></td><td> </td></tr><tr><td>2021<td></table>尾"
        )
        == "表一\n年 | 件数\n2020 | 7 八\n2021 |\n尾\n"
    )


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ("<td rowspan=2>东<td>一<tr><td>二<tr><td>西<td>三", "东 | 一/| 二/西 | 三"),
        ("<td>一<td rowspan=0>东<tr><td>二<tr><td>三", "一 | 东/二 |/三 |"),
        ("<td rowspan=2>东<td colspan=2>人数<td rowspan=2>注<tr><td>男<td>女", "东 | 人数 | 注/| 男 | 女 |"),
        ("<td rowspan=3 colspan=2>东<td>一<tr><td>二<tr><td>三", "东 | 一/| 二/| 三"),
        ("<td rowspan=9>东<td>一<tbody><tr><td>西<td>二", "东 | 一/西 | 二"),
        ("<td rowspan=-1>东<td>一<tr><td rowspan=x>西<td>二", "东 | 一/西 | 二"),
    ],
)
def test_a_cell_of_several_rows_keeps_its_column(rows: str, text: str) -> None:
    assert text_of(f"<table><tr>{rows}</table>").splitlines() == text.split("/")


def test_layout_tables_are_blocks() -> None:
    assert text_of("<table><tr><td>左</td><td><h1>标题</h1><p>一段</p><p>二段</p></td></tr></table>") == (
        "左\n标题\n一段\n二段\n"
    )
    assert text_of("<table><tr><td><p>一段</p><p>二段</p></td></tr></table>") == "一段\n二段\n"
    nested = "<table><tr><td>外</td><td><table><tr><td>甲</td><td>乙</td></tr></table></td></tr></table>"
    assert text_of(nested) == "外\n甲 | 乙\n"
    essay = f"<table><tr><td>栏目</td><td><p>{'文' * 300}</p><p>{'章' * 300}</p></td></tr></table>"
    assert text_of(essay).count("\n") == 3


def test_lists_keep_the_numbers_that_a_browser_draws() -> None:
    assert text_of("<ol><li>甲<li>乙<ul><li>点</ul></ol><ol start=5><li>戊<li>（六）己</ol>") == (
        "1. 甲\n2. 乙\n点\n5. 戊\n（六）己\n"
    )


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        ("<ol><li>甲<li value=7>乙<li>丙<li value=x>丁<li value=-1>戊</ol>", "1. 甲 7. 乙 8. 丙 9. 丁 -1. 戊"),
        ("<ol reversed><li>甲<li>乙<ul><li>点</ul><li hidden>藏<li>丙</ol>", "3. 甲 2. 乙 点 1. 丙"),
        ("<ol reversed start=9><li>甲<li value=4>乙<li>丙</ol>", "9. 甲 4. 乙 3. 丙"),
        ("<ol type=a start=26><li>甲<li>乙<li type=I>丙</ol>", "z. 甲 aa. 乙 XXVIII. 丙"),
        ("<ol type=A><li>甲</ol><ol type=i start=4><li>乙</ol><ol type=disc><li>丙</ol>", "A. 甲 iv. 乙 1. 丙"),
        ("<ol type=i start=0><li>甲</ol><ol type=a start=-2><li>乙</ol>", "0. 甲 -2. 乙"),
        (f"<ol start={'9' * 5000}><li>甲</ol>", "1. 甲"),
        ("<ol style='list-style: none'><li>甲</ol><ol style='LIST-STYLE-TYPE:none !important'><li>乙</ol>", "甲 乙"),
        ("<ol><li>甲<li style='list-style-type:none'>乙<li style='display:block'>丙<li>丁</ol>", "1. 甲 乙 丙 3. 丁"),
        ("<ol type=1 style='color:red;list-style:inside upper-roman'><li>甲</ol>", "I. 甲"),
        ("<ol style='list-style-type:cjk-ideographic'><li value=12>甲<li>乙</ol>", "十二、甲 十三、乙"),
        (
            "<ol style='list-style-type:unknown-here'><li>甲</ol><ol style='list-style-position:inside'><li>乙",
            "甲 1. 乙",
        ),
        ("<ol reversed><li><p>甲</p><p>乙</p><li><div></div><li><ul><li>点</ul></ol>尾", "3. 甲 乙 1. 点 尾"),
        (
            "<ol><li>一切照旧<li>2020年起<li>第二天<li>第三、丁<li>4．戊<li>五</ol>",
            "1. 一切照旧 2. 2020年起 3. 第二天 第三、丁 4．戊 五",
        ),
        ("<ul style='list-style-type:decimal'><li>甲</ul><ol><li>乙<menu><li>丙</menu></ol>", "1. 甲 1. 乙 丙"),
    ],
)
def test_list_numbers_are_those_that_the_page_asks_for(source: str, drawn: str) -> None:
    assert text_of(source).split() == drawn.split()


def test_drawn_numbers_are_noted() -> None:
    page = read("<ol><li>甲<li>乙<li>三、丙</ol>".encode(), Path("page.html"))
    assert page.text == "1. 甲\n2. 乙\n三、丙\n"
    assert page.notes == ("2 list numbers are drawn by the browser, not written in the text",)
    assert read("<ol style='list-style:none'><li>甲</ol>".encode(), Path("page.html")).notes == ()


def test_hidden_and_interactive_parts_are_left_out() -> None:
    assert (
        text_of(
            '<p>甲<span style="color:red; DISPLAY : none">隐</span>乙<i hidden>藏</i><!-- 注 -->'
            "<ruby>漢<rt>han</rt></ruby></p>"
            "<template>模</template><noscript>无</noscript><button>钮</button><select><option>选</select>丙"
        )
        == "甲乙漢\n丙\n"
    )


def test_what_was_deleted_or_struck_out_is_left_out() -> None:
    page = read(
        "<p>甲<del>旧</del><ins>新</ins><s>一<b>二</b></s><strike>三</strike>"
        "<i style='text-decoration: red line-through'>四</i>尾<del><p>整段</p></del>".encode(),
        Path("page.html"),
    )
    assert (page.text, page.notes) == ("甲新尾\n", ("left out: 5 deleted or struck-out pieces",))


def test_a_header_inside_the_article_belongs_to_it() -> None:
    assert text_of(
        "<header>站头</header><article><header><h1>标题</h1></header><p>文</article><header>尾</header>"
    ) == ("标题\n文\n")


def test_preformatted_lines_and_characters_that_cannot_be_shown() -> None:
    assert text_of("<pre>甲\n  乙\n\n丙</pre>") == "甲\n乙\n丙\n"
    assert not set("\x1b\x07\x9b\x00") & set(text_of("<p>甲&#27;&#7;&#x9b;乙&#xD800;&shy;丙&#0;"))


def test_deep_nesting() -> None:
    assert text_of("<div>" * 1500 + "深" + "</div>" * 1500 + "<p>后") == "深\n后\n"
    with pytest.raises(DocumentError, match="nested too deeply"):
        text_of("<div>" * 100_000 + "深")


def test_wide_and_long_pages_take_linear_time() -> None:
    assert text_of("<p>文" * 100_000).count("\n") == 100_000
    assert len(text_of("<b> \n </b>" * 100_000 + "文")) == 2
    assert text_of("<ol>" + "<li>甲" * 50_000).endswith("50000. 甲\n")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("<html><script>draw()</script></html>", "no visible text"),
        ("<!-- only a comment -->", "Document is empty"),
        ("<p>&nbsp;</p>", "no visible text"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related", "not HTML"),
        ("%PDF-1.4 and so on", "not HTML"),
    ],
)
def test_pages_that_cannot_be_read(source: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as raised:
        text_of(source)
    assert raised.value.message.startswith("page.html: ") and raised.value.hint


def test_marks_are_whole_lines(tmp_path: Path) -> None:
    page: Extracted = read("<h1> 甲 </h1><h2></h2><h3>乙<p>丙</p></h3>丁".encode(), Path("page.html"))
    lines = page.text.splitlines()
    assert all(page.text[m.start : m.end] in lines for m in page.marks)
