"""Joins what domains declare with what implements it. Imported once Django knows all models."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from billwright.kernel import acts, vault


def wire() -> None:
    """Give the vault its master key and the verbs their one Authority."""
    vault.configure(master_key=settings.MASTER_KEY.encode())
    if find_spec("billwright.access") and find_spec("billwright.access.authority"):
        acts.wire_authority(import_module("billwright.access.authority").AUTHORITY)
