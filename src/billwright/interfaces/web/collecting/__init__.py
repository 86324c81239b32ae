"""Collecting: mandates, runs of debits with their files and answers, and the queue of what failed."""
