"""A client of the command interface: each line of stdin is one request, each answer one line of stdout.

A request is `{"socket": "req" | "dealer" | "bare", "encoding": "msgpack" | "json", "message": {...}}`. `bare` is a
DEALER that adds no empty delimiter, `pcm_hex` inside the message stands for bytes, `frames` (hex) are sent as they are.
"""

import json
import sys
from typing import Any

import msgpack
import zmq


def main() -> None:
    context = zmq.Context()
    for line in sys.stdin:
        request = json.loads(line)
        kind = zmq.REQ if request["socket"] == "req" else zmq.DEALER
        with context.socket(kind) as socket:
            socket.linger = 0
            socket.rcvtimeo = 5000
            socket.connect(sys.argv[1])
            print(json.dumps(ask(socket, request)), flush=True)


def ask(socket: "zmq.Socket[bytes]", request: dict[str, Any]) -> Any:
    frames = encode(request)
    if request["socket"] == "dealer":
        frames = [b"", *frames]
    try:
        socket.send_multipart(frames)
        answer = socket.recv_multipart()
    except zmq.ZMQError as error:
        return {"error": str(error)}
    if request["socket"] == "dealer":
        if answer[0] != b"":
            return {"error": "no delimiter"}
        answer = answer[1:]
    if len(answer) != 1:
        return {"error": f"{len(answer)} frames"}
    return decode(answer[0])


def encode(request: dict[str, Any]) -> list[bytes]:
    if "frames" in request:
        return [bytes.fromhex(frame) for frame in request["frames"]]
    message = request["message"]
    if "pcm_hex" in message:
        message["pcm"] = bytes.fromhex(message.pop("pcm_hex"))
    if request["encoding"] == "json":
        return [json.dumps(message).encode()]
    return [msgpack.packb(message)]


def decode(answer: bytes) -> Any:
    if answer[:1] == b"{":
        return {"json": json.loads(answer)}
    return {"msgpack": msgpack.unpackb(answer)}


if __name__ == "__main__":
    main()
