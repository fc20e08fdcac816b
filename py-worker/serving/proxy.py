"""What Ray's own HTTP proxy gets from us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.middleware import Middleware

MARK_NAME = "X-Swictation"
"""On every answer of ours: what lacks it is the proxy's."""
AGAIN_S = b"2"
Message = MutableMapping[str, Any]


def middlewares() -> list[Middleware]:
    """Named in `RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH`."""
    return [Middleware(NotYet)]


class NotYet:
    """Before our application is there the proxy knows no path. A client would take its 404 for a wrong address and not
    come back; 503 says what is true."""

    def __init__(self, inner: Callable[..., Awaitable[None]]) -> None:
        self._inner = inner

    async def __call__(self, scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        async def send_truth(message: Message) -> None:
            if message.get("type") == "http.response.start" and message["status"] == 404:
                headers = list(message.get("headers", []))
                if MARK_NAME.lower().encode() not in {bytes(name).lower() for name, _ in headers}:
                    message = {**message, "status": 503, "headers": [*headers, (b"retry-after", AGAIN_S)]}
            await send(message)

        await self._inner(scope, receive, send_truth)
