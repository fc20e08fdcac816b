"""The real NeMo worker over the wire: nursery, fork, load, the right phrases, move, drop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from canary_parts import require_nemo, require_tiny, speak_unseen
from daemon_side import DaemonSide
from speech import to_pcm
from swictation_worker.errors import Refused
from swictation_worker.nursery.choose import CANARY_WISHES, Available, choose_engine

require_nemo()

IMPORT_LIMIT_S = 240


@pytest.fixture(scope="module")
def daemon_with_canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonSide]:
    """A nursery that has imported torch and NeMo."""
    folder = tmp_path_factory.mktemp("daemon")
    with DaemonSide(folder, ("--import-canary",), {"XDG_CACHE_HOME": str(folder)}) as side:
        wait_until_imported(side)
        yield side


def wait_until_imported(side: DaemonSide) -> None:
    """Imports take seconds on a quiet machine, and long on a busy one."""
    for _ in range(IMPORT_LIMIT_S // 30):
        try:
            ready = side.await_event("ready")
        except TimeoutError:
            continue
        assert ready["engines"]["canary"] is True
        return
    pytest.fail(f"the nursery was not ready within {IMPORT_LIMIT_S} s")


@pytest.mark.parametrize(("engine", "name"), [("canary", "fp32"), ("canary-int8", "int8")])
def test_a_forked_worker_knows_its_phrases(daemon_with_canary: DaemonSide, engine: str, name: str) -> None:
    side = daemon_with_canary
    identity = side.fork("cpu", len(engine), engine=engine, device="cpu", model=str(require_tiny()), threads=1)
    loaded = side.load(identity)
    assert loaded["engine"] == f"tiny-canary {name}"
    assert loaded["memory"] is None
    spoken = speak_unseen()[::9]
    heard = [side.transcribe(identity, to_pcm(audio))["text"] for _, audio in spoken]
    assert heard == [phrase for phrase, _ in spoken]
    assert side.request(side.ctl, identity, type="drop", model="stt")["type"] == "done"
    assert side.transcribe(identity, to_pcm(spoken[0][1]))["code"] == "not_loaded"
    side.end(identity)


def test_a_missing_model_is_said_in_one_line(daemon_with_canary: DaemonSide) -> None:
    side = daemon_with_canary
    identity = side.fork("cpu", 99, engine="canary", device="cpu", model="/nowhere/x.nemo", threads=1)
    answer = side.load(identity)
    assert (answer["type"], answer["code"], answer["fault"]) == ("error", "model_unavailable", None)


@pytest.mark.parametrize("wish", CANARY_WISHES)
def test_the_wish_for_canary(wish: str) -> None:
    assert choose_engine(wish, Available(True, True)) == "canary"
    with pytest.raises(Refused, match=r"needs NeMo"):
        choose_engine(wish, Available(True, False))
