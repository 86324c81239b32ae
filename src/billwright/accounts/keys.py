"""The key store of the vault: one wrapped data key per customer, destroyed when the customer is erased."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from billwright.accounts.models import CustomerKey


class CustomerKeyStore:
    """Implements `kernel.vault.KeyStore` over the table of customer keys."""

    def find(self, owners: Collection[str]) -> dict[str, bytes]:
        """The wrapped keys by owner, without those that were destroyed or never made."""
        found = CustomerKey.objects.filter(owner__among=owners).values_list("owner", "wrapped")
        return {owner: bytes(wrapped) for owner, wrapped in found if wrapped is not None}

    def keep(self, owner: str, wrapped: bytes) -> bytes:
        """Store a first key and return the one that counts: two acts at once agree on the earlier one.

        A destroyed key is not made again under the old values: the row takes the new key, old seals stay closed.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into accounts_customer_key as k (owner, wrapped) values (%s, %s)"
                " on conflict (owner) do update set wrapped = coalesce(k.wrapped, excluded.wrapped)"
                " returning wrapped",
                [owner, wrapped],
            )
            (kept,) = cursor.fetchone()
        return bytes(kept)


KEY_STORE = CustomerKeyStore()
