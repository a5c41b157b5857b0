"""Turns a run folder into files for servers and devices, and proves them."""
