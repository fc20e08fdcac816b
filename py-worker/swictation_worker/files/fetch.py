"""Fetches a model of the hub, in a process of its own, while the embedded engine dictates.

`python -m swictation_worker.files.fetch MODEL`: JSON lines on stdout (docs/wire.md), plain ones in a terminal; exit
code 0 when the file is here. A fetch goes on where an earlier one stopped. `--end-with-stdin`: ends as soon as stdin is
closed, however the daemon ended. `--prepare`: also writes the number type of the CPU into the cache of weights, so that
the engine that takes over need not do it while somebody waits for text.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn, TextIO, cast
from urllib.parse import urlparse

from huggingface_hub.errors import OfflineModeIsEnabled

from ..engines.canary.cache import Archive, NumberType, open_archive
from ..engines.canary.source import find_in_cache, hub_file
from ..errors import Refused
from ..nursery.imports import is_installed, prepare_environment
from ..parent import die_with_starter
from .hub import DiskFull, Mismatch, ask_hub, fetch_file, repository_folder

FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR)
BACKGROUND_NICENESS = 10
STDIN_FD = 0


class Failed(Exception):
    """One line for people. `again`: another attempt may succeed without anybody changing the configuration."""

    def __init__(self, message: str, again: bool) -> None:
        super().__init__(message)
        self.again = again


class Told:
    """Where lines go; None: to stdout."""

    stream: TextIO | None = None


def keep_stdout() -> None:
    """The libraries' own words go to stderr from now on: on stdout the daemon listens for lines of JSON."""
    Told.stream = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def say(event: str, **fields: object) -> None:
    """One line, for the daemon or for a person at a terminal. A reader that is gone ends this process."""
    told = {"event": event, **fields}
    try:
        stream = Told.stream or sys.stdout
        print(describe_event(told) if stream.isatty() else json.dumps(told), flush=True, file=stream)
    except BrokenPipeError:
        os._exit(1)


def describe_event(told: dict[str, Any]) -> str:
    match told["event"]:
        case "progress":
            return f"{told['done_bytes'] / 1e6:.0f} of {told['total_bytes'] / 1e6:.0f} MB"
        case "done":
            return f"{told['path']} {told['size_bytes']} bytes, sha256 {told['sha256']}"
        case _:
            return str(told.get("message") or told.get("phase"))


def say_phase(phase: str) -> None:
    say("phase", phase=phase)


class Percents:
    """Says each further per cent once."""

    def __init__(self) -> None:
        self._told = -1

    def __call__(self, done_bytes: int, total_bytes: int) -> None:
        percent = 100 * done_bytes // max(1, total_bytes)
        if percent != self._told:
            self._told = percent
            say("progress", done_bytes=done_bytes, total_bytes=total_bytes)


def fetch_model(model: str) -> Path:
    """The archive in the hub's cache, fetched where it is not there yet. Raises `Failed`, `Refused`."""
    filename = hub_file(model)
    found = find_in_cache(model)
    if found is not None:
        return found
    try:
        return fetch_file(ask_hub(model, filename), Percents(), say_phase)
    except Exception as error:
        failure = describe_failure(model, filename, error)
    raise failure


def describe_failure(model: str, filename: str, error: Exception) -> Failed:
    """What a person can do about it. Exceptions of the hub's library are told apart by what they carry."""
    host = urlparse(os.environ.get("HF_ENDPOINT") or "https://huggingface.co").netloc
    status = getattr(getattr(error, "response", None), "status_code", None)
    number = error.errno if isinstance(error, OSError) else None
    folder = repository_folder(model)
    start = f"{model} can't be fetched"
    if isinstance(error, DiskFull):
        return Failed(f"{start}: {error} in {folder}; make room, it is tried again by itself", again=True)
    place = error.filename if isinstance(error, OSError) and error.filename else folder
    if number in FULL_DISK:
        return Failed(f"{start}: the disk is full in {place}; make room, it is tried again by itself", again=True)
    if number in FORBIDDEN or place != folder:
        advice = "correct that, or name another folder (HF_HOME, XDG_CACHE_HOME), and restart"
        reason = os.strerror(number or 0)
        return Failed(f"{start}: {place} can't be written ({reason}); {advice}", again=number not in FORBIDDEN)
    if status in (401, 403, 404):
        return Failed(f"{start}: {describe_refusal(model, filename, host, status)}", again=False)
    if isinstance(error, Mismatch):
        return Failed(f"{start}: what {host} sent is not whole ({error}); it is tried again by itself", again=True)
    if isinstance(error, OfflineModeIsEnabled):
        return Failed(f"{start}: HF_HUB_OFFLINE forbids it; unset that and restart", again=False)
    reason, advice = (f"status {status}", "") if status else (type(error).__name__, "connect to the network, ")
    return Failed(f"{start} from {host} ({reason}): {advice}it is tried again by itself", again=True)


def describe_refusal(model: str, filename: str, host: str, status: int) -> str:
    """The hub answers 401 for a name that nobody has, too, since it might be a private one."""
    if status == 403:
        return f"{host} does not allow it; accept its terms on {host}/{model}, set HF_TOKEN, and restart"
    return f"{host} has no {filename} under that name; correct [stt] model in the configuration and restart"


def prepare(model: str, path: Path, convert: bool, number_types: Sequence[NumberType]) -> dict[str, object]:
    """Checks what is in the archive and fills the cache of weights; its size in bytes and its SHA-256."""
    say_phase("checking")
    try:
        archive = open_archive(path, lambda _: None)
        if convert:
            say_phase("converting")
            convert_weights(archive, number_types)
    except Refused as refused:
        problem = f"[stt] model {model} holds no model for dictation ({refused}); name another one and restart"
        raise Failed(problem, again=False) from None
    except OSError as error:
        raise describe_failure(model, path.name, error) from None
    except Exception as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise Failed(f"{model} is here, but can't be prepared ({reason}); it is tried again by itself", True) from None
    return {"path": str(path), "size_bytes": archive.size_bytes, "sha256": archive.sha256}


def convert_weights(archive: Archive, number_types: Sequence[NumberType]) -> None:
    """Imports NeMo, which takes seconds and 700 MB: in this process it keeps nobody waiting, and ends with it. It
    leaves the card alone, which it would wake."""
    prepare_environment()
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    from ..engines.canary.weights import write_missing

    for number_type in number_types:
        write_missing(archive, number_type, lambda _: None)


def require_nemo() -> None:
    if not (is_installed("torch") and is_installed("nemo")):
        raise Failed(
            "Canary needs NeMo, so its model is not fetched: type `make setup FULL=1` and restart", again=False
        )


def end_when_closed() -> None:
    """Waits for the end of stdin, which comes also when the daemon is killed. Without Python's buffer, whose lock at
    the end of the interpreter would abort the process."""
    while os.read(STDIN_FD, 4096):
        pass
    os._exit(1)


def main(arguments: Sequence[str]) -> int:
    options = parse_arguments(arguments)
    die_with_starter()
    if options.end_with_stdin:
        Thread(target=end_when_closed, daemon=True).start()
        os.nice(BACKGROUND_NICENESS)
    try:
        require_nemo()
        number_types = cast(Sequence[NumberType], options.types.split(","))
        found = prepare(options.model, fetch_model(options.model), options.prepare, number_types)
    except Refused as refused:
        say("failed", message=str(refused), again=False)
    except Failed as failed:
        say("failed", message=str(failed), again=failed.again)
    except KeyboardInterrupt:
        say("failed", message="interrupted: the next fetch goes on from here", again=True)
        return 130
    else:
        say("done", **found)
        return 0
    return 1


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m swictation_worker.files.fetch",
        description="Fetches the archive of a speech model from the hub.",
    )
    parser.add_argument("model", help="a hub name, OWNER/NAME")
    parser.add_argument("--prepare", action="store_true", help="also convert its weights, for the card and the CPU")
    parser.add_argument("--types", default="fp16,fp32", help="the number types that --prepare writes")
    parser.add_argument("--end-with-stdin", action="store_true", help="end when stdin is closed")
    return parser.parse_args(arguments)


def leave(code: int) -> NoReturn:
    """Without the libraries' own clean-up, which takes a second after NeMo."""
    (Told.stream or sys.stdout).flush()
    os._exit(code)


if __name__ == "__main__":
    keep_stdout()
    leave(main(sys.argv[1:]))
