"""The nursery, whose workers send corrupt answers when FAULT_DIR/corrupt says so, over their real sockets.

The file says what to send in place of answers on the data channel: ``KIND``, once, or ``KIND TYPE COUNT``, which
spoils only answers of that type, and as many of them.
"""

import os
import sys
from pathlib import Path

from swictation_worker.nursery import nursery
from swictation_worker.wire.answers import Answer
from swictation_worker.wire.channel import WorkerChannel
from swictation_worker.wire.messages import Channel, encode

order_file = Path(os.environ["FAULT_DIR"]) / "corrupt"


def corrupt(kind: str, answer: Answer) -> bytes:
    whole = encode(answer)
    if kind == "noise":
        return bytes(range(256))
    if kind == "torn":
        return whole[: len(whole) // 2]
    if kind == "empty":
        return b""
    if kind == "other_id":
        return encode({**answer, "id": 4_000_000})
    if kind == "last_id":
        return encode({**answer, "id": int(str(answer["id"])) - 1})
    if kind == "wrong_kind":
        return encode({"type": "done", "id": answer["id"]})
    if kind == "wrong_fields":
        return encode({"type": answer["type"], "id": answer["id"], "text": 7, "probabilities": "none"})
    raise ValueError(kind)


def take_order(answer_type: str) -> str | None:
    try:
        kind, *rest = order_file.read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    if rest and rest[0] != answer_type:
        return None
    left = int(rest[1]) - 1 if rest else 0
    if left > 0:
        order_file.write_text(f"{kind} {rest[0]} {left}")
    else:
        order_file.unlink()
    return kind


def send(self: WorkerChannel, channel: Channel, answer: Answer) -> None:
    message = encode(answer)
    if channel == "data":
        kind = take_order(str(answer["type"]))
        message = message if kind is None else corrupt(kind, answer)
    self._pipe_out.send_multipart([channel.encode(), message])


WorkerChannel.send = send
sys.exit(nursery.main(sys.argv[1:]))
