"""Contracts: what was signed, what its clauses set, and the contract beside an invoice."""
