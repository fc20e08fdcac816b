"""The keys that are let in: a file with one a line. Only their sums are kept in memory."""

from __future__ import annotations

import hashlib
import hmac
import re
import stat
from pathlib import Path

from .api_error import ApiError

KEY = re.compile(r"[\x21-\x7e]{16,4096}")
FOREIGN_BITS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileFlaw(Exception):
    """The file can't be used; the message is one line that says what to do."""


def read_keys(path: Path) -> tuple[bytes, ...]:
    """The sums of the keys in a file. Empty lines and lines with # are left out."""
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise KeyFileFlaw(f"--api-keys {path} can't be read ({reason}): correct the path") from None
    if mode & FOREIGN_BITS:
        raise KeyFileFlaw(f"--api-keys {path} can be read by others: chmod 600 {path}")
    keys = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    for number, key in enumerate(keys, 1):
        if KEY.fullmatch(key) is None:
            raise KeyFileFlaw(f"--api-keys {path}: key {number} is none: 16 letters and signs or more, no spaces")
    if not keys:
        raise KeyFileFlaw(f"--api-keys {path} holds no key: one a line, `openssl rand -hex 24` makes one")
    return tuple(_sum(key) for key in keys)


def require_key(sums: tuple[bytes, ...] | None, authorization: str | None) -> None:
    """`Authorization: Bearer KEY`. Every key is compared, so that the time tells nothing. None: everybody is let in."""
    if sums is None:
        return
    kind, _, given = (authorization or "").partition(" ")
    presented = _sum(given.strip())
    found = [hmac.compare_digest(presented, known) for known in sums]
    if kind.lower() != "bearer" or not any(found):
        raise ApiError(401, "this server wants a key: Authorization: Bearer KEY", "invalid_api_key")


def _sum(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
