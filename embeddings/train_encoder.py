"""Trains the encoder on questions and on pairs made from the corpus, by contrast.

    python embeddings/convert.py --fp32 START
    python embeddings/lessons.py --shared ../shared --out LESSONS
    python embeddings/train_encoder.py --start START --lessons LESSONS --out FOLDER

The loss is InfoNCE over the batch and one mined negative a question, at 384, 256 and 128 dimensions at once
(Matryoshka; Kusupati et al., 2022). A batch is of one source, so that the others in it are not too easy. Word vectors
and the rest of the input layer stay as they are: they keep the languages aligned, and their 4-bit blocks are shipped.
The first round is over the public sets and what can be made of the corpus, the second over questions of our own.

What is kept of a round lies between the weights it began with and those it ended with: nearly all that was learnt, and
nothing of the rest is lost (Wortsman et al., *Robust fine-tuning of zero-shot models*, 2022).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copy, copytree
from typing import Any

from teaching import SEED, folders, held_out, in_either_script, read
from vocabulary import PROMPTS

DIMENSIONS = (384, 256, 128)
BATCH, RATE, TEMPERATURE = 32, 4e-5, 0.03
#: Layers that stay as they are, beside the input layer: the lowest are the most general, and time is saved.
FROZEN = 6


@dataclass(frozen=True)
class Round:
    """``times``: how often the questions of each source are shown, each time with another window and negative; others
    are not. ``made``: the share of the pairs made from the corpus that are shown. ``longest``: the tokens seen of a
    text; most windows have fewer. ``moved``: how far the weights go from those before (0) to the trained ones (1)."""

    times: Mapping[str, int]
    made: float
    longest: int
    moved: float


OWN = ("statutes", "rules", "reports", "english_cmrc2018_dev", "english_drcd_dev_simp")
ROUNDS = (
    Round({"stard_lrb": 4, "cmrc2018_dev": 1, "drcd_dev_simp": 1}, made=0.5, longest=192, moved=0.5),
    Round({"stard_lrb": 1} | dict.fromkeys(OWN, 1), made=0.0, longest=128, moved=0.3),
)


def triplets(lessons: list[dict[str, Any]], chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Each positive window with a negative, the likeliest of those drawn more often."""
    for lesson in lessons:
        windows = lesson["positives"]
        # All articles that answer a question of law, but one of the windows that hold the same answer.
        for positive in windows if lesson["source"] == "stard_lrb" else [chance.choice(windows)]:
            if lesson["negatives"]:
                place = min(int(chance.expovariate(1 / 4)), len(lesson["negatives"]) - 1)
                yield lesson["query"], positive, lesson["negatives"][place]


def shown(folder: Path, round_: Round, chance: random.Random) -> dict[str, dict[str, list[str]]]:
    """The texts of a round by their source: ``anchor``, ``positive`` and, but for pairs made from the corpus,
    ``negative``, of the same length."""
    by_source: dict[str, list[dict[str, Any]]] = {}
    for lesson in read(folder / "questions.jsonl"):
        if lesson["source"] in round_.times and not held_out(lesson):
            by_source.setdefault(lesson["source"], []).append(in_either_script(lesson, chance))
    columns = {}
    for source, lessons in by_source.items():
        if rows := [row for _ in range(round_.times[source]) for row in triplets(lessons, chance)]:
            columns[source] = dict(
                zip(("anchor", "positive", "negative"), map(list, zip(*rows, strict=True)), strict=True)
            )
    if round_.made:
        rest = [lesson for lesson in read(folder / "made.jsonl") if chance.random() < round_.made]
        columns["made"] = {
            "anchor": [lesson["query"] for lesson in rest],
            "positive": [lesson["positives"][0] for lesson in rest],
        }
    return columns


def move(model: Any, start: Mapping[str, Any], share: float) -> None:
    """Puts the weights of ``model`` back towards those of ``start``, in place; ``share`` 1 leaves them as they are."""
    import torch

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.lerp(start[name], parameter, share))


def train(model: Any, taught: Mapping[str, dict[str, list[str]]], out: Path) -> None:
    import torch
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.sentence_transformer.losses import MatryoshkaLoss, MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers, MultiDatasetBatchSamplers

    contrast = MultipleNegativesRankingLoss(model, scale=1 / TEMPERATURE)
    settings = SentenceTransformerTrainingArguments(
        output_dir=str(out / "steps"),
        num_train_epochs=1,
        per_device_train_batch_size=BATCH,
        learning_rate=RATE,
        warmup_steps=0.1,
        bf16=torch.cuda.is_available(),
        use_cpu=not torch.cuda.is_available(),
        seed=SEED,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
        prompts={"anchor": PROMPTS["query"], "positive": PROMPTS["passage"], "negative": PROMPTS["passage"]},
        logging_steps=10,
        save_strategy="no",
        report_to="none",
    )
    sets = {name: Dataset.from_dict(columns) for name, columns in taught.items()}
    loss = MatryoshkaLoss(model, contrast, list(DIMENSIONS))
    SentenceTransformerTrainer(model=model, args=settings, train_dataset=sets, loss=loss).train()


def main() -> None:
    arguments = folders(__doc__)
    from sentence_transformers import SentenceTransformer

    folder = arguments.start
    for number, round_ in enumerate(ROUNDS):
        before, folder = folder, arguments.out / f"round{number}"
        # An interrupted training goes on with the round that was not finished.
        if (folder / "modules.json").exists():
            continue
        # Without dropout the fused attention can be used, which trains nearly half as fast again on a processor.
        model = SentenceTransformer(
            str(before), config_kwargs={"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        )
        model.max_seq_length = round_.longest
        bert = model[0].auto_model
        start = {name: parameter.detach().cpu().clone() for name, parameter in model.named_parameters()}
        for part in (bert.embeddings, *bert.encoder.layer[:FROZEN]):
            part.requires_grad_(False)
        taught = shown(arguments.lessons, round_, random.Random(SEED + number))
        print(*(f"{name}: {len(columns['anchor'])}" for name, columns in taught.items()), sep="\n", flush=True)
        train(model, taught, arguments.out)
        move(model.cpu(), start, round_.moved)
        model.save(str(folder))
    # remake.py goes by the last of these.
    last = folder / "modules.json"
    copytree(folder, arguments.out, dirs_exist_ok=True, ignore=lambda *_: [last.name])
    copy(last, arguments.out)


if __name__ == "__main__":
    main()
