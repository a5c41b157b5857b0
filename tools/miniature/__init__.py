"""Draws a small NUS-WIDE to try everything out on."""
