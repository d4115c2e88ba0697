"""Names of laws that no document may have are read as they are written."""

from __future__ import annotations

import pytest

from npcbot.folding import fold_text
from npcbot.retrieval import law_names


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("双方依照月球贸易法第三条和环月条例第五条办理。", ["月球贸易法", "环月条例"]),
        ("他的行为构成月球反垄断法第九条所说的垄断", ["月球反垄断法"]),
        ("这部《月球土地法（试行）》第三条，以及《环月规则》（二）第十条", ["月球土地法(试行)", "环月规则"]),
        ("申请人应当符合中华人民共和国月球移民法第八条", ["中华人民共和国月球移民法"]),
        ("违反刑法第五条的", ["刑法"]),
        ("适用国有月壤法第五条、所有月壤法第六条", ["国有月壤法", "所有月壤法"]),
        ("根据涉月民事关系法律适用法第二条", ["涉月民事关系法律适用法"]),
        ("月球基本法第二条", ["月球基本法"]),
        # An article of the law that speaks, or of none.
        ("申请人有本法第三条规定的情形，违反本实施条例第五条，该办法第六条另有规定", []),
        ("条例第三条；第二章一般规定第五条；有关法律第三条；依法第二条", []),
        # No article follows.
        ("月球贸易法的规定有三条", []),
    ],
)
def test_in_a_sentence(sentence: str, names: list[str]) -> None:
    text = fold_text(sentence)
    found = list(law_names.within(text))
    assert [text[one.start : one.end] for one in found] == names
    assert all(text.startswith("第", one.place) for one in found)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("请问根据月球贸易法第三条", "月球贸易法"),
        ("月球土地法1043", "月球土地法"),
        ("《月球土地法》序言", "月球土地法"),
        ("条例第三条", "条例"),
        ("本法第三条", None),
        ("月球上的月球土地法怎么说", None),
    ],
)
def test_at_the_beginning_of_a_question(question: str, name: str | None) -> None:
    text = fold_text(question)
    found = law_names.leading(text)
    assert (found and text[found.start : found.end]) == name
