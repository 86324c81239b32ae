"""The machinery of the tests: a small server of their own, a template database, and clones of it.

Append-only tables refuse TRUNCATE, so Django's flush is never used: a test rolls back, or has a database of its own.
"""
