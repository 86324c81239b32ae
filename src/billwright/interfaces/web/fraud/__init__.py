"""Flags of possible fraud: what is held, why, and who decides."""
