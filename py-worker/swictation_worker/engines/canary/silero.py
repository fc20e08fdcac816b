"""Silero voice activity that can live on the card: the weights of the ONNX file in a small torch module.

The same model, the same numbers (within 1e-4) and the same state bytes as `silero.py`, so a frame can be scored on
either device with the state that the other one gave out. 16 kHz only; 0.3 M parameters, 1.2 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch.nn.functional import conv1d, pad

from ...engine import FRAME_SAMPLES, Audio, Device, Report
from ...errors import Refused
from ..silero import CONTEXT_SAMPLES, HIDDEN, MODEL_FILE, Silero, _read_state

SPECTRUM_BINS = 129
HOP_SAMPLES = 128
PADDED_SAMPLES = 64
STRIDES = (1, 2, 2, 1)
"""Of the four convolutions behind the spectrum; as the graph of silero_vad_v6.onnx has them."""

Tensors = Mapping[str, torch.Tensor]


class MovableSilero:
    """Voice activity on the CPU by onnxruntime, on the card by torch; the state bytes fit both."""

    def __init__(self, start_card: Callable[[], None] | None, card: str = "cuda") -> None:
        """`start_card` is called before the first tensor goes to `card`, torch's name of the device; None means that
        there is none."""
        self._start_card = start_card
        self._card = card
        self._on_cpu = Silero()
        self._on_card: SileroNet | None = None

    @property
    def device(self) -> Device | None:
        return "cuda" if self._on_card is not None else self._on_cpu.device

    def load(self, device: Device, report: Report) -> None:
        self.place(device, report)

    def place(self, device: Device, report: Report) -> None:
        if device == "cuda":
            self._move_to_card(report)
        else:
            self._on_cpu.place("cpu", report)
            self._on_card = None

    def drop(self) -> None:
        self._on_cpu.drop()
        self._on_card = None

    def score(self, frames: Audio, state: bytes | None) -> tuple[list[float], bytes]:
        if self._on_card is None:
            return self._on_cpu.score(frames, state)
        return score_with(self._on_card, frames, state)

    def _move_to_card(self, report: Report) -> None:
        if self._start_card is None:
            raise Refused("no_card", "this worker has voice activity on the cpu only")
        if self._on_card is None:
            report("moving")
            self._start_card()
            net = SileroNet(read_silero_weights(), self._card)
            score_with(net, np.zeros((1, FRAME_SAMPLES), np.float32), None)
            self._on_card = net  # Only now: a card that is full or sick leaves the model where it was.
        self._on_cpu.drop()


class SileroNet:
    """Spectrum, four convolutions, one LSTM, one convolution to a probability per frame."""

    def __init__(self, weights: Tensors, device: str) -> None:
        self.device = device
        self._weights = {name: tensor.to(device) for name, tensor in weights.items()}
        self._memory = make_lstm(weights).to(device)

    def __call__(
        self, windows: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """`windows` [n, 576] in order, `hidden` and `cell` [1, 1, 128]; gives [n] probabilities and both states."""
        sequence = self._encode(windows).transpose(1, 2)
        remembered, (hidden, cell) = self._memory(sequence, (hidden, cell))
        weights = self._weights
        scores = conv1d(
            remembered.relu().permute(1, 2, 0), weights["decoder.conv1d.weight"], weights["decoder.conv1d.bias"]
        )
        return scores.sigmoid().flatten(), hidden, cell

    def _encode(self, windows: torch.Tensor) -> torch.Tensor:
        padded = pad(windows.unsqueeze(1), (0, PADDED_SAMPLES), mode="reflect")
        basis = self._weights["encoder.feature_extractor.forward_basis_buffer"]
        waves = conv1d(padded, basis, stride=HOP_SAMPLES)
        shaped = (waves[:, :SPECTRUM_BINS].square() + waves[:, SPECTRUM_BINS:].square()).sqrt()
        for layer, stride in enumerate(STRIDES):
            name = f"encoder.conv_layers.{layer}"
            weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
            shaped = conv1d(shaped, weight, bias, stride=stride, padding=1).relu()
        return shaped


def make_lstm(weights: Tensors) -> torch.nn.LSTM:
    """ONNX has the gates in the order input, output, forget, cell; torch wants input, forget, cell, output."""
    names = {"weight_ih_l0": "onnx::LSTM_209", "weight_hh_l0": "onnx::LSTM_210"}
    ordered = {name: reorder_gates(weights[source][0]) for name, source in names.items()}
    both = weights["onnx::LSTM_211"][0]
    ordered["bias_ih_l0"] = reorder_gates(both[: 4 * HIDDEN])
    ordered["bias_hh_l0"] = reorder_gates(both[4 * HIDDEN :])
    lstm = torch.nn.LSTM(HIDDEN, HIDDEN)
    lstm.load_state_dict(ordered)
    return lstm.requires_grad_(False)


def reorder_gates(onnx_order: torch.Tensor) -> torch.Tensor:
    entry, exit_, forget, candidate = onnx_order.chunk(4)
    return torch.cat([entry, forget, candidate, exit_])


def read_silero_weights() -> Tensors:
    """The initializers of the ear's ONNX file."""
    import onnx

    graph = onnx.load(str(MODEL_FILE)).graph
    arrays = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    floats = {name: array for name, array in arrays.items() if array.dtype == np.float32 and array.ndim > 0}
    return {name: torch.from_numpy(array.copy()) for name, array in floats.items()}


def score_with(net: SileroNet, frames: Audio, state: bytes | None) -> tuple[list[float], bytes]:
    """As `Silero.score`, on the device of `net`; ends with the results on the host, so a late error stays here."""
    hidden, cell, context = _read_state(state)
    contexts = np.concatenate([context[np.newaxis], frames[:-1, -CONTEXT_SAMPLES:]])
    windows = np.concatenate([contexts, frames], axis=1).astype(np.float32)
    with torch.inference_mode():
        inputs = [torch.from_numpy(np.array(one, np.float32)).to(net.device) for one in (windows, hidden, cell)]
        scores, hidden_after, cell_after = (one.cpu().numpy() for one in net(*inputs))
    after = np.concatenate([hidden_after.ravel(), cell_after.ravel(), frames[-1, -CONTEXT_SAMPLES:]])
    return [float(score) for score in scores], after.astype("<f4").tobytes()
