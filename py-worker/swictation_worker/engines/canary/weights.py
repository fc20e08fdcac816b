"""The host master copy: weights in one number type, written once, mapped at each load.

`fp16` (or `bf16`) is what a card gets; `fp32` is what a CPU computes with (fp16 is 4-30 times slower there).
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file

from ...engine import Report
from ...errors import Refused
from .cache import Archive, NumberType
from .checkpoint import open_checkpoint
from .model import TIED, Tensors, build_empty_model, own_tensors, quieten_nemo
from .notes import prepare_file
from .remains import writing_alone
from .source import UNAVAILABLE
from .weights_file import Plan, is_whole, write_tensors

DTYPE_OF: Mapping[NumberType, torch.dtype] = {
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
    "fp32": torch.float32,
}
EMBEDDING = "transf_decoder._embedding.token_embedding.weight"
FEATURES = "preprocessor.featurizer."
"""Computed in fp32 by NeMo whatever the model's own type, so its window and filters stay as they are (0.1 MB)."""


def map_weights(
    archive: Archive, number_type: NumberType, report: Report, model: torch.nn.Module | None = None
) -> Tensors:
    """The tensors of the cache, mapped. Makes the file at the first call; one without head or tail is made again.
    `model`: one that was built from the archive, so that it need not be built for this."""
    path = archive.weights(number_type)
    if not path.is_file():
        write_weights(archive, number_type, report, model)
    try:
        return read_mapped(path)
    except Exception as error:
        report(f"replacing a damaged cache ({type(error).__name__})")
        path.unlink(missing_ok=True)
    write_weights(archive, number_type, report, model)
    return read_mapped(path)


def write_missing(archive: Archive, number_type: NumberType, report: Report) -> None:
    """For a process that nobody waits for."""
    quieten_nemo()
    if not archive.weights(number_type).is_file():
        write_weights(archive, number_type, report, None)


def read_mapped(path: Path) -> Tensors:
    tensors: Tensors = load_file(path)
    return tensors


def replace_damaged(archive: Archive, number_type: NumberType, report: Report) -> bool:
    """Removes a file whose tensors are not those that were written; whether it did."""
    path = archive.weights(number_type)
    if is_whole(path, report):
        return False
    path.unlink(missing_ok=True)
    return True


def write_weights(archive: Archive, number_type: NumberType, report: Report, model: torch.nn.Module | None) -> None:
    """From the archive's checkpoint, one tensor at a time. One process at a time; a later one finds the file there."""
    report("converting")
    path = archive.weights(number_type)
    with writing_alone(archive.folder.parent, report):
        if path.is_file():
            return
        model = model or build_empty_model(archive, report)
        owned = {name: getattr(owner, own) for owner, own, name in own_tensors(model)}
        with open_checkpoint(archive, report) as checkpoint, prepare_file(path) as unfinished:
            write_converted(unfinished, owned, checkpoint, DTYPE_OF[number_type], report)
    return_heap()


def write_converted(path: Path, owned: Tensors, checkpoint: Tensors, dtype: torch.dtype, report: Report) -> None:
    """Every tensor that the model owns, from the checkpoint or, where it is computed, from the model itself."""
    plans = {name: Plan(type_for(name, tensor, dtype), tensor.shape) for name, tensor in owned.items()}

    def make(name: str) -> torch.Tensor:
        tensor = find_tensor(checkpoint, name, owned[name])
        if tensor.shape != owned[name].shape:
            shapes = f"{list(tensor.shape)} in place of {list(owned[name].shape)}"
            raise Refused(UNAVAILABLE, f"[stt] model: the archive has {name} as {shapes}; fetch it again")
        return tensor.to(plans[name].dtype)

    write_tensors(path, plans, make, report)


def type_for(name: str, tensor: torch.Tensor, dtype: torch.dtype) -> torch.dtype:
    if not tensor.is_floating_point():
        return tensor.dtype
    return torch.float32 if name.startswith(FEATURES) else dtype


def return_heap() -> None:
    """Freed pages of the C heap go back to the system, which glibc by itself does late or never."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def find_tensor(checkpoint: Mapping[str, torch.Tensor], full_name: str, computed: torch.Tensor) -> torch.Tensor:
    """NeMo loads the classifier's weight last into the tensor that it shares with the embedding, so it wins."""
    if full_name == EMBEDDING and TIED in checkpoint:
        full_name = TIED
    if full_name in checkpoint:
        return torch.as_tensor(checkpoint[full_name])
    if computed.is_meta:
        raise Refused(UNAVAILABLE, f"[stt] model: the archive has no weights for {full_name}; fetch it again")
    return computed
