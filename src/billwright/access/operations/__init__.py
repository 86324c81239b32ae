"""Writes of access, one module a noun. A log-in has no actor yet, so it is no verb and leaves rows of its own."""
