"""The engine with a real, small Canary on the CPU: its words are plain NeMo's, in every number type."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from canary_parts import (
    ask_plain_nemo,
    ignore,
    isolate_cache,
    plain_nemo,
    require_nemo,
    require_tiny,
    speak_unseen,
)
from swictation_worker.engine import SAMPLE_RATE_HZ, Audio
from swictation_worker.errors import Refused

require_nemo()

if TYPE_CHECKING:
    from swictation_worker.engines.canary.engine import CanaryEngine, CpuType

WHOLE_S = 40.0


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield from isolate_cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def fp32() -> CanaryEngine:
    return load_engine("fp32")


@pytest.fixture(scope="module")
def heard(fp32: CanaryEngine) -> list[str]:
    """What the engine in fp32 hears of each phrase, once for all tests."""
    return [hear(fp32, audio) for _, audio in speak_unseen()]


def load_engine(cpu_type: CpuType) -> CanaryEngine:
    from swictation_worker.engines.canary.engine import CanaryEngine

    engine = CanaryEngine(str(require_tiny()), cpu_type)
    engine.load("cpu", ignore)
    return engine


def hear(engine: CanaryEngine, audio: Audio, window_s: float = WHOLE_S) -> str:
    return engine.transcribe(audio, window_s, ignore).text


def test_phrases_in_unseen_voices_are_exact(heard: list[str]) -> None:
    spoken = speak_unseen()
    wrong = [(phrase, words) for (phrase, _), words in zip(spoken, heard, strict=True) if words != phrase]
    print(f"tiny Canary, unseen voices: {len(spoken) - len(wrong)} of {len(spoken)} exact")
    assert len(wrong) <= 0.05 * len(spoken), wrong


def test_fp32_gives_the_words_of_plain_nemo(heard: list[str]) -> None:
    assert heard == [ask_plain_nemo(audio) for _, audio in speak_unseen()]


@pytest.mark.parametrize(("cpu_type", "share"), [("fp16", 0.99), ("int8", 0.9)])
def test_smaller_numbers_give_nearly_the_same_words(heard: list[str], cpu_type: CpuType, share: float) -> None:
    engine = load_engine(cpu_type)
    same = sum(hear(engine, audio) == words for (_, audio), words in zip(speak_unseen(), heard, strict=True))
    print(f"tiny Canary {cpu_type}: {same} of {len(heard)} as fp32")
    assert same >= share * len(heard)


def test_weights_are_those_of_the_archive(fp32: CanaryEngine) -> None:
    """Every tensor that plain NeMo restored, bit for bit, tied ones included."""
    import torch

    ours = fp32._model.state_dict()
    theirs = plain_nemo().state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


@pytest.mark.parametrize("window_s", [40.0, 20.0, 10.0])
def test_long_audio_in_windows_gives_the_words_of_its_pieces(fp32: CanaryEngine, window_s: float) -> None:
    from swictation_worker.windows import cut_pieces

    audio = three_minutes()
    pieces = cut_pieces(audio, window_s)
    bounds = [start for start, _ in pieces] + [len(audio)]
    assert all(end - start == len(piece) for (start, end), (_, piece) in zip(pairwise(bounds), pieces, strict=True))
    expected = " ".join(filter(None, (ask_plain_nemo(piece) for _, piece in pieces)))
    assert hear(fp32, audio, window_s) == expected


def three_minutes() -> Audio:
    """Phrases with pauses of half a second between them, cut at 180 s."""
    pause = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    parts = [part for _, audio in speak_unseen() for part in (audio, pause)]
    whole: Audio = np.concatenate(parts)[: 180 * SAMPLE_RATE_HZ]
    assert len(whole) == 180 * SAMPLE_RATE_HZ
    return whole


@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0])
def test_silence_has_no_words(fp32: CanaryEngine, seconds: float) -> None:
    assert hear(fp32, np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32)) == ""


def test_a_very_short_sound_does_no_harm(fp32: CanaryEngine) -> None:
    assert isinstance(hear(fp32, np.full(40, 0.1, np.float32)), str)


def test_drop_and_load_again(heard: list[str]) -> None:
    _, audio = speak_unseen()[9]
    engine = load_engine("fp32")
    engine.drop()
    assert engine.device is None
    with pytest.raises(Refused, match="send load first"):
        hear(engine, audio)
    engine.place("cpu", ignore)
    assert hear(engine, audio) == heard[9]


def test_a_load_runs_the_model_once() -> None:
    """The first words of a person must not wait for what a library does at its first operation."""
    from torch.nn.modules.module import register_module_forward_hook

    seen: list[str] = []
    hook = register_module_forward_hook(lambda module, *_: seen.append(type(module).__name__))
    try:
        load_engine("fp32")
    finally:
        hook.remove()
    assert "ConformerEncoder" in seen


def test_leaving_the_card_converts_nothing(heard: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The halved master copy takes over at once; the CPU's own numbers come with the first request there."""
    from swictation_worker.engines.canary.engine import CanaryEngine

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    engine = CanaryEngine(str(require_tiny()), card="meta")  # Nothing can be read back from there.
    engine.place("cuda", ignore)
    assert weights_of(tmp_path) == {"weights-fp16.safetensors"}
    assert all(tensor.is_meta for tensor in engine._model.state_dict().values())
    phases: list[str] = []
    engine.place("cpu", phases.append)
    assert not any(tensor.is_meta for tensor in engine._model.state_dict().values())
    assert (engine.device, phases) == ("cpu", [])
    assert weights_of(tmp_path) == {"weights-fp16.safetensors"}
    engine.place("cuda", ignore)
    engine.place("cpu", ignore)
    _, audio = speak_unseen()[9]
    assert hear(engine, audio) == heard[9]
    assert weights_of(tmp_path) == {"weights-fp16.safetensors", "weights-fp32.safetensors"}


def weights_of(cache: Path) -> set[str]:
    return {path.name for path in cache.rglob("*.safetensors")}


def test_a_move_that_fails_leaves_a_clean_engine(heard: list[str]) -> None:
    """Half of the model may be on the card: it is let go, and the next place builds it anew."""
    from swictation_worker.engines.canary.engine import CanaryEngine

    engine = CanaryEngine(str(require_tiny()), card="no such device")
    with pytest.raises(RuntimeError):
        engine.place("cuda", ignore)
    assert engine.device is None
    engine.place("cpu", ignore)
    _, audio = speak_unseen()[9]
    assert hear(engine, audio) == heard[9]


def test_its_name_says_model_and_number_type(fp32: CanaryEngine) -> None:
    assert fp32.name == "tiny-canary fp32"
