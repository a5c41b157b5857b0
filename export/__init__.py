"""Exports a run as files for servers and devices, each of them checked."""
