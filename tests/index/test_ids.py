"""Passage ids outlive everything but a change of their words."""

from __future__ import annotations

from npcbot.index.ids import document_key, passage_ids
from npcbot.types import Document, Passage, Unit

TEXT = "甲\n同样的话。\n别的话。\n同样的话。\n乙\n同样的话。\n"


def passage(start: int, end: int, locator: str, section: tuple[int, int] = (0, 1)) -> Passage:
    return Passage((Unit(((start, end),), locator),), (section,), locator, ((start, end),))


PASSAGES = [
    passage(2, 7, "第1段"),
    passage(8, 12, "第2段"),
    passage(13, 18, "第3段"),
    passage(21, 26, "第4段", section=(19, 20)),
]


def ids(passages: list[Passage], text: str = TEXT, name: str = "a.txt", collection: str = "c") -> list[str]:
    return passage_ids(collection, Document(name, text, "题目"), passages)


def test_all_differ_and_fit() -> None:
    made = ids(PASSAGES)
    assert len(set(made)) == 4
    assert all(len(one) == 21 and one.startswith(document_key("c", "a.txt") + "-") for one in made)


def test_they_name_the_place_as_well_as_the_words() -> None:
    made = ids(PASSAGES)
    assert not set(made) & set(ids(PASSAGES, name="b.txt"))
    assert not set(made) & set(ids(PASSAGES, collection="d"))


def test_text_before_a_passage_does_not_matter() -> None:
    moved = [passage(14, 18, "第7段", section=(6, 7))]
    text = "新加的话。\n甲\n新的一段。\n别的话。\n"
    assert ids(moved, text) == [ids(PASSAGES)[1]]


def test_changed_words_or_headings_change_it() -> None:
    made = ids(PASSAGES)
    assert ids(PASSAGES, TEXT.replace("别的", "其他"))[1] != made[1]
    assert ids(PASSAGES, "丙" + TEXT[1:])[1] != made[1]
    assert ids(PASSAGES, "丙" + TEXT[1:])[3] == made[3]


def test_twins_under_one_heading_are_told_apart_by_their_locators() -> None:
    made = ids(PASSAGES)
    assert made[0] != made[2]
    twins = [passage(2, 7, "第1段"), passage(13, 18, "第1段")]
    assert len(set(ids(twins))) == 2
    # With one of the twins gone, the id of neither is taken for the other's.
    alone = ids([PASSAGES[1], PASSAGES[2]])
    assert made[0] not in alone
