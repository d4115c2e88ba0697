import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcbot.index import segmenting
from npcbot.index.tokens import BIGRAM_WEIGHT, TOKENS_VERSION, tokenize, tokenize_many, tokenize_question, weight

WORDS = "全国人民代表大会常务委员会审议通过法律案，第十二条规定2.5万件；NPC 5g网络、未成年人保护法"


def test_passages_are_cut_into_words_and_the_words_inside_them() -> None:
    tokens = tokenize("常务委员会审议法律草案")
    assert {"常务委员会", "委员会", "审议", "法律草案"} <= set(tokens)
    assert {"_常务", "_会审", "_草案"} <= set(tokens)


def test_questions_are_cut_plainly_and_each_token_counts_once() -> None:
    tokens = tokenize_question("未成年人保护法和未成年人保护法")
    assert tokens.count("未成年人保护法") == 1
    assert "成年人" not in tokens
    assert "成年人" in tokenize("未成年人保护法")


@pytest.mark.parametrize(
    "writings", [("2.5万件", "二点五万件", "25,000件", "２．５ 万件"), ("第12条", "第十二条"), ("诉訟", "诉讼")]
)
def test_different_writings_have_the_same_tokens(writings: tuple[str, ...]) -> None:
    assert len({tuple(tokenize(w)) for w in writings}) == 1


def test_figures_stand_alone_and_with_their_unit() -> None:
    assert tokenize("三十件") == ["30", "30件", "件"]
    assert tokenize("3.50%") == ["3.5", "3.5%"]
    assert tokenize("007") == ["7"]


def test_words_of_other_scripts_end_where_han_begins() -> None:
    assert tokenize("NPC常务委员会")[0] == "npc"
    assert tokenize("COVID-19") == ["covid", "19"]
    assert tokenize("5G") == ["5g"]


def test_bigrams_weigh_less_and_are_no_words() -> None:
    assert weight("_法律") == BIGRAM_WEIGHT < weight("法律") == 1.0
    assert "_a" not in tokenize("_a_b _ab")


@pytest.mark.parametrize("text", ["", " \n", "。，！", "\u200b"])
def test_texts_without_words_have_no_tokens(text: str) -> None:
    assert tokenize(text) == [] == tokenize_question(text)


@settings(deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from([*WORDS]), max_size=30).map("".join))
def test_one_text_many_texts_and_questions_are_cut_alike(text: str) -> None:
    tokens = tokenize(text)
    assert next(tokenize_many([text])) == tokens
    assert all(tokens)
    assert set(tokenize_question(text)) <= set(tokens)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No dictionary loaded, and an empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    segmenting.light_segmenter.cache_clear()
    segmenting.full_segmenter.cache_clear()


def test_the_mapped_dictionary_cuts_like_the_full_one(fresh: Path) -> None:
    full = segmenting.full_segmenter()
    (table,) = (fresh / "npcbot").iterdir()
    if os.name == "posix":
        assert stat.S_IMODE(table.parent.stat().st_mode) == 0o700
    mapped = segmenting.light_segmenter()
    assert mapped is not full
    for run in ("全国人民代表大会常务委员会工作报告", "夫妻一方经营个体工商户所欠债务", "龘靐齉", "退租军人"):
        assert mapped.all_words(run) == full.all_words(run)
        assert mapped.words(run) == full.words(run)


def test_a_missing_or_damaged_table_is_made_again(fresh: Path) -> None:
    assert segmenting.light_segmenter() is segmenting.full_segmenter()
    (table,) = (fresh / "npcbot").iterdir()
    table.write_bytes(table.read_bytes()[:1000])
    forget()
    assert segmenting.light_segmenter() is segmenting.full_segmenter()
    forget()
    segmenting.light_segmenter()
    assert segmenting.full_segmenter.cache_info().currsize == 0


def test_without_a_private_folder_nothing_is_written(fresh: Path) -> None:
    (fresh / "npcbot").write_text("in the way")
    assert tokenize_question("法律") == ["法律", "_法律"]
    assert [p.name for p in fresh.iterdir()] == ["npcbot"]


def test_user_words_are_folded_and_known() -> None:
    words = segmenting.user_words()
    assert len(words) > 400
    assert "4个意识" in words
    assert tokenize_question("全过程人民民主")[0] == "全过程人民民主"


def test_the_version_changes_with_the_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    before = segmenting.fingerprint()
    assert before in TOKENS_VERSION
    monkeypatch.setattr(segmenting, "_user_dictionary", lambda: "新词\n")
    segmenting.fingerprint.cache_clear()
    try:
        assert segmenting.fingerprint() != before
    finally:
        segmenting.fingerprint.cache_clear()


@given(st.text(max_size=60))
@settings(deadline=None)
def test_tokens_hold_no_white_space(text: str) -> None:
    """So that they can be stored in one line."""
    tokens = tokenize(text)
    assert " ".join(tokens).split() == tokens
