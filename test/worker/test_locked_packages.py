"""The packages that our code calls have the arguments that it gives them, in the versions that are locked."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import av
import faster_whisper
import onnxruntime
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
WORKER = ROOT / "py-worker" / "swictation_worker"
#: What our code calls by these names, and whose arguments differ from version to version.
CALLED: dict[str, Any] = {
    "av.open": av.open,
    "av.AudioResampler": av.AudioResampler,
    "WhisperModel": faster_whisper.WhisperModel,
    "InferenceSession": onnxruntime.InferenceSession,
    "onnxruntime.InferenceSession": onnxruntime.InferenceSession,
}


def keywords_in(source: str) -> Iterator[tuple[str, str, int]]:
    """Each keyword argument of a call in ``source`` to one of those: name, argument, line.

    A call whose TypeError is caught on the spot asks whether there is such an argument, which is no mistake.
    """
    tree = ast.parse(source)
    asking = {id(call) for tried in ast.walk(tree) if catches_type_error(tried) for call in calls_in(tried.body)}
    for call in calls_in([tree]):
        name = ast.unparse(call.func)
        if name in CALLED and id(call) not in asking:
            yield from ((name, keyword.arg, call.lineno) for keyword in call.keywords if keyword.arg is not None)


def calls_in(nodes: list[Any]) -> Iterator[ast.Call]:
    return (node for top in nodes for node in ast.walk(top) if isinstance(node, ast.Call))


def catches_type_error(node: ast.AST) -> TypeGuard[ast.Try]:
    return isinstance(node, ast.Try) and any(
        handler.type is not None and ast.unparse(handler.type) == "TypeError" for handler in node.handlers
    )


def arguments_of(function: Any) -> set[str] | None:
    """Names of the arguments, None where any is taken. Compiled code tells them in the stub beside it only."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return arguments_in_stub(function)
    return None if any(one.kind is one.VAR_KEYWORD for one in parameters) else {one.name for one in parameters}


def arguments_in_stub(function: Any) -> set[str]:
    module = sys.modules[function.__module__]
    name = function.__module__.rpartition(".")[2]
    tree = ast.parse((Path(str(module.__file__)).parent / f"{name}.pyi").read_text())
    defined = [node for node in ast.walk(tree) if getattr(node, "name", None) == function.__name__]
    makers = [part for node in defined if isinstance(node, ast.ClassDef) for part in node.body]
    functions = [node for node in [*defined, *makers] if isinstance(node, ast.FunctionDef)]
    wanted = {function.__name__, "__init__", "__cinit__"}
    found = [node.args for node in functions if node.name in wanted]
    assert found, f"{function} has no stub"
    return {argument.arg for each in found for argument in [*each.args, *each.kwonlyargs]}


def mistakes_in(source: str) -> list[str]:
    return [
        f"{line}: {name} has no argument {argument}"
        for name, argument, line in keywords_in(source)
        if (known := arguments_of(CALLED[name])) is not None and argument not in known
    ]


def test_our_code_gives_no_argument_that_a_locked_version_does_not_have() -> None:
    sources = sorted(WORKER.rglob("*.py"))
    assert sum(len(list(keywords_in(file.read_text()))) for file in sources) > 5
    wrong = {file.name: mistakes for file in sources if (mistakes := mistakes_in(file.read_text()))}
    assert wrong == {}


def test_an_argument_that_is_not_there_is_found() -> None:
    assert mistakes_in("av.open(file, mode='r', no_such=1)") == ["1: av.open has no argument no_such"]
    assert mistakes_in("av.AudioResampler(format='s16', tempo=2)") == ["1: av.AudioResampler has no argument tempo"]
    assert mistakes_in("try:\n  av.open(file, no_such=1)\nexcept TypeError:\n  av.open(file)") == []
    assert mistakes_in("try:\n  av.open(file, no_such=1)\nexcept ValueError:\n  pass") != []


@pytest.mark.parametrize("lock", ["build", "embedded"])
def test_what_is_installed_here_is_what_is_locked(lock: str) -> None:
    text = (ROOT / "locks" / f"{lock}.txt").read_text()
    pins = re.findall(r"^([\w.-]+)==(\S+) \\$", text, re.MULTILINE)
    assert pins
    different = {
        name: (importlib.metadata.version(name), version)
        for name, version in pins
        if importlib.metadata.version(name) != version
    }
    assert different == {}
