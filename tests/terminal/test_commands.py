"""The commands from beginning to end, with an encoder that is quick and always the same."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from command_line import ANSWER, ENGLISH, FILES, QUESTION, REPORT, RULES, Terminal, process

CITATION = {
    "rank", "score", "passage_id", "document_id", "collection", "title", "date", "status", "text_sha256", "section",
    "locator", "page", "spans", "excerpt", "highlights", "paragraph", "same_text",
}  # fmt: skip
#: What stands in a citation beyond what was promised.
MORE = {
    "section_spans", "paragraph_spans", "incomplete", "adopted", "effective", "effective_guessed", "superseded_by",
    "repealed_by", "repealed_on", "answers",
}  # fmt: skip


def first(terminal: Terminal, question: str = QUESTION, *options: str) -> dict:
    return terminal.done("ask", "--json", *options, question).json["citations"][0]


def test_index_says_in_one_line_what_it_did(terminal: Terminal) -> None:
    lines = terminal.done("index", terminal.write()).lines
    assert len(lines) == 1
    with terminal.collection() as collection:
        passages, vectors = collection.n, collection.manifest.windows
    assert re.fullmatch(
        rf"3 documents, {passages} passages \({vectors} vectors\) in \d+\.\d s; 3 added, 0 changed, 0 unchanged,"
        rf" 0 removed; {len(terminal.encoder.passages)} embedded, [\d,]+ a second",
        lines[0],
    )
    assert terminal.ids() == sorted(FILES)


def test_index_names_what_it_left_out(terminal: Terminal) -> None:
    terminal.write(FILES | {"notes.xyz": "什么都有", "规则/借阅规则.toml": 'title = "规则"\n', "nothing.txt": ""})
    lines = terminal.done("index", terminal.documents).lines
    assert len(lines) == 3, "a sidecar is read with its document"
    assert {re.sub(r"^skipped .*/", "", line).split(":")[0] for line in lines[1:]} == {"notes.xyz", "nothing.txt"}
    (empty,) = [line for line in lines if "nothing.txt" in line]
    assert "empty" in empty


def test_names_that_would_act_on_the_terminal_are_made_harmless(terminal: Terminal) -> None:
    terminal.write({"好.txt": REPORT, "red\x1b[31m.txt": REPORT})
    (terminal.documents / b"half\xff.txt".decode(errors="surrogateescape")).write_text(REPORT)
    printed = terminal.done("index", terminal.documents).out
    assert "skipped" in printed
    assert "half" in printed
    assert "\x1b" not in printed
    assert terminal.ids() == ["好.txt"]


def test_a_second_run_embeds_only_what_changed(library: Terminal) -> None:
    before = len(library.encoder.passages)
    said = library.done("index", library.documents).out
    assert "0 added, 0 changed, 3 unchanged, 0 removed; 0 embedded" in said
    assert len(library.encoder.passages) == before

    library.write({"riverside.txt": ENGLISH.replace("three coins", "four coins")})
    assert "0 added, 1 changed, 2 unchanged" in library.done("index", library.documents).out
    embedded = library.encoder.passages[before:]
    assert embedded
    assert all("four coins" in text for text in embedded)


def test_vanished_files_are_reported_and_removed_only_with_prune(library: Terminal) -> None:
    (library.documents / "riverside.txt").unlink()
    lines = library.done("index", library.documents).lines
    assert [line for line in lines if line.startswith("vanished riverside.txt:") and "--prune" in line]
    assert "riverside.txt" in library.ids()

    lines = library.done("index", "--prune", library.documents).lines
    assert [line for line in lines if line.startswith("removed riverside.txt:")]
    assert library.ids() == ["工作报告.txt", "规则/借阅规则.md"]


def test_files_and_globs(terminal: Terminal) -> None:
    folder = terminal.write()
    terminal.done("index", folder / "riverside.txt", f"{folder}/**/*.md")
    assert terminal.ids() == ["riverside.txt", "规则/借阅规则.md"]


def test_rebuild_needs_no_files(library: Terminal) -> None:
    before = library.done("ask", "--json", QUESTION).json["citations"]
    for path in library.documents.rglob("*.*"):
        path.unlink()
    assert "3 documents" in library.done("index", "--rebuild").out
    assert library.done("ask", "--json", QUESTION).json["citations"] == before


def test_ask_prints_quotation_and_citation(library: Terminal) -> None:
    lines = library.done("ask", "-k", "1", QUESTION).lines
    quoted = "".join(line[5:] for line in lines if line[3:4] in "┃│" and line[3:4])
    assert lines[0].startswith("1. ┃ ")
    assert quoted.count("⟦") == quoted.count("⟧") > 0
    marked = "".join(re.findall("⟦(.*?)⟧", quoted))
    assert ANSWER in marked
    assert quoted.replace("⟦", "").replace("⟧", "") in REPORT
    place = next(line for line in lines if "《" in line and "┃" not in line)
    assert place.strip().startswith("《河湾镇图书馆工作报告》（2022-04-08） › 一、藏书工作 › ")
    assert re.search(r"第\d+段", place)
    assert re.fullmatch(r" {3}[a-z0-9]{8}-[a-z0-9]{12} · 工作报告\.txt", lines[lines.index(place) + 1])


def test_ask_cites_article_paragraph_and_item(library: Terminal) -> None:
    citation = first(library, "逾期七天以上的停借多久？")
    assert citation["locator"] == "第四条第（二）项"
    assert "停借一个月" in citation["excerpt"]
    assert citation["section"][-1] == "第二章 借书和还书"
    second = first(library, "没有人预约的可以续借一次，续借期为多少天？")
    assert second["locator"] == "第三条第二款"


def test_ask_json_has_the_keys_promised(library: Terminal) -> None:
    answer = library.done("ask", "--json", "-k", "2", QUESTION).json
    assert set(answer) - {"narrowed", "notes", "as_of"} == {
        "question",
        "answered",
        "confidence",
        "citations",
        "nearest",
        "timings_ms",
    }
    assert answer["question"] == QUESTION
    assert answer["answered"] is True
    assert 0 <= answer["confidence"] <= 1
    assert answer["nearest"] == []
    assert {"encode", "search", "total"} <= set(answer["timings_ms"])
    assert 1 <= len(answer["citations"]) <= 2
    for rank, citation in enumerate(answer["citations"], 1):
        assert CITATION <= set(citation) <= CITATION | MORE
        assert citation["rank"] == rank
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", citation["passage_id"])
        assert citation["collection"] == "default"
        assert citation["page"] is None


def test_json_offsets_lead_back_to_the_file(library: Terminal) -> None:
    for citation in library.done("ask", "--json", "-k", "5", QUESTION).json["citations"]:
        text = FILES[citation["document_id"]]
        assert citation["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
        assert "……".join(text[start:end].rstrip() for start, end in citation["spans"]) == citation["excerpt"]
        for start, end in citation["highlights"]:
            assert 0 <= start < end <= len(citation["excerpt"])
        assert citation["section"] == [text[start:end] for start, end in citation["section_spans"]]
        for piece in citation["excerpt"].split("……"):
            assert piece in citation["paragraph"]
    best = first(library)
    ((start, end),) = best["highlights"]
    assert ANSWER in best["excerpt"][start:end]


def test_unanswered(library: Terminal) -> None:
    question = "火星探测器着陆时使用了哪种降落伞？"
    answer = library.done("ask", "--json", question).json
    assert answer["answered"] is False
    assert answer["citations"] == []
    assert answer["nearest"]
    assert set(answer["nearest"][0]) >= CITATION
    printed = library.done("ask", question).out
    assert printed.startswith("文件中没有找到答案。")
    assert "并非回答" in printed.splitlines()[0]
    assert answer["nearest"][0]["passage_id"] in printed
    english = library.done("ask", "Which parachute did the probe on Mars use?").out
    assert english.splitlines()[0] == (
        "The documents do not answer this. The nearest passages, which are not an answer:"
    )


def test_threshold_of_the_settings_decides(library: Terminal) -> None:
    library.settings("[answer]\nthreshold = 1\n")
    assert library.done("ask", "--json", "修书匠和学徒").json["answered"] is False
    library.settings("[answer]\nthreshold = 0.000001\nk = 2\n")
    answer = library.done("ask", "--json", "火星探测器着陆").json
    assert answer["answered"] is True
    assert len(answer["citations"]) == 2


def test_a_question_in_several_words_needs_no_quotation_marks(library: Terminal) -> None:
    answer = library.done("ask", "--json", "when", "does", "the", "room", "open?").json
    assert answer["question"] == "when does the room open?"


@pytest.mark.parametrize("mode", ["bm25", "dense", "hybrid"])
def test_modes(library: Terminal, mode: str) -> None:
    assert ANSWER in first(library, QUESTION, "--mode", mode)["excerpt"]


def test_narrowing_is_shown_and_can_be_undone(terminal: Terminal) -> None:
    later = REPORT.replace("2022年4月8日", "2023年4月6日").replace("6120册", "4807册").replace("37册", "12册")
    terminal.done("index", terminal.write({"2022.txt": REPORT, "2023.txt": later}))
    question = "2023年工作报告里一共买进新书多少册？"

    def found(*options: str) -> tuple[list[str], list[str]]:
        answer = terminal.done("ask", "--json", "-k", "6", *options, question).json
        return answer["narrowed"], [c["document_id"] for c in answer["citations"] + answer["nearest"]]

    narrowed, documents = found()
    assert narrowed == ["河湾镇图书馆工作报告（2023）"]
    assert set(documents) == {"2023.txt"}
    top = terminal.done("ask", question).lines[0]
    assert "河湾镇图书馆工作报告（2023）" in top
    assert "--no-narrow" in top
    narrowed, documents = found("--no-narrow")
    assert narrowed == []
    assert set(documents) == {"2022.txt", "2023.txt"}


def test_chat_reads_lines_until_the_end(library: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{QUESTION}\n？！\nThe room opens at eight in the morning?\n"))
    ended = library("chat", "-k", "1")
    assert ended.status == 0
    assert ANSWER in ended.out.replace("\n   │ ", "")
    assert "opens at eight" in ended.out
    assert "only punctuation" in ended.err
    assert "问 ›" not in ended.out
    assert not (library.home / "chat_history").exists()


def test_chat_ends_at_an_empty_line(library: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"\n{QUESTION}\n"))
    ended = library("chat")
    assert (ended.status, ended.out.strip()) == (0, "")


@pytest.mark.parametrize("word", ["exit", "Quit", "/quit", "退出"])
def test_chat_has_words_of_its_own(library: Terminal, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"help\n/帮助\n{word}\n{QUESTION}\n"))
    ended = library("chat")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.count("Write a question") == ended.err.count("请输入问题") == 2


def test_chat_notices_a_new_generation(library: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    class Questions(io.StringIO):
        def readline(self, *_: int) -> str:
            if asked:
                return ""
            asked.append(1)
            library.write({"灯塔.txt": "灯塔看守日志\n\n灯塔的守夜人每三个钟头给油灯添一次鲸油，从不间断。\n"})
            with pytest.raises(SystemExit):
                from npcbot.terminal.cli import main

                main(["index", str(library.documents)])
            return "守夜人多久给油灯添一次鲸油？\n"

    asked: list[int] = []
    monkeypatch.setattr("sys.stdin", Questions())
    assert "每三个钟头给油灯添一次鲸油" in library("chat", "-k", "1").out.replace("\n   │ ", "").replace("⟦", "")


def test_docs(library: Terminal) -> None:
    lines = library.done("docs").lines
    assert [line.split("\t")[0] for line in lines[:-1]] == sorted(FILES)
    assert lines[-1] == "3 documents"
    (report,) = [line for line in lines if line.startswith("工作报告.txt")]
    assert "《河湾镇图书馆工作报告》（2022-04-08） · report" in report
    facts = library.done("docs", "--json").json
    assert {fact["document_id"] for fact in facts} == set(FILES)
    assert {fact["sha256"] for fact in facts} == {hashlib.sha256(text.encode()).hexdigest() for text in FILES.values()}


def test_remove(library: Terminal) -> None:
    assert library.done("remove", "riverside.txt", "工作报告.txt").lines == [
        "removed riverside.txt", "removed 工作报告.txt",
    ]  # fmt: skip
    assert library.ids() == ["规则/借阅规则.md"]
    found = library.done("ask", "--json", "-k", "50", "When does the room open? 图书馆").json
    assert {c["document_id"] for c in found["citations"] + found["nearest"]} == {"规则/借阅规则.md"}


def test_remove_takes_all_or_none(library: Terminal) -> None:
    assert "没有.txt" in library.refused("remove", "riverside.txt", "没有.txt")
    assert library.ids() == sorted(FILES)


def test_show_with_neighbours(library: Terminal) -> None:
    with library.collection() as collection:
        info = collection.info("规则/借阅规则.md")
        ids = [stored.passage_id for stored in collection.passages(range(info.first_row, info.end_row))]
    assert len(ids) == 5
    alone = library.done("show", ids[2]).out
    assert "每张借书证一次可以借书五册" in alone
    assert "续借期为十五天" in alone
    assert "口头提醒" not in alone
    for context, wanted in ((1, ids[1:4]), (2, ids), (50, ids)):
        shown = library.done("show", ids[2], "--context", context, "--json").json
        assert [citation["passage_id"] for citation in shown] == wanted
    assert {citation["document_id"] for citation in shown} == {"规则/借阅规则.md"}


def test_an_id_outlives_indexing_again_and_says_when_its_text_changed(library: Terminal) -> None:
    cited = first(library)
    passage_id = cited["passage_id"]
    library.write({"工作报告.txt": REPORT.replace("延长开放时间。", "开放时间延长。")})
    library.done("index", library.documents)
    assert first(library)["passage_id"] == passage_id, "another paragraph changed"
    assert ANSWER in library.done("show", passage_id, "--json").json[0]["excerpt"]

    library.write({"工作报告.txt": REPORT.replace("6120册", "6121册")})
    library.done("index", library.documents)
    said = library.refused("show", passage_id)
    assert passage_id in said
    assert "changed" in said


@pytest.mark.parametrize("name", FILES)
def test_text_is_the_stored_text_byte_for_byte(library: Terminal, name: str) -> None:
    with process(library.home, ["text", name]) as started:
        printed, _ = started.communicate(timeout=60)
    assert printed == FILES[name].encode()
    with library.collection() as collection:
        assert hashlib.sha256(printed).hexdigest() == collection.info(name).sha256


def test_text_keeps_line_ends_and_odd_spaces(terminal: Terminal) -> None:
    odd = "怪样文件\r\n\r\n\u3000\u3000这里有全角空格、\u200b零宽空格和回车换行。\r\n末行没有换行"
    terminal.done("index", terminal.write({"odd.txt": odd}))
    assert terminal.done("text", "odd.txt").out == odd


def test_collections_are_apart_and_can_be_asked_together(terminal: Terminal) -> None:
    folder = terminal.write()
    terminal.done("index", folder / "工作报告.txt")
    terminal.done("index", folder / "规则", "--collection", "rules")
    terminal.done("index", folder / "riverside.txt", "--collection", "english")
    assert terminal.ids() == ["工作报告.txt"]
    assert terminal.ids("rules") == ["借阅规则.md"]
    question = "借书证一次可以借书多少册？"

    def asked(*names: str) -> set[str]:
        options = [option for name in names for option in ("--collection", name)]
        answer = terminal.done("ask", "--json", "-k", "50", *options, question).json
        return {citation["collection"] for citation in answer["citations"] + answer["nearest"]}

    assert asked() == {"default"}
    assert asked("rules") == {"rules"}
    assert asked("default", "rules") == {"default", "rules"}
    assert asked("rules", "rules") == {"rules"}
    both = first(terminal, question, "--collection", "default", "--collection", "rules")
    assert (both["collection"], both["locator"]) == ("rules", "第三条第一款")
    passage_id = both["passage_id"]
    assert terminal.done("show", passage_id, "--json", "--collection", "rules").json[0]["passage_id"] == passage_id
    assert passage_id in terminal.refused("show", passage_id, "--collection", "default")
    assert terminal.done("docs", "--collection", "rules").lines[-1] == "1 documents"
    assert terminal.done("text", "借阅规则.md", "--collection", "rules").out == RULES
    terminal.done("remove", "借阅规则.md", "--collection", "rules")
    assert terminal.ids() == ["工作报告.txt"]


def test_default_collections_of_the_settings(terminal: Terminal) -> None:
    terminal.settings('[collections]\ndefault = ["english", "rules"]\n')
    folder = terminal.write()
    terminal.done("index", folder / "riverside.txt")
    terminal.done("index", folder / "规则", "--collection", "rules")
    assert terminal.ids("english") == ["riverside.txt"]
    answer = terminal.done("ask", "--json", "-k", "50", "借书证 reading room").json
    assert {c["collection"] for c in answer["citations"] + answer["nearest"]} == {"english", "rules"}


def test_version(terminal: Terminal) -> None:
    from npcbot import __version__

    assert terminal.done("--version").out == f"npcbot, version {__version__}\n"
