"""The questions written for the models, and the texts that answer them."""

from __future__ import annotations

import re

import pytest
import written
from material import SHARED

from npcbot.evaluation import beir
from npcbot.types import Document, Kind

#: How many fields their lines have.
NAMES = {"statutes": {2, 3}, "rules": {3}, "encyclopedia": {3}, "english": {2}, "reports": {3}, "unanswered": {2}}
HAN = re.compile(r"[\u4e00-\u9fff]")
SET = beir.Dataset(
    "ferries",
    (Document("d1", "渡口每半个钟头开一班船。船票两块钱，学生半价。", "渡口", Kind.OTHER),),
    {"q1": "船票多少钱？", "q2": "多久一班？"},
    {"q1": {"d1": 1}, "q2": {"d1": 1}},
    {"q1": ("两块钱",), "q2": ("每半个钟头",)},
)

with_shared = pytest.mark.skipif(not (SHARED / "train").is_dir(), reason=f"{SHARED} is not there")


def test_the_files_are_those_that_are_read() -> None:
    assert {path.stem for path in written.FOLDER.glob("*.tsv")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_whole_and_asks_something_of_its_own(name: str) -> None:
    rows = written.rows(name)
    assert len(rows) > 500
    assert {len(row) for row in rows} == NAMES[name]
    assert all(field == field.strip() and field for row in rows for field in row)
    assert len({(of, question) for of, question, *_ in rows}) == len(rows)
    if name == "english":
        assert not [question for _, question in rows if HAN.search(question)]


@pytest.mark.parametrize("name", ["statutes", "rules", "encyclopedia", "reports"])
def test_no_answer_repeats_a_sentence(name: str) -> None:
    parts = [part for _, _, *told in written.rows(name) for answer in told for part in answer.split(written.LEFT_OUT)]
    assert max(map(len, parts)) <= 12


def test_an_answer_is_found_by_its_beginning_and_end() -> None:
    text = SET.documents[0].text
    assert written.whole(text, "两块钱") == "两块钱"
    assert written.whole(text, "船票 ... 半价") == "船票两块钱，学生半价"
    with pytest.raises(ValueError):
        written.whole(text, "船票 ... 三块钱")


def test_other_questions_are_asked_of_the_same_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "rows", lambda name: [["q2", "How often does the ferry leave?"], ["q9", "Elsewhere?"]])
    dataset = written.english(SET)
    assert (dataset.documents, dataset.name) == (SET.documents, "english_ferries")
    assert list(dataset.queries.values()) == ["How often does the ferry leave?"]
    (query,) = dataset.queries
    assert (dataset.qrels[query], dataset.answers[query]) == ({"d1": 1}, ("每半个钟头",))


def test_a_paragraph_of_a_report_is_a_record_under_its_titles() -> None:
    text = "# 1999年政府工作报告\n\n## 渡口\n\n去年修了三个渡口，都已通船。\n\n## 桥\n\n今年再修两座桥。"
    report = Document("国务院政府工作报告_1999.txt", text, "1999年政府工作报告", Kind.REPORT)
    records = list(written.records(report))
    assert [record.document_id for record in records] == ["gov1999#0", "gov1999#1"]
    assert [record.text for record in records] == ["去年修了三个渡口，都已通船。", "今年再修两座桥。"]
    assert records[1].title.startswith("1999年政府工作报告")
    assert records[1].title.endswith("桥")


def test_laws_that_are_asked_about_are_parted_in_two() -> None:
    laws = [f"样本市{number}规定" for number in range(8)]
    records = [Document(f"{law}{n}", "渡口", f"{law}第{n}条", Kind.LAW) for law in laws for n in "一二"]
    asked = {law: f"{law}说了什么？" for law in laws[1:]}
    first, second = written.halves(
        beir.Dataset("statutes", tuple(records), asked, {law: {f"{law}一": 1} for law in laws[1:]}, {})
    )
    assert sorted([*first.queries, *second.queries]) == laws[1:]
    for half in (first, second):
        assert half.queries
        assert {record.document_id for record in half.documents} == {
            f"{law}{n}" for law in half.queries for n in "一二"
        }


@with_shared
def test_every_question_leads_to_its_text() -> None:
    laws = beir.load(SHARED / "train" / "stard_lrb")
    for name, dataset in (("statutes", written.statutes(laws)), ("rules", written.rules(laws))):
        assert len(dataset.queries) == len(written.rows(name))
    quoted = [beir.load(SHARED / "train" / name) for name in ("cmrc2018_dev", "drcd_dev_simp")]
    for name, asked in (("english", written.english), ("encyclopedia", written.encyclopedia)):
        assert sum(len(asked(dataset).queries) for dataset in quoted) == len(written.rows(name))
    reports = written.reports(SHARED / "corpus")
    assert len(reports.queries) == len(written.rows("reports"))
    assert len(list(written.unanswered((laws, reports, *quoted)))) == len(written.rows("unanswered"))
