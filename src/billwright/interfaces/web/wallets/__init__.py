"""Prepaid money of an account."""
