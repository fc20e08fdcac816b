"""Received messages between the channel's thread and the loop: bounded, ``ctl`` before ``data``."""

from __future__ import annotations

import threading
from collections import deque

from .messages import Channel

Received = tuple[Channel, list[bytes]]


class Inbox:
    """One writer, one reader. The writer asks ``has_room`` first, so nothing is ever dropped here."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting: dict[Channel, deque[list[bytes]]] = {"ctl": deque(), "data": deque()}
        self._changed = threading.Condition()

    def has_room(self, channel: Channel) -> bool:
        return len(self._waiting[channel]) < self._capacity

    def put(self, channel: Channel, frames: list[bytes]) -> None:
        with self._changed:
            self._waiting[channel].append(frames)
            self._changed.notify()

    def take(self) -> Received:
        """The oldest ``ctl`` message, else the oldest ``data`` message; waits without polling."""
        with self._changed:
            while True:
                for channel, waiting in self._waiting.items():
                    if waiting:
                        return channel, waiting.popleft()
                self._changed.wait()
