"""The nursery, whose workers send one corrupt answer for each file FAULT_DIR/corrupt, over their real sockets.

The file names what to send in place of the next answer on the data channel.
"""

import os
import sys
from pathlib import Path

from swictation_worker import nursery
from swictation_worker.answers import Answer
from swictation_worker.channel import WorkerChannel
from swictation_worker.messages import Channel, encode

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
    if kind == "wrong_kind":
        return encode({"type": "done", "id": answer["id"]})
    if kind == "wrong_fields":
        return encode({"type": answer["type"], "id": answer["id"], "text": 7, "probabilities": "none"})
    raise ValueError(kind)


def send(self: WorkerChannel, channel: Channel, answer: Answer) -> None:
    message = encode(answer)
    if channel == "data":
        try:
            kind = order_file.read_text().strip()
            order_file.unlink()
            message = corrupt(kind, answer)
        except FileNotFoundError:
            pass
    self._pipe_out.send_multipart([channel.encode(), message])


WorkerChannel.send = send
sys.exit(nursery.main(sys.argv[1:]))
