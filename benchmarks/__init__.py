"""Measurements of newsindex, each printed by one command: ``python -m benchmarks NAME``."""
