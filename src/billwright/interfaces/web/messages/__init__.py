"""Mail that waits, was sent, or is in doubt: read it, send it again, take it back, decide what became of it."""
