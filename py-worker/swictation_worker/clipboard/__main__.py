"""One order a process; what is read and owned is one JSON line, kind of content to base64.

- `read`: what is in the clipboard, to stdout.
- `own`: owns what stdin says and tells on stdout: `owned`, `sent KIND` after each time that it was taken, `lost`.
- `keep`: the same, in the background and without a word: the process that was started ends once it is owned.

Exit codes: 0 done, 3 the session has no such clipboard, 4 there is too much in it, 5 its owner gives nothing.
"""

import base64
import json
import os
import sys
from collections.abc import Callable

from ..parent import die_with_starter
from .selection import NoDataControlError, OwnerSilentError, Selection, TooLargeError
from .wire import Connection, SessionGoneError

_NO_SESSION, _TOO_LARGE, _SILENT = 3, 4, 5


def main(order: str, say: Callable[[str], None]) -> int:
    try:
        session = os.environ.get("WAYLAND_DISPLAY", "wayland-0")
        connection = Connection(session, os.environ.get("XDG_RUNTIME_DIR", "/"))
        selection = Selection(connection)
        if order == "read":
            say(json.dumps({kind: base64.b64encode(data).decode() for kind, data in selection.read().items()}))
        else:
            _hold(connection, selection, say)
    except (NoDataControlError, SessionGoneError, OSError):
        return _NO_SESSION
    except TooLargeError:
        return _TOO_LARGE
    except OwnerSilentError:
        return _SILENT
    return 0


def _hold(connection: Connection, selection: Selection, say: Callable[[str], None]) -> None:
    contents = {kind: base64.b64decode(data) for kind, data in json.loads(sys.stdin.readline()).items()}
    lost: list[bool] = []
    if contents:
        selection.own(contents, sent=lambda kind: say(f"sent {kind}"), lost=lambda: lost.append(True))
    else:
        selection.clear()
    say("owned")
    while contents and not lost:
        connection.hear()
    say("lost")


def _keep() -> int:
    """Another process owns it; this one ends with its word that it does."""
    ours, theirs = os.pipe()
    if os.fork() > 0:
        os.close(theirs)
        return (os.read(ours, 1) or bytes([_NO_SESSION]))[0]
    os.setsid()
    code = main("hold", lambda word: _tell_starter(theirs) if word == "owned" else None)
    os.write(theirs, bytes([code]))
    return code


def _tell_starter(fd: int) -> None:
    os.write(fd, b"\0")
    nothing = os.open(os.devnull, os.O_RDWR)
    for each in (0, 1, 2):
        os.dup2(nothing, each)


if __name__ == "__main__":
    if sys.argv[1:] == ["keep"]:
        os._exit(_keep())
    die_with_starter()
    # A thread that writes to a window that does not read must not keep the process; what it prints it flushes.
    os._exit(main(sys.argv[1], lambda word: print(word, flush=True)))
