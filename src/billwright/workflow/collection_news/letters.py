"""One mail about collecting, in the customer's language; none to whom the company or the customer wants none sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from billwright.accounts import queries as accounts
from billwright.accounts.rows import AccountRow, PartyRow
from billwright.accounts.states import InvoiceDelivery
from billwright.comms.operations import NewMessage
from billwright.kernel.money import Money
from billwright.org import queries as org
from billwright.org.queries import LegalEntityRow
from billwright.render.formats import formats_for, spoken

CONVENTION: Final = "debit_news"


def wants_news(*, legal_entity_id: int, on: date) -> bool:
    """Whether a company lets news about debits go out by themselves on a day."""
    return org.get_convention(legal_entity_id=legal_entity_id, option=CONVENTION, on=on) == "send"


def letter(
    *, account_id: int, purpose: str, about: str, key: str, on: date, values: Mapping[str, Money | date | str]
) -> NewMessage | None:
    """A mail to an account, or None where its company, its delivery or a missing address stands against it."""
    account = accounts.get_account(account_id)
    if not wants_news(legal_entity_id=account.legal_entity_id, on=on):
        return None
    party = accounts.parties([account_id], on=on)[account_id]
    seller = org.get_legal_entity(legal_entity_id=account.legal_entity_id)
    return message_to(account, party, seller, purpose=purpose, about=about, key=key, values=values)


def message_to(
    account: AccountRow,
    party: PartyRow,
    seller: LegalEntityRow,
    *,
    purpose: str,
    about: str,
    key: str,
    values: Mapping[str, Money | date | str],
) -> NewMessage | None:
    """The mail with its values as its reader writes them; None to an account that takes no mail or has no address."""
    if account.delivery != InvoiceDelivery.EMAIL or not party.email:
        return None
    language = spoken(party.language)
    formats = formats_for(language, country=seller.country)

    def written(value: Money | date | str) -> str:
        if isinstance(value, Money):
            return formats.money(value)
        return formats.day(value) if isinstance(value, date) else value

    return NewMessage(
        purpose=purpose,
        to_address=party.email,
        to_name=party.name,
        from_address=seller.email,
        language=language,
        values={
            "name": party.addressee or party.name,
            "seller": seller.name,
            "account": account.number,
            **{name: written(value) for name, value in values.items()},
        },
        about=about,
        account_ref=account.id,
        effect_key=key,
    )
