"""Canary through NeMo, at precision 16 on a card, at fp32 or int8 on the CPU."""
