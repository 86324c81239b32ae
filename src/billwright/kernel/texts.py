"""Texts that others wrote, made fit to be kept."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without what PostgreSQL keeps in no text: the sign zero (a blank instead) and halves of letters."""
    return text.replace("\x00", " ").encode("utf-8", errors="replace").decode()
