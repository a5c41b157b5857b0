"""Encodes large collections of images: `python -m tf_dnnh.encode --help`."""
