"""The commands of `python -m tf_dnnh.search`, one module each."""
