"""Plays `nvidia-smi` for a pretended card: what the daemon and the worker ask the driver's tool for."""

from __future__ import annotations

import sys
import time

from .card_folder import CardFolder

BYTES_PER_MIB = 1 << 20
BYTES_PER_MB = 1_000_000


def to_mib(mb: float) -> int:
    return round(mb * BYTES_PER_MB / BYTES_PER_MIB)


def describe_card(fields: list[str]) -> str:
    folder = CardFolder.from_environment()
    world = folder.world
    assert world is not None, "the check has no pretended card"
    used_mb = min(world.total_mb, folder.others_mb + sum(folder.held_mb().values()))
    told = {
        "index": "0",
        "uuid": "GPU-00000000-0000-0000-0000-000000000000",
        "name": "PRETENDED card",
        "driver_version": "999.0",
        "compute_cap": "8.6",
        "memory.total": str(to_mib(world.total_mb)),
        "memory.used": str(to_mib(used_mb)),
        "memory.free": str(to_mib(world.total_mb - used_mb)),
        "memory.reserved": "0",
    }
    return ", ".join(told.get(field, "[N/A]") for field in fields)


def list_processes() -> list[str]:
    return [f"{pid}, {to_mib(mb)}" for pid, mb in CardFolder.from_environment().held_mb().items()]


def main(arguments: list[str]) -> int:
    options = dict(argument.partition("=")[::2] for argument in arguments)
    if "-L" in options:
        print("GPU 0: PRETENDED card")
    elif "--query-compute-apps" in options:
        print("\n".join(list_processes()))
    elif "--query-gpu" in options:
        fields = options["--query-gpu"].split(",")
        print(describe_card(fields), flush=True)
        while "--loop-ms" in options:
            time.sleep(float(options["--loop-ms"]) / 1_000)
            print(describe_card(fields), flush=True)
    else:
        print("a pretended card tells no more than its memory", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(0)
