"""A stand-in of Canary in plain torch: the same shape, parameter for parameter, with random weights.

It needs nothing but torch, takes the memory and roughly the time of the real model, and recognises nothing. The
encoder is a FastConformer with relative positions, the decoder a Transformer that is asked for four pieces a second.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .shapes import Shape

SAMPLE_RATE_HZ = 16_000
PIECES_PER_S = 4
SPECTRUM_BINS = 257


class StandInCanary(nn.Module):
    """Sound [1, samples] to piece numbers; as deep and as wide as `shape` says."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.subsampling = Subsampling(shape)
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))
        same = shape.encoder_width == shape.decoder_width
        self.bridge = nn.Identity() if same else nn.Linear(shape.encoder_width, shape.decoder_width)
        self.embedding = nn.Embedding(shape.pieces, shape.decoder_width)
        self.embedding_norm = nn.LayerNorm(shape.decoder_width)
        self.decoder = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.final_norm = nn.LayerNorm(shape.decoder_width)
        self.classifier_bias = nn.Parameter(torch.zeros(shape.pieces))

    def forward(self, sound: Tensor) -> list[int]:
        states = self.subsampling(self.spectrum(sound))
        places = positions(states.shape[1], self.shape.encoder_width).to(states)
        for layer in self.layers:
            states = layer(states, places)
        return self.write(self.bridge(states), sound.shape[1] * PIECES_PER_S // SAMPLE_RATE_HZ)

    def spectrum(self, sound: Tensor) -> Tensor:
        """Log energies [1, 1, frames, features] in steps of 10 ms, computed in fp32 as NeMo does."""
        window = torch.hann_window(400, device=sound.device)
        waves = torch.stft(sound.float(), 512, 160, 400, window, return_complex=True, pad_mode="constant")
        energy = waves.abs().square().log1p()
        pooled = nn.functional.adaptive_avg_pool1d(energy.transpose(1, 2), self.shape.mel_features)
        return pooled.unsqueeze(1).to(self.classifier_bias.dtype)

    def write(self, heard: Tensor, count: int) -> list[int]:
        """Greedy search over `count` pieces; a random model never says that it has finished."""
        written = [0]
        for _ in range(max(1, min(count, self.shape.longest_text - 1))):
            states = self.embedding_norm(self.embedding(torch.tensor([written], device=heard.device)))
            for layer in self.decoder:
                states = layer(states, heard)
            scores = self.final_norm(states[:, -1]) @ self.embedding.weight.T + self.classifier_bias
            written.append(int(scores.argmax()))
        return written


class Subsampling(nn.Module):
    """Eightfold in time and frequency: one full convolution, two separable ones, a linear layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        channels = shape.subsampling_channels
        steps: list[nn.Module] = [nn.Conv2d(1, channels, 3, 2, 1), nn.ReLU()]
        for _ in range(2):
            steps += [nn.Conv2d(channels, channels, 3, 2, 1, groups=channels), nn.Conv2d(channels, channels, 1)]
            steps.append(nn.ReLU())
        self.steps = nn.Sequential(*steps)
        self.out = nn.Linear(channels * shape.mel_features // 8, shape.encoder_width)

    def forward(self, spectrum: Tensor) -> Tensor:
        shaped = self.steps(spectrum).transpose(1, 2).flatten(2)
        out: Tensor = self.out(shaped)
        return out


class EncoderLayer(nn.Module):
    """Half a feed-forward, attention, convolution, half a feed-forward, norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.encoder_width
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(5))
        self.first, self.second = (feed_forward(width, shape.expansion, nn.SiLU()) for _ in range(2))
        self.attention = RelativeAttention(width, shape.encoder_heads)
        self.widen = nn.Conv1d(width, 2 * width, 1)
        self.depthwise = nn.Conv1d(width, width, shape.kernel, padding=shape.kernel // 2, groups=width)
        self.batch_norm = nn.BatchNorm1d(width)
        self.narrow = nn.Conv1d(width, width, 1)

    def forward(self, states: Tensor, places: Tensor) -> Tensor:
        states = states + 0.5 * self.first(self.norms[0](states))
        states = states + self.attention(self.norms[1](states), places)
        states = states + self.convolve(self.norms[2](states))
        states = states + 0.5 * self.second(self.norms[3](states))
        out: Tensor = self.norms[4](states)
        return out

    def convolve(self, states: Tensor) -> Tensor:
        gated = nn.functional.glu(self.widen(states.transpose(1, 2)), dim=1)
        shaped = nn.functional.silu(self.batch_norm(self.depthwise(gated)))
        out: Tensor = self.narrow(shaped).transpose(1, 2)
        return out


class RelativeAttention(nn.Module):
    """Multi-head attention with the relative positions of Transformer-XL."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.place = nn.Linear(width, width, bias=False)
        self.content_bias = nn.Parameter(torch.zeros(heads, width // heads))
        self.place_bias = nn.Parameter(torch.zeros(heads, width // heads))

    def forward(self, states: Tensor, places: Tensor) -> Tensor:
        query = self.query(states).unflatten(-1, (self.heads, -1))
        key, value, place = (
            layer(source).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer, source in ((self.key, states), (self.value, states), (self.place, places))
        )
        content = (query + self.content_bias).transpose(1, 2) @ key.transpose(2, 3)
        relative = shift((query + self.place_bias).transpose(1, 2) @ place.transpose(2, 3))
        weights = ((content + relative[..., : content.shape[-1]]) / math.sqrt(query.shape[-1])).softmax(-1)
        out: Tensor = self.out((weights @ value).transpose(1, 2).flatten(2))
        return out


class DecoderLayer(nn.Module):
    """Attention to the text, attention to the sound, feed-forward; norms in front."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, heads = shape.decoder_width, shape.decoder_heads
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.to_text = nn.MultiheadAttention(width, heads, batch_first=True)
        self.to_sound = nn.MultiheadAttention(width, heads, batch_first=True)
        self.feed = feed_forward(width, 4, nn.ReLU())

    def forward(self, states: Tensor, heard: Tensor) -> Tensor:
        own = self.norms[0](states)
        states = states + self.to_text(own, own, own, need_weights=False)[0]
        states = states + self.to_sound(self.norms[1](states), heard, heard, need_weights=False)[0]
        out: Tensor = states + self.feed(self.norms[2](states))
        return out


def feed_forward(width: int, expansion: int, activation: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, expansion * width), activation, nn.Linear(expansion * width, width))


def positions(length: int, width: int) -> Tensor:
    """Sines and cosines of the distances from `length - 1` down to `1 - length`, [1, 2 * length - 1, width]."""
    distances = torch.arange(length - 1, -length, -1.0).unsqueeze(1)
    rates = torch.exp(torch.arange(0, width, 2.0) * -(math.log(10_000.0) / width))
    return torch.stack([(distances * rates).sin(), (distances * rates).cos()], -1).flatten(1).unsqueeze(0)


def shift(scores: Tensor) -> Tensor:
    """From scores by distance to scores by place, as Transformer-XL does it."""
    batch, heads, queries, distances = scores.shape
    padded = nn.functional.pad(scores, (1, 0)).view(batch, heads, distances + 1, queries)
    return padded[:, :, 1:].reshape(batch, heads, queries, distances)


class StandInVad(nn.Module):
    """The shape of Silero: a convolution for the spectrum, four more, one LSTM; 0.3 M parameters."""

    def __init__(self) -> None:
        super().__init__()
        widths = (129, 128, 64, 64, 128)
        pairs = zip(widths, widths[1:], (1, 2, 2, 1), strict=False)
        self.spectrum = nn.Conv1d(1, 258, 256, 128, bias=False)
        self.steps = nn.ModuleList(nn.Conv1d(a, b, 3, stride, 1) for a, b, stride in pairs)
        self.memory = nn.LSTM(128, 128)
        self.out = nn.Linear(128, 1)

    def forward(self, frames: Tensor) -> Tensor:
        """[n, 640] samples to n numbers between 0 and 1."""
        shaped = self.spectrum(frames.unsqueeze(1))[:, :129].abs()
        for step in self.steps:
            shaped = step(shaped).relu()
        remembered, _ = self.memory(shaped.transpose(1, 2)[:, :1])
        scores: Tensor = self.out(remembered).sigmoid().flatten()
        return scores
