"""Writes docs/results.md from the folders of finished runs."""
