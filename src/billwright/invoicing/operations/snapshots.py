"""Parties as they stand on documents: one row per change, shared by all documents since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from billwright.accounts import queries as accounts
from billwright.invoicing.queries.documents import described_buyer, present_seller
from billwright.kernel import sql
from billwright.kernel.acts import Act


def keep_sellers(*, act: Act, legal_entity_ids: Sequence[int]) -> dict[int, int]:
    """Freeze sellers as they stand; returns the snapshot's id by entity. A bill run calls it before it issues."""
    parties = {entity_id: present_seller(entity_id) for entity_id in sorted(set(legal_entity_ids))}
    return _keep(parties, act=act, are_accounts=False)


def keep_buyers(*, act: Act, account_ids: Sequence[int], on: date) -> dict[int, int]:
    """Freeze buyers as they stand on a day; returns the snapshot's id by account. A fixed number of statements."""
    found = accounts.parties(sorted(set(account_ids)), on=on)
    parties = {account_id: described_buyer(party) for account_id, party in found.items()}
    return _keep(parties, act=act, are_accounts=True)


def _keep(parties: Mapping[int, dict[str, Any]], *, act: Act, are_accounts: bool) -> dict[int, int]:
    if not parties:
        return {}
    owners, nobody = list(parties), [None] * len(parties)
    parameters = {
        "account_ids": owners if are_accounts else nobody,
        "legal_entity_ids": nobody if are_accounts else owners,
        "parties": [json.dumps(party, ensure_ascii=False) for party in parties.values()],
        "at": act.at,
    }
    with connection.cursor() as cursor:
        sql.step("billwright.invoicing", "keep_parties").run(cursor, parameters)
        rows = sql.step("billwright.invoicing", "parties_kept").rows(cursor, parameters)
    return dict(zip(owners, (row[0] for row in rows), strict=True))
