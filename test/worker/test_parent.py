"""Modules that end with the program that started them, whatever state either is in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from daemon_side import DEADLINE_S, PY_WORKER, DaemonSide, children_of, wait_until_gone

STARTER = """
import os, subprocess, sys, time
environment = {**os.environ, "SWICTATION_PARENT": str(os.getpid())}
print(subprocess.Popen([sys.executable, *sys.argv[1:]], env=environment, stdin=subprocess.PIPE).pid, flush=True)
time.sleep(600)
"""
SLEEPER = "from swictation_worker.parent import die_with_starter; die_with_starter(); print('up'); input()"


def test_a_stopped_nursery_and_its_stopped_worker_end_with_the_daemon(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, "-m", "swictation_worker.nursery"]
    with subprocess.Popen(command, cwd=PY_WORKER, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        wait_for_death_signal(pid)
        os.kill(pid, signal.SIGSTOP)
        starter.kill()
    wait_until_gone([pid])


def wait_for_death_signal(pid: int) -> None:
    """Its SIGINT is ignored from the line on that follows the call."""
    deadline_s = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline_s:
        status = Path(f"/proc/{pid}/status").read_text()
        ignored = int(status.split("SigIgn:")[1].split()[0], 16)
        if ignored & 1 << (signal.SIGINT - 1):
            return
        time.sleep(0.01)
    raise TimeoutError("the nursery never got so far")


def test_stopped_workers_end_with_a_stopped_nursery(tmp_path: Path) -> None:
    with DaemonSide(tmp_path) as daemon:
        daemon.fork("ear", 1)
        pids = [daemon.nursery.pid, *children_of(daemon.nursery.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        os.kill(daemon.nursery.pid, signal.SIGKILL)
        wait_until_gone(pids)


def test_a_parent_that_died_before_the_first_line_is_noticed() -> None:
    environment = {**os.environ, "SWICTATION_PARENT": "999999999"}
    ended = subprocess.run([sys.executable, "-c", SLEEPER], cwd=PY_WORKER, env=environment, timeout=DEADLINE_S)
    assert ended.returncode == 1


def test_somebodys_shell_is_no_parent_of_that_kind() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SWICTATION_PARENT"}
    ended = subprocess.run(
        [sys.executable, "-c", SLEEPER], cwd=PY_WORKER, env=environment, input="\n", text=True, timeout=DEADLINE_S
    )
    assert ended.returncode == 0
