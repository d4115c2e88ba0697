"""Fits what ships beside the encoder: fusion weights, the marking of sentences, the confidence model.

    python embeddings/fit.py --shared ../shared            writes embeddings/encoder/calibration.json

Indexes of the sets are made under ``NPCBOT_HOME/eval`` and used again, by ``npcbot eval`` too. Questions are split in
two by a hash of their ids: the confidence model is fitted on one half and its measures printed for the other.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from math import inf
from pathlib import Path
from typing import Any

from fit_judging import FOREIGN, RIDGE, RIDGE_FOREIGN, Table, asked, fit_confidence, fit_marking, half, tables
from fit_ranking import fit_fusion, fit_mixings, gather, read
from teaching import kept_for_fitting
from written import LAWS, english, halves, rows, rules, statutes

from npcbot.config import load_settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.evaluation import beir
from npcbot.evaluation.measure import indexed
from npcbot.index import Collection
from npcbot.rerankers import load_reranker
from npcbot.retrieval import adapter, confidence
from npcbot.retrieval.confidence import UNFITTED, Calibration, Features, Judgement
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Mode
from npcbot.retrieval.question import is_chinese
from npcbot.retrieval.reading import Reranking
from npcbot.terminal.indexing import ProgressLine

SETS = ("cmrc2018_trial", "ncp_gov_passages", "ncp_gov_docs", "stard_lrb", "xquad_zh", "xquad_en2zh")
MARKED = ("cmrc2018_dev", "drcd_dev_simp")
#: Questions of each of these that marking is fitted on, and of the English ones about the same texts.
MOST_MARKED, MOST_FOREIGN = 2000, 500
#: Sets of which the models have seen nothing: marking is fitted on one half of their questions too, and of ours on
#: articles that are new to the reader, and measured on so many of the other half of each.
UNREAD = ("cmrc2018_trial", "xquad_zh", "xquad_en2zh")
MOST_HELD = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--reader", action="store_true", help="fit the reader's part only and leave the rest as it is")
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    arguments = parser.parse_args()
    settings = load_settings()
    encoder = load_encoder(settings.encoder)
    reranker = load_reranker(settings.reranker, settings.encoder.threads)
    datasets = {name: beir.load(arguments.shared / "eval" / name) for name in arguments.sets}
    marked = {name: beir.load(arguments.shared / "train" / name) for name in MARKED}
    # Questions of our own, as others of law are few and ask for some laws only.
    laws = beir.load(arguments.shared / "train" / LAWS)
    ours = (
        only(made, lambda _, question: kept_for_fitting(question) and is_chinese(question))
        for made in (statutes(laws), rules(laws))
    )
    own = {made.name: made for made in ours if made.queries}
    judged = datasets | ({some.name: some for some in halves(own["statutes"])} if "statutes" in own else {})
    unread = {name: datasets[name] for name in UNREAD if name in datasets}
    if (law := new_articles(statutes(laws))).queries:
        unread[law.name] = law
    marked |= {dataset.name: dataset for dataset in map(english, list(marked.values()))}
    progress = ProgressLine()
    opened: dict[str, Collection] = {}
    for name, dataset in (judged | marked | own | unread).items():
        opened[name] = indexed(settings.home / "eval", dataset, encoder, settings, progress)
    progress.close()
    # Without a limit of time, so that what is fitted does not depend on the machine.
    reranking = None if reranker is None else Reranking(reranker, settings.reranker.depth, inf)

    def engines(calibration: Calibration) -> dict[str, Engine]:
        return {name: Engine([c], encoder, calibration, reranking=reranking) for name, c in opened.items()}

    path = bundled_folder() / confidence.FILE
    if arguments.reader:
        fitted, facts = confidence.load(path, encoder.fingerprint), json.loads(path.read_text("utf-8"))
        if facts["encoder"] != encoder.fingerprint:
            parser.error(f"{path.name} was fitted for another encoder: leave --reader out")
    else:
        fitted = replace(UNFITTED, adapter=adapter.load(bundled_folder() / adapter.FILE, encoder.fingerprint))
        print("fusion")
        asking = engines(fitted)
        gathered = {name: gather(dataset, asking[name]) for name, dataset in (datasets | own).items()}
        fitted = replace(fitted, weights=fit_fusion(gathered))
        facts = {
            "encoder": encoder.fingerprint,
            "features": [field.name for field in fields(Features)],
            "fusion": asdict(fitted.weights),
            "threshold": fitted.threshold,
            "fitted_on": {
                "fusion": list(gathered),
                "marking": [*marked, *unread],
                "confidence": [*judged, *(name for name in marked if name in FOREIGN)],
            },
            "command": "python embeddings/fit.py --shared ../shared",
        }
        print("without the reader")
        facts["plain"] = judgement(judged, marked, unread, engines(fitted), None)
        fitted = replace(fitted, plain=confidence.judged(facts["plain"]))
    if reranking is not None:
        print("with the reader")
        asking = engines(fitted)
        ranked = {name: read(dataset, asking[name], reranking.reranker) for name, dataset in (datasets | own).items()}
        chinese, foreign = (
            fit_mixings({name: some for name, some in ranked.items() if (name in FOREIGN) is there}, reranking.depth)
            for there in (False, True)
        )
        fingerprint = reranking.reranker.fingerprint
        fitted = replace(fitted, reranker=fingerprint, mixings=chinese, mixings_foreign=foreign)
        facts["fitted_on"]["mixings"] = list(ranked)
        facts["reranker"] = {"fingerprint": fingerprint}
        facts["reranker"] |= {"mixings": asdict(chinese), "mixings_foreign": asdict(foreign)}
        facts["reranker"] |= judgement(judged, marked, unread, engines(fitted), reranking)
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"wrote {path.name}")


def judgement(
    judged: Mapping[str, beir.Dataset],
    marked: Mapping[str, beir.Dataset],
    unread: Mapping[str, beir.Dataset],
    engines: dict[str, Engine],
    reranking: Reranking | None,
) -> dict[str, Any]:
    """How to mark and to judge, with the reader or without, as ``confidence.load`` reads it."""
    new = not_shown(marked)
    # The encoder has seen these sets' Chinese questions; what it says within a passage counts for foreign ones alone.
    unseen = {
        name: only(some, lambda _, question: new(question)) if reranking is not None or name in FOREIGN else some
        for name, some in marked.items()
    }

    def of_half(part: int) -> dict[str, beir.Dataset]:
        return {name: only(some, lambda of, _: half(of) == part) for name, some in unread.items()}

    def known(sets: Mapping[str, beir.Dataset], foreign: bool, most: int) -> list[Table]:
        mine = ((engines[name], some) for name, some in sets.items() if (name in FOREIGN) is foreign)
        return [table for engine, some in mine for table in tables(some, engine, reranking, most)]

    taught, held = {**unseen, **of_half(0)}, of_half(1)
    marks = fit_marking(known(taught, False, MOST_MARKED), known(held, False, MOST_HELD), RIDGE)
    marks_foreign = fit_marking(known(taught, True, MOST_FOREIGN), known(held, True, MOST_HELD), RIDGE_FOREIGN)
    marking = Judgement(marks, marks_foreign, UNFITTED.plain.intercept, UNFITTED.plain.coefficients)
    for engine in engines.values():
        fitted = engine.calibration
        engine.calibration = replace(fitted, plain=marking) if reranking is None else replace(fitted, read=marking)
    judging = {**judged, **{name: dataset for name, dataset in unseen.items() if name in FOREIGN}}
    intercept, coefficients, held_out = fit_confidence(
        asked(judging, {**judged, **marked}, engines, Mode.FUSED if reranking is None else Mode.HYBRID)
    )
    for name, value in held_out.items():
        print(f"  {name}: {value}")
    return {
        "mark": marks,
        "mark_foreign": marks_foreign,
        "intercept": intercept,
        "coefficients": coefficients,
        "held_out": held_out,
    }


def new_articles(asked_of_laws: beir.Dataset) -> beir.Dataset:
    """The Chinese questions about articles whose answers the reader was not shown."""
    gold = asked_of_laws.qrels
    return only(asked_of_laws, lambda of, question: is_chinese(question) and any(map(kept_for_fitting, gold[of])))


def not_shown(sets: Mapping[str, beir.Dataset]) -> Callable[[str], bool]:
    """Whether the models were shown a question of these sets neither in Chinese nor in English."""
    chinese = {of: question for some in sets.values() for of, question in some.queries.items()}
    twins: dict[str, tuple[str, str]] = {}
    for of, in_english in rows("english"):
        if of in chinese:
            pair = (chinese[of], in_english)
            twins |= dict.fromkeys(pair, pair)
    return lambda question: all(map(kept_for_fitting, twins.get(question, (question,))))


def only(dataset: beir.Dataset, wanted: Callable[[str, str], bool]) -> beir.Dataset:
    """The set with those of its questions, by id and text, that are wanted."""
    return replace(dataset, queries={of: asked for of, asked in dataset.queries.items() if wanted(of, asked)})


if __name__ == "__main__":
    main()
