"""Ray on this machine, small and quiet, with nothing that listens beyond loopback; or a cluster that runs already."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from .options import ServerOptions

OBJECT_STORE_BYTES = 128 * 1024 * 1024
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_SERVE_LOG_TO_STDERR": "0",
    "RAY_TQDM": "0",
    "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "serving.proxy:middlewares",
    "OMP_WAIT_POLICY": "PASSIVE",
}
"""The last one is of the engines: `swictation_worker/nursery/imports.py` says why."""
FOLDER = "swictation-serve-"


def prepare_ray(own: bool) -> None:
    """Before Ray is imported; what it starts inherits all of this."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    # Whoever reaches a port of Ray's can run programs in it: nobody without this word does, not even on this machine.
    if "RAY_AUTH_MODE" not in os.environ and own:
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    root = str(Path(__file__).parent.parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))


class Cluster:
    """Owns what it started until `close`."""

    def __init__(self, options: ServerOptions) -> None:
        import ray
        import ray.serve

        self._ray = ray
        self._own = options.ray is None
        self._folder: str | None = None
        for name in ("ray", "ray.serve"):
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            self._start(options)
        except BaseException:
            self.close()
            raise

    def _start(self, options: ServerOptions) -> None:
        common = {"log_to_driver": False, "logging_level": "error", "namespace": "swictation"}
        if not self._own:
            self._ray.init(address=options.ray, **common)
            return
        remove_left_folders()
        stay_on_loopback()
        # Short: the sockets in it have long names, and the system takes 107 bytes.
        self._folder = tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-", dir="/tmp")
        self._ray.init(
            address="local",
            num_cpus=options.most_replicas if options.replicas == "auto" else options.replicas,
            num_gpus=None if options.device == "cuda" else 0,
            object_store_memory=OBJECT_STORE_BYTES,
            include_dashboard=False,
            _node_ip_address="127.0.0.1",
            _temp_dir=self._folder,
            **common,
        )

    def cards(self) -> float:
        """That Ray has found, in this machine or in the cluster."""
        return float(self._ray.cluster_resources().get("GPU", 0))

    def close(self) -> None:
        if not self._own:
            from ray import serve

            serve.delete("swictation")
            if not serve.status().applications:
                serve.shutdown()  # Else its proxies would keep the port.
        self._ray.shutdown()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def stay_on_loopback() -> None:
    """Ray replaces 127.0.0.1 by an address that other machines reach, and its processes then listen on all of them.
    This one is for nobody else, so what is asked for is kept."""
    from ray._private import services

    services.resolve_ip_for_localhost = lambda host: host


def remove_left_folders() -> None:
    """Of servers of ours that were killed."""
    for folder in Path("/tmp").glob(f"{FOLDER}*"):
        pid = folder.name.removeprefix(FOLDER).split("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists() and folder.stat().st_uid == os.getuid():
            shutil.rmtree(folder, ignore_errors=True)
