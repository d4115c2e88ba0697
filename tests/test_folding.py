import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material import SHARED

from npcbot.folding import fold, fold_text

PIECES = st.sampled_from(
    [
        *"一二三四五六七八九十百千万亿两〇○零第条款项年月日件部人的和等，。、（）()%％ 　\n\u200b\ue004",
        *"０１２３９0129.,，諸诉訟國é①½Ⅲ㎡ABｃ",
        "百分之",
        "千分之",
        "点",
        "之一",
        "２，２００",
        "1 9 9 3 年",
        "目 录",
        "二○二三年",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=40)


@pytest.mark.parametrize(
    "writings",
    [
        ("诸", "諸"),
        ("诉讼", "诉訟", "訴訟", "诉\u200b讼", "诉讼\ue004"),
        ("2.5万", "2.5 万", "２．５万", "二点五万"),
        ("第12条", "第十二条", "第１２条", "第 十二 条", "笫十二条"),
        ("第108条之1", "第一百零八条之一", "第一〇八条之一"),
        ("1990年", "一九九○年", "一九九〇年", "1 9 9 0 年", "１９９０年"),
        ("27203件", "27,203件", "２７，２０３件"),
        ("30%", "百分之三十", "30％", "３０ ％"),
        ("8.5%", "百分之八点五"),
        ("第(2)项", "第（二）项", "第⑵项"),
        ("30件", "三十件", "三十 件"),
        ("2000多万", "两千多万"),
        ("目录", "目　录", "目 录"),
        ("5年以上10年以下", "五年以上十年以下"),
        ("beyonce", "Beyoncé", "ＢＥＹＯＮＣＥ"),
        ("1011038000元", "１，０１１，０３８，０００元"),
        ("13000万人", "一亿三千万人"),
        ("300万千瓦", "三百万千瓦"),
        ("50千克", "五十千克"),
        ("1953、1954两年", "一九五三、一九五四两年"),
        ("6亿人", "六万万人"),
        ("386.65斤", "三百八十六点六五斤"),
        ("17.5万人", "1 7 ．5 万人"),
    ],
)
def test_different_writings_fold_to_the_same_text(writings: tuple[str, ...]) -> None:
    assert [fold_text(w) for w in writings] == [writings[0]] * len(writings)


@pytest.mark.parametrize(
    "text",
    [
        *("一些", "一致", "一定", "一个", "十分", "三农", "万一", "千万", "百万", "一带一路", "千方百计", "三四十人"),
        *("几十万人", "数十年", "十二五规划", "十九大", "二十大以来", "五四运动", "三中全会", "第一书记", "第三产业"),
        *(
            "第三者",
            "三分之二",
            "三三两两",
            "双十一",
            "万众一心",
            "七上八下",
            "成千上万",
            "零部件",
            "百年未有",
            "上千次",
        ),
        *("一元化", "二元结构", "附件三所列", "四周", "八部委"),
    ],
)
def test_words_that_hold_numerals_stay_words(text: str) -> None:
    assert fold_text(text) == text


def test_a_word_after_a_numeral_keeps_its_first_character() -> None:
    assert fold_text("第二十一些") == "第20一些"


@settings(deadline=None)
@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold_text(text)
    assert fold_text(once) == once


@settings(deadline=None)
@given(TEXTS)
def test_fast_path_gives_the_same_text(text: str) -> None:
    assert fold(text).text == fold_text(text)


@settings(deadline=None)
@given(TEXTS)
def test_offsets_are_in_order_and_cover_the_original(text: str) -> None:
    folded = fold(text)
    length = len(folded.text)
    assert folded.original(0, length) == (0 if length else len(text), len(text))
    spans = [folded.original(i, i + 1) for i in range(length)]
    assert all(0 <= s < e <= len(text) for s, e in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))
    for start in range(length):
        for end in range(start + 1, min(length, start + 5) + 1):
            assert folded.original(start, end) == (spans[start][0], spans[end - 1][1])


@settings(deadline=None)
@given(TEXTS.filter(lambda t: not set(t) & set("〇○零一二三四五六七八九十百千万亿两廿卅")))
def test_the_original_of_a_piece_folds_to_that_piece(text: str) -> None:
    """With numerals this holds of whole numerals only: 三 alone is no numeral."""
    folded = fold(text)
    for start in range(len(folded.text)):
        for end in range(start + 1, min(len(folded.text), start + 4) + 1):
            s, e = folded.original(start, end)
            piece = folded.text[start:end].replace(" ", "").replace(",", "")
            assert piece in fold_text(text[s:e]).replace(" ", "").replace(",", "")


@pytest.mark.parametrize(
    ("text", "piece", "original"),
    [
        ("共有２７，２０３件", "27203", "２７，２０３"),
        ("依照第一百零八条之一处罚", "108条", "一百零八条"),
        ("增长百分之八点五。", "8.5%", "百分之八点五"),
        ("新增1.2 万 人", "1.2万", "1.2 万"),
        ("诉\u200b訟法", "诉讼", "诉\u200b訟"),
    ],
)
def test_a_find_in_the_folded_text_is_shown_in_the_original(text: str, piece: str, original: str) -> None:
    folded = fold(text)
    at = folded.text.index(piece)
    start, end = folded.original(at, at + len(piece))
    assert text[start:end] == original


@pytest.mark.parametrize("span", [(-1, 1), (1, 0), (0, 3)])
def test_spans_outside_the_text_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(IndexError):
        fold("二十").original(*span)


def test_long_texts_fold_in_linear_time() -> None:
    shuffled = random.Random(7)
    text = "".join(shuffled.choice("国家１９4年。三十，2 件法律諸訟一九九○第十二条") for _ in range(100_000))
    started = time.perf_counter()
    fold(text)
    assert time.perf_counter() - started < 5


@settings(deadline=None)
@given(st.sampled_from(range(40)))
def test_real_documents_fold_consistently(number: int) -> None:
    root = SHARED / "corpus"
    files = sorted(root.glob("*/*"))
    if not files:
        pytest.skip("shared material absent")
    text = files[number * 37 % len(files)].read_text(encoding="utf-8")
    folded = fold(text)
    assert fold_text(folded.text) == folded.text == fold_text(text)
    assert folded.original(0, len(folded.text)) == (0, len(text))
