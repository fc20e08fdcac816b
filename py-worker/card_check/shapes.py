"""Shapes of Canary models and what they weigh, by arithmetic alone.

Source of the numbers: `examples/asr/conf/speech_multitask/fast-conformer_aed.yaml` of NVIDIA NeMo (its table of the
Canary family and its defaults); 5,248 pieces are 1,152 special tokens and 1,024 for each of four languages.
`test/worker/test_canary_budget.py` compares the counts with NeMo's own classes.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES_OF = {"fp32": 4, "fp16": 2, "int8": 1}


@dataclass(frozen=True)
class Shape:
    """A FastConformer encoder and a Transformer decoder; `pieces` is the size of the whole vocabulary."""

    name: str
    encoder_layers: int
    encoder_width: int
    encoder_heads: int
    decoder_layers: int
    decoder_width: int
    decoder_heads: int
    pieces: int
    mel_features: int = 128
    subsampling_channels: int = 256
    kernel: int = 9
    expansion: int = 4
    longest_text: int = 1024


FLASH_1B = Shape("canary-1b-flash", 32, 1024, 8, 4, 1024, 8, 5248)
FLASH_180M = Shape("canary-180m-flash", 17, 512, 8, 4, 1024, 8, 5248)
TINY = Shape("tiny-canary", 2, 64, 4, 2, 64, 4, 152, 64, 16, longest_text=512)
TINY_LARGE = Shape("tiny-canary-large", 3, 96, 4, 2, 96, 4, 152, 64, 16, longest_text=512)
SHAPES = (FLASH_1B, FLASH_180M, TINY)


def count_parameters(shape: Shape) -> int:
    """All trainable numbers; the classifier shares its weight with the embedding."""
    return sum(count_parts(shape).values())


def count_parts(shape: Shape) -> dict[str, int]:
    """By part: subsampling, encoder, bridge (only between unequal widths), decoder, embedding, classifier."""
    bridge = 0 if shape.encoder_width == shape.decoder_width else linear(shape.encoder_width, shape.decoder_width)
    return {
        "subsampling": count_subsampling(shape),
        "encoder": shape.encoder_layers * count_encoder_layer(shape),
        "bridge": bridge,
        "decoder": shape.decoder_layers * count_decoder_layer(shape) + norm(shape.decoder_width),
        "embedding": shape.pieces * shape.decoder_width + norm(shape.decoder_width),
        "classifier": shape.pieces,
    }


def count_subsampling(shape: Shape) -> int:
    """Eightfold: one full and two separable convolutions of 3 x 3, then a linear layer."""
    channels = shape.subsampling_channels
    first = channels * 9 + channels
    separable = (channels * 9 + channels) + linear(channels, channels)
    return first + 2 * separable + linear(channels * shape.mel_features // 8, shape.encoder_width)


def count_encoder_layer(shape: Shape) -> int:
    """Two half-step feed-forward parts, attention with relative positions, a convolution, five norms."""
    width = shape.encoder_width
    feed_forward = linear(width, shape.expansion * width) + linear(shape.expansion * width, width)
    attention = 4 * linear(width, width) + width * width + 2 * width
    depthwise = width * shape.kernel + width
    convolution = linear(width, 2 * width) + depthwise + norm(width) + linear(width, width)
    return 2 * feed_forward + attention + convolution + 5 * norm(width)


def count_decoder_layer(shape: Shape) -> int:
    """Attention to the text, attention to the sound, feed-forward, three norms."""
    width = shape.decoder_width
    feed_forward = linear(width, 4 * width) + linear(4 * width, width)
    return 8 * linear(width, width) + feed_forward + 3 * norm(width)


def linear(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs


def norm(width: int) -> int:
    return 2 * width


def weights_mb(shape: Shape, number_type: str) -> float:
    """Size of the parameters alone, in MB of 10^6 bytes."""
    return count_parameters(shape) * BYTES_OF[number_type] / 1_000_000


def count_linear_weights(shape: Shape) -> int:
    """Weights of linear layers: what dynamic int8 makes small. Convolutions, biases and the embedding stay fp32."""
    width, inner = shape.encoder_width, shape.decoder_width
    encoder = shape.encoder_layers * (4 * shape.expansion + 5) * width * width
    decoder = shape.decoder_layers * 16 * inner * inner
    bridge = 0 if width == inner else width * inner
    subsampling = shape.subsampling_channels * shape.mel_features // 8 * width
    return subsampling + encoder + bridge + decoder + shape.pieces * inner


def dynamic_int8_mb(shape: Shape) -> float:
    """Linear weights with one byte, the rest with four; the classifier no longer shares with the embedding."""
    linear_weights = count_linear_weights(shape)
    others = count_parameters(shape) - linear_weights + shape.pieces * shape.decoder_width
    return (linear_weights + 4 * others) / 1_000_000


def buffers_mb(shape: Shape, position_frames: int, number_bytes: int) -> float:
    """Tables that are computed, not learned: mel filters and window, positions of encoder and decoder, norms' means."""
    filters = shape.mel_features * 257 + 400
    encoder_places = (2 * position_frames - 1) * shape.encoder_width
    decoder_places = shape.longest_text * shape.decoder_width
    running = 2 * shape.encoder_layers * shape.encoder_width
    counters = 8 * shape.encoder_layers
    return ((filters + encoder_places + decoder_places + running) * number_bytes + counters) / 1_000_000
