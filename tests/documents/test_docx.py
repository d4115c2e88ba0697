from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import document_files as files
import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from npcbot.documents import docx as reader
from npcbot.documents.docx_numbering import Numbering, W
from npcbot.errors import DocumentError
from npcbot.types import Extracted

FILE = Path("file.docx")


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(document: Any) -> Extracted:
    return reader.read(saved(document), FILE)


def with_body(xml: str) -> Extracted:
    """A document whose body is ``xml``, in Word's own markup."""
    document = docx.Document()
    prefixes = nsdecls("w", "m") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    wrapped = parse_xml(f'<w:body {prefixes} xmlns:v="urn:schemas-microsoft-com:vml">{xml}</w:body>')
    for element in list(wrapped):
        document.element.body.append(element)
    return read(document)


def with_lists(*levels: tuple[str, str], extra: str = "") -> Any:
    """A document with one list (id 77): for each level its number format and pattern."""
    document = docx.Document()
    described = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, (kind, pattern) in enumerate(levels)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="770">{described}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="770"/></w:num>'))
    root.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="78"><w:abstractNumId w:val="770"/><w:lvlOverride w:ilvl="0">'
            f'<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        )
    )
    return document


def add(document: Any, text: str, depth: int = 0, num: int = 77) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>'))


def test_paragraphs_tables_and_headings_in_order() -> None:
    document = docx.Document()
    document.add_heading("样本条例", 0)
    document.add_paragraph("（会议通过）")
    document.add_heading("第一章　总则", 1)
    paragraph = document.add_paragraph("第一条　为了测试，")
    paragraph.add_run("制定").bold = True
    paragraph.add_run("本条例。")
    document.add_page_break()
    table = document.add_table(2, 2)
    for place, text in zip([(0, 0), (0, 1), (1, 0), (1, 1)], ["年份", "件数", "2020", "七\n八"], strict=True):
        table.cell(*place).text = text
    document.add_heading("第一节", 2)
    document.add_paragraph("末段\n软回车")
    extracted = read(document)
    assert extracted.text == (
        "样本条例\n（会议通过）\n第一章　总则\n第一条　为了测试，制定本条例。\n"
        "年份 | 件数\n2020 | 七 八\n第一节\n末段\n软回车\n"
    )
    assert [(extracted.text[m.start : m.end], m.level) for m in extracted.marks] == [
        ("样本条例", 1), ("第一章　总则", 2), ("第一节", 3),
    ]  # fmt: skip
    assert (extracted.format, extracted.notes) == ("docx", ())


def test_headings_by_chinese_style_names_and_outline_levels() -> None:
    document = docx.Document()
    document.styles.add_style("标题 2", 1)
    based = document.styles.add_style("章名", 1)
    based.base_style = document.styles["Heading 1"]
    document.add_paragraph("总则", style="章名")
    document.add_paragraph("通则", style="标题 2")
    properties = document.add_paragraph("附则")._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))
    properties = document.add_paragraph("正文")._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="9"/>'))
    extracted = read(document)
    assert [(extracted.text[m.start : m.end], m.level) for m in extracted.marks] == [
        ("总则", 1),
        ("通则", 2),
        ("附则", 3),
    ]


def test_numbers_that_word_draws() -> None:
    document = with_lists(("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%1.%2.%3"))
    for text, depth in [("甲", 0), ("乙", 1), ("丙", 1), ("丁", 0), ("戊", 1), ("己", 2), ("庚", 2)]:
        add(document, text, depth)
    add(document, "辛", num=78)
    add(document, "", num=78)
    add(document, "壬", num=0)
    add(document, "癸", num=78)
    extracted = read(document)
    assert extracted.text.splitlines() == [
        "第一条 甲", "（一）乙", "（二）丙", "第二条 丁", "（一）戊", "二.一.1 己", "二.一.2 庚", "第五条 辛", "壬",
        "第七条 癸",
    ]  # fmt: skip
    assert extracted.notes == ("10 paragraph numbers are drawn by Word, not written in the text",)


@pytest.mark.parametrize(
    ("kind", "third"),
    [
        ("decimal", "3"), ("upperRoman", "III"), ("lowerRoman", "iii"), ("upperLetter", "C"), ("lowerLetter", "c"),
        ("decimalEnclosedCircleChinese", "③"), ("ideographTraditional", "丙"), ("chineseLegalSimplified", "叁"),
        ("decimalFullWidth", "３"), ("decimalZero", "03"), ("decimalEnclosedParen", "⑶"), ("taiwaneseCounting", "三"),
    ],
)  # fmt: skip
def test_number_formats(kind: str, third: str) -> None:
    document = with_lists((kind, "%1、"))
    for _ in range(3):
        add(document, "文")
    assert read(document).text.splitlines()[-1] == f"{third}、文"


def test_bullets_draw_nothing_and_unknown_formats_are_named() -> None:
    document = with_lists(("bullet", "\uf0b7"))
    add(document, "文")
    assert (read(document).text, read(document).notes) == ("文\n", ())
    document = with_lists(("hebrew1", "%1."))
    add(document, "文")
    assert read(document).notes[-1] == "number formats drawn as plain digits: hebrew1"


def test_numbers_of_styles() -> None:
    document = docx.Document()
    document.add_paragraph("甲", style="List Number")
    document.add_paragraph("乙", style="List Number")
    assert read(document).text == "1. 甲\n2. 乙\n"


def test_long_lists_use_real_numerals() -> None:
    numbering = Numbering()
    numbering.load(
        parse_xml(
            f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="108"/>'
            '<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/><w:suff w:val="nothing"/></w:lvl>'
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
        )
    )
    assert [numbering.label("1", 0), numbering.label("1", 0)] == ["第一百零八条", "第一百零九条"]
    assert numbering.label("1", 5) == "" and numbering.label("9", 0) == ""


@pytest.mark.parametrize(
    ("restart", "articles"),
    [
        ("", "一二一二一一"),
        ('<w:lvlRestart w:val="0"/>', "一二三四五六"),
        ('<w:lvlRestart w:val="1"/>', "一二三四一二"),
        ('<w:lvlRestart w:val="2"/>', "一二一二一一"),
        ('<w:lvlRestart w:val="8"/>', "一二一二一一"),
    ],
)
def test_a_level_begins_anew_after_those_that_it_says(restart: str, articles: str) -> None:
    kind = '<w:numFmt w:val="chineseCounting"/>'
    numbering = Numbering()
    numbering.load(
        parse_xml(
            f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="1">'
            f'<w:lvl w:ilvl="0">{kind}<w:lvlText w:val="第%1编"/></w:lvl>'
            f'<w:lvl w:ilvl="1">{kind}<w:lvlText w:val="第%2章"/></w:lvl>'
            f'<w:lvl w:ilvl="2">{kind}{restart}<w:lvlText w:val="第%3条"/><w:suff w:val="nothing"/></w:lvl>'
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
        )
    )
    # Part, chapter, two articles; chapter, two articles; part, an article; chapter, an article.
    drawn = [numbering.label("1", depth) for depth in (0, 1, 2, 2, 1, 2, 2, 0, 2, 1, 2)]
    assert [label for label in drawn if label.endswith("条")] == [f"第{number}条" for number in articles]


def test_insertions_are_read_and_deletions_are_not() -> None:
    extracted = with_body(
        "<w:p><w:r><w:t>原文</w:t></w:r><w:ins w:id='1'><w:r><w:t>新增</w:t></w:r></w:ins>"
        "<w:del w:id='2'><w:r><w:delText>删去</w:delText></w:r></w:del>"
        "<w:moveFrom w:id='3'><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:smartTag><w:r><w:t>标签</w:t></w:r></w:smartTag>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>划去</w:t></w:r><w:r><w:rPr><w:dstrike/></w:rPr><w:t>划去</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/><w:strike w:val='false'/></w:rPr><w:t>显示</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText><w:tab/><w:noBreakHyphen/>"
        "<w:sym w:char='F0FE'/><w:sym w:char='D800'/></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>han</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></w:p>"
    )
    assert extracted.text == "原文新增链接标签显示\t-\uf0fe□漢x=1\n"


def test_content_controls_text_boxes_and_nested_tables() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    extracted = with_body(
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>段</w:t><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape>{box}</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>外</w:t></w:r></w:p></w:tc><w:sdt><w:sdtContent><w:tc><w:tbl><w:tr><w:tc>"
        "<w:p><w:r><w:t>内</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>表</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p/></w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>独</w:t></w:r></w:p><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert extracted.text == "控件\n段\n框内\n外 | 内 | 表\n独\n格\n"


def test_what_is_not_read_is_counted() -> None:
    extracted = with_body(
        "<w:p><w:r><w:t>文</w:t><w:footnoteReference w:id='1'/><w:footnoteReference w:id='2'/></w:r></w:p>"
    )
    assert extracted.notes == ("not read: 2 footnotes",)


def refused(data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as raised:
        reader.read(data, FILE)
    assert raised.value.message.startswith("file.docx: ") and raised.value.hint
    return raised.value


def good() -> bytes:
    document = docx.Document()
    document.add_paragraph("会议通过。")
    return saved(document)


def test_a_bomb_by_its_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    data = good()
    monkeypatch.setattr(reader, "MAX_UNPACKED", 1000)
    assert "zip bomb" in refused(data).message


def test_a_bomb_by_its_ratio() -> None:
    data = files.repacked(good(), word__bomb=b" " * (20 << 20))
    assert "zip bomb" in refused(data).message


def test_a_bomb_by_its_number_of_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_MAX_ENTRIES", 5)
    assert "zip bomb" in refused(good()).message


def test_a_bomb_whose_directory_lies() -> None:
    """The directory says 100 bytes; the part unpacks to 20 MB. Nothing beyond the stated size may be believed."""
    data = bytearray(files.repacked(good(), word__bomb=b" " * (20 << 20)))
    size = struct.pack("<I", 20 << 20)
    assert data.count(size) >= 1
    lying = bytes(data).replace(size, struct.pack("<I", 100))
    assert re.search("zip bomb|damaged", refused(lying).message)


def test_overlapping_parts_are_refused() -> None:
    """Parts that share their bytes are how a small archive unpacks to a huge one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a/>" * 1000)
        entry = archive.infolist()[0]
        for number in range(50):
            twin = zipfile.ZipInfo(f"word/{number}.xml")
            for name in ("CRC", "compress_size", "file_size", "header_offset", "compress_type", "flag_bits"):
                setattr(twin, name, getattr(entry, name))
            archive.filelist.append(twin)
    assert re.search("damaged", refused(out.getvalue()).message)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"just text", "damaged"),
        (b"PK\x03\x04 and no more", "damaged"),
        (good()[:3000], "damaged"),
        (good()[:-40], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (b"{\\rtf1}", "rich text"),
        (files.repacked(good(), word__document=b"<w:document"), "damaged"),
        (files.repacked(good(), word__document=b"<x/>"), "damaged"),
        (files.repacked(good(), word__document=b""), "damaged"),
    ],
)
def test_damaged_files(data: bytes, says: str) -> None:
    assert says in refused(data).message


def test_an_archive_that_is_no_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "a ZIP archive, not a .docx" in refused(out.getvalue()).message


def test_an_encrypted_part() -> None:
    data = bytearray(good())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    assert "encrypted" in refused(bytes(data)).message


def test_a_flipped_byte_in_a_part() -> None:
    data = bytearray(good())
    data[data.find(b"word/document.xml") + 120] ^= 0xFF
    refused(bytes(data))


def test_entities_are_not_expanded() -> None:
    """Neither a file of the machine nor a billion laughs."""
    for entity in ('<!ENTITY e SYSTEM "file:///etc/hostname">', '<!ENTITY e "' + "ha" * 1000 + '">'):
        xml = (
            f'<?xml version="1.0"?><!DOCTYPE d [{entity}]><w:document {nsdecls("w")}><w:body><w:p><w:r><w:t>文'
            "&e;</w:t></w:r></w:p></w:body></w:document>"
        )
        try:
            text = reader.read(files.repacked(good(), word__document=xml.encode()), FILE).text
        except DocumentError:
            continue
        assert text == "文\n"


def test_deep_nesting() -> None:
    depth = 20_000
    inside = "<w:sdt><w:sdtContent>" * depth + "</w:sdtContent></w:sdt>" * depth
    xml = f"<w:document {nsdecls('w')}><w:body>{inside}</w:body></w:document>"
    assert "damaged" in refused(files.repacked(good(), word__document=xml.encode())).message


def test_an_empty_document_gives_no_text() -> None:
    assert read(docx.Document()).text == ""


def test_the_namespace_is_words_own() -> None:
    assert qn("w:p") == f"{W}p"
