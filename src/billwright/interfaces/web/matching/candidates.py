"""What a receipt could pay: documents that a person may choose where the proposal is wrong or there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.accounts.queries import account_ids_found, get_accounts
from billwright.accounts.rows import AccountRow
from billwright.invoicing.queries import find_document_by_number
from billwright.receivables.match_rows import MatchRow
from billwright.receivables.queries import list_claims, list_document_items
from billwright.receivables.rows import ItemRow

ACCOUNTS_FOUND = 20
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that is open, whose it is, and why it is shown."""

    item: ItemRow
    account: AccountRow
    why: str


def candidates(row: MatchRow, wanted: str) -> list[Candidate]:
    """Open documents that a text finds; without any text the payer's, then those of just the amount.

    The text is a document's number, or what the search of accounts takes. What is proposed already is left out.
    """
    found = _found(row, wanted) if wanted else _likely(row)
    reasons: dict[int, tuple[ItemRow, str]] = {}
    for item, why in found:
        reasons.setdefault(item.open_item_id, (item, why))
    for proposed in row.items:
        reasons.pop(proposed.open_item_id, None)
    accounts = get_accounts({item.account_id for item, _why in reasons.values()})
    return [Candidate(item, accounts[item.account_id], why) for item, why in reasons.values()][:SHOWN]


def _likely(row: MatchRow) -> list[tuple[ItemRow, str]]:
    payers = [row.account_id] if row.account_id else []
    of_payer = _claims(row, payers)
    of_amount = list_claims(legal_entity_id=row.legal_entity_id, currency=row.left.currency, amount=row.left)
    return [*_because(of_payer, _("the payer owes it")), *_because(of_amount, _("just this amount"))]


def _found(row: MatchRow, wanted: str) -> list[tuple[ItemRow, str]]:
    document = find_document_by_number(wanted, legal_entity_id=row.legal_entity_id)
    if document is not None and document.currency == row.left.currency:
        items = [item for item in list_document_items(document.id) if item.open.amount_minor > 0]
    else:
        items = _claims(row, account_ids_found(wanted, legal_entity_ids=[row.legal_entity_id], limit=ACCOUNTS_FOUND))
    return _because(items, _("found"))


def _claims(row: MatchRow, account_ids: list[int]) -> list[ItemRow]:
    if not account_ids:
        return []
    return list_claims(legal_entity_id=row.legal_entity_id, currency=row.left.currency, account_ids=account_ids)


def _because(items: Iterable[ItemRow], why: str) -> list[tuple[ItemRow, str]]:
    return [(item, why) for item in items]
