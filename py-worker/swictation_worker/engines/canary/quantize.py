"""Dynamic int8 of a model on the CPU."""

from __future__ import annotations

import warnings
from typing import Any

import torch


def quantize(model: Any) -> Any:
    """Linear layers with int8 weights, activations quantized as they come (torch's dynamic quantization)."""
    convert: Any = torch.ao.quantization.quantize_dynamic
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Deprecated in torch, but present in the pinned release.
        return convert(model, {torch.nn.Linear}, dtype=torch.qint8, inplace=True)
