"""The two deployments: a front, and engines behind it."""

from __future__ import annotations

from typing import Any

from ray import serve

from .front import Front
from .opening import find_engine
from .options import ServerOptions
from .ray_facts import ENGINES
from .replica import Replica

HEALTH_S = 2.0
TARGET_ONGOING = 2.0
MOST_AT_ONCE = 32
BATCH_ON_CARD_S = 120


def build_application(options: ServerOptions, key_sums: tuple[bytes, ...] | None, drain_s: float) -> Any:
    """For `serve.run`. A replica that reads one sound at a time is given one at a time: what waits, waits in front,
    and is not lost with a replica."""
    on_card = options.device == "cuda" and options.engine != "sim"
    resources = {"num_cpus": 0 if on_card else 1, "num_gpus": options.gpus if on_card else 0}
    common = {"graceful_shutdown_timeout_s": drain_s, "health_check_period_s": HEALTH_S, "health_check_timeout_s": 30}
    engines = serve.deployment(Replica).options(
        name=ENGINES,
        **scaling(options),
        max_ongoing_requests=1 if batch_s(options) is None else MOST_AT_ONCE,
        max_queued_requests=options.queue,
        max_constructor_retry_count=2,
        ray_actor_options=resources,
        **common,
    )
    front = serve.deployment(Front).options(
        name="front",
        max_ongoing_requests=1_000,
        ray_actor_options={"num_cpus": 0},
        **common,
    )
    return front.bind(options, key_sums, engines.bind(options, batch_s(options)))


def scaling(options: ServerOptions) -> dict[str, Any]:
    if options.replicas != "auto":
        return {"num_replicas": options.replicas}
    bounds = {"min_replicas": 1, "max_replicas": options.most_replicas, "target_ongoing_requests": TARGET_ONGOING}
    return {"num_replicas": "auto", "autoscaling_config": bounds}


def batch_s(options: ServerOptions) -> int | None:
    """How much Canary reads at once; None: one sound after another. Measured in docs/serving.md: a model of full size
    gains next to nothing on a CPU, and the embedded engine looks at each text by itself."""
    if find_engine(options) != "canary":
        return None
    return options.batch_s or (BATCH_ON_CARD_S if options.device == "cuda" else None)
