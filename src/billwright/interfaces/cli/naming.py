"""What people type for an account, a document or a company, found by its number or code.

One that is unknown is refused, never left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import typer
from django.utils.translation import gettext as _

from billwright.accounts.queries import account_ids_by_number, get_account
from billwright.accounts.rows import AccountRow
from billwright.invoicing.queries import find_document_by_number
from billwright.kernel.errors import NotFound
from billwright.org.queries import LegalEntityRow, get_legal_entity, list_legal_entities
from billwright.receivables.queries import list_document_items
from billwright.receivables.rows import ItemRow

ENTITY = typer.Option("", "--entity", metavar="CODE", help="Only this legal entity.")


def account_ids_named(numbers: Sequence[str]) -> tuple[int, ...]:
    """The billing accounts of numbers, in their order. Raises NotFound naming the first that is none."""
    known = account_ids_by_number(numbers)
    for number in numbers:
        if number not in known:
            raise NotFound(
                "account.not_found",
                _("There is no account %(number)s.") % {"number": number},
                field="account",
                cure=_("Give the number of a billing account."),
            )
    return tuple(known[number] for number in numbers)


def account_id_named(number: str) -> int:
    """The billing account of a number. Raises NotFound."""
    [found] = account_ids_named([number])
    return found


def account_named(number: str) -> AccountRow:
    """The billing account of a number, with what is kept of it. Raises NotFound."""
    return get_account(account_id_named(number))


def entity_id_named(code: str) -> int | None:
    """The legal entity of a code; none is all of them. Raises NotFound."""
    return get_legal_entity(code=code).id if code else None


def entities_named(code: str) -> list[LegalEntityRow]:
    """The legal entity of a code; none is all of them. Raises NotFound."""
    return [get_legal_entity(code=code)] if code else list_legal_entities()


def items_named(number: str) -> list[ItemRow]:
    """The open items of a document's number, that due first first: one, or one a part. Raises NotFound."""
    document = find_document_by_number(number)
    if document is None:
        raise NotFound(
            "document.not_found",
            _("There is no document %(number)s.") % {"number": number},
            field="document",
            cure=_("Give the number as it is printed."),
        )
    return list_document_items(document.id)
