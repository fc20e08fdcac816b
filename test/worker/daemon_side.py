"""The daemon's side of the wire for tests: starts the nursery, binds ROUTERs, sends and awaits messages."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import msgpack
import zmq

PY_WORKER = Path(__file__).parents[2] / "py-worker"
DEADLINE_S = 120.0

Message = dict[str, Any]


class DaemonSide:
    """Use as a context manager. All waits have a deadline and fail with what was awaited."""

    def __init__(
        self,
        folder: Path,
        arguments: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
        python: str = sys.executable,
    ):
        self._sockets_folder = tempfile.TemporaryDirectory(prefix="swict-")  # ipc paths are short
        self._errors = open(folder / "nursery.stderr", "wb")  # noqa: SIM115 - closed in __exit__
        self.errors_path = folder / "nursery.stderr"
        self._context = zmq.Context()
        self.ctl = self._router("ctl")
        self.data = self._router("data")
        self.seen: list[tuple[str, Message]] = []
        self._waiting: dict[zmq.Socket[bytes], deque[tuple[str, Message]]] = {self.ctl: deque(), self.data: deque()}
        self._unread = b""
        self._lines: deque[Message] = deque()
        self.said: list[str] = []
        """The kinds of all lines of the nursery, in their order."""
        self._next_id = 0
        self.nursery = subprocess.Popen(
            [python, "-m", "swictation_worker.nursery", *arguments],
            cwd=PY_WORKER,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self._stdin: IO[bytes] = self.nursery.stdin
        self._stdout: IO[bytes] = self.nursery.stdout

    def __enter__(self) -> DaemonSide:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_stdin()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.nursery.wait(5)
        self.nursery.kill()
        self.nursery.wait()
        for closable in (self.ctl, self.data, self._errors, self._stdout):
            closable.close()
        self._context.term()
        self._sockets_folder.cleanup()

    def endpoint(self, name: str) -> str:
        return f"ipc://{self._sockets_folder.name}/{name}"

    def order(self, **fields: object) -> None:
        self.order_raw((json.dumps(fields) + "\n").encode())

    def order_raw(self, line: bytes) -> None:
        self._stdin.write(line)
        self._stdin.flush()

    def close_stdin(self) -> None:
        with contextlib.suppress(BrokenPipeError, OSError):
            self._stdin.close()

    def fork(self, role: str, generation: int, **options: object) -> str:
        """Forks a worker and waits for its hello; returns its identity."""
        self.order(
            op="fork",
            role=role,
            generation=generation,
            ctl=self.endpoint("ctl"),
            data=self.endpoint("data"),
            options={"threads": 2, **options},
        )
        identity = f"{role}.{generation}"
        hello = self.await_message(self.ctl, identity, "hello")
        assert hello["generation"] == generation
        return identity

    def end(self, identity: str) -> Message:
        """Ends a worker as the daemon does; what the nursery says of it."""
        generation = int(identity.split(".")[1])
        self.order(op="kill", generation=generation, signal="TERM")
        return self.await_event("exited", generation=generation)

    def await_event(self, event: str, **expected: object) -> Message:
        """The next line of that kind from the nursery, older lines of other kinds kept for later."""
        deadline_s = time.monotonic() + DEADLINE_S
        while True:
            for line in self._lines:
                if line["event"] == event and all(line.get(name) == value for name, value in expected.items()):
                    self._lines.remove(line)
                    return line
            self._read_lines(deadline_s, f"{event} {expected}")

    def await_end(self) -> int:
        """The exit code of the nursery, when all that it said is read."""
        code = self.nursery.wait(DEADLINE_S)
        with contextlib.suppress(TimeoutError):
            while True:
                self._read_lines(time.monotonic(), "more")
        return code

    def request(self, socket: zmq.Socket[bytes], identity: str, audio: bytes | None = None, **header: Any) -> Message:
        """Sends a request with the next id and waits for its answer (done, error, text, scores)."""
        request_id = self.send(socket, identity, audio, **header)
        return self.await_answer(socket, identity, request_id)

    def send(self, socket: zmq.Socket[bytes], identity: str, audio: bytes | None = None, **header: Any) -> int:
        self._next_id += 1
        frames = [msgpack.packb({"id": self._next_id, **header})]
        self.send_frames(socket, identity, frames if audio is None else [*frames, audio])
        return self._next_id

    def send_frames(self, socket: zmq.Socket[bytes], identity: str, frames: list[bytes]) -> None:
        socket.send_multipart([identity.encode(), *frames])

    def await_answer(self, socket: zmq.Socket[bytes], identity: str, request_id: int) -> Message:
        while True:
            message = self.await_message(socket, identity, "done", "error", "text", "scores")
            if message.get("id") == request_id:
                return message

    def await_message(self, socket: zmq.Socket[bytes], identity: str, *types: str) -> Message:
        """The oldest unread message of one of the types from that worker; others stay unread."""
        deadline_s = time.monotonic() + DEADLINE_S
        waiting = self._waiting[socket]
        while True:
            for one in waiting:
                if one[0] == identity and one[1]["type"] in types:
                    waiting.remove(one)
                    return one[1]
            if not socket.poll(max(0, int((deadline_s - time.monotonic()) * 1_000))):
                raise TimeoutError(f"{identity} sent none of {types}; see {self.errors_path}")
            sender, frame = socket.recv_multipart()
            message = (sender.decode(), msgpack.unpackb(frame))
            self.seen.append(message)
            waiting.append(message)

    def load(self, identity: str, model: str = "stt", device: str = "cpu") -> Message:
        return self.request(self.ctl, identity, type="load", model=model, device=device)

    def transcribe(self, identity: str, pcm: bytes, window_s: float = 20.0, **wishes: Any) -> Message:
        asked = {"type": "transcribe", "format": "s16le", "window_s": window_s, **wishes}
        return self.request(self.data, identity, pcm, **asked)

    def _router(self, name: str) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.ROUTER)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        socket.bind(self.endpoint(name))
        return socket

    def _read_lines(self, deadline_s: float, awaited: str) -> None:
        stdout = self._stdout.fileno()
        readable, _, _ = select.select([stdout], [], [], max(0.0, deadline_s - time.monotonic()))
        received = os.read(stdout, 65_536) if readable else b""
        if not received:
            raise TimeoutError(f"the nursery did not say {awaited}; see {self.errors_path}")
        *lines, self._unread = (self._unread + received).split(b"\n")
        events = [json.loads(line) for line in lines]
        self._lines.extend(events)
        self.said.extend(one["event"] for one in events)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> bytes:
    """Its command line, empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def is_running(pid: int) -> bool:
    """Whether a process lives: a zombie that nobody reaped yet does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def wait_until_gone(pids: list[int]) -> None:
    """Waits on process file descriptors, so that the end of each is an event."""
    until_s = time.monotonic() + DEADLINE_S
    for pid in pids:
        try:
            fd = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended, _, _ = select.select([fd], [], [], max(0.0, until_s - time.monotonic()))
        os.close(fd)
        assert ended, f"process {pid} still runs"
