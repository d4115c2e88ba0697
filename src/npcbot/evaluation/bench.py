"""How fast it is, as ratios in one run: the bundled encoder against sentence-transformers, FAISS against NumPy."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from npcbot.answer import Answerer
from npcbot.config import load_settings
from npcbot.errors import ConfigError, NpcbotError
from npcbot.index import Collection, update
from npcbot.passages import display, sentences
from npcbot.types import Document, Encoder, Vectors

_BATCHES: Final = (8, 16, 32, 64)
_ROUNDS: Final = 3
_LONGEST_QUESTION: Final = 40
#: Passages that are looked at for questions, however few are wanted.
_LEAST_TRIED: Final = 100

Say = Callable[[str], None]


@dataclass
class Bench:
    """Times in milliseconds and seconds as named, memory in MB; ``ratios`` are of times in this run."""

    facts: dict[str, float] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)


def questions(collection: Collection, count: int) -> list[str]:
    """Up to ``count`` distinct questions out of the collection itself: beginnings of sentences, spread evenly over the
    passages."""
    found: dict[str, None] = {}
    # Of many passages no question can be made, or one that there is already.
    for stored in collection.passages(_spread(collection.n, max(_LEAST_TRIED, 3 * count))):
        document = collection.document(stored.document_id)
        passage = stored.passage
        spans = sentences(document.text, passage.start, passage.end)
        start, end = spans[len(spans) // 2]
        asked = " ".join(display(document.text, start, end, passage).split())[:_LONGEST_QUESTION]
        if sum(character.isalnum() for character in asked) >= 6:
            found.setdefault(asked)
    different = list(found)
    return [different[place] for place in _spread(len(different), count)]


def texts(collection: Collection, count: int) -> list[str]:
    """Passages to encode, spread evenly; as they stand, without title and headings."""
    shown = []
    for stored in collection.passages(_spread(collection.n, count)):
        document = collection.document(stored.document_id)
        shown.append(display(document.text, stored.passage.start, stored.passage.end, stored.passage))
    return shown


def _spread(n: int, count: int) -> list[int]:
    """Up to ``count`` of the places 0 to ``n - 1``, evenly."""
    return [int(place) for place in np.linspace(0, n - 1, min(count, n))]


def bench(
    answerer: Answerer, encoder: Encoder, *, asked: int, encoded: int, fp32: Path | None, threads: int, say: Say
) -> Bench:
    """Runs everything over the one collection of the answerer. Nothing is cached between questions.

    Raises:
        ConfigError: the collection has no passages, or none to make a question of.
    """
    (collection,) = answerer.engine.collections
    if not collection.n:
        raise ConfigError("The collection is empty.", "Index something first: npcbot index PATH")
    made = questions(collection, asked)
    if not made:
        raise ConfigError(
            f"The texts of collection {collection.name!r} are too short to make questions of.",
            "Index longer ones, or name another collection: npcbot bench --collection NAME",
        )
    done = Bench()
    _questions(answerer, made, done)
    say(f"{int(done.facts['questions'])} questions over {collection.n:,} passages: {_shown(done.facts, '_ms')}")
    passages = texts(collection, encoded)
    ours, theirs = _encoding(encoder, passages, fp32, threads)
    done.facts["encode_passages_per_s"] = len(passages) / ours
    say(f"encoding {len(passages)} passages: {len(passages) / ours:.0f} a second")
    if theirs:
        batch, seconds = min(theirs.items(), key=lambda item: item[1])
        done.facts["fp32_passages_per_s"] = len(passages) / seconds
        done.facts["fp32_batch"] = batch
        done.ratios["encoder over fp32"] = seconds / ours
        say(
            f"sentence-transformers fp32, batch {batch}: {len(passages) / seconds:.0f} a second;"
            f" the encoder is {seconds / ours:.2f} times as fast"
        )
    _numpy(collection, encoder, done)
    say(f"exact search of {collection.n:,} passages: {_shown(done.facts, 'search_')}")
    done.facts["index_passages_per_s"] = _indexing(collection, encoder, encoded)
    say(f"indexing: {done.facts['index_passages_per_s']:.0f} passages a second, windows and all")
    done.facts["cold_ask_s"], done.facts["cold_peak_memory_mb"] = _cold(collection)
    # Of this process, which has run the baseline too if one was given; in kilobytes on Linux, bytes on macOS.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    done.facts["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    say(f"cold npcbot ask: {done.facts['cold_ask_s']:.2f} s, peak memory {done.facts['cold_peak_memory_mb']:.0f} MB")
    return done


def _questions(answerer: Answerer, asked: Sequence[str], done: Bench) -> None:
    began = time.perf_counter()
    answerer.ask(asked[0])
    done.facts["first_question_ms"] = 1000 * (time.perf_counter() - began)
    stages: dict[str, list[float]] = {}
    for question in asked:
        for stage, value in answerer.ask(question).timings_ms.items():
            stages.setdefault(stage, []).append(value)
    done.facts["questions"] = len(asked)
    for stage, values in stages.items():
        done.facts[f"{stage}_p50_ms"] = float(np.percentile(values, 50))
        done.facts[f"{stage}_p95_ms"] = float(np.percentile(values, 95))


def _encoding(encoder: Encoder, passages: list[str], fp32: Path | None, threads: int) -> tuple[float, dict[int, float]]:
    """Seconds of the encoder, and of the baseline by batch size; the best of several rounds, taken in turn."""
    model: Any = None
    if fp32 is not None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        try:
            model = SentenceTransformer(str(fp32), device="cpu")
        except Exception as error:  # whatever torch and transformers raise
            raise NpcbotError(
                f"{fp32}: no sentence-transformers model: {error}", "embeddings/README.md makes it."
            ) from error
        model.encode(passages[:8], show_progress_bar=False)
    encoder.encode_passages(passages[:8])
    ours: list[float] = []
    theirs: dict[int, float] = {}
    for _ in range(_ROUNDS):
        ours.append(_timed(lambda: encoder.encode_passages(passages)))
        for batch in _BATCHES if model is not None else ():
            prompted = [f"passage: {text}" for text in passages]
            encode = partial(model.encode, prompted, batch_size=batch, prompt="", show_progress_bar=False)
            seconds = _timed(partial(encode, normalize_embeddings=True))
            theirs[batch] = min(seconds, theirs.get(batch, seconds))
    return min(ours), theirs


def _numpy(collection: Collection, encoder: Encoder, done: Bench) -> None:
    """The dense search against a plain product with as many random vectors in memory as there are windows."""
    vectors = encoder.encode_queries([f"第{number}条规定了什么" for number in range(20)])
    matrix = np.ascontiguousarray(
        np.random.default_rng(0).standard_normal((collection.manifest.windows, encoder.dim)), dtype=np.float32
    )
    ours = [_timed(partial(collection.dense, vector, 100)) for vector in vectors]
    plain = [_timed(partial(_brute_force, matrix, vector, 100)) for vector in vectors]
    done.facts["search_faiss_ms"] = 1000 * float(np.median(ours))
    done.facts["search_numpy_ms"] = 1000 * float(np.median(plain))
    done.ratios["search over NumPy"] = done.facts["search_numpy_ms"] / done.facts["search_faiss_ms"]


def _brute_force(matrix: Vectors, vector: Vectors, k: int) -> npt.NDArray[np.int64]:
    return np.argpartition(-(matrix @ vector), min(k, len(matrix) - 1))[:k]


def _indexing(collection: Collection, encoder: Encoder, passages: int) -> float:
    """Passages a second of indexing documents of the collection, about ``passages`` of them, into an empty home."""
    chosen: list[Document] = []
    room = passages
    infos = list(collection.documents())
    for info in infos[:: max(1, len(infos) // 20)]:
        held = info.end_row - info.first_row
        if held <= room or not chosen:
            chosen.append(collection.document(info.document_id))
            room -= held
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        report = update(Path(home), "bench", chosen, encoder=encoder, settings=load_settings().index)
        return report.passages / (time.perf_counter() - began)


#: Asks once and prints the peak memory of its own process in MB; what a fork left there does not count on Linux.
_ASK_ONCE: Final = """
import re, resource, sys
from npcbot.terminal.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    if end.code:
        raise
try:
    peak = int(re.search(r"VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1]) / 1e3
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(f"\\npeak {peak}")
"""


def _cold(collection: Collection) -> tuple[float, float]:
    """Seconds of one ``npcbot ask`` in a new process, the best of three, and its peak memory in MB."""
    question = "全国人民代表大会常务委员会多久举行一次会议？"
    command = [sys.executable, "-c", _ASK_ONCE, "ask", "-k", "1", "--collection", collection.name, question]
    best, peak = float("inf"), 0.0
    for _ in range(3):
        began = time.perf_counter()
        ended = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
        best = min(best, time.perf_counter() - began)
        if ended.returncode:
            raise NpcbotError(f"npcbot ask failed in a new process:\n{ended.stderr.strip()}", "Run npcbot doctor.")
        peak = max(peak, float(ended.stdout.rpartition("peak ")[2]))
    return best, peak


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _shown(facts: dict[str, float], part: str) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in facts.items() if part in name)


def rows(done: Bench) -> Iterator[str]:
    """The summary: every figure a line."""
    for name, value in done.facts.items():
        yield f"{name:28}{value:12.2f}"
    for name, value in done.ratios.items():
        yield f"{name:28}{value:11.2f}×"
