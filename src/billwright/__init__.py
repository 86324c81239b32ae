"""Billwright: billing, receivables, collections and the billing service desk, from contract to cash."""

__version__ = "0.1.0"
