"""Checks of image files, whose results are remembered between runs."""
