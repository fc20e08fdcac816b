"""What is in the clipboard, and how it is given away: ext-data-control-v1, or the wlroots one that it comes from."""

import os
import select
import threading
import time
from collections.abc import Callable, Mapping

from .wire import Arguments, Connection, SessionGoneError, close_quietly

#: Both speak alike: requests and events have the same numbers.
_MANAGERS = ("ext_data_control_manager_v1", "zwlr_data_control_manager_v1")
#: Words of the X11 protocol that some offer as if they were kinds of content.
_NO_CONTENT = frozenset({"TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE"})
#: An owner that does not give this kind away in time is frozen, or lets people wait for a file from elsewhere.
_TAKES_S = 2.0
MOST_BYTES = 32 * 1024 * 1024


class NoDataControlError(Exception):
    """This compositor has no such protocol."""


class TooLargeError(Exception):
    """More than is kept."""


class OwnerSilentError(Exception):
    """The program that holds the clipboard gives nothing."""


class Selection:
    """The clipboard of the session's first seat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._offers: dict[int, list[str]] = {}
        self._current: int | None = None
        self._source: int | None = None
        self._manager, self._device = self._bind()

    def read(self) -> dict[str, bytes]:
        """All of it by kinds; empty where there is nothing."""
        if self._current is None:
            return {}
        kinds = [kind for kind in self._offers[self._current] if kind not in _NO_CONTENT]
        contents: dict[str, bytes] = {}
        for kind in dict.fromkeys(kinds):
            taken = self._take(self._current, kind, MOST_BYTES - sum(map(len, contents.values())))
            if taken is not None:
                contents[kind] = taken
        if kinds and not contents:
            raise OwnerSilentError
        return contents

    def own(self, contents: Mapping[str, bytes], sent: Callable[[str], None], lost: Callable[[], None]) -> None:
        """Gives these away from now on; `sent` hears of each time, from another thread."""

        def hear(opcode: int, arguments: Arguments) -> None:
            if opcode == 1:
                lost()
                return
            kind, fd = arguments.text(), arguments.descriptor()
            data = contents.get(kind, b"")
            threading.Thread(target=_give, args=(fd, data, lambda: sent(kind)), daemon=True).start()

        self._source = self._connection.new_id(hear)
        self._connection.send(self._manager, 0, self._source)
        for kind in contents:
            self._connection.send(self._source, 0, kind)
        self._connection.send(self._device, 0, self._source)
        self._connection.roundtrip()

    def clear(self) -> None:
        self._connection.send(self._device, 0, 0)
        self._connection.roundtrip()

    def _bind(self) -> tuple[int, int]:
        found: dict[str, int] = {}

        def hear(opcode: int, arguments: Arguments) -> None:
            if opcode == 0:
                number, name = arguments.uint(), arguments.text()
                found.setdefault(name, number)

        registry = self._connection.new_id(hear)
        self._connection.send(1, 1, registry)
        self._connection.roundtrip()
        protocol = next((name for name in _MANAGERS if name in found), None)
        if protocol is None or "wl_seat" not in found:
            raise NoDataControlError
        seat = self._connection.new_id(lambda _opcode, _arguments: None)
        self._connection.send(registry, 0, found["wl_seat"], "wl_seat", 1, seat)
        manager = self._connection.new_id(lambda _opcode, _arguments: None)
        self._connection.send(registry, 0, found[protocol], protocol, 1, manager)
        device = self._connection.new_id(self._hear_device)
        self._connection.send(manager, 1, device, seat)
        self._connection.roundtrip()
        return manager, device

    def _hear_device(self, opcode: int, arguments: Arguments) -> None:
        if opcode == 0:
            offer = arguments.uint()
            kinds = self._offers[offer] = []
            self._connection.handlers[offer] = lambda _opcode, named: kinds.append(named.text())
        elif opcode == 1:
            self._current = arguments.uint() or None
        elif opcode == 2:
            raise SessionGoneError("the seat has gone")

    def _take(self, offer: int, kind: str, most_bytes: int) -> bytes | None:
        """Null where the owner does not give it."""
        ours, theirs = os.pipe()
        try:
            self._connection.send(offer, 0, kind, fd=theirs)
        finally:
            os.close(theirs)
        try:
            return _read_all(ours, most_bytes)
        finally:
            os.close(ours)


def _read_all(fd: int, most_bytes: int) -> bytes | None:
    taken = bytearray()
    until = time.monotonic() + _TAKES_S
    while True:
        ready, _, _ = select.select([fd], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return None
        chunk = os.read(fd, 1 << 16)
        if not chunk:
            return bytes(taken)
        taken += chunk
        if len(taken) > most_bytes:
            raise TooLargeError


def _give(fd: int, data: bytes, done: Callable[[], None]) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(fd, view) :]
        done()
    except OSError:
        return
    finally:
        close_quietly(fd)
