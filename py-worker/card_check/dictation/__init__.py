"""Dictates through the real daemon on a card that is filled and emptied meanwhile; the card may be a pretended one."""
