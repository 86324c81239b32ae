"""Matching: the queue of receipts that wait, one receipt with its evidence, and the decisions over it."""
