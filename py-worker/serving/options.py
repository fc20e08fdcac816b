"""What a person may ask of the server on its command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from swictation_worker.card.sim_card import SimWorld

ENGINES = ("auto", "embedded", "canary", "canary-fp32", "canary-int8", "sim")
DEFAULT_PORT = 8484
BYTES_PER_MB = 1_000_000


@dataclass(frozen=True)
class ServerOptions:
    """One server: where it listens, what it recognises with, what it lets in."""

    host: str
    port: int
    engine: str
    model: str | None
    device: Literal["cpu", "cuda"]
    threads: int
    replicas: int | Literal["auto"]
    most_replicas: int
    gpus: float
    batch_s: int | None
    queue: int
    wait_s: float
    longest_s: float
    largest_mb: float
    api_keys: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    ray: str | None
    sim: SimWorld | None

    @property
    def largest_bytes(self) -> int:
        return int(self.largest_mb * BYTES_PER_MB)

    @property
    def url(self) -> str:
        """As a client on this machine writes it."""
        scheme = "http" if self.tls_cert is None else "https"
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"


def read_options(arguments: Sequence[str]) -> ServerOptions:
    """Ends the process with one line on a mistake, as argparse does."""
    parser = make_parser()
    given = parser.parse_args(arguments)
    if (given.tls_cert is None) != (given.tls_key is None):
        parser.error("--tls-cert and --tls-key belong together")
    if given.device == "cuda" and not given.gpus > 0:
        parser.error("--gpus: a replica on a card needs a part of it, as 0.25")
    if given.model is not None and Path(given.model).expanduser().exists():
        given.model = str(Path(given.model).expanduser().resolve())
    return ServerOptions(**vars(given))


def make_parser() -> argparse.ArgumentParser:
    """Every option with its meaning; docs/serving.md has the same table."""
    parser = argparse.ArgumentParser(
        prog="make serve", usage='make serve [OPTIONS="--engine canary ..."]', allow_abbrev=False
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen at; all other machines: 0.0.0.0, with --api-keys")
    add("--port", type=_whole(1, 65_535), default=DEFAULT_PORT)
    add("--engine", choices=ENGINES, default="auto", help="as [stt] engine of the daemon")
    add(
        "--model",
        help="a .nemo file, or a hub name whose file is here; embedded: a folder of CTranslate2 weights",
    )
    add("--device", choices=("cpu", "cuda"), default="cpu", help="where the engine of a replica runs")
    add("--threads", type=_whole(1, 64), default=2, help="of a replica on the CPU")
    add("--replicas", type=_replicas, default=1, help="how many engines, or auto: as many as are asked for")
    add("--most-replicas", type=_whole(1, 1_000), default=4, help="with auto")
    add("--gpus", type=_number(0, 64), default=1.0, help="the part of a card that one replica takes, as 0.25")
    add(
        "--batch-s",
        type=_batch,
        help="sound that Canary reads at once, in seconds; on a card 120, else one by one",
    )
    add("--queue", type=_whole(1, 10_000), default=64, help="requests that wait; more are answered 429")
    add("--wait-s", type=_number(0.1, 600), default=2.0, help="longest wait that is begun; else 429")
    add("--longest-s", type=_number(1, 7_200), default=300.0, help="longest sound, in seconds")
    add("--largest-mb", type=_number(0.1, 1_000), default=25.0, help="largest request")
    add("--api-keys", type=Path, help="file with one key a line, readable by nobody else")
    add("--tls-cert", type=Path, help="certificate (PEM), for https")
    add("--tls-key", type=Path, help="its key (PEM)")
    add("--ray", help="address of a running Ray cluster, or auto; else one of its own is started")
    add("--sim", type=_world, help=argparse.SUPPRESS)
    return parser


def _whole(low: int, high: int) -> Any:
    def read(text: str) -> int:
        if text.isdecimal() and low <= int(text) <= high:
            return int(text)
        raise argparse.ArgumentTypeError(f"expected {low} to {high}, got {text!r}")

    return read


def _number(low: float, high: float) -> Any:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        raise argparse.ArgumentTypeError(f"expected {low:g} to {high:g}, got {text!r}")

    return read


def _replicas(text: str) -> int | str:
    return "auto" if text == "auto" else int(_whole(1, 1_000)(text))


def _batch(text: str) -> int:
    """At least one sound of the length that a model takes."""
    return int(_whole(40, 2_000)(text))


def _world(text: str) -> SimWorld:
    """The simulated card of tests, as docs/wire.md has it."""
    given = json.loads(text)
    return SimWorld(**{field.name: given[field.name] for field in fields(SimWorld) if field.name in given})
