"""The Python side of swictation: a fork server and thin workers around speech engines.

The wire is specified in docs/wire.md. A worker loads, moves, transcribes and measures on request;
every "when" is decided by the daemon.
"""

import os

# Nothing leaves the machine. ONNX Runtime from 1.29 on sends usage events from Linux unless it is told not
# to before it is imported, and keeps a thread for that, which a process that forks must not have.
for _switch in ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ[_switch] = "1"
