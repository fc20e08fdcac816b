"""Wayland's own words: messages of a connection, with file descriptors beside them (wayland.xml, wire format)."""

import array
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

DISPLAY = 1
_MAX_FDS = 28


class SessionGoneError(Exception):
    """The compositor has hung up, or does not like what it was told."""


class Arguments:
    """The body of an event, read from left to right. Descriptors come in the order of the events that have one."""

    def __init__(self, body: bytes, fds: list[int]) -> None:
        self._body = body
        self._at = 0
        self._fds = fds

    def uint(self) -> int:
        (value,) = struct.unpack_from("=I", self._body, self._at)
        self._at += 4
        return int(value)

    def text(self) -> str:
        length = self.uint()
        raw = self._body[self._at : self._at + max(0, length - 1)]
        self._at += (length + 3) // 4 * 4
        return raw.decode("utf-8", "replace")

    def descriptor(self) -> int:
        return self._fds.pop(0)


Handler = Callable[[int, Arguments], None]


class Connection:
    """One client of the compositor. Events go to the handler of the object that they come from."""

    def __init__(self, display: str, runtime_dir: str) -> None:
        path = Path(display) if display.startswith("/") else Path(runtime_dir) / display
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        self._heard = b""
        self._fds: list[int] = []
        self._last_id = DISPLAY
        self.handlers: dict[int, Handler] = {DISPLAY: self._hear_display}

    def fileno(self) -> int:
        return self._socket.fileno()

    def new_id(self, handler: Handler) -> int:
        self._last_id += 1
        self.handlers[self._last_id] = handler
        return self._last_id

    def send(self, sender: int, opcode: int, *values: int | str, fd: int | None = None) -> None:
        body = b"".join(_encode(value) for value in values)
        message = struct.pack("=II", sender, (8 + len(body)) << 16 | opcode) + body
        try:
            if fd is None:
                self._socket.sendall(message)
            else:
                socket.send_fds(self._socket, [message], [fd])
        except OSError as error:
            raise SessionGoneError(str(error)) from error

    def roundtrip(self) -> None:
        """Everything that was asked is done and answered when it returns."""
        done: list[bool] = []
        self.send(DISPLAY, 0, self.new_id(lambda _opcode, _arguments: done.append(True)))
        while not done:
            self.hear()

    def hear(self) -> None:
        """Waits for events and hands them out."""
        data, ancillary, _flags, _from = self._socket.recvmsg(65_536, socket.CMSG_SPACE(_MAX_FDS * 4))
        for level, kind, raw in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds = array.array("i")
                fds.frombytes(raw[: len(raw) - len(raw) % fds.itemsize])
                self._fds.extend(fds)
        if not data:
            raise SessionGoneError("the compositor has hung up")
        self._heard += data
        while len(self._heard) >= 8:
            sender, word = struct.unpack_from("=II", self._heard)
            size = word >> 16
            if size < 8 or len(self._heard) < size:
                return
            body, self._heard = self._heard[8:size], self._heard[size:]
            handler = self.handlers.get(sender)
            if handler is not None:
                handler(word & 0xFFFF, Arguments(body, self._fds))

    def _hear_display(self, opcode: int, arguments: Arguments) -> None:
        if opcode == 0:
            arguments.uint()
            arguments.uint()
            raise SessionGoneError(arguments.text())


def close_quietly(fd: int) -> None:
    try:
        os.close(fd)
    except OSError:
        return


def _encode(value: int | str) -> bytes:
    if isinstance(value, int):
        return struct.pack("=I", value & 0xFFFF_FFFF)
    raw = value.encode() + b"\0"
    return struct.pack("=I", len(raw)) + raw + b"\0" * (-len(raw) % 4)
