"""Stored documents and import jobs: contracts, evidence, bank files, letters, and what was read from them.

It promises that a stored file never changes and is found by its hash, and that a row of a file is imported once.
"""
