"""The two DEALER sockets of a worker, owned by one thread that also beats the heart.

ZeroMQ sockets belong to one thread, and a second DEALER with the same identity would be refused, so this
thread does all the talking: it hands received frames to the loop through an inbox, takes answers from an
inproc pipe, and sends a heartbeat every 2 s while the engine is busy or hangs, and every 5 s while it is idle.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn

import zmq
from zmq.utils.monitor import recv_monitor_message

from .answers import Answer, heartbeat
from .inbox import Inbox, Received
from .messages import Channel, encode

HIGH_WATER_MARK = 8
SEND_TIMEOUT_MS = 1_000
HEARTBEAT_S = 2.0
IDLE_HEARTBEAT_S = 5.0
"""Without a job in hand nobody waits, and each beat wakes two processes of a machine that may be asleep otherwise."""
CONNECT_TIMEOUT_MS = 5_000

_PIPE = "inproc://answers"


class WorkerChannel:
    """Opened by ``open_channel``; ``receive`` and ``send`` belong to the loop's thread."""

    def __init__(self, identity: str, generation: int, rss_mb: Callable[[], float]) -> None:
        self.job: int | None = None
        self._generation = generation
        self._rss_mb = rss_mb
        self._context = zmq.Context()
        self._inbox = Inbox(HIGH_WATER_MARK)
        self._identity = identity.encode()
        self._pipe_in = self._context.socket(zmq.PULL)
        self._pipe_in.bind(_PIPE)
        self._pipe_out = self._context.socket(zmq.PUSH)
        self._pipe_out.setsockopt(zmq.SNDHWM, 0)
        self._pipe_out.connect(_PIPE)

    def connect(self, ctl: str, data: str, first: Answer) -> None:
        """Connects both sockets, sends ``first`` once the daemon knows both, then beats on its own.

        Raises ``ConnectionError`` where the daemon does not answer the handshake in time.
        """
        sockets: dict[Channel, zmq.Socket[bytes]] = {"ctl": self._dealer(), "data": self._dealer()}
        _connect_and_wait(sockets["data"], data)
        _connect_and_wait(sockets["ctl"], ctl)
        sockets["ctl"].send(encode(first))
        threading.Thread(target=self._talk, args=(sockets,), name="channel", daemon=True).start()

    def receive(self) -> Received:
        """Waits for the next message; ``ctl`` comes before ``data``."""
        return self._inbox.take()

    def send(self, channel: Channel, answer: Answer) -> None:
        self._pipe_out.send_multipart([channel.encode(), encode(answer)])

    def _dealer(self) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.DEALER)
        socket.setsockopt(zmq.IDENTITY, self._identity)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.SNDHWM, HIGH_WATER_MARK)
        socket.setsockopt(zmq.RCVHWM, HIGH_WATER_MARK)
        socket.setsockopt(zmq.SNDTIMEO, SEND_TIMEOUT_MS)
        return socket

    def _talk(self, sockets: dict[Channel, zmq.Socket[bytes]]) -> NoReturn:
        next_beat_s = time.monotonic()
        while True:
            now_s = time.monotonic()
            if now_s >= next_beat_s:
                self._beat(sockets["ctl"])
                next_beat_s = now_s + (IDLE_HEARTBEAT_S if self.job is None else HEARTBEAT_S)
            ready = self._wait(sockets, next_beat_s - now_s)
            self._take_in(sockets, ready)
            if self._pipe_in in ready:
                self._send_out(sockets)

    def _wait(self, sockets: dict[Channel, zmq.Socket[bytes]], timeout_s: float) -> set[zmq.Socket[bytes]]:
        """A channel whose inbox is full is not read, so the daemon feels the high-water mark."""
        poller = zmq.Poller()
        poller.register(self._pipe_in, zmq.POLLIN)
        for name, socket in sockets.items():
            if self._inbox.has_room(name):
                poller.register(socket, zmq.POLLIN)
        return {socket for socket, _ in poller.poll(math.ceil(max(0.0, timeout_s) * 1_000))}

    def _take_in(self, sockets: dict[Channel, zmq.Socket[bytes]], ready: set[zmq.Socket[bytes]]) -> None:
        for name, socket in sockets.items():
            if socket in ready:
                self._inbox.put(name, socket.recv_multipart())

    def _send_out(self, sockets: dict[Channel, zmq.Socket[bytes]]) -> None:
        name, message = self._pipe_in.recv_multipart()
        try:
            sockets["ctl" if name == b"ctl" else "data"].send(message)
        except zmq.Again:
            _complain(self._identity, f"an answer on {name.decode()} found nobody within {SEND_TIMEOUT_MS} ms")

    def _beat(self, ctl: zmq.Socket[bytes]) -> None:
        try:
            ctl.send(encode(heartbeat(self._generation, self.job, self._rss_mb())), zmq.NOBLOCK)
        except zmq.Again:
            return


def _connect_and_wait(socket: zmq.Socket[bytes], endpoint: str) -> None:
    """A ROUTER drops what it is told to send to a peer that it does not know yet, hence the wait."""
    monitor = socket.get_monitor_socket(zmq.Event.HANDSHAKE_SUCCEEDED)
    socket.connect(endpoint)
    answered = bool(monitor.poll(CONNECT_TIMEOUT_MS))
    if answered:
        recv_monitor_message(monitor)
    socket.disable_monitor()
    if not answered:
        raise ConnectionError(f"nobody answered at {endpoint} within {CONNECT_TIMEOUT_MS} ms")


def _complain(identity: bytes, message: str) -> None:
    print(f"worker {identity.decode()}: {message}", file=sys.stderr, flush=True)
