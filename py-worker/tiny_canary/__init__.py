"""Trains the small Canary that the tests use: ``python py-worker/tiny_canary``."""
