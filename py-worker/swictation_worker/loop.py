"""The only thread that touches the engine: takes a request, serves it, answers. ``ctl`` comes first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

from .engine import Report
from .errors import Refused
from .faults import Failure, classify, describe_failure, resolve_ambiguous, short_code
from .wire.answers import Answer, error, phase
from .wire.channel import WorkerChannel
from .wire.messages import Channel, InvalidMessage, decode
from .wire.requests import Request

Serve = Callable[[Request, Report], Answer]
CardAnswers = Callable[[], bool]


def run_loop(channel: WorkerChannel, serve: Serve, card_answers: CardAnswers) -> NoReturn:
    """Serves until the process is ended from outside. No request, however wrong, ends the loop."""
    invalid = 0
    while True:
        name, frames = channel.receive()
        request = _read(name, frames)
        if isinstance(request, InvalidMessage):
            invalid += 1
            print(f"worker: invalid message {invalid} on {name}: {request}", file=sys.stderr, flush=True)
            channel.send(name, error(request.id, None, "invalid_message", str(request)))
            continue
        channel.job = request.id
        answer = _serve_one(channel, request, serve, card_answers)
        channel.job = None
        channel.send(name, answer)


def _read(name: Channel, frames: list[bytes]) -> Request | InvalidMessage:
    try:
        return decode(name, frames)
    except InvalidMessage as invalid:
        return invalid


def _serve_one(channel: WorkerChannel, request: Request, serve: Serve, card_answers: CardAnswers) -> Answer:
    """The answer to one request. A failure is looked at outside ``except``: there the traceback, and with
    it every tensor of the failed call, is still alive."""

    def report(name: str) -> None:
        channel.send("ctl", phase(request.id, name))

    failure: Failure
    try:
        return serve(request, report)
    except Refused as refused:
        return error(request.id, None, refused.code, str(refused))
    except Exception as raised:
        failure = describe_failure(raised)
    return _failed(request.id, failure, card_answers)


def _failed(request_id: int, failure: Failure, card_answers: CardAnswers) -> Answer:
    fault = classify(failure)
    if fault == "ambiguous":
        fault = resolve_ambiguous(fault, card_answers())
    lines = failure.text.splitlines()
    message = f"{failure.type_name}: {lines[0]}" if lines else failure.type_name
    return error(request_id, fault, short_code(failure, fault), message)
