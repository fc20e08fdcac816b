"""A Canary with random weights, as an archive: it never stops by itself, and has the memory of a real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from canary_parts import ignore, isolate_cache, require_nemo
from swictation_worker.engine import PLAIN, SAMPLE_RATE_HZ

require_nemo()

import torch  # noqa: E402

from card_check.random_canary import find_random_archive  # noqa: E402
from card_check.shapes import TINY  # noqa: E402
from swictation_worker.engines.canary.engine import CanaryEngine  # noqa: E402
from swictation_worker.engines.canary.model import POSITIONS, TOKENS_BEYOND, quieten_nemo  # noqa: E402

FRAME_S = 0.08


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quieten_nemo()
    return find_random_archive(TINY, tmp_path_factory.mktemp("random"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path) -> Iterator[None]:
    yield from isolate_cache(tmp_path)


def noise(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.random.default_rng(1).normal(0, 0.1, int(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


def test_a_worker_takes_it_and_a_decoder_that_does_not_stop_is_stopped(archive: Path) -> None:
    engine = CanaryEngine(str(archive))
    engine.load("cpu", ignore)
    steps = [0]
    hook = engine._model.log_softmax.mlp.register_forward_hook(lambda *_: steps.__setitem__(0, steps[0] + 1))
    engine._decode(noise(4.0), wishes=PLAIN)
    hook.remove()
    frames = 4.0 / FRAME_S
    assert frames / 2 < steps[0] <= frames + TOKENS_BEYOND + 1


def test_forty_seconds_leave_the_table_of_positions_as_it_was(archive: Path) -> None:
    """NeMo compares frames of 10 ms with the table's limit: above it, it computes another one on the card."""
    engine = CanaryEngine(str(archive))
    engine.load("cpu", ignore)
    table = engine._model.encoder.pos_enc.pe
    assert table.shape[1] == 2 * POSITIONS - 1
    for seconds in (7.0, 40.0):
        engine.transcribe(noise(seconds), 40.0, ignore)
        assert engine._model.encoder.pos_enc.pe is table, seconds
        assert engine._model.encoder.max_audio_length == POSITIONS * engine._model.encoder.subsampling_factor


def test_the_second_look_finds_the_archive_that_the_first_one_made(archive: Path) -> None:
    written = archive.stat().st_mtime_ns
    assert find_random_archive(TINY, archive.parent) == archive
    assert archive.stat().st_mtime_ns == written
    assert not list(archive.parent.glob("unfinished-*"))
    assert torch.get_default_dtype() == torch.float32
