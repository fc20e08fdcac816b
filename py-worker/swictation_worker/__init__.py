"""The Python side of swictation: a fork server and thin workers around speech engines.

The wire is specified in docs/wire.md. A worker loads, moves, transcribes and measures on request;
every "when" is decided by the daemon.
"""
