"""The two errors of our own that end a request; everything else is a library's exception."""

UNKNOWN_LANGUAGE = "unknown_language"
"""The code of what is refused for the language that is spoken or wanted."""


class Refused(Exception):
    """A request that is not served here; nothing has changed. ``code`` is a short stable name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class WrongResult(Exception):
    """No error was raised, but what came out is wrong: it is never text, and the process is poisoned."""


def not_loaded(model: str) -> Refused:
    """For a request that came before ``load``; ``model`` as people call it."""
    return Refused("not_loaded", f"the {model} model is not loaded: send load first")
