"""A small NUS-WIDE of drawn pictures, to try everything out on."""
