"""The reader's float32 weights out of the graph that is shipped, so that a training can go on from them.

    python embeddings/shipped.py --start START --out FOLDER     writes what train_reader.py has before its last round

What rounding to int8 took is gone; the round that follows makes up for it. Word vectors are those of START.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from train_reader import ROUNDS, learnt, untrained
from whole import parameters

READER = Path(__file__).parent / "encoder" / "reader.onnx"
#: What the graph calls the input of each product of a layer, by the product's name; ``None`` the layer before.
SOURCES = {"q": None, "k": None, "v": None, "ao": "mixed", "fi": "middle", "fo": "gelu"}


def tensors(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Weights ``(out, in)`` and biases by the names of ``unpack.Packed``; no word vectors."""
    held = {value.name: numpy_helper.to_array(value) for value in graph.initializer if "words" not in value.name}
    found = {"emb.pos": held["places"]}
    norms = [("emb.ln", "start.states")]
    before = "start.states"
    for layer in (name.removesuffix(".fi.w") for name in held if name.endswith(".fi.w")):
        for name, source in SOURCES.items():
            weight = held[f"{layer}.{name}.w"] * held[f"{layer}.{name}.steps"]
            shrink = held.get(f"{layer}.{source}.shrink" if source else f"{before}.shrink")
            found[f"{layer}.{name}.w"] = (weight if shrink is None else weight * shrink[:, None]).T
            found[f"{layer}.{name}.b"] = held[f"{layer}.{name}.b"]
        norms += [(f"{layer}.aln", f"{layer}.middle"), (f"{layer}.oln", f"{layer}.hidden")]
        before = f"{layer}.hidden"
    for name, norm in norms:
        found |= {f"{name}.w": held[f"{norm}.scale"], f"{name}.b": held[f"{norm}.bias"]}
    for head in ("dense", "score", "span"):
        found |= {f"{head}.w": held[f"{head}.w"].T, f"{head}.b": held[f"{head}.b"]}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    found = tensors(onnx.load(READER).graph)
    model = untrained(arguments.start)
    heads = {"dense": model.dense, "score": model.score, "span": model.span}
    weights = dict(parameters(model.bert))
    # The graph has them within those of the places.
    types = weights.pop("emb.type")
    weights |= {f"{name}.{part[0]}": getattr(head, part) for name, head in heads.items() for part in ("weight", "bias")}
    with torch.no_grad():
        types.zero_()
        for name, weight in weights.items():
            weight.copy_(torch.from_numpy(found[name].copy()).reshape(weight.shape))
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), learnt(arguments.out, len(ROUNDS) - 2))


if __name__ == "__main__":
    main()
