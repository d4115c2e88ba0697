"""Texts of our own in the shapes of official documents, and short views of what the parser makes of them."""

from __future__ import annotations

from npcbot.passages import Role, audit, display, split
from npcbot.types import Document, Kind, Mark, Passage


def make(text: str, kind: Kind = Kind.REPORT, title: str = "", body_start: int = 0, **more: object) -> Document:
    return Document("test", text, title, kind=kind, body_start=body_start, **more)  # type: ignore[arg-type]


def law(text: str, **more: object) -> Document:
    return make(text, Kind.LAW, **more)  # type: ignore[arg-type]


def headings(document: Document, passage: Passage) -> list[str]:
    return [document.text[start:end] for start, end in passage.section]


def shown(document: Document, passage: Passage) -> str:
    return display(document.text, passage.start, passage.end, passage)


def by_locator(document: Document) -> dict[str, Passage]:
    return {passage.locator: passage for passage in split(document)}


def units(document: Document) -> dict[str, str]:
    """Locator → text as shown, of every unit."""
    return {
        unit.locator: display(document.text, unit.start, unit.end, passage)
        for passage in split(document)
        for unit in passage.units
    }


def role_of(document: Document, words: str) -> Role:
    at = document.text.index(words)
    return next(role for (start, end), role in audit(document) if start <= at < end)


def marks_of(text: str) -> tuple[Mark, ...]:
    """What the reader of Markdown declares."""
    marks, position = [], 0
    for line in text.split("\n"):
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            marks.append(Mark(position + level + 1, position + len(line), level))
        position += len(line) + 1
    return tuple(marks)


#: A report as a newspaper page is scraped: torn paragraphs, run-in headings, a cut text, a jump line.
REPORT = """某市人民代表大会常务委员会工作报告

——2031年1月7日在某市第九届人民代表大会第二次会议上

某市人民代表大会常务委员会主任 何常

各位代表：

现在，我受市人民代表大会常务委

过去一年的主要工作

过去一年，常委会紧紧依靠全体代表，认真履行宪法和法律赋予的职责，共召开会议九次，审议地方性法规草案十一件，听取专项工作报告二十三项，圆满完成了上次代表大会三次

次会议确定的任务。

各位代表！

常委会的工作得到了各方面的支持和帮助，我们对此深表感谢，也清楚地看到还有许多不足，需要在今后认真加以改进。

一、依法立法，为城市治理提供制度保障

立法工作坚持问题导向，全年制定条例四件，修改条例七件，废止条例两件，法规的数量和质量都有新的提高，群众比较满意。

（一）完善城市管理法规。制定养犬管理条例，明确主管部门和养犬人的责任，规定禁止遛犬的时间和区域。条例草案先后三次公开征求意见，收到意见一千二百多条。

（二）加强民生领域立法。制定居家养老服务条例，对社区食堂、家庭病床、时间银行等作出规定，并要求各区在两年内做到服务设施全覆盖，把好事办实办好，让老年人在家门口就能得到

照料。修改物业管理条例，规范业主大会的召开和维修资金的使用。

立法实践使我们体会到，法规要管用，就要多听基层的声音，把矛盾和问题解决在起草阶段，而不是留到施行以后再去处理。

二、依法监督，推动重点工作落实

监督工作突出重点，全年开展执法检查五次、专题询问两次，审议意见的办理情况向社会公开，接受代表和群众的评议。

（一）加强预算监督。建立预算联网监督系统，实现对部门支出的全过程跟踪，发现并纠正问题三十六个。

（二）加强司法监督。听取法院、检察院专项报告，推动解决执行难问题，退租军人案件优先办理。

（下转5版）
"""

STATUTE = """# 某市公园条例

2030年5月1日 某市第九届人民代表大会常务委员会第三次会议通过

## 第一章 总则

第一条 为了保护和利用公园，根据有关法律，制定本条例。

第二条 本条例适用于本市行政区域内的公园。

下列场所参照本条例管理：

（一）向公众开放的植物园；

（二）街道旁的小游园，包括：

1.面积不足一千平方米的绿地；

2.可以供人休息的广场；

（三）其他场所。

前款第三项的范围由主管部门公布。

## 第二章 管理

### 第一节 开放

第三条 公园每日开放时间不得少于十二小时。

第三条之一 公园不得收取门票。

第四条 本条例自2030年7月1日起施行。
"""
