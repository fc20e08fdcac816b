"""The NeMo model itself: built empty, given mapped weights, asked for the words of one piece of audio.

Built without memory for its parameters (they are placeholders on torch's `meta` device until weights are attached),
so that a load on the CPU needs little more than the weights themselves, and nothing at all where these are mapped.
Never copied: `copy.deepcopy` of a NeMo model fails, so a second one is built from the archive again.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from nemo.collections.asr.models import EncDecMultiTaskModel
from nemo.core.connectors.save_restore_connector import SaveRestoreConnector
from nemo.utils import logging as nemo_log
from omegaconf import OmegaConf

from ...engine import PLAIN, Audio, Report, Wishes
from ...errors import Refused
from ...faults import classify, describe_failure
from .cache import Archive
from .finite import finite_only
from .progress import Heartbeat, Progress
from .source import UNAVAILABLE

POSITIONS = 640
"""Encoder frames of 80 ms: 51 s, more than the longest window."""
TOKENS_BEYOND = 50
"""More tokens than encoder frames: as many as NeMo's beam allows, and far more than can be spoken."""
PROMPTS: Mapping[str, Mapping[str, str]] = {
    "canary": {"source_lang": "en", "target_lang": "en", "task": "asr", "pnc": "no"},
    "canary2": {
        "decodercontext": "",
        "emotion": "<|emo:undefined|>",
        "source_lang": "en",
        "target_lang": "en",
        "pnc": "no",
        "itn": "no",
        "timestamp": "no",
        "diarize": "no",
    },
}
"""Every slot of the two prompt formats that Canary has (`nemo/collections/common/prompts`), so that nothing depends on
the defaults that an archive may lack."""
NO_WORD = re.compile(r"<unk>|\u2047", re.IGNORECASE)
"""How a tokenizer writes the piece that it does not know; U+2047 is SentencePiece's."""
Tensors = Mapping[str, torch.Tensor]


def quieten_nemo() -> None:
    """NeMo logs each load and each call; errors are still shown. Hydra's is none: NeMo tries a second way."""
    nemo_log.setLevel(nemo_log.ERROR)
    logging.getLogger("hydra.utils").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"(nemo|lightning|torch)\..*")


def build_empty_model(archive: Archive, report: Report) -> EncDecMultiTaskModel:
    """The model of the archive's configuration, ready but for its weights; in evaluation mode. Says that it is built,
    once a second."""
    model = restore_without_weights(archive, Heartbeat(report, "building").beat)
    require_known_prompt(archive, model)
    decode_greedily(model)
    shorten_positions(model)
    model.requires_grad_(False)
    return model.eval()


def restore_without_weights(archive: Archive, beat: Callable[[], None]) -> EncDecMultiTaskModel:
    """Raises `Refused` for an archive of another kind of model, and a card's own error as it is."""
    try:
        beat()
        with parameters_as_placeholders(beat):
            return EncDecMultiTaskModel.restore_from(
                str(archive.path),
                map_location=torch.device("cpu"),
                save_restore_connector=PartsConnector(archive),
                strict=False,
            )
    except Exception as error:
        if classify(describe_failure(error)) is not None:
            raise
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:80]}"
    raise Refused(UNAVAILABLE, f"{archive.path} holds no Canary ({reason}): name an archive of a Canary model")


def require_known_prompt(archive: Archive, model: Any) -> None:
    """Raises `Refused` for a model whose prompt has slots that nobody here fills."""
    if model.prompt_format not in PROMPTS:
        asks = f"it asks with the prompt {str(model.prompt_format)[:40]!r}, known are {', '.join(PROMPTS)}"
        raise Refused(UNAVAILABLE, f"{archive.path} can't be asked ({asks}): name another Canary model")


def decode_greedily(model: Any) -> None:
    """Whatever the archive says: a wider beam takes half as long again, and may answer with a list. A decoder that does
    not stop is stopped: by itself this strategy goes on to the end of the decoder's positions, which takes seconds."""
    decoding = OmegaConf.create(OmegaConf.to_container(model.cfg.decoding) if "decoding" in model.cfg else {})
    ours = {"strategy": "greedy", "return_best_hypothesis": True, "greedy": {"max_generation_delta": TOKENS_BEYOND}}
    model.change_decoding_strategy(OmegaConf.merge(decoding, ours))


def shorten_positions(model: Any) -> None:
    """The encoder's table of positions, for the longest window instead of 400 s: 18 MB less at precision 16.

    It is computed here in any case, since the class puts it where its parameters are, and these are placeholders.
    Audio that is longer than the table makes NeMo compute a longer one; it compares the length before the subsampling.
    """
    encoder = model.encoder
    encoder.max_audio_length = POSITIONS * encoder.subsampling_factor
    del encoder.pos_enc.pe
    encoder.pos_enc.extend_pe(POSITIONS, torch.device("cpu"), torch.float32)


class PartsConnector(SaveRestoreConnector):  # type: ignore[misc]
    """Takes configuration and tokenizers from the cache, and leaves the weights to `attach_weights`."""

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self.model_extracted_dir = str(archive.parts)

    def load_config_and_state_dict(self, calling_cls: Any, *_: Any, **__: Any) -> tuple[Any, Any, dict[str, Any]]:
        """As the base class, without reading weights and without moving what has none yet."""
        loaded = OmegaConf.load(f"{self.model_extracted_dir}/{self.model_config_yaml}")
        configuration = loaded.model if "model" in loaded else loaded
        OmegaConf.set_struct(configuration, True)
        calling_cls._set_model_restore_state(is_being_restored=True, folder=self.model_extracted_dir)
        return configuration, calling_cls.from_config_dict(config=configuration, trainer=None), {}

    def load_instance_with_state_dict(self, instance: Any, state_dict: Any, strict: bool) -> None:
        instance._set_model_restore_state(is_being_restored=False)


@contextmanager
def parameters_as_placeholders(beat: Callable[[], None]) -> Iterator[None]:
    """While it lasts, each parameter that a module gets becomes one on `meta`, and `beat` is called; buffers are
    computed as usual."""
    register = torch.nn.Module.register_parameter

    def register_placeholder(module: torch.nn.Module, name: str, value: torch.nn.Parameter | None) -> None:
        if value is not None and not value.is_meta:
            value = torch.nn.Parameter(value.to("meta"), requires_grad=False)
        register(module, name, value)
        beat()

    torch.nn.Module.register_parameter = register_placeholder  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        torch.nn.Module.register_parameter = register  # type: ignore[method-assign]


def attach_weights(model: torch.nn.Module, weights: Tensors) -> None:
    """Makes the tensors of `weights` the model's own, without a copy; what was attached before is let go.

    Tied parameters have one name in `weights` (the first one) and stay tied. Raises KeyError for a missing one.
    """
    for owner, name, full_name in own_tensors(model):
        if name in owner._parameters:
            owner._parameters[name] = torch.nn.Parameter(weights[full_name], requires_grad=False)
        else:
            owner._buffers[name] = weights[full_name]
    retie(model)


def move_weights(model: Any, device: str, report: Report) -> None:
    """To `device`, one tensor at a time, saying how far it has come: they may have to be read from a slow disk."""
    tensors = [(owner, name, getattr(owner, name)) for owner, name, _ in own_tensors(model)]
    progress = Progress(report, "moving", sum(tensor.nbytes for _, _, tensor in tensors))
    for owner, name, tensor in tensors:
        moved = tensor.detach().to(device)
        if name in owner._parameters:
            owner._parameters[name] = torch.nn.Parameter(moved, requires_grad=False)
        else:
            owner._buffers[name] = moved
        progress.add(tensor.nbytes)
    retie(model)
    model.to(device)  # What is no parameter and no buffer, and what the classes note of it.


def own_tensors(model: torch.nn.Module) -> list[tuple[torch.nn.Module, str, str]]:
    """Each parameter and buffer once: the module that holds it, its name there, its full name."""
    seen: set[int] = set()
    found = []
    for prefix, module in model.named_modules():
        for name, tensor in [*module._parameters.items(), *module._buffers.items()]:
            if tensor is not None and id(tensor) not in seen and not is_tied(prefix, name):
                seen.add(id(tensor))
                found.append((module, name, f"{prefix}.{name}".lstrip(".")))
    return found


def is_tied(prefix: str, name: str) -> bool:
    """The classifier's weight is the decoder's embedding (weight tying of EncDecMultiTaskModel)."""
    return f"{prefix}.{name}" == TIED


TIED = "log_softmax.mlp.layer0.weight"


def retie(model: Any) -> None:
    """As the class itself does when it is built; its classifier's weight is the embedding."""
    model.log_softmax.mlp.layer0.weight = model.transf_decoder.embedding.token_embedding.weight


def prompt_for(prompt_format: str, wishes: Wishes) -> Mapping[str, str]:
    """The slots of one request."""
    target = wishes.translate_to or wishes.language
    asked = {"source_lang": wishes.language, "target_lang": target, "pnc": "yes" if wishes.written else "no"}
    task = {"task": "asr" if target == wishes.language else "ast"} if prompt_format == "canary" else {}
    return {**PROMPTS[prompt_format], **asked, **task}


def transcribe_piece(model: EncDecMultiTaskModel, audio: Audio, wishes: Wishes = PLAIN) -> str:
    """The words of one piece; as `transcribe_pieces`."""
    return transcribe_pieces(model, [audio], wishes)[0]


def transcribe_pieces(model: EncDecMultiTaskModel, pieces: Sequence[Audio], wishes: Wishes = PLAIN) -> list[str]:
    """The words of each piece, with signs and capitals where they are wished for; all are read at once.

    Ends with a synchronize on a card; no tensor of the request outlives it.

    Raises `WrongResult` where what was computed is not finite.
    """
    with torch.inference_mode(), finite_only(model):
        asked = prompt_for(model.prompt_format, wishes)
        hypotheses = model.transcribe(list(pieces), batch_size=len(pieces), verbose=False, **asked)
    texts = [NO_WORD.sub(" ", str(getattr(one, "text", one))) for one in hypotheses]
    del hypotheses
    if next(model.parameters()).device.type == "cuda":
        torch.cuda.synchronize()
    return texts
