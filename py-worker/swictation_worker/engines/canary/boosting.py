"""Names that a person listed, raised in Canary's own search by NeMo's phrase boosting.

A boosted phrase is repeated over silence, and a long list raises words that nobody said. So a piece is read without it
first; what that text sounds like is raised in a second reading, and its text is believed where it only puts names in
the place of words. Silence has no first text, and so no names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from nemo.collections.asr.modules.transformer.transformer_generators import (
    BeamSearchSequenceGeneratorWithFusionModels,
)
from nemo.collections.asr.parts.context_biasing.boosting_graph_batched import GPUBoostingTreeModel
from nemo.collections.asr.parts.context_biasing.context_graph_universal import ContextGraph
from nemo.collections.asr.parts.submodules.multitask_decoding import MultiTaskDecoding, MultiTaskDecodingConfig
from nemo.collections.common.tokenizers.aggregate_tokenizer import AggregateTokenizer
from omegaconf import OmegaConf

from ..vocabulary import LONGER_WORDS, holds_name, words_of

WEIGHT = 2.0
"""Of a boosted token beside its logarithmic probability. Measured with the tiny Canary on mixed phrases: 1.0 decides
between equals, 2.0 also where the other one is a little louder, and no phrase that was not boosted changed."""
TOKEN_SCORE = 1.0
DEPTH_SCALING = 1.0
END_SCORE = 1.0
"""NeMo's own for models with a decoder (`BoostingTreeModelConfig`): the end is as likely as a boosted token."""


@contextmanager
def raising(model: Any, names: Sequence[str], language: str, tokens_beyond: int) -> Iterator[None]:
    """While it lasts, the model's search raises these names; one beam, as without them."""
    before = model.decoding
    model.decoding = boosted_decoding(model, names, language, tokens_beyond)
    try:
        yield
    finally:
        model.decoding = before


def boosted_decoding(model: Any, names: Sequence[str], language: str, tokens_beyond: int) -> MultiTaskDecoding:
    """NeMo makes the tree for the tokenizer's tokens, which may be fewer than the model's classes: it is made here."""
    cfg = OmegaConf.create(OmegaConf.to_container(OmegaConf.structured(MultiTaskDecodingConfig)))
    beam = {"strategy": "beam", "return_best_hypothesis": True, "beam": {"beam_size": 1}}
    decoding = MultiTaskDecoding(
        decoding_cfg=OmegaConf.merge(cfg, beam),
        transformer_decoder=model.transf_decoder,
        log_softmax_module=model.log_softmax,
        tokenizer=model.tokenizer,
    )
    search = decoding.decoding
    search.beam_search = BeamSearchSequenceGeneratorWithFusionModels(
        embedding=model.transf_decoder.embedding,
        decoder=model.transf_decoder.decoder,
        log_softmax=model.log_softmax,
        max_sequence_length=model.transf_decoder.max_sequence_length,
        beam_size=1,
        bos=search.bos,
        pad=search.pad,
        eos=search.eos,
        len_pen=0.0,
        max_delta_length=tokens_beyond,
        fusion_models=[tree_of(model, names, language)],
        fusion_models_alpha=[WEIGHT],
    )
    return decoding


def tree_of(model: Any, names: Sequence[str], language: str) -> GPUBoostingTreeModel:
    graph = ContextGraph(context_score=TOKEN_SCORE, depth_scaling=DEPTH_SCALING)
    tokens = [tokens_of(model.tokenizer, name, language) for name in names]
    graph.build(token_ids=tokens, phrases=list(names), scores=[0.0] * len(tokens), uniform_weights=False)
    classes = model.log_softmax.mlp.layer0.out_features
    return GPUBoostingTreeModel.from_context_graph(
        graph, vocab_size=classes, final_eos_score=END_SCORE, use_triton=False, uniform_weights=False
    )


def tokens_of(tokenizer: Any, name: str, language: str) -> list[int]:
    if isinstance(tokenizer, AggregateTokenizer):
        return list(tokenizer.text_to_ids(name, language))
    return list(tokenizer.text_to_ids(name))


def only_puts_names(first: str, second: str, names: Sequence[str]) -> bool:
    """Whether the second text holds such a name, has lost no more words than it may take the place of, and holds it
    once: a name takes the place of a word at least."""
    found = [name for name in names if holds_name(second, name) and not holds_name(first, name)]
    before, after = words_of(first), words_of(second)
    lost = sum((Counter(before) - Counter(after)).values())
    room = sum(len(name.split()) for name in found)
    longer = len(after) - len(before)
    return bool(found) and lost <= room + LONGER_WORDS * len(found) and longer <= room - len(found)
