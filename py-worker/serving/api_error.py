"""Errors in the shape that clients of OpenAI's interface read."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass
class ApiError(Exception):
    """What a request is answered with in place of a text; `param` is the field at fault."""

    status: int
    message: str
    code: str
    param: str | None = None
    retry_after_s: float | None = None

    @property
    def body(self) -> dict[str, object]:
        kind = KINDS.get(self.status, "invalid_request_error" if self.status < 500 else "server_error")
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}

    @property
    def headers(self) -> dict[str, str]:
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}
        if self.retry_after_s is None:
            return headers
        return {**headers, "Retry-After": str(max(1, math.ceil(self.retry_after_s)))}


KINDS = {401: "authentication_error", 429: "rate_limit_error"}


def overloaded(message: str, retry_after_s: float) -> ApiError:
    """Later it would be served."""
    return ApiError(429, message, "overloaded", retry_after_s=retry_after_s)


def not_now(message: str, retry_after_s: float) -> ApiError:
    """The server is there, its engines are not."""
    return ApiError(503, message, "unavailable", retry_after_s=retry_after_s)


def bad_field(param: str, message: str) -> ApiError:
    return ApiError(400, message, f"invalid_{param}", param)
