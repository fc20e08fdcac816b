"""Engines behind the interfaces of ``swictation_worker.engine``; the only place that imports models."""
