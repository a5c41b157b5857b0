"""What `HammingIndex` is made of: distinct codes, engines and its folder."""
