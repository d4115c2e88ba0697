"""What holds of every text, however torn."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from passage_texts import make, shown

from npcbot.passages import Role, audit, clip, display, joined, split, strip_breaks, windows
from npcbot.passages.split import parse
from npcbot.types import Document, Kind

_SENTENCES = (
    "代表应当出席会议，听取和审议各项报告。",
    "常务委员会每两个月至少举行一次会议，由委员长召集并主持！",
    "预算草案由国务院提出，经审查批准后公布；决算也是这样。",
    "The session opens in March. Deputies vote.",
    "依照第三十一条的规定处理，增长2.5%，达到30万元。",
    "他们提出了“减轻负担”的建议（共三十件），有关部门已经答复。",
)
_LINES = st.sampled_from(
    [
        *_SENTENCES,
        "".join(_SENTENCES),
        "一、总的情况",
        "二、今后的任务",
        "（一）办好学校。学校要办得更好，让人民满意。",
        "（二）修好道路。道路要修得更宽，让群众方便。",
        "第一章 总则",
        "第一条 为了公开，制定本办法。",
        "第二条 会议公开举行：",
        "第三条之一 列席人员可以发言。",
        "（三）其他事项；",
        "1.名称；",
        "附件：名单",
        "| 甲 | 乙 |",
        "|---|---|",
        "各位代表！",
        "（下转5版）",
        "- 3 -",
        "12",
        "## 会期",
        "# 手册",
        "没有说完的话，后面还有很长很长的一段，但是在这里被版面切断了，要到下一栏才能接着把这句话完完整整地讲",
        "\u3000\u3000缩进的一段话，讲的是议案的办理。",
        "\u200b",
        "目录",
    ]
)
_BREAKS = st.sampled_from(["\n", "\n\n", "\n\n\n", "\r\n", "\n \n", "\f\n", ""])
_TEXTS = st.lists(st.tuples(_LINES, _BREAKS), max_size=25).map(lambda rows: "".join(a + b for a, b in rows))
_ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(st.one_of(_TEXTS, _ANY))
    kind = draw(st.sampled_from(list(Kind)))
    start = draw(st.integers(0, len(text))) if draw(st.booleans()) else 0
    pages = sorted(draw(st.sets(st.integers(1, max(1, len(text))), max_size=4))) if draw(st.booleans()) else []
    return make(text, kind, body_start=start, page_starts=tuple([0, *pages] if pages else []))


@settings(max_examples=300, deadline=None)
@given(documents())
def test_roles_tile_the_text(document):
    position = 0
    for (start, end), _ in audit(document):
        assert start == position < end
        position = end
    assert position == len(document.text)


@settings(max_examples=300, deadline=None)
@given(documents())
def test_passages_are_in_order_and_of_the_body(document):
    roles = audit(document)
    text, last = document.text, 0
    articles = [line.start for line in parse(document).lines if line.article]
    for passage in split(document):
        assert passage.start >= last
        last = passage.end
        position = passage.start
        for start, end in passage.spans:
            assert position <= start < end
            position = end
            assert not text[start].isspace() and not text[end - 1].isspace()
            # Inside a span there are only lines of the body and what parts them.
            inside = {role for (s, e), role in roles if s < end and e > start}
            assert inside <= {Role.BODY, Role.BLANK}
            assert any(s <= start and end <= e for s, e in passage.block)
        crossed = {role for (s, e), role in roles if s < passage.end and e > passage.start}
        assert Role.HEADING not in crossed and Role.FRONT not in crossed and Role.ASIDE not in crossed
        assert not any(passage.start < start < passage.end for start in articles)
        assert all(start < end for start, end in passage.section)
        for one, two in pairwise(passage.units):
            assert one.end <= two.start


@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_what_is_shown_is_the_source_without_breaks(document, data):
    for passage in split(document)[:5]:
        start = data.draw(st.integers(passage.start, passage.end))
        end = data.draw(st.integers(start, passage.end))
        spans = clip(document.text, passage, start, end)
        assert strip_breaks(display(document.text, start, end, passage)) == strip_breaks(joined(document.text, spans))
        assert all(start <= s < e <= end for s, e in spans)
        found = windows(document, passage, 40)
        if found:
            assert found[0][0] == passage.start and found[-1][1] == passage.end
            assert all(a[0] < a[1] <= b[0] for a, b in pairwise(found))


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("字a1, \n\r\f\u3000。"), max_size=30))
def test_stripping_breaks_is_idempotent(text):
    once = strip_breaks(text)
    assert strip_breaks(once) == once
    assert "\n" not in once and "\f" not in once


_PARAGRAPH = (
    "过去一年，常委会共召开会议九次，审议地方性法规草案十一件，听取专项工作报告二十三项，开展执法检查五次，"
    "专题询问两次，讨论决定重大事项七项，任免地方国家机关工作人员九十六人次，各项工作都取得了新的进展。"
    "立法工作坚持问题导向，法规草案先后多次公开征求意见，收到意见一千二百多条，其中近三分之一得到采纳，"
    "法规的质量有了明显提高，群众对立法的参与也更加广泛。监督工作突出重点，围绕饮用水安全、义务教育均衡发展、"
    "城市更新等群众关心的问题，综合运用听取报告、执法检查、专题询问等方式，推动有关部门改进工作，见到了实效。"
)
_JUMPS = "\n\n（下转2版）\n\n（上接1版）\n\n"
_FULL_STOPS = "。！？；：…"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(46, len(_PARAGRAPH) - 46), min_size=1, max_size=4),
    st.sampled_from(["\n\n", "\n\n\n\n", "\r\n\r\n", "\n\n（下转5版）\n\n", "\n\n- 12 -\n\n", _JUMPS]),
)
def test_a_paragraph_torn_anywhere_inside_its_sentences_is_shown_whole(places, tear):
    cuts, last = [], 0
    for place in sorted(places):
        if place - last >= 46 and _PARAGRAPH[place - 1] not in _FULL_STOPS:
            cuts.append(place)
            last = place
    torn = "".join(
        _PARAGRAPH[a:b] + (tear if b < len(_PARAGRAPH) else "")
        for a, b in zip([0, *cuts], [*cuts, len(_PARAGRAPH)], strict=True)
    )
    after = "常委会的工作还有不少差距，对法规施行以后的情况跟踪得不够，我们将认真加以改进，努力把各项工作做得更好。"
    text = f"一、主要的工作\n\n{torn}\n\n{after}\n\n二、今后的任务\n\n{after}\n"
    document = make(text)
    assert [shown(document, p) for p in split(document)] == [_PARAGRAPH, after, after]
