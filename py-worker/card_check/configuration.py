"""The configuration of a Canary of any shape, as NeMo's class wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .shapes import Shape

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


def model_configuration(shape: Shape, tokenizer: dict[str, Any]) -> dict[str, Any]:
    """The keys of NeMo's `fast-conformer_aed.yaml`, without dropout and dither."""
    widths = {"asr_enc_hidden": shape.encoder_width, "lm_enc_hidden": shape.decoder_width}
    return {
        "sample_rate": 16000,
        "label_smoothing": 0.0,
        "restore_timestamps_model": False,
        "prompt_format": "canary2",
        "prompt_defaults": [{"role": "user", "slots": PROMPT_SLOTS}],
        "model_defaults": {**widths, "lm_dec_hidden": shape.decoder_width},
        "tokenizer": tokenizer,
        "preprocessor": preprocessor_configuration(shape),
        "encoder": encoder_configuration(shape),
        "transf_decoder": decoder_configuration(shape),
        "head": {
            "_target_": "nemo.collections.asr.parts.submodules.token_classifier.TokenClassifier",
            "num_layers": 1,
            "activation": "relu",
            "log_softmax": True,
            "hidden_size": shape.decoder_width,
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


def preprocessor_configuration(shape: Shape) -> dict[str, Any]:
    """Log-mel spectrogram as Canary's: 25 ms windows each 10 ms, normalised per feature."""
    return {
        "_target_": "nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor",
        "sample_rate": 16000,
        "normalize": "per_feature",
        "window_size": 0.025,
        "window_stride": 0.01,
        "window": "hann",
        "features": shape.mel_features,
        "n_fft": 512,
        "log": True,
        "frame_splicing": 1,
        "dither": 0.0,
        "pad_to": 0,
        "pad_value": 0.0,
    }


def encoder_configuration(shape: Shape) -> dict[str, Any]:
    """FastConformer: eightfold subsampling, relative positions."""
    return {
        "_target_": "nemo.collections.asr.modules.ConformerEncoder",
        "feat_in": shape.mel_features,
        "feat_out": -1,
        "n_layers": shape.encoder_layers,
        "d_model": shape.encoder_width,
        "subsampling": "dw_striding",
        "subsampling_factor": 8,
        "subsampling_conv_channels": shape.subsampling_channels,
        "causal_downsampling": False,
        "ff_expansion_factor": shape.expansion,
        "self_attention_model": "rel_pos",
        "n_heads": shape.encoder_heads,
        "att_context_size": [-1, -1],
        "xscaling": False,
        "untie_biases": True,
        "pos_emb_max_len": 5000,
        "conv_kernel_size": shape.kernel,
        "conv_norm_type": "batch_norm",
        "dropout": 0.0,
        "dropout_pre_encoder": 0.0,
        "dropout_emb": 0.0,
        "dropout_att": 0.0,
    }


def decoder_configuration(shape: Shape) -> dict[str, Any]:
    """Transformer decoder with pre-normalisation, as Canary's."""
    return {
        "_target_": "nemo.collections.asr.modules.transformer.get_nemo_transformer",
        "model_name": None,
        "pretrained": False,
        "encoder": None,
        "pre_ln_final_layer_norm": True,
        "config_dict": {
            "max_sequence_length": shape.longest_text,
            "num_token_types": 0,
            "embedding_dropout": 0.0,
            "learn_positional_encodings": False,
            "hidden_size": shape.decoder_width,
            "inner_size": 4 * shape.decoder_width,
            "num_layers": shape.decoder_layers,
            "num_attention_heads": shape.decoder_heads,
            "ffn_dropout": 0.0,
            "attn_score_dropout": 0.0,
            "attn_layer_dropout": 0.0,
            "hidden_act": "relu",
            "pre_ln": True,
            "vocab_size": None,
        },
    }
