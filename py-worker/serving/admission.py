"""Whether a card has room for a piece of sound: the daemon's own rule, by the same figures; pure.

used = total - free - reclaimable, reclaimable = reserved - active - inactive split; used + need(seconds) must stay
under the guard (docs/policy.md). `need` is a line over the length of the piece that is learned from measured peaks.
test/fixtures/demand/cases.json holds this and ts/policy to the same cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from swictation_worker.engine import OwnMemory

WINDOWS_S = (40.0, 20.0, 10.0)
NEED_BASE_MB = 60.0
NEED_MB_PER_S = 4.0
FOUR_GB = (3900.0, 4400.0)
FOUR_GB_GUARD_MB = 3700.0
GUARD_SHARE = 0.925
ENOUGH = 8
ENOUGH_VARIANCE_S2 = 0.25
KEEP = 0.995


def guard_of(total_mb: float) -> float:
    """Used memory that must not be passed on a card of this size."""
    low, high = FOUR_GB
    return FOUR_GB_GUARD_MB if low <= total_mb <= high else GUARD_SHARE * total_mb


def used_mb(memory: OwnMemory) -> float:
    """What can't be given back at once, of all programs."""
    reclaimable = max(0.0, memory.reserved_mb - memory.active_mb - memory.inactive_split_mb)
    return max(0.0, memory.total_mb - memory.free_mb - reclaimable)


@dataclass(frozen=True)
class Demand:
    """need = base_mb + mb_per_s x seconds, and what lay above it. As `ts/policy/state/demand.ts`."""

    base_mb: float = NEED_BASE_MB
    mb_per_s: float = NEED_MB_PER_S
    excess_mb: float = 0.0
    longest_s: float = 0.0
    n: float = 0.0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0

    def need_mb(self, seconds: float) -> float:
        """Never below the worst that was measured above the line; beyond what was measured never below the first
        line."""
        line = self.base_mb + self.mb_per_s * seconds
        if seconds > self.longest_s:
            line = max(line, NEED_BASE_MB + NEED_MB_PER_S * seconds)
        return max(0.0, line + self.excess_mb)

    def learn(self, seconds: float, peak_mb: float) -> Demand:
        """One measured peak; nonsense is ignored."""
        if not 0 <= peak_mb < float("inf") or not seconds > 0:
            return self
        summed = replace(
            self,
            n=self.n * KEEP + 1,
            x=self.x * KEEP + seconds,
            y=self.y * KEEP + peak_mb,
            xx=self.xx * KEEP + seconds * seconds,
            xy=self.xy * KEEP + seconds * peak_mb,
        )
        fitted = summed._refit()
        above = peak_mb - (fitted.base_mb + fitted.mb_per_s * seconds)
        excess = max(0.0, above, self.excess_mb * KEEP)
        return replace(fitted, excess_mb=excess, longest_s=max(self.longest_s, seconds))

    def _refit(self) -> Demand:
        spread = self.n * self.xx - self.x * self.x
        if self.n < ENOUGH or spread < ENOUGH_VARIANCE_S2 * self.n * self.n:
            return self
        mb_per_s = max(0.0, (self.n * self.xy - self.x * self.y) / spread)
        return replace(self, mb_per_s=mb_per_s, base_mb=max(0.0, (self.y - mb_per_s * self.x) / self.n))


def fits(memory: OwnMemory, demand: Demand, seconds: float) -> bool:
    return used_mb(memory) + demand.need_mb(seconds) <= guard_of(memory.total_mb)


def fitting_window(memory: OwnMemory, demand: Demand, seconds: float, below_s: float) -> float | None:
    """The longest window below `below_s` in which sound of this length fits; None where none does."""
    shorter = (window for window in WINDOWS_S if window < below_s)
    return next((window for window in shorter if fits(memory, demand, min(seconds, window))), None)
