"""What was reported in Telegram, as whoever runs the bot reads it: nothing of chats, nothing of what was asked."""

from __future__ import annotations

from typing import Any

from command_line import ANSWER, FILES, QUESTION, REPORT, Terminal

from npcbot.telegram.state import NAME, State

PRIVATE = {
    "passage_id": "aaaaaaaa-bbbbbbbbbbbb",
    "document_id": "私事.txt",
    "collection": "chat-1",
    "text_sha256": "c" * 64,
    "spans": [[3, 9]],
}


def asked(terminal: Terminal, question: str) -> dict[str, Any]:
    """The facts of the passage that answers, as a press on the button keeps them."""
    citation = terminal.done("ask", "--json", question).json["citations"][0]
    return {name: citation[name] for name in PRIVATE}


def report(terminal: Terminal, *quoted: dict[str, Any], passages: tuple[str, ...] = ()) -> None:
    state = State(terminal.home / NAME)
    ids = [*passages, *(one["passage_id"] for one in quoted)]
    state.report(-100, 7, {"question": "私下问的话？", "passages": ids, "quoted": list(quoted)})
    state.close()


def test_nothing_was_reported_and_nothing_is_made(library: Terminal) -> None:
    assert library.done("reports").lines == ["Nothing was reported."]
    assert library.done("reports", "--json").json == []
    assert not (library.home / NAME).exists()


def test_votes_of_a_bot_that_never_ran_are_none_and_nothing_is_made(library: Terminal) -> None:
    assert "no bot has run" in library.refused("feedback", "export", library.home.parent / "votes")
    assert not (library.home / NAME).exists()


def test_passages_the_last_reported_first_and_how_often(library: Terminal) -> None:
    first, second = asked(library, QUESTION), asked(library, "每张借书证一次可以借书几册？")
    report(library, first, second)
    report(library, PRIVATE)
    report(library, first)
    # By then the answer was another one, so that only the ids are known.
    report(library, passages=("gggggggg-hhhhhhhhhhhh", second["passage_id"]))
    said = library.done("reports").out
    unknown, again, often, private = said.split("\n\n")
    assert unknown.startswith("1. gggggggg-hhhhhhhhhhhh\n   not in a public collection\n   ⚑ reported 1×")
    assert again.startswith("2. ┃") and "借期三十天" in again and again.endswith("(reports 4, 1)")
    assert often.startswith("3. ┃") and ANSWER in often and f"{first['passage_id']} · 工作报告.txt" in often
    assert "⚑ reported 2×, last 20" in often and often.endswith(" UTC (reports 3, 1)")
    assert private.startswith("4. aaaaaaaa-bbbbbbbbbbbb · 3–9 · SHA-256 cccccccccccccccc\n   not in a public")
    printed = library.done("reports", "--json")
    assert not any(word in said + printed.out for word in ("私", "chat-1", "-100", '"question"'))
    listed = [(one["passage_id"], one["reports"], one["citation"] is None) for one in printed.json]
    assert listed[1:] == [
        (second["passage_id"], [4, 1], False),
        (first["passage_id"], [3, 1], False),
        (PRIVATE["passage_id"], [2], True),
    ]


def test_a_passage_that_has_changed_is_never_shown_as_another(library: Terminal) -> None:
    quoted = asked(library, QUESTION)
    report(library, quoted)
    library.write(FILES | {"工作报告.txt": REPORT.replace("6120册", "6021册")})
    library.done("index", library.documents)
    said = library.done("reports").out
    assert "its text has changed since" in said and quoted["text_sha256"][:16] in said
    assert "6021" not in said


def test_a_collection_that_is_public_no_longer(library: Terminal) -> None:
    report(library, asked(library, QUESTION))
    library.settings("[collections]\npublic = []\n")
    assert ANSWER not in library.done("reports").out
