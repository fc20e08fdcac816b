"""The clipboard's wire, against a compositor that says little; test/desktop/portal speaks to a real one."""

import os
import socket
import struct
import threading
from pathlib import Path

import pytest

from swictation_worker.clipboard.selection import NoDataControlError, Selection
from swictation_worker.clipboard.wire import Connection, SessionGoneError


def event(sender: int, opcode: int, body: bytes = b"") -> bytes:
    return struct.pack("=II", sender, (8 + len(body)) << 16 | opcode) + body


def text(value: str) -> bytes:
    raw = value.encode() + b"\0"
    return struct.pack("=I", len(raw)) + raw + b"\0" * (-len(raw) % 4)


def compositor(folder: Path, answer: bytes, pieces: int = 1) -> str:
    """Its path. It answers the first request and waits for more; without an answer it hangs up."""
    path = str(folder / "wayland-9")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(1)

    def serve() -> None:
        client, _ = server.accept()
        client.recv(4096)
        step = max(1, len(answer) // pieces)
        for at in range(0, len(answer), step):
            client.sendall(answer[at : at + step])
        if answer:
            client.recv(4096)
        client.close()

    threading.Thread(target=serve, daemon=True).start()
    return path


def test_a_compositor_without_data_control_is_told_apart(tmp_path: Path) -> None:
    seat = event(2, 0, struct.pack("=I", 7) + text("wl_seat") + struct.pack("=I", 5))
    path = compositor(tmp_path, seat + event(3, 0, struct.pack("=I", 0)), pieces=9)
    with pytest.raises(NoDataControlError):
        Selection(Connection(path, "/"))


def test_an_error_of_the_compositor_ends_the_session(tmp_path: Path) -> None:
    path = compositor(tmp_path, event(1, 0, struct.pack("=II", 1, 3) + text("no")))
    with pytest.raises(SessionGoneError):
        Selection(Connection(path, "/"))


def test_a_compositor_that_hangs_up_ends_the_session(tmp_path: Path) -> None:
    path = compositor(tmp_path, b"")
    connection = Connection(os.path.basename(path), str(tmp_path))
    connection.send(1, 0, 2)
    with pytest.raises(SessionGoneError):
        connection.hear()
