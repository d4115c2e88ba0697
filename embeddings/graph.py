"""The encoder and the reader as ONNX graphs, node by node: float32 for calibration, or int8 to be shipped.

Written out, and not exported and quantised by a tool, because the choice of operators decides speed and exactness:

- Activations have a fixed scale for each layer, found by calibration, so that a text's vector never depends on what
  is encoded beside it. The first and last token (``<s>``, ``</s>``) drive one or two channels of each layer ten times
  as high as anything else does; these channels are scaled down before the product and their weights up, else the
  scale would be theirs and the others would be left with a handful of steps.
- Weights use 7 of 8 bits: on processors without VNNI the 8-bit product of two neighbours overflows 16 bits silently.
- Word vectors stay in the 4-bit blocks that they came in, so nothing is lost on them.
- There is no mask and no padding: texts of one run have the same length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper
from unpack import Packed

MICROSOFT = "com.microsoft"
#: Largest magnitude of a weight; see the note on VNNI above.
WEIGHT_STEPS = 64


@dataclass
class Range:
    """What calibration saw at the input of a product: lowest and highest value of each channel."""

    low: np.ndarray
    high: np.ndarray


@dataclass
class Builder:
    packed: Packed
    kept: list[int]
    ranges: Mapping[str, Range] | None = None
    nodes: list[Any] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)

    def constant(self, name: str, value: np.ndarray) -> str:
        self.values.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    # -- pieces of the network ------------------------------------------------

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        return self.packed.tensors[name].reshape(shape) if shape else self.packed.tensors[name]

    def norm(self, source: str, name: str, output: str) -> str:
        scale = self.constant(f"{output}.scale", self.tensor(f"{name}.w"))
        bias = self.constant(f"{output}.bias", self.tensor(f"{name}.b"))
        return self.node("LayerNormalization", [source, scale, bias], output, axis=-1, epsilon=self.packed.eps)

    def products(self, source: str, names: list[str], width: int) -> list[str]:
        """``source`` (texts, tokens, width) times each named weight, plus its bias. They share one quantised input."""
        weights = [self.tensor(f"{name}.w").reshape(-1, width).T for name in names]
        biases = [self.tensor(f"{name}.b") for name in names]
        if self.ranges is None:
            self.taps.append(source)
            out = []
            for name, weight, bias in zip(names, weights, biases, strict=True):
                product = self.node("MatMul", [source, self.constant(f"{name}.w", weight)], f"{name}.product")
                out.append(self.node("Add", [product, self.constant(f"{name}.b", bias)], f"{name}.out"))
            return out
        seen = self.ranges[source]
        shrink = shrinkage(seen)
        if (shrink != 1).any():
            by = self.constant(f"{source}.shrink", (1 / shrink).astype(np.float32))
            scaled = self.node("Mul", [source, by], f"{source}.shrunk")
        else:
            scaled = source
        low, high = min(0.0, float((seen.low / shrink).min())), max(0.0, float((seen.high / shrink).max()))
        step = np.float32((high - low) / 255)
        zero = np.uint8(np.clip(round(-low / step), 0, 255))
        a_scale, a_zero = (
            self.constant(f"{source}.step", np.array(step)),
            self.constant(f"{source}.zero", np.array(zero)),
        )
        bytes_ = self.node("QuantizeLinear", [scaled, a_scale, a_zero], f"{source}.bytes")
        out = []
        for name, weight, bias in zip(names, weights, biases, strict=True):
            grown = weight * shrink[:, None]
            steps = np.abs(grown).max(0) / WEIGHT_STEPS
            whole = np.clip(np.rint(grown / steps), -WEIGHT_STEPS, WEIGHT_STEPS - 1).astype(np.int8)
            inputs = [
                bytes_,
                self.constant(f"{name}.w", whole),
                a_scale,
                self.constant(f"{name}.steps", steps.astype(np.float32)),
                a_zero,
                "",
                self.constant(f"{name}.b", bias),
            ]
            out.append(self.node("MatMulIntegerToFloat", inputs, f"{name}.out", MICROSOFT))
        return out

    def words(self) -> str:
        """Word vectors of ``input_ids``."""
        rows = self.packed.words[self.kept]
        hidden, block = self.packed.hidden, self.packed.block
        rows = rows.reshape(len(self.kept), hidden // block, 2 + block // 2)
        scales = rows[:, :, :2].copy().view("<f2")[..., 0].astype(np.float32)
        nibbles = np.concatenate([rows[:, :, 2:] & 15, rows[:, :, 2:] >> 4], axis=2).reshape(len(self.kept), hidden)
        if self.ranges is None:
            whole = (nibbles.reshape(len(self.kept), -1, block).astype(np.float32) - 8) * scales[..., None]
            table = self.constant("words", whole.reshape(-1, hidden))
            return self.node("Gather", [table, "input_ids"], "words.out", axis=0)
        halves = (nibbles[:, 0::2] | nibbles[:, 1::2] << 4).astype(np.uint8)
        table = helper.make_tensor("words", TensorProto.UINT4, nibbles.shape, halves.tobytes(), raw=True)
        self.values.append(table)
        inputs = ["words", "input_ids", self.constant("words.scales", scales)]
        zeros = np.full((len(self.kept), hidden // block // 2), 0x88, dtype=np.uint8)
        self.values.append(helper.make_tensor("words.zero", TensorProto.UINT4, scales.shape, zeros.tobytes(), raw=True))
        return self.node(
            "GatherBlockQuantized",
            [*inputs, "words.zero"],
            "words.out",
            MICROSOFT,
            block_size=block,
            gather_axis=0,
            quantize_axis=1,
        )

    def encoder(self) -> ModelProto:
        """``vectors``: unit rows, the mean of all tokens."""
        mean = self.node("ReduceMean", [self.states(), "one"], "mean", keepdims=0)
        self.node("LpNormalization", [mean], "vectors", axis=-1, p=2)
        return self.model({"vectors": ["texts", self.packed.hidden]})

    def reader(self) -> ModelProto:
        """``score`` of each pair, ``start`` and ``end`` of the answer for each token; heads stay float32."""
        states = self.states()
        mean = self.node("ReduceMean", [states, "one"], "mean", keepdims=0)
        dense = self.node("Tanh", [self.linear(mean, "dense")], "dense.tanh")
        self.node("Squeeze", [self.linear(dense, "score"), "last"], "score")
        spans = self.linear(states, "span")
        for number, name in enumerate(("start", "end")):
            place = self.constant(f"{name}.place", np.array([number]))
            self.node("Squeeze", [self.node("Gather", [spans, place], f"{name}.wide", axis=2), "last"], name)
        return self.model({"score": ["texts"], "start": ["texts", "tokens"], "end": ["texts", "tokens"]})

    def linear(self, source: str, name: str) -> str:
        weight, bias = self.tensor(f"{name}.w"), self.tensor(f"{name}.b")
        weight = self.constant(f"{name}.w", weight.reshape(len(bias), -1).T)
        product = self.node("MatMul", [source, weight], f"{name}.product")
        return self.node("Add", [product, self.constant(f"{name}.b", bias)], f"{name}.out")

    def states(self) -> str:
        """The last layer's state of each token."""
        packed = self.packed
        places = self.tensor("emb.pos", -1, packed.hidden) + self.tensor("emb.type", -1, packed.hidden)[0]
        self.constant("places", places)
        self.constant("zero", np.array([0]))
        self.constant("one", np.array([1]))
        self.constant("last", np.array([-1]))
        length = self.node("Shape", ["input_ids"], "length", start=1, end=2)
        here = self.node("Slice", ["places", "zero", length, "zero"], "places.here")
        hidden = self.node("Add", [self.words(), here], "embedded")
        hidden = self.norm(hidden, "emb.ln", "start.states")
        for number in range(packed.layers):
            hidden = self.layer(hidden, f"l{number}")
        return hidden

    def model(self, outputs: Mapping[str, list[str | int]]) -> ModelProto:
        told = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
        taps = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in self.taps]
        inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])]
        graph = helper.make_graph(self.nodes, "npcbot", inputs, [*told, *taps], self.values)
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10, producer_name="npcbot")

    def layer(self, hidden: str, name: str) -> str:
        width, inner = self.packed.hidden, self.packed.inner
        parts = self.products(hidden, [f"{name}.{part}" for part in "qkv"], width)
        mixed = self.node("MultiHeadAttention", parts, f"{name}.mixed", MICROSOFT, num_heads=self.packed.heads)
        (attended,) = self.products(mixed, [f"{name}.ao"], width)
        middle = self.norm(self.node("Add", [attended, hidden], f"{name}.sum"), f"{name}.aln", f"{name}.middle")
        (wide,) = self.products(middle, [f"{name}.fi"], width)
        (narrow,) = self.products(self.node("Gelu", [wide], f"{name}.gelu"), [f"{name}.fo"], inner)
        return self.norm(self.node("Add", [narrow, middle], f"{name}.total"), f"{name}.oln", f"{name}.hidden")


def shrinkage(seen: Range) -> np.ndarray:
    """By how much each input channel is scaled down before it is quantised, and its weights up: 1 but for a few."""
    reach = np.maximum(np.abs(seen.low), np.abs(seen.high))
    usual = np.sort(reach)[-max(8, len(reach) // 48)]
    return np.maximum(1.0, reach / usual).astype(np.float32)
