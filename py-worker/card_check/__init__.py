"""Measures a real card; needs Python and PyTorch only: ``python3 py-worker/card_check``."""
