"""Articles by the English names of laws."""

from __future__ import annotations

import pytest

from npcbot.folding import fold_text
from npcbot.retrieval.english_names import in_chinese, pointing


@pytest.mark.parametrize(
    ("question", "chinese"),
    [
        ("Labor Contract Law Article 82", "劳动合同法第82条"),
        ("the Labour Contract Law, Art. 82", "劳动合同法第82条"),
        ("What does Article 3 of the Constitution say?", "what does 宪法第3条 say?"),
        ("article 10 company law", "公司法第10条"),
        ("How does the Company Law of 2023 protect shareholders?", None),
        ("article 5 of the US Constitution", None),
        ("劳动合同法第八十二条", None),
    ],
)
def test_references_in_english(question: str, chinese: str | None) -> None:
    folded = fold_text(question)
    assert in_chinese(folded) == (chinese or folded)


@pytest.mark.parametrize(
    ("question", "chinese"),
    [
        ("What is the fine under the Personal Information Protection Law?", "what is the fine 根据个人信息保护法?"),
        ("How is theft punished under Chinese criminal law?", "how is theft punished 根据中华人民共和国刑法?"),
        ("Does the Company Law of the PRC know trusts?", "根据公司法 know trusts?"),
        ("article 10 company law", "公司法第10条"),
        ("free speech under the US Constitution", None),
        ("What company law firms are there?", None),
    ],
)
def test_laws_that_are_pointed_into(question: str, chinese: str | None) -> None:
    folded = fold_text(question)
    assert pointing(folded) == (chinese or folded)
