"""Trains the reader: a small cross-encoder that says whether a window answers a question, and with which characters.

    python embeddings/train_reader.py --start START --lessons LESSONS --out FOLDER

It begins with the lower layers of the encoder's starting weights and reads ``<s> question </s> </s> window </s>``. Two
heads share it: one number for the pair, from the mean of all tokens; a start and an end for the answer, from the tokens
of the window, where ``<s>`` stands for "not here" (as in BERT for SQuAD 2.0; Devlin et al., 2019). It learns from
groups of one window that answers and one that does not: softmax over the group, sigmoid for each, and the span.
Questions whose year or figure was changed, and those that a text seems to answer and does not, teach it that the right
subject is not yet an answer.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from teaching import SEED, folders, held_out, in_either_script, read
from torch import nn
from torch.nn import functional

LAYERS = 8
GROUP, GROUPS = 2, 12
LONGEST = 256
#: Shares of the pairs made from the corpus that are shown, by their kind; of those not named none.
MADE = {"asked": 0.1, "figure": 0.5, "heading": 0.05}
#: How often one that does not answer is of the same passage: that is what marking must tell apart.
SIBLING = 0.75
#: Weight of the sigmoid and of the span beside the softmax.
SINGLY, SPAN = 0.5, 1.0
_NUMBER = re.compile(r"\d+")
#: Title, the year looked back on and heading, a line each, have no punctuation of sentences.
_TITLES = re.compile(r"(?:[^\n。；：，]*\n){0,3}")


@dataclass(frozen=True)
class Round:
    """Once through the questions: the highest ``rate``, how many lower layers stay ``frozen``, and the shares of the
    questions that are ``shown`` by their source, all of those not named. Each takes other windows beside them."""

    rate: float
    frozen: int = 0
    shown: Mapping[str, float] = field(default_factory=dict)


#: Sources of which the third round is shown a part; of the others, which tell where law and reports answer, all.
SEEN = dict.fromkeys(
    (
        *("stard_lrb", "cmrc2018_dev", "drcd_dev_simp", "encyclopedia", "unanswered"),
        *("english_cmrc2018_dev", "english_drcd_dev_simp"),
    ),
    0.5,
)
ROUNDS = (
    Round(8e-5, shown={"statutes": 0.3}),
    Round(5e-5, frozen=4),
    # Answers of law are few; of the other questions, seen twice, enough that nothing is forgotten.
    Round(3e-5, frozen=4, shown=SEEN),
)


class Reader(nn.Module):
    """``ids`` int64 and ``mask``, both ``(n, tokens)`` → scores ``(n,)``, starts and ends ``(n, tokens)``."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        width = bert.config.hidden_size
        self.dense, self.score, self.span = nn.Linear(width, width), nn.Linear(width, 1), nn.Linear(width, 2)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        score = self.score(torch.tanh(self.dense(mean))).squeeze(-1)
        start, end = self.span(states).unbind(-1)
        return score, start, end


@dataclass
class Pair:
    """``label`` 1 where the window answers; ``answer`` its characters in the window, None where that is not known;
    ``quoted`` where one that does not answer has no answer in it either."""

    question: str
    window: str
    label: int
    answer: tuple[int, int] | None
    quoted: bool


def place(window: str, answers: Sequence[str]) -> tuple[int, int] | None:
    """The longest answer that stands in the window's own words, after its titles."""
    begin = _TITLES.match(window).end()
    for answer in sorted(answers, key=len, reverse=True):
        if answer and (at := window.find(answer, begin)) >= 0:
            return at, at + len(answer)
    return None


def changed(question: str, chance: random.Random) -> str | None:
    """The question with one of its figures changed, in no fewer digits."""
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    match = chance.choice(found)
    digits = match[0]
    other = digits
    while other == digits:
        shift = chance.choice((-3, -2, -1, 1, 2, 3, 5, 10))
        other = str(max(1, int(digits) + shift)).zfill(len(digits))
    return question[: match.start()] + other + question[match.end() :]


def groups(folder: Path, chance: random.Random, shown: Mapping[str, float]) -> list[list[Pair]]:
    made: list[list[Pair]] = []
    for lesson in read(folder / "questions.jsonl"):
        quoted = bool(lesson["answers"])
        if held_out(lesson) or chance.random() >= shown.get(lesson["source"], 1.0):
            continue
        lesson = in_either_script(lesson, chance)
        if not lesson["positives"]:
            texts = chance.sample(lesson["negatives"], min(GROUP, len(lesson["negatives"])))
            made.append([Pair(lesson["query"], text, 0, None, True) for text in texts])
            continue
        windows = [chance.choice(lesson["positives"])] if quoted else lesson["positives"]
        made += [group(lesson, window, quoted, chance) for window in windows]
    alike: dict[str, list[dict[str, Any]]] = {}
    pool = list(read(folder / "made.jsonl"))
    for lesson in pool:
        # Windows of the same document are the likeliest to be mistaken.
        alike.setdefault(lesson["positives"][0].split("\n", 1)[0], []).append(lesson)
    for lesson in pool:
        if chance.random() < MADE.get(lesson["source"], 0.0):
            positive = lesson["positives"][0]
            beside = [other["positives"][0] for other in alike[positive.split("\n", 1)[0]]]
            far = [chance.choice(pool)["positives"][0] for _ in range(GROUP)]
            chance.shuffle(beside)
            lesson["negatives"] = list(dict.fromkeys(w for w in (*beside[:3], *far) if w != positive))
            made.append(group(lesson, positive, False, chance))
    chance.shuffle(made)
    return made


def group(lesson: dict[str, Any], window: str, quoted: bool, chance: random.Random) -> list[Pair]:
    """One pair that answers first, then those that do not."""
    question = lesson["query"]
    pairs = [Pair(question, window, 1, place(window, lesson["answers"]) if quoted else None, quoted)]
    if lesson["siblings"] and quoted and chance.random() < SIBLING:
        pairs.append(Pair(question, chance.choice(lesson["siblings"]), 0, None, quoted))
    negatives = list(lesson["negatives"])
    # A lay question of law may well be answered by another article too.
    alone = quoted and lesson["source"] != "statutes"
    while len(pairs) < GROUP and negatives:
        at = min(int(chance.expovariate(1 / 4)), len(negatives) - 1)
        pairs.append(Pair(question, negatives.pop(at), 0, None, alone))
    if (quoted or lesson["source"] == "figure") and (other := changed(question, chance)) is not None:
        pairs[-1 if len(pairs) == GROUP else len(pairs) :] = [Pair(other, window, 0, None, quoted)]
    return pairs


def batches(made: Sequence[list[Pair]], tokens: Any, chance: random.Random) -> list[list[list[Pair]]]:
    """Groups of about as many tokens together, batches in any order."""

    def longest(some: Sequence[Pair]) -> int:
        return max(len(e.ids) for e in tokens.encode_batch([(pair.question, pair.window) for pair in some]))

    order: list[list[list[Pair]]] = []
    for begin in range(0, len(made), 100 * GROUPS):
        part = sorted(made[begin : begin + 100 * GROUPS], key=longest)
        some = [part[i : i + GROUPS] for i in range(0, len(part), GROUPS)]
        chance.shuffle(some)
        order += some
    return order


@dataclass
class Batch:
    ids: torch.Tensor
    mask: torch.Tensor
    spans: torch.Tensor
    labels: torch.Tensor
    sizes: list[int]

    @classmethod
    def of(cls, taken: Sequence[list[Pair]], tokens: Any) -> Batch:
        pairs = [pair for group in taken for pair in group]
        encodings = tokens.encode_batch([(pair.question, pair.window) for pair in pairs])
        longest = max(len(e.ids) for e in encodings)
        ids = torch.ones(len(pairs), longest, dtype=torch.long)
        mask = torch.zeros(len(pairs), longest)
        spans = torch.full((len(pairs), 2), -1)
        for row, (pair, encoding) in enumerate(zip(pairs, encodings, strict=True)):
            ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
            mask[row, : len(encoding.ids)] = 1
            if pair.answer is not None:
                found = covering(encoding, pair.answer)
                if found is not None:
                    spans[row] = torch.tensor(found)
            elif pair.quoted and not pair.label:
                spans[row] = 0
        labels = torch.tensor([float(pair.label) for pair in pairs])
        return cls(ids, mask, spans, labels, [len(group) for group in taken])


def covering(encoding: Any, answer: tuple[int, int]) -> tuple[int, int] | None:
    """First and last token of the window that hold these characters."""
    held = [
        i
        for i, (sequence, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
        if sequence == 1 and start < answer[1] and end > answer[0] and start < end
    ]
    return (held[0], held[-1]) if held else None


def loss_of(model: Reader, batch: Batch) -> torch.Tensor:
    score, start, end = model(batch.ids, batch.mask)
    score, start, end = score.float(), start.float(), end.float()
    parts = zip(score.split(batch.sizes), batch.labels.split(batch.sizes), strict=True)
    # A question that nothing answers has no text to prefer.
    choices = [-functional.log_softmax(part, 0)[0] for part, labels in parts if labels[0]]
    softmax = torch.stack(choices).mean() if choices else score.new_zeros(())
    singly = functional.binary_cross_entropy_with_logits(score, batch.labels)
    hidden = batch.mask == 0
    span = torch.zeros(())
    known = batch.spans[:, 0] >= 0
    if known.any():
        for logits, column in ((start, 0), (end, 1)):
            span = span + functional.cross_entropy(logits.masked_fill(hidden, -1e4)[known], batch.spans[known, column])
    return softmax + SINGLY * singly + SPAN * span / 2


def train(model: Reader, tokens: Any, made: list[list[Pair]], rate: float, chance: random.Random) -> None:
    device = next(model.parameters()).device
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
    order = batches(made, tokens, chance)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rate, len(order), pct_start=0.08, anneal_strategy="linear"
    )
    began, shown = time.monotonic(), 0.0
    model.train()
    for step, taken in enumerate(order, 1):
        batch = Batch.of(taken, tokens)
        batch = Batch(*(t.to(device) for t in (batch.ids, batch.mask, batch.spans, batch.labels)), batch.sizes)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            loss = loss_of(model, batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        shown += loss.item()
        if step % 20 == 0:
            print(f"{step}/{len(order)} loss {shown / 20:.4f} {time.monotonic() - began:.0f} s", flush=True)
            shown = 0.0


def load(folder: Path) -> tuple[Reader, dict[str, Any]]:
    """The trained reader and the facts beside it."""
    from transformers import AutoConfig, BertModel

    facts = json.loads((folder / "reader.json").read_text("utf-8"))
    model = Reader(BertModel(AutoConfig.from_pretrained(folder), add_pooling_layer=False))
    model.load_state_dict(torch.load(folder / "reader.pt"))
    return model.eval(), facts


def untrained(start: Path) -> Reader:
    """The lower layers of the starting weights, with heads that know nothing; word vectors stay as they are."""
    from transformers import AutoModel

    bert = AutoModel.from_pretrained(
        start, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    bert.encoder.layer = bert.encoder.layer[:LAYERS]
    bert.config.num_hidden_layers = LAYERS
    bert.embeddings.requires_grad_(False)
    return Reader(bert)


def learnt(folder: Path, number: int) -> Path:
    """Where the weights after a round are."""
    return folder / f"round{number}.pt"


def main() -> None:
    arguments = folders(__doc__)
    from tokenizers import Tokenizer

    torch.manual_seed(SEED)
    tokens = Tokenizer.from_file(str(arguments.start / "tokenizer.json"))
    tokens.no_padding()
    tokens.enable_truncation(LONGEST, strategy="only_second")
    model = untrained(arguments.start).to("cuda" if torch.cuda.is_available() else "cpu")
    bert = model.bert
    arguments.out.mkdir(parents=True, exist_ok=True)
    # An interrupted training goes on behind the last round that was finished.
    done = max((n for n in range(len(ROUNDS)) if learnt(arguments.out, n).exists()), default=-1)
    if done >= 0:
        model.load_state_dict(torch.load(learnt(arguments.out, done), map_location="cpu"))
    for number, round_ in list(enumerate(ROUNDS))[done + 1 :]:
        chance = random.Random(SEED + number)
        made = groups(arguments.lessons, chance, round_.shown)
        print(f"{len(made)} groups, {sum(map(len, made))} pairs", flush=True)
        for depth, layer in enumerate(bert.encoder.layer):
            layer.requires_grad_(depth >= round_.frozen)
        train(model, tokens, made, round_.rate, chance)
        part = learnt(arguments.out, number).with_suffix(".part")
        torch.save(model.state_dict(), part)
        part.rename(learnt(arguments.out, number))
    bert.config.save_pretrained(arguments.out)
    torch.save(model.cpu().state_dict(), arguments.out / "reader.pt")
    (arguments.out / "reader.json").write_text(json.dumps({"layers": LAYERS, "longest": LONGEST}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
