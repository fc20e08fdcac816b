"""Fixtures: the real nursery and real workers as processes, a daemon's two ROUTER sockets in this one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from daemon_side import DaemonSide

# How long an example takes, or is drawn, says something about the machine, and nothing about the code.
settings.register_profile("swictation", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("swictation")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[DaemonSide]:
    """A nursery of its own; no process of it is left when the test ends."""
    with DaemonSide(tmp_path) as side:
        yield side


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonSide]:
    """One nursery for the tests of a module that don't end it."""
    with DaemonSide(tmp_path_factory.mktemp("daemon")) as side:
        yield side
