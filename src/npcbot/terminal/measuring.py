"""``npcbot eval``: data sets in, a table out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from npcbot.config import load_settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.evaluation import beir
from npcbot.evaluation.measure import MEASURES, Result, evaluate, indexed, paired_bootstrap
from npcbot.retrieval import confidence
from npcbot.retrieval.found import Mode
from npcbot.retrieval.reading import load_reranking
from npcbot.terminal.indexing import ProgressLine
from npcbot.terminal.plain import one


def results(
    folders: Sequence[str], modes: Sequence[str], unanswerable: Sequence[str], near: bool
) -> Iterator[tuple[Result, dict[str, Any]]]:
    """Each data set in each mode; with the last mode the comparison of hybrid with the best of the others, where hybrid
    and at least two others were run.

    Indexes lie under ``home/eval`` and are used again.
    """
    settings = load_settings()
    encoder = load_encoder(settings.encoder)
    calibration = confidence.load(bundled_folder() / confidence.FILE, encoder.fingerprint)
    reranking = load_reranking(settings)
    others = [beir.load(Path(folder)) for folder in unanswerable]
    for folder in folders:
        dataset = beir.load(Path(folder))
        progress = ProgressLine()
        try:
            with indexed(settings.home / "eval", dataset, encoder, settings, progress) as collection:
                done: dict[str, Result] = {}
                for mode in modes:
                    result = evaluate(
                        dataset,
                        collection,
                        encoder,
                        calibration,
                        Mode(mode),
                        candidates=settings.retrieval.candidates,
                        reranking=reranking,
                        unanswerable=others,
                        near=near,
                        progress=progress,
                    )
                    progress.close()
                    done[mode] = result
                    yield result, _compared(done) if mode == modes[-1] else {}
        finally:
            progress.close()


@dataclass(frozen=True, slots=True)
class Benched:
    """Of one bench: as lines and as an object."""

    lines: list[str]
    as_json: dict[str, Any]


def benched(
    name: str | None, asked: int, encoded: int, fp32: str | None, threads: int, say: Callable[[str], None]
) -> Benched:
    """Opens a collection, timing that too, and runs the bench over it."""
    from npcbot.answer import Library
    from npcbot.evaluation.bench import bench, rows

    settings = load_settings()
    settings = replace(settings, encoder=replace(settings.encoder, threads=threads))
    began = time.perf_counter()
    with Library(settings) as library, library.answerer([one(settings, name)]) as answerer:
        loading = time.perf_counter() - began
        folder = Path(fp32) if fp32 else None
        done = bench(
            answerer,
            library.encoder,
            asked=asked,
            encoded=encoded,
            fp32=folder,
            threads=threads,
            say=say,
        )
        done.facts["open_ms"] = 1000 * loading
    return Benched(list(rows(done)), {"facts": done.facts, "ratios": done.ratios})


def _compared(done: dict[str, Result]) -> dict[str, Any]:
    """nDCG@10 of hybrid less the best of the others, with the 95% interval of a paired bootstrap."""
    parts = [mode for mode in done if mode != Mode.HYBRID]
    if Mode.HYBRID not in done or len(parts) < 2:
        return {}
    better = max(parts, key=lambda mode: done[mode].measures["nDCG@10"])
    mean, low, high = paired_bootstrap(done["hybrid"].per_query, done[better].per_query)
    return {"better_part": better, "difference": mean, "low": low, "high": high}


def header() -> str:
    return f"{'set':24}{'mode':8}" + "".join(f"{name:>9}" for name in MEASURES) + f"{'marked':>9}{'answered':>10}"


def lines(result: Result, comparison: dict[str, Any]) -> Iterable[str]:
    """A row of the table, and what else was measured beneath it."""
    row = f"{result.name[:23]:24}{result.mode:8}" + "".join(f"{result.measures[name]:9.3f}" for name in MEASURES)
    row += f"{result.marked:9.3f}" if result.marked is not None else f"{'–':>9}"
    yield row + f"{result.answered:10.3f}"
    yield f"  nDCG@10 95% {result.interval[0]:.3f} … {result.interval[1]:.3f}"
    for name, value in result.auroc.items():
        share = result.answered_unanswerable[name]
        yield f"  unanswerable {name}: AUROC {value:.3f}, {share:.1%} of them answered"
    if comparison:
        yield (
            f"  hybrid − {comparison['better_part']} = {comparison['difference']:+.4f} nDCG@10"
            f" (95% {comparison['low']:+.4f} … {comparison['high']:+.4f})"
        )
