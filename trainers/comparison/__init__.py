"""Compares hashing methods by one protocol: tables, plots, figures."""
