"""A request on its way in, and its answer on its way out."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from .api_error import ApiError
from .asked import Asked
from .heard import Text
from .proxy import MARK_NAME

MARK = {MARK_NAME: "1"}
ENGINE_TIME = "OpenAI-Processing-Ms"
"""What the engine took; the rest of an answer's time is the server's and the network's."""
Message = MutableMapping[str, Any]


def limited(request: Request, largest_bytes: int) -> Request:
    """The same request, which ends with 413 where it grows too large, whatever its header says."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message: Message = await request.receive()
        received += len(message.get("body", b""))
        if received > largest_bytes:
            largest_mb = largest_bytes / 1e6
            raise ApiError(413, f"the request is larger than {largest_mb:g} MB", "too_large", "file")
        return message

    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > largest_bytes:
        received = int(announced)
    return Request(request.scope, receive)


def render(text: Text, asked: Asked, seconds: float) -> Response:
    headers = {**MARK, ENGINE_TIME: str(round(text.engine_s * 1_000))}
    if asked.format == "text":
        return PlainTextResponse(f"{text.text}\n", headers=headers)
    if asked.format == "json":
        return JSONResponse({"text": text.text}, headers=headers)
    segments = [
        {"id": number, "start": one.start_s, "end": one.end_s, "text": one.text}
        for number, one in enumerate(text.segments)
    ]
    about = {"task": "transcribe", "language": asked.wishes.language, "duration": seconds}
    return JSONResponse({**about, "text": text.text, "segments": segments}, headers=headers)
