"""The modelled card as a state machine: its figures add up whatever is allocated and freed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from swictation_worker.card.sim_card import (
    BYTES_PER_MB,
    LARGE_SEGMENT_BYTES,
    MIB,
    Block,
    OutOfMemoryError,
    SimCard,
    SimWorld,
)
from swictation_worker.faults import classify, describe_failure

WORLD = SimWorld(total_mb=1_000, context_mb=100)


class CardMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.card = SimCard(WORLD)

    blocks = Bundle("blocks")

    @rule(target=blocks, size=st.integers(1, 300 * MIB) | st.integers(1, 2 * MIB))
    def allocate(self, size: int) -> object:
        could = self.card.largest_free()
        try:
            block = self.card.allocate(size)
        except OutOfMemoryError as full:
            assert classify(describe_failure(full)) == "oom"
            return multiple()
        assert block.live
        assert block.size >= size
        assert size <= could or self.card.context
        return block

    @rule(block=consumes(blocks))
    def free(self, block: Block) -> None:
        self.card.free(block)

    @rule()
    def empty_cache(self) -> None:
        active = self.card.active()
        self.card.empty_cache()
        assert self.card.active() == active
        assert self.card.reserved() == active + self.card.inactive_split()

    @rule(others_mb=st.integers(0, 600))
    def others_change(self, others_mb: int) -> None:
        self.card.others = others_mb * BYTES_PER_MB

    @invariant()
    def figures_add_up(self) -> None:
        card = self.card
        assert card.active() + card.inactive_split() <= card.reserved()
        assert card.peak >= card.active()
        assert 0 <= card.driver_free() <= card.total()

    @invariant()
    def segments_are_whole(self) -> None:
        for segment in self.card._segments:
            assert sum(block.size for block in segment.blocks) == segment.size
            ends = [block.offset + block.size for block in segment.blocks]
            assert [block.offset for block in segment.blocks] == [0, *ends[:-1]]
            free = [not block.live for block in segment.blocks]
            assert not any(a and b for a, b in pairwise(free))


CardMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=40)
TestCardMachine = CardMachine.TestCase


def test_a_small_large_request_takes_a_20_mib_segment() -> None:
    card = SimCard(WORLD)
    card.allocate(3 * MIB)
    assert card.reserved() == LARGE_SEGMENT_BYTES
    assert card.inactive_split() == LARGE_SEGMENT_BYTES - 3 * MIB


def test_a_live_block_traps_its_segment() -> None:
    card = SimCard(WORLD)
    kept, freed = card.allocate(4 * MIB), card.allocate(4 * MIB)
    card.free(freed)
    card.empty_cache()
    assert card.inactive_split() == 16 * MIB
    card.free(kept)
    card.empty_cache()
    assert card.reserved() == 0


def test_a_full_driver_makes_the_allocator_give_back_its_cache_and_try_again() -> None:
    card = SimCard(WORLD)
    card.free(card.allocate(500 * BYTES_PER_MB))
    card.allocate(600 * BYTES_PER_MB)
    assert card.retries == 1


def test_others_can_fill_the_card() -> None:
    card = SimCard(WORLD)
    card.allocate(MIB)
    card.others = 890 * BYTES_PER_MB
    with pytest.raises(OutOfMemoryError, match=r"CUDA out of memory\. Tried to allocate 95\.37 MiB"):
        card.allocate(100 * BYTES_PER_MB)


def test_no_room_for_the_context_is_out_of_memory_too() -> None:
    card = SimCard(SimWorld(total_mb=1_000, context_mb=300, others_mb=800))
    with pytest.raises(OutOfMemoryError):
        card.create_context()
    assert card.driver_free() == 200 * BYTES_PER_MB
