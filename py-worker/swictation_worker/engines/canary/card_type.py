"""Which number type a card computes Canary with: fp16, or bf16 where fp16 gave wrong words."""

from __future__ import annotations

from ...card.ability import CardAbility, CardType
from ...engine import Device
from ...errors import Refused, WrongResult
from .cache import Archive
from .notes import read_note, write_note
from .source import UNAVAILABLE

NOTE = "card-types.json"


def preferred_type(archive: Archive, ability: CardAbility) -> CardType:
    """The type that gave the right words on this card before, else the first one."""
    noted = read_note(archive.folder / NOTE).get(ability.name)
    return next((one for one in ability.types if one == noted), ability.types[0])


def remember_type(archive: Archive, ability: CardAbility, right: CardType) -> None:
    """So that no later load begins with a type that is known to be wrong there."""
    note = archive.folder / NOTE
    write_note(note, {**read_note(note), ability.name: right})


def describe_flaw(archive: Archive, device: Device, flaw: str) -> Exception:
    """A card that computes wrongly, or a model that is no use anywhere."""
    if device == "cuda":
        return WrongResult(flaw)
    reason = f"{archive.path} does not work ({flaw}; sha256 {archive.sha256[:12]})"
    return Refused(UNAVAILABLE, f"{reason}: fetch it again, or name another model")
