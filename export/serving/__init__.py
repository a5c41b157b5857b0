"""What serving an export takes: its files, warm-up requests, a client."""
