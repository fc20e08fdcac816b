"""In place of Python for the daemon: `door.py -m MODULE ARGUMENT...`, with the parts of a check in the worker.

The worker is the real one. What is added: a transcription on the card can be poisoned from outside, and where the
card is a pretended one, its figures.
"""

from __future__ import annotations

import runpy
import sys

PARTS = "card_check.dictation.parts"


def main(arguments: list[str]) -> None:
    if len(arguments) < 2 or arguments[0] != "-m":
        raise SystemExit("usage: door.py -m MODULE ARGUMENT...")
    from swictation_worker.nursery import imports

    imports.CANARY_MODULES = (*imports.CANARY_MODULES, PARTS)
    sys.argv = [arguments[1], *arguments[2:]]
    runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
