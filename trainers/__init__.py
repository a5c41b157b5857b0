"""Training and evaluation of hashing networks from the command line."""
