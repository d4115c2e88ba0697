"""Which documents of a collection hold on a day, and which are statutes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from riverside import NEW, NOTED, OLD, VERSIONS, Build, Same, documents, engine, rules

from npcbot.answer.show import status_of
from npcbot.retrieval.adapter import QueryAdapter
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.standing import Standing
from npcbot.types import DateKind, Source, TypedDate


def test_versions_hold_one_after_the_other(build: Build) -> None:
    collection = build(*NOTED, *VERSIONS)
    standing = Standing([collection])
    assert standing.out_of_force("test", "2018-01-01") == {NEW}
    assert standing.out_of_force("test", "2022-01-01") == {OLD}
    rows = standing.in_force("test", "2022-01-01")
    held = {collection.document_of(row).document_id for row in rows.nonzero()[0]}
    assert held == {info.document_id for info in collection.documents()} - {OLD}


def test_a_repealed_law_holds_until_then_and_steps_back(build: Build) -> None:
    """The older rules repeat the question's words, and the newer ones say that they are repealed."""
    older = replace(rules("旧.txt", "2015-05-20", "四"), title="河湾镇浅滩旧规定")
    newer = rules("新.txt", "2020-03-01", "六")
    text = f"{newer.text}\n第三条 本规定自2020年6月1日起施行。《河湾镇浅滩旧规定》同时废止。\n"
    in_force = TypedDate(DateKind.IN_FORCE, "2020-06-01", Source.TEXT)
    collection = build(older, replace(newer, text=text, dates=(*newer.dates, in_force), sha256=""))
    standing = Standing([collection])
    assert standing.out_of_force("test", "2020-05-31") == {"新.txt"}
    assert standing.out_of_force("test", "2020-06-01") == {"旧.txt"}
    info = collection.info("旧.txt")
    assert (info.repealed_by, info.repealed_on) == ("新.txt", "2020-06-01")
    assert status_of(collection, info).endswith("已由《河湾镇浅滩保护规定》废止，自2020-06-01起")
    assert documents(engine(collection).search("水深不超过四米的河滩", 4, narrow=False))[0] == "新.txt"
    assert set(documents(engine(collection).search("浅滩的水有多深？", 4, as_of="2019-01-01"))) == {"旧.txt"}


def test_rows_of_statutes(build: Build) -> None:
    law = replace(VERSIONS[0], document_id="法.txt", title="河湾镇浅滩保护法")
    collection = build(law, *NOTED, *VERSIONS)
    rows = Standing([collection]).statutes("test")
    assert rows.shape == (collection.n,)
    assert {collection.document_of(row).document_id for row in rows.nonzero()[0]} == {"法.txt"}


@pytest.mark.parametrize(("gate", "first"), [(60.0, "2.txt"), (-60.0, "1.txt")], ids=["of law", "of anything"])
def test_a_statute_comes_first_where_law_is_asked_about(build: Build, gate: float, first: str) -> None:
    """Nothing else tells these two apart. The second collection has no passage, so that places must be kept."""
    nothing = np.zeros(256, np.float32)
    adapter = QueryAdapter(np.zeros((256, 256), np.float32), nothing, nothing, gate)
    weights = replace(UNFITTED.weights, statute=0.2)
    rule, law = (
        replace(rules(f"{number}.txt", "2015-05-20", depth), title=title)
        for number, title, depth in ((1, "河湾镇浅滩保护规定", "四"), (2, "河湾镇浅滩保护法", "五"))
    )
    same = Same(dim=256)
    collection, empty = (build(*some, name=name, encoder=same) for name, some in (("b", [rule, law]), ("a", [])))
    asked = Engine([empty, collection], same, replace(UNFITTED, adapter=adapter, weights=weights))
    assert documents(asked.search("浅滩的水有多深？", 2, as_of="2016-01-01"))[0] == first


def test_an_article_that_is_named_must_hold_on_the_day_too(build: Build) -> None:
    asked = engine(build(*VERSIONS, *NOTED))
    for day, expected in (("2016-01-01", {OLD}), ("2022-01-01", {NEW})):
        assert set(documents(asked.search("河湾镇浅滩保护规定第二条", 50, as_of=day))) == expected


def test_what_is_known_of_one_day_is_not_taken_for_another(build: Build) -> None:
    standing = Standing([build(*VERSIONS)])
    days = [f"20{year:02}-{month:02}-01" for year in range(14, 23) for month in range(1, 13)]
    for _ in range(2):
        assert {standing.out_of_force("test", day) for day in days if day > "2021-03-25"} == {frozenset({OLD})}
        assert {standing.out_of_force("test", day) for day in days if day < "2015-05-20"} == {frozenset({OLD, NEW})}
