"""`make serve`: starts the server, says where it listens, and ends it cleanly."""

from __future__ import annotations

import re
import signal
import socket
import sys
import threading
from importlib.util import find_spec
from types import FrameType
from typing import TYPE_CHECKING, Any

from swictation_worker.errors import Refused

from .cluster import Cluster, prepare_ray
from .keys import KeyFileFlaw, read_keys
from .opening import find_engine
from .options import ServerOptions, read_options

if TYPE_CHECKING:
    from .heard import About

DRAIN_S = 30.0
NAME = "swictation"
ERROR_LINE = re.compile(r"(?:[\w.]+\.)?(?:Refused|\w+Error|\w+Exception|WrongResult|MissingPackage): ")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Unservable(Exception):
    """Why the server can't be started: one line with what to do."""


class Ended(BaseException):
    """Somebody asked for the end before the server was there."""


def main() -> int:
    options = read_options(sys.argv[1:])
    end = EndSignals()
    try:
        return serve_until_ended(options, end)
    except (Unservable, KeyFileFlaw, Refused) as flaw:
        print(f"serve: {str(flaw).replace('[stt] model:', '--model:')}", file=sys.stderr)
        return 1
    except Ended:
        return 0


class EndSignals:
    """SIGINT and SIGTERM. The first one ends what goes on, the second one at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.interrupts = True
        self.install()

    def install(self) -> None:
        """Again behind whatever a library has set."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._take)

    def _take(self, _: int, __: FrameType | None) -> None:
        again = self.asked.is_set()
        self.asked.set()
        if self.interrupts or again:
            raise Ended


def serve_until_ended(options: ServerOptions, end: EndSignals) -> int:
    key_sums = None if options.api_keys is None else read_keys(options.api_keys)
    require_startable(options)
    prepare_ray(own=options.ray is None)
    say("starting, this takes some seconds")
    cluster = Cluster(options)
    try:
        end.install()
        require_card(options, cluster.cards())
        front, about = start_application(options, key_sums)
        end.install()
        end.interrupts = False
        tell_where(options, about)
        if not end.asked.is_set():
            end.asked.wait()
        say("ending: what is under way is answered first, Ctrl+C again ends at once")
        front.drain.remote(DRAIN_S).result(timeout_s=DRAIN_S + 5)
    finally:
        cluster.close()
    return 0


def require_startable(options: ServerOptions) -> None:
    """All that can be known before anything is started. Raises `Unservable` or `Refused`."""
    if options.host not in LOOPBACK and options.api_keys is None:
        raise Unservable(f"--host {options.host} lets other machines in: name a file of keys with --api-keys FILE")
    engine = find_engine(options)
    if find_spec("ray") is None:
        raise Unservable("the server's packages are not installed here: make serve")
    if engine == "canary":
        from swictation_worker.engines.canary.source import find_source

        find_source(options.model)
    for file in (options.tls_cert, options.tls_key):
        if file is not None and not file.is_file():
            raise Unservable(f"{file} is not there: correct --tls-cert and --tls-key")
    require_free_port(options)


def require_card(options: ServerOptions, cards: float) -> None:
    """Ray would wait for one for ever."""
    if options.device == "cuda" and options.engine != "sim" and cards < options.gpus:
        raise Unservable(f"{cards:g} cards are here, a replica takes {options.gpus:g}: --device cpu, or another --gpus")


def require_free_port(options: ServerOptions) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        what = f"{options.host}:{options.port}"
        reason = error.strerror or str(error)
        raise Unservable(
            f'{what} can\'t be listened at ({reason}): make serve OPTIONS="--port {options.port + 1}"'
        ) from None


def start_application(options: ServerOptions, key_sums: tuple[bytes, ...] | None) -> tuple[Any, About]:
    """The handle of the front, and what its engines are."""
    from ray import serve

    from .application import build_application

    serve.start(
        proxy_location="HeadOnly" if options.ray is None else "EveryNode",
        http_options={
            "host": options.host,
            "port": options.port,
            "ssl_certfile": None if options.tls_cert is None else str(options.tls_cert.resolve()),
            "ssl_keyfile": None if options.tls_key is None else str(options.tls_key.resolve()),
        },
        logging_config={"log_level": "WARNING", "enable_access_log": False},
    )
    try:
        front = serve.run(build_application(options, key_sums, DRAIN_S), name=NAME, route_prefix="/")
    except RuntimeError as error:
        reason: str | None = find_reason(str(error))
    else:
        reason = None
    if reason is not None:
        raise Unservable(f"no engine could be started: {reason}")
    return front, front.ready.remote().result(timeout_s=600)


def find_reason(otherwise: str) -> str:
    """What the engine itself said, out of the trace that Serve keeps of it."""
    from ray import serve

    application = serve.status().applications.get(NAME)
    traces = [] if application is None else [one.message for one in application.deployments.values()]
    lines = [line.strip() for trace in traces for line in trace.splitlines() if ERROR_LINE.match(line)]
    return ERROR_LINE.sub("", lines[-1]) if lines else otherwise


def tell_where(options: ServerOptions, about: About) -> None:
    replicas = f"{options.replicas} replica{'' if options.replicas == 1 else 's'}"
    say(f"listening at {options.url} with {about.name}, {replicas}; Ctrl+C ends it")
    key = "" if options.api_keys is None else 'api_key_file = "FILE WITH ONE OF THE KEYS"\n'
    print(f'\n[remote]\nurl = "{options.url}"\nmodel = "{about.model}"\n{key}', flush=True)


def say(text: str) -> None:
    print(f"serve: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
