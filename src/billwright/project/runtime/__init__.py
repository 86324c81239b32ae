"""Starts, watches and repairs what an installation runs: the embedded PostgreSQL, web, worker and scheduler.

Nothing here knows money. The launcher uses the *binaries* of a wheel and none of its Python code.
"""
