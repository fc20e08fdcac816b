"""Canary there, the embedded engine not installed: Canary dictates alone, on the CPU as on a card."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

import pytest

import daemon_side
from canary_parts import require_nemo, require_tiny, speak_unseen
from daemon_side import DaemonSide
from swictation_worker.engines.silero import MODEL_FILE
from test_canary_daemon import count_in_order, dictate
from without_embedded import python_without_embedded

require_nemo()

IMPORT_LIMIT_S = 240.0


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python_without_embedded(tmp_path_factory.mktemp("venv") / "alone")


def test_the_fork_server_offers_canary_and_the_ear(
    tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for or not; whoever wants the embedded engine is refused when it is known what there is."""
    monkeypatch.setattr(daemon_side, "DEADLINE_S", IMPORT_LIMIT_S)
    with DaemonSide(tmp_path, python=str(python)) as side:
        side.fork("ear", 1)
        assert side.load("ear.1", "vad")["type"] == "done"
        ends = {"ctl": side.endpoint("ctl"), "data": side.endpoint("data")}
        side.order(op="fork", role="cpu", generation=2, **ends, options={"engine": "embedded"})
        assert side.await_event("ready")["engines"] == {"embedded": False, "canary": True, "sim": False}
        assert "embedded" in side.await_event("refused", generation=2)["message"]
        side.fork("cpu", 3, engine="canary-fp32", model=str(require_tiny()), device="cpu")
        assert side.load("cpu.3")["type"] == "done"


def test_the_daemon_types_what_was_said(tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the configuration asks for Canary on the CPU."""
    (tmp_path / "swictation").mkdir()
    (tmp_path / "run").mkdir(mode=0o700)
    (tmp_path / "swictation" / "config.toml").write_text(
        f'[stt]\nmodel = "{require_tiny()}"\n[voice]\ncommands = "off"\n'
        f'[control]\nsocket_path = "{tmp_path}/run/a.sock"\nmetrics_socket_path = "{tmp_path}/run/m.sock"\n'
    )
    monkeypatch.setenv("SWICTATION_PYTHON", str(python))
    spoken = speak_unseen()[:4]
    typed = " ".join(dictate(tmp_path, [audio for _, audio in spoken]).split())
    assert count_in_order([phrase for phrase, _ in spoken], typed) >= 3, typed


def test_the_ear_has_the_model_that_faster_whisper_ships() -> None:
    spec = find_spec("faster_whisper")
    assert spec is not None
    assert spec.origin is not None
    shipped = Path(spec.origin).parent / "assets" / MODEL_FILE.name
    assert hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest() == hashlib.sha256(shipped.read_bytes()).hexdigest()
