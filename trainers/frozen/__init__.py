"""Splits a network into a frozen and a trained part; caches outputs."""
