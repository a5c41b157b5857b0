"""Serves an export: configuration files, warm-up requests, a client."""
