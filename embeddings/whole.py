"""The same model with all its pieces, as float32 for sentence-transformers: what the shipped one is compared to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from unpack import Packed, four_bits
from vocabulary import MAX_TOKENS, PROMPTS, SPECIALS, every_piece, tokenizer


def bert(packed: Packed, kept: list[int]) -> Any:
    """A transformers BertModel with the word vectors of the kept pieces."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.inner,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.types,
        layer_norm_eps=packed.eps,
        pad_token_id=SPECIALS.index("<pad>"),
    )
    made = BertModel(config, add_pooling_layer=False).eval()
    words = four_bits(packed.words[kept].reshape(-1), packed.block)
    with torch.no_grad():
        made.embeddings.word_embeddings.weight.copy_(torch.from_numpy(words).reshape(len(kept), -1))
        for name, parameter in parameters(made):
            parameter.copy_(torch.from_numpy(packed.tensors[name]).reshape(parameter.shape))
    return made


def parameters(bert: Any) -> Iterator[tuple[str, Any]]:
    """All but the word vectors, by the names that ``Packed`` has for them."""
    embeddings = bert.embeddings
    yield "emb.pos", embeddings.position_embeddings.weight
    yield "emb.type", embeddings.token_type_embeddings.weight
    yield "emb.ln.w", embeddings.LayerNorm.weight
    yield "emb.ln.b", embeddings.LayerNorm.bias
    for number, layer in enumerate(bert.encoder.layer):
        attention = layer.attention
        for name, part in (
            ("q", attention.self.query),
            ("k", attention.self.key),
            ("v", attention.self.value),
            ("ao", attention.output.dense),
            ("aln", attention.output.LayerNorm),
            ("fi", layer.intermediate.dense),
            ("fo", layer.output.dense),
            ("oln", layer.output.LayerNorm),
        ):
            yield f"l{number}.{name}.w", part.weight
            yield f"l{number}.{name}.b", part.bias


def trained(packed: Packed, bert: Any, **heads: Any) -> Packed:
    """The same vocabulary and word vectors with the weights of a trained BertModel, and of linear heads by name."""
    tensors = {name: flat(parameter) for name, parameter in parameters(bert)}
    for name, head in heads.items():
        tensors |= {f"{name}.w": flat(head.weight), f"{name}.b": flat(head.bias)}
    return replace(packed, layers=len(bert.encoder.layer), tensors=tensors)


def flat(parameter: Any) -> np.ndarray:
    return np.asarray(parameter.detach().float().cpu().numpy().reshape(-1), dtype=np.float32)


def save_whole(packed: Packed, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    order = every_piece(packed)
    made = tokenizer([packed.pieces[i] for i in order], [packed.scores[i] for i in order])
    special = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), SPECIALS, strict=True))
    with tempfile.TemporaryDirectory() as temporary:
        bert(packed, order).save_pretrained(temporary)
        wrapped = PreTrainedTokenizerFast(
            tokenizer_object=made,
            model_max_length=MAX_TOKENS,
            model_input_names=["input_ids", "attention_mask"],
            cls_token="<s>",
            sep_token="</s>",
            **special,
        )
        wrapped.save_pretrained(temporary)
        transformer = Transformer(temporary, max_seq_length=MAX_TOKENS)
        pooling = Pooling(packed.hidden, pooling_mode="mean")
        SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=PROMPTS).save(str(folder))
