"""Follows the daemon's events while a stage runs: decisions, samples of the card, texts, workers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Thread
from typing import Any

import msgpack
import zmq

TOPICS = ("decision", "memory", "transcription", "worker", "breaker", "warning", "pressure")


@dataclass(frozen=True)
class Event:
    """`at_s` is this process's monotonic clock."""

    at_s: float
    topic: str
    told: dict[str, Any]


class Listener:
    """Use `close` at the end; `events` grows meanwhile."""

    def __init__(self, endpoint: str) -> None:
        self.events: list[Event] = []
        self._ended = False
        self._socket: Any = zmq.Context.instance().socket(zmq.SUB)
        self._socket.setsockopt(zmq.RCVTIMEO, 200)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RECONNECT_IVL, 10)  # The daemon is only about to listen.
        for topic in TOPICS:
            self._socket.subscribe(topic)
        self._socket.connect(endpoint)
        self._thread = Thread(target=self._follow, daemon=True)
        self._thread.start()

    def decisions(self, *actions: str, since_s: float = 0.0, **fields: object) -> list[Event]:
        """Decisions with one of these actions and these fields, in order."""
        return [
            event
            for event in list(self.events)
            if event.topic == "decision"
            and event.at_s >= since_s
            and (not actions or event.told.get("action") in actions)
            and all(event.told.get(name) == value for name, value in fields.items())
        ]

    @property
    def memory(self) -> dict[str, Any] | None:
        """The last sample that a worker on the card gave."""
        return next((event.told for event in reversed(list(self.events)) if event.topic == "memory"), None)

    @property
    def measured_s(self) -> float | None:
        """When that was."""
        return next((event.at_s for event in reversed(list(self.events)) if event.topic == "memory"), None)

    def close(self) -> None:
        self._ended = True
        self._thread.join(5)
        self._socket.close()

    def _follow(self) -> None:
        while not self._ended:
            try:
                topic, body = self._socket.recv_multipart()
            except zmq.Again:
                continue
            told = msgpack.unpackb(body)
            self.events.append(Event(time.monotonic(), topic.decode(), told))
