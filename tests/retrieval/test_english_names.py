"""Articles by the English names of laws."""

from __future__ import annotations

import pytest

from npcbot.folding import fold_text
from npcbot.retrieval.english_names import in_chinese


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
