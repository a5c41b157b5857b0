"""Compares hashing methods under one protocol, in tables and plots."""
