"""The fork server as a process: forks, reaps, refuses, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from daemon_side import DEADLINE_S, PY_WORKER, DaemonSide, children_of, is_running, wait_until_gone


def test_ready_names_the_engines(daemon: DaemonSide) -> None:
    ready = daemon.await_event("ready")
    assert ready["engines"]["embedded"] is True
    assert ready["import_ms"] > 0


def test_the_nursery_has_one_thread_and_no_zeromq_socket(daemon: DaemonSide) -> None:
    daemon.await_event("ready")
    assert len(os.listdir(f"/proc/{daemon.nursery.pid}/task")) == 1
    targets = [os.readlink(fd) for fd in Path(f"/proc/{daemon.nursery.pid}/fd").iterdir()]
    assert not [target for target in targets if "socket" in target and target not in _standard_streams(daemon)]


@pytest.mark.skipif(find_spec("nemo") is None, reason="NeMo is not installed: make setup FULL=1")
def test_the_nursery_has_one_thread_with_canary_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon_side.DEADLINE_S", 240.0)
    with DaemonSide(tmp_path, ("--import-canary",)) as daemon:
        assert daemon.await_event("ready")["engines"]["canary"] is True
        names = [task.joinpath("comm").read_text() for task in Path(f"/proc/{daemon.nursery.pid}/task").iterdir()]
        assert len(names) == 1, names


def _standard_streams(daemon: DaemonSide) -> set[str]:
    return {os.readlink(f"/proc/{daemon.nursery.pid}/fd/{fd}") for fd in range(3)}


def test_an_ear_is_forked_before_the_heavy_imports_are_done(daemon: DaemonSide) -> None:
    daemon.fork("ear", 1)
    daemon.await_event("ready")
    assert daemon.said.index("forked") < daemon.said.index("ready")


def test_killed_children_are_reported_at_once_and_can_be_forked_anew(daemon: DaemonSide) -> None:
    daemon.fork("ear", 1)
    forked = daemon.await_event("forked", generation=1)
    os.kill(forked["pid"], signal.SIGKILL)
    assert daemon.await_event("exited", generation=1) == {
        "event": "exited",
        "generation": 1,
        "pid": forked["pid"],
        "code": None,
        "signal": signal.SIGKILL,
    }
    daemon.fork("ear", 2)
    daemon.load("ear.2", "vad")


@pytest.mark.parametrize("name", ["TERM", "KILL"])
def test_kill_orders(daemon: DaemonSide, name: str) -> None:
    daemon.fork("ear", 1)
    daemon.order(op="kill", generation=1, signal=name)
    assert daemon.await_event("exited", generation=1)["signal"] == signal.Signals[f"SIG{name}"]
    daemon.order(op="kill", generation=1, signal=name)
    assert "no worker" in daemon.await_event("refused", generation=1)["message"]


@pytest.mark.parametrize(
    ("line", "generation"),
    [
        (b"garbage\n", None),
        (b"\xff\xfe\x00\n", None),
        (b"[]\n", None),
        (b'{"op":"dance","generation":7}\n', 7),
        (b'{"op":"fork","generation":8,"role":"ear"}\n', 8),
        (b"x" * 70_000 + b"\n", None),
    ],
)
def test_lines_that_are_not_understood_are_refused(daemon: DaemonSide, line: bytes, generation: int | None) -> None:
    daemon.order_raw(line)
    refused = daemon.await_event("refused")
    assert refused["generation"] == generation
    daemon.fork("ear", 1)


def test_a_generation_is_forked_once(daemon: DaemonSide) -> None:
    daemon.fork("ear", 1)
    daemon.order(op="fork", role="ear", generation=1, ctl=daemon.endpoint("ctl"), data=daemon.endpoint("data"))
    assert "already runs" in daemon.await_event("refused", generation=1)["message"]


def test_an_engine_that_is_not_there_is_refused_with_what_to_type(daemon: DaemonSide) -> None:
    ctl, data = daemon.endpoint("ctl"), daemon.endpoint("data")
    daemon.order(op="fork", role="cpu", generation=4, ctl=ctl, data=data, options={"engine": "canary"})
    assert "pip install" in daemon.await_event("refused", generation=4)["message"]


@pytest.mark.parametrize("way", ["close", "quit", "SIGTERM", "SIGKILL"])
def test_no_process_is_left(daemon: DaemonSide, way: str) -> None:
    for generation, role in enumerate(("ear", "cpu"), 1):
        daemon.fork(role, generation)
    daemon.load("cpu.2")
    pids = [daemon.nursery.pid, *children_of(daemon.nursery.pid)]
    assert len(pids) == 3
    if way == "close":
        daemon.close_stdin()
    elif way == "quit":
        daemon.order(op="quit")
    else:
        os.kill(daemon.nursery.pid, signal.Signals[way])
    wait_until_gone(pids)
    assert daemon.nursery.wait(DEADLINE_S) == (-signal.SIGKILL if way == "SIGKILL" else 0)


def test_stopped_children_are_killed_too(daemon: DaemonSide) -> None:
    daemon.fork("ear", 1)
    pids = [daemon.nursery.pid, *children_of(daemon.nursery.pid)]
    os.kill(pids[1], signal.SIGSTOP)
    daemon.close_stdin()
    wait_until_gone(pids)


def test_an_end_during_the_imports_ends_at_once(daemon: DaemonSide) -> None:
    daemon.close_stdin()
    assert daemon.await_end() == 0
    assert "ready" not in daemon.said


def test_ctrl_c_is_left_to_the_daemon(daemon: DaemonSide) -> None:
    daemon.fork("ear", 1)
    pids = [daemon.nursery.pid, *children_of(daemon.nursery.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGINT)
    daemon.load("ear.1", "vad")
    assert all(is_running(pid) for pid in pids)


def test_children_hold_none_of_the_nurserys_pipes(daemon: DaemonSide) -> None:
    daemon.fork("ear", 1)
    pipes = {os.readlink(f"/proc/{daemon.nursery.pid}/fd/0")}
    (child,) = children_of(daemon.nursery.pid)
    held = {os.readlink(fd) for fd in Path(f"/proc/{child}/fd").iterdir() if fd.exists() or fd.is_symlink()}
    assert not pipes & held
    daemon.close_stdin()
    assert daemon.nursery.wait(DEADLINE_S) == 0


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "zmq.py").write_text("raise ImportError('broken for this test', name='zmq')\n")
    environment = {"PYTHONPATH": str(tmp_path)}
    with DaemonSide(tmp_path, environment=environment) as daemon:
        refused = daemon.await_event("refused")
        assert refused["generation"] is None
        assert "zmq" in refused["message"]
        assert "pip install" in refused["message"]
        assert daemon.nursery.wait(DEADLINE_S) == 1


def test_a_broken_nemo_leaves_the_embedded_engine(tmp_path: Path) -> None:
    """A build for another driver raises more than ImportError; forks that waited for it are told."""
    (tmp_path / "torch.py").write_text("raise RuntimeError('broken for this test')\n")
    with DaemonSide(tmp_path, ("--import-canary",), {"PYTHONPATH": str(tmp_path)}) as daemon:
        ends = {"ctl": daemon.endpoint("ctl"), "data": daemon.endpoint("data")}
        daemon.order(op="fork", role="cpu", generation=1, options={"engine": "canary-fp32"}, **ends)
        assert daemon.await_event("ready")["engines"] == {"embedded": True, "canary": False, "sim": True}
        assert "pip install -r requirements.txt" in daemon.await_event("refused", generation=1)["message"]
        assert "broken for this test" in daemon.errors_path.read_text()
        daemon.fork("cpu", 2)
        assert daemon.load("cpu.2")["type"] == "done"


def test_help_and_wrong_usage() -> None:
    command = [sys.executable, "-m", "swictation_worker.nursery"]
    shown = subprocess.run([*command, "--help"], cwd=PY_WORKER, capture_output=True, text=True, timeout=DEADLINE_S)
    assert shown.returncode == 0
    assert "--import-canary" in shown.stdout
    wrong = subprocess.run([*command, "--nonsense"], cwd=PY_WORKER, capture_output=True, text=True, timeout=DEADLINE_S)
    assert wrong.returncode == 2


def test_nothing_calls_home(tmp_path: Path) -> None:
    """ONNX Runtime keeps a database for its usage events where that is not switched off."""
    with DaemonSide(tmp_path, environment={"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}) as daemon:
        daemon.fork("ear", 1)
        daemon.load("ear.1", "vad")
        daemon.fork("cpu", 2)
        daemon.load("cpu.2")
    assert [path.name for path in tmp_path.iterdir()] == ["nursery.stderr"]


def test_a_question_is_answered(daemon: DaemonSide) -> None:
    daemon.await_event("ready")
    daemon.order(op="ping")
    daemon.await_event("pong")


def test_a_stopped_worker_is_told_of_and_goes_on(daemon: DaemonSide) -> None:
    daemon.fork("ear", 1)
    daemon.await_event("ready")
    (child,) = children_of(daemon.nursery.pid)
    os.kill(child, signal.SIGSTOP)
    assert daemon.await_event("stopped", generation=1)["pid"] == child
    os.kill(child, signal.SIGCONT)
    daemon.load("ear.1", "vad")


def test_the_run_is_part_of_a_workers_identity(daemon: DaemonSide) -> None:
    ends = {"ctl": daemon.endpoint("ctl"), "data": daemon.endpoint("data")}
    daemon.order(op="fork", role="ear", generation=5, run="a1b2-1", **ends)
    daemon.await_message(daemon.ctl, "ear.5.a1b2-1", "hello")
    daemon.order(op="fork", role="ear", generation=6, run="../x", **ends)
    assert "run:" in daemon.await_event("refused", generation=6)["message"]


@pytest.mark.parametrize(("set_before", "seen"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_torch_is_imported_where_threads_do_not_spin(tmp_path: Path, set_before: str | None, seen: str) -> None:
    """On a busy machine they would spin for twenty times the work. A person's own wish holds."""
    (tmp_path / "looks_at_it.py").write_text("import os\nprint('seen', os.environ.get('OMP_WAIT_POLICY'))\n")
    code = (
        "from swictation_worker.nursery import imports\n"
        "imports.EAR_MODULES = imports.EMBEDDED_MODULES = ()\n"
        "imports._prepare = lambda name: None\n"
        "imports.CANARY_MODULES = ('looks_at_it',)\n"
        "print(imports.import_stages(True, lambda stage: None))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    environment |= {"PYTHONPATH": f"{PY_WORKER}{os.pathsep}{tmp_path}"}
    environment |= {} if set_before is None else {"OMP_WAIT_POLICY": set_before}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"seen {seen}" in done.stdout
