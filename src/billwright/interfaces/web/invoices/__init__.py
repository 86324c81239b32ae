"""Invoices, credit notes and debit notes: the list, one document beside its derivation, and what is done to it."""
