"""What Ray knows of our server."""

from __future__ import annotations

from urllib.request import urlopen

import ray
from ray import serve

ENGINES = "engines"
"""The deployment that recognises."""


def count_replicas() -> int:
    for one in serve.status().applications.values():
        if ENGINES in one.deployments:
            states = one.deployments[ENGINES].replica_states
            return sum(count for state, count in states.items() if str(getattr(state, "value", state)) == "RUNNING")
    return 0


def read_ray_metrics() -> str:
    """Of the node that we are on."""
    here = ray.get_runtime_context().get_node_id()
    node = next(one for one in ray.nodes() if one["NodeID"] == here)
    address = f"http://{node['NodeManagerAddress']}:{node['MetricsExportPort']}/metrics"
    with urlopen(address, timeout=5) as answer:
        return str(answer.read().decode())
