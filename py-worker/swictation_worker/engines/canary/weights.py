"""The host master copy: weights in one number type, written once, mapped at each load.

`fp16` is what a card gets; `fp32` is what a CPU computes with (fp16 is 4-30 times slower there).
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from ...engine import Report
from ...errors import Refused
from .cache import Archive, NumberType, prepare_file, unpacked_weights
from .model import TIED, Tensors, build_empty_model, own_tensors
from .source import UNAVAILABLE

DTYPE_OF: Mapping[NumberType, torch.dtype] = {"fp16": torch.float16, "fp32": torch.float32}
EMBEDDING = "transf_decoder._embedding.token_embedding.weight"


def map_weights(archive: Archive, number_type: NumberType, report: Report) -> Tensors:
    """The tensors of the cache, mapped. Makes the file at the first call; a damaged one is made again."""
    path = archive.weights(number_type)
    if path.is_file():
        try:
            return read_mapped(path)
        except Exception as error:
            report(f"replacing a damaged cache ({type(error).__name__})")
    write_weights(archive, number_type, report)
    return read_mapped(path)


def read_mapped(path: Path) -> Tensors:
    tensors: Tensors = load_file(path)
    return tensors


def write_weights(archive: Archive, number_type: NumberType, report: Report) -> None:
    """From the archive's checkpoint, one tensor at a time: the peak is the size of what is written."""
    report("converting")
    with unpacked_weights(archive) as checkpoint, prepare_file(archive.weights(number_type)) as unfinished:
        save_file(convert(archive, checkpoint, DTYPE_OF[number_type]), unfinished)
    return_heap()


def return_heap() -> None:
    """Freed pages of the C heap go back to the system, which glibc by itself does late or never."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def convert(archive: Archive, checkpoint: Mapping[str, Any], dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Every tensor that the model owns, from the checkpoint or, where it is computed, from the model itself."""
    converted = {}
    for owner, name, full_name in own_tensors(build_empty_model(archive)):
        tensor = find_tensor(checkpoint, full_name, getattr(owner, name))
        converted[full_name] = (tensor.to(dtype) if tensor.is_floating_point() else tensor).contiguous()
    return converted


def find_tensor(checkpoint: Mapping[str, Any], full_name: str, computed: torch.Tensor) -> torch.Tensor:
    """NeMo loads the classifier's weight last into the tensor that it shares with the embedding, so it wins."""
    if full_name == EMBEDDING and TIED in checkpoint:
        full_name = TIED
    if full_name in checkpoint:
        return torch.as_tensor(checkpoint[full_name])
    if computed.is_meta:
        raise Refused(UNAVAILABLE, f"[stt] model: the archive has no weights for {full_name}; fetch it again")
    return computed
