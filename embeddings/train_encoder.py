"""Trains the encoder on questions and on pairs made from the corpus, by contrast.

    python embeddings/convert.py --fp32 START
    python embeddings/lessons.py --shared ../shared --out LESSONS
    python embeddings/train_encoder.py --start START --lessons LESSONS --out FOLDER

The loss is InfoNCE over the batch and one mined negative a question, at 384, 256 and 128 dimensions at once
(Matryoshka; Kusupati et al., 2022). A batch is of one source, so that the others in it are not too easy. Word vectors
and the rest of the input layer stay as they are: they keep the languages aligned, and their 4-bit blocks are shipped.

What is kept lies half way between the starting weights and the trained ones: nearly all that was learnt of the law, and
nothing of the rest is lost (Wortsman et al., *Robust fine-tuning of zero-shot models*, 2022).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from teaching import SEED, folders, in_either_script, read
from vocabulary import PROMPTS

DIMENSIONS = (384, 256, 128)
BATCH, RATE, TEMPERATURE = 32, 4e-5, 0.03
#: Tokens; windows are shorter, all but a few.
LONGEST = 192
#: Layers that stay as they are, beside the input layer: the lowest are the most general, and time is saved.
FROZEN = 6
#: How often the questions of each source are shown, each time with another window and negative; others are not.
TIMES = {"stard_lrb": 4, "cmrc2018_dev": 1, "drcd_dev_simp": 1}
#: Share of the pairs made from the corpus that are shown.
MADE = 0.5
#: How far the weights are moved from the starting ones (0) to the trained ones (1).
MOVED = 0.5


def triplets(lessons: list[dict[str, Any]], chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Each positive window with a negative, the likeliest of those drawn more often."""
    for lesson in lessons:
        windows = lesson["positives"]
        # All articles that answer a question of law, but one of the windows that hold the same answer.
        for positive in windows if lesson["source"] == "stard_lrb" else [chance.choice(windows)]:
            if lesson["negatives"]:
                place = min(int(chance.expovariate(1 / 4)), len(lesson["negatives"]) - 1)
                yield lesson["query"], positive, lesson["negatives"][place]


def datasets(folder: Path, chance: random.Random) -> dict[str, Any]:
    from datasets import Dataset

    by_source: dict[str, list[dict[str, Any]]] = {}
    for lesson in (lesson for lesson in read(folder / "questions.jsonl") if lesson["source"] in TIMES):
        by_source.setdefault(lesson["source"], []).append(in_either_script(lesson, chance))
    made = {}
    for source, lessons in by_source.items():
        rows = [row for _ in range(TIMES[source]) for row in triplets(lessons, chance)]
        made[source] = Dataset.from_dict(
            dict(zip(("anchor", "positive", "negative"), map(list, zip(*rows, strict=True)), strict=True))
        )
    rest = [lesson for lesson in read(folder / "made.jsonl") if chance.random() < MADE]
    made["made"] = Dataset.from_dict(
        {"anchor": [lesson["query"] for lesson in rest], "positive": [lesson["positives"][0] for lesson in rest]}
    )
    return made


def move(model: Any, start: Mapping[str, Any], share: float) -> None:
    """Puts the weights of ``model`` back towards those of ``start``, in place; ``share`` 1 leaves them as they are."""
    import torch

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.lerp(start[name], parameter, share))


def main() -> None:
    arguments = folders(__doc__)
    import torch
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import MatryoshkaLoss, MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers, MultiDatasetBatchSamplers

    # Without dropout the fused attention can be used, which trains nearly half as fast again on a processor.
    model = SentenceTransformer(
        str(arguments.start), config_kwargs={"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    )
    model.max_seq_length = LONGEST
    bert = model[0].auto_model
    start = {name: parameter.detach().cpu().clone() for name, parameter in model.named_parameters()}
    for part in (bert.embeddings, *bert.encoder.layer[:FROZEN]):
        part.requires_grad_(False)
    taught = datasets(arguments.lessons, random.Random(SEED))
    for name, rows in taught.items():
        print(f"{name}: {len(rows)}")
    contrast = MultipleNegativesRankingLoss(model, scale=1 / TEMPERATURE)
    settings = SentenceTransformerTrainingArguments(
        output_dir=str(arguments.out / "steps"),
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
    trainer = SentenceTransformerTrainer(
        model=model,
        args=settings,
        train_dataset=taught,
        loss=MatryoshkaLoss(model, contrast, list(DIMENSIONS)),
    )
    trainer.train()
    move(model.cpu(), start, MOVED)
    model.save(str(arguments.out))


if __name__ == "__main__":
    main()
