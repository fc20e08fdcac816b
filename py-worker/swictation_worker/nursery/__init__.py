"""The fork server: imports once, forks workers, ends them. Run as ``python -m swictation_worker.nursery``."""
