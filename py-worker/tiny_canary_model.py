"""A Canary of 0.4 M parameters: the real NeMo class, tokenizers and prompt, only smaller.

Shape: FastConformer of two layers of 64, Transformer decoder of two layers, prompt format `canary2`, tokenizer
`CanaryTokenizer` made of the special tokens and one SentencePiece model that knows every letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sentencepiece
from nemo.collections.asr.models import EncDecMultiTaskModel
from nemo.collections.common.tokenizers.canary_tokenizer import CanaryTokenizer
from omegaconf import OmegaConf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTH = 64
PIECES = 128
SPECIAL_TOKENS = (
    ["<|startofcontext|>", "<|en|>", "<|itn|>", "<|noitn|>", "<|timestamp|>", "<|notimestamp|>"]
    + ["<|diarize|>", "<|nodiarize|>"]
    + [f"<|emo:{mood}|>" for mood in ("undefined", "neutral", "happy", "sad", "angry")]
)
PROMPT_SLOTS = {
    "decodercontext": "",
    "source_lang": "<|en|>",
    "target_lang": "<|en|>",
    "emotion": "<|emo:undefined|>",
    "pnc": "<|pnc|>",
    "itn": "<|noitn|>",
    "diarize": "<|nodiarize|>",
    "timestamp": "<|notimestamp|>",
}


def build_tokenizers(phrases: Sequence[str], folder: Path) -> dict[str, Any]:
    """Writes both SentencePiece models below `folder`; gives the tokenizer part of the configuration."""
    CanaryTokenizer.build_special_tokenizer(SPECIAL_TOKENS, folder / "spl_tokens")
    (folder / "en").mkdir(parents=True, exist_ok=True)
    corpus = [*phrases, *"abcdefghijklmnopqrstuvwxyz", "'"]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus),
        model_prefix=str(folder / "en" / "tokenizer"),
        vocab_size=PIECES,
        model_type="bpe",
        character_coverage=1.0,
        num_threads=1,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    write_vocabulary(folder / "en")
    languages = {name: {"dir": str(folder / name), "type": "bpe"} for name in ("spl_tokens", "en")}
    custom = {
        "_target_": "nemo.collections.common.tokenizers.canary_tokenizer.CanaryTokenizer",
        "tokenizers": None,
    }
    return {"dir": None, "type": "agg", "langs": languages, "custom_tokenizer": custom}


def write_vocabulary(folder: Path) -> None:
    """NeMo wants a `vocab.txt` beside each model: one piece a line."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    pieces = [model.id_to_piece(index) for index in range(model.get_piece_size())]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")


def build_model(tokenizer: dict[str, Any]) -> EncDecMultiTaskModel:
    """An untrained model on the CPU, weights by torch's current seed."""
    return EncDecMultiTaskModel(OmegaConf.create(model_configuration(tokenizer)))


def model_configuration(tokenizer: dict[str, Any]) -> dict[str, Any]:
    """The keys of NeMo's `fast-conformer_aed.yaml` with small numbers, no dropout and no dither."""
    return {
        "sample_rate": 16000,
        "label_smoothing": 0.0,
        "restore_timestamps_model": False,
        "prompt_format": "canary2",
        "prompt_defaults": [{"role": "user", "slots": PROMPT_SLOTS}],
        "model_defaults": {"asr_enc_hidden": WIDTH, "lm_enc_hidden": WIDTH, "lm_dec_hidden": WIDTH},
        "tokenizer": tokenizer,
        "preprocessor": preprocessor_configuration(),
        "encoder": encoder_configuration(),
        "transf_decoder": decoder_configuration(),
        "head": {
            "_target_": "nemo.collections.asr.parts.submodules.token_classifier.TokenClassifier",
            "num_layers": 1,
            "activation": "relu",
            "log_softmax": True,
            "hidden_size": WIDTH,
            "num_classes": None,
            "dropout": 0.0,
            "use_transformer_init": True,
        },
        "decoding": {
            "strategy": "beam",
            "return_best_hypothesis": True,
            "beam": {"beam_size": 1, "len_pen": 0.0, "max_generation_delta": 50},
        },
        "loss": {
            "_target_": "nemo.collections.common.losses.smoothed_cross_entropy.SmoothedCrossEntropyLoss",
            "label_smoothing": 0.0,
            "pad_id": None,
        },
    }


def preprocessor_configuration() -> dict[str, Any]:
    """Log-mel spectrogram as Canary's: 25 ms windows each 10 ms, normalised per feature."""
    return {
        "_target_": "nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor",
        "sample_rate": 16000,
        "normalize": "per_feature",
        "window_size": 0.025,
        "window_stride": 0.01,
        "window": "hann",
        "features": 64,
        "n_fft": 512,
        "log": True,
        "frame_splicing": 1,
        "dither": 0.0,
        "pad_to": 0,
        "pad_value": 0.0,
    }


def encoder_configuration() -> dict[str, Any]:
    """FastConformer: eightfold subsampling, relative positions."""
    return {
        "_target_": "nemo.collections.asr.modules.ConformerEncoder",
        "feat_in": 64,
        "feat_out": -1,
        "n_layers": 2,
        "d_model": WIDTH,
        "subsampling": "dw_striding",
        "subsampling_factor": 8,
        "subsampling_conv_channels": 16,
        "causal_downsampling": False,
        "ff_expansion_factor": 4,
        "self_attention_model": "rel_pos",
        "n_heads": 4,
        "att_context_size": [-1, -1],
        "xscaling": False,
        "untie_biases": True,
        "pos_emb_max_len": 5000,
        "conv_kernel_size": 9,
        "conv_norm_type": "batch_norm",
        "dropout": 0.0,
        "dropout_pre_encoder": 0.0,
        "dropout_emb": 0.0,
        "dropout_att": 0.0,
    }


def decoder_configuration() -> dict[str, Any]:
    """Transformer decoder with pre-normalisation, as Canary's."""
    return {
        "_target_": "nemo.collections.asr.modules.transformer.get_nemo_transformer",
        "model_name": None,
        "pretrained": False,
        "encoder": None,
        "pre_ln_final_layer_norm": True,
        "config_dict": {
            "max_sequence_length": 512,
            "num_token_types": 0,
            "embedding_dropout": 0.0,
            "learn_positional_encodings": False,
            "hidden_size": WIDTH,
            "inner_size": 4 * WIDTH,
            "num_layers": 2,
            "num_attention_heads": 4,
            "ffn_dropout": 0.0,
            "attn_score_dropout": 0.0,
            "attn_layer_dropout": 0.0,
            "hidden_act": "relu",
            "pre_ln": True,
            "vocab_size": None,
        },
    }
