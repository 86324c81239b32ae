"""Statements of account by mail: to accounts that are named, or to all of a company that owe or are owed something.

The mail is queued here; the paper is printed when it leaves, as of the day that the mail names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.accounts.rows import AccountRow, PartyRow
from billwright.accounts.states import InvoiceDelivery
from billwright.comms.operations import NewMessage, queue_messages
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.idempotency import semantic_key
from billwright.kernel.money import Money
from billwright.ledger.queries import balances_of_customers
from billwright.org import queries as org
from billwright.org.queries import LegalEntityRow
from billwright.render.formats import formats_for, spoken
from billwright.workflow.mailed_links import LinkedMail, with_links

__all__ = ["PURPOSE", "SCHEDULE", "scheduled_day", "send_statements"]

PURPOSE = "statement.issued"
SCHEDULE = "statement_schedule"
CHUNK = 2000
# A machine that slept through the first of the month still sends in the days after it, and no later.
CATCH_UP_DAYS = 5
QUARTER_BEGINS = (1, 4, 7, 10)


def scheduled_day(*, schedule: str, today: date) -> date | None:
    """The last day of the period whose statements are sent today by a company's `statement_schedule`, or None."""
    if schedule == "never" or today.day > CATCH_UP_DAYS:
        return None
    if schedule == "quarterly" and today.month not in QUARTER_BEGINS:
        return None
    return today.replace(day=1) - timedelta(days=1)


@verb("statement.send", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def send_statements(*, act: Act, legal_entity_id: int, as_of: date, account_ids: tuple[int, ...] = ()) -> int:
    """Queue a mail with the statement as of the end of a day; returns how many are new.

    Without `account_ids` it goes to every account of the company that wants mail and whose balance is not zero. An
    account gets the statement of one day once, however often this is called. Raises Refusal `statement.no_address`
    or `statement.other_entity`, and then nothing is queued.
    """
    balances = balances_of_customers(legal_entity_id=legal_entity_id, as_of=as_of)
    chosen = sorted(account_ids or balances)
    seller, queued = org.get_legal_entity(legal_entity_id=legal_entity_id), 0
    for start in range(0, len(chosen), CHUNK):
        found = accounts.get_accounts(chosen[start : start + CHUNK])
        _require_of(seller, found.values())
        messages = _messages(act, seller, found, balances, as_of=as_of, named=bool(account_ids))
        queued += queue_messages(act=act, messages=messages)
    note_change(after={"as_of": str(as_of), "queued": queued})
    return queued


def _require_of(seller: LegalEntityRow, found: Iterable[AccountRow]) -> None:
    strangers = [account.number for account in found if account.legal_entity_id != seller.id]
    if strangers:
        raise Refusal(
            "statement.other_entity",
            _("%(accounts)s belong to another company than %(entity)s.")
            % {"accounts": ", ".join(strangers), "entity": seller.code},
            field="account_ids",
            cure=_("Send the statements of each company by themselves."),
        )


def _messages(
    act: Act,
    seller: LegalEntityRow,
    found: Mapping[int, AccountRow],
    balances: Mapping[int, Money],
    *,
    as_of: date,
    named: bool,
) -> list[NewMessage]:
    parties = accounts.parties(list(found), on=as_of)
    silent = [account.number for id_, account in found.items() if not parties[id_].email]
    if named and silent:
        raise Refusal(
            "statement.no_address",
            _("%(accounts)s have no billing contact with a mail address.") % {"accounts": ", ".join(silent)},
            field="account_ids",
            cure=_("Add a contact to the account, or print the statement."),
        )
    wanted = [
        account
        for id_, account in found.items()
        if named or (account.delivery == InvoiceDelivery.EMAIL and parties[id_].email)
    ]

    def mail(account: AccountRow) -> LinkedMail:
        balance = balances.get(account.id, Money.zero(account.currency))
        message = _message(seller, account, parties[account.id], balance, as_of=as_of)
        # The paper that goes with the mail is printed from what the mail is about, and finds the link by it.
        return LinkedMail(message=message, seller=seller, key=message.about, asks=balance.amount_minor > 0)

    return with_links(act=act, mails=[mail(account) for account in wanted])


def _message(
    seller: LegalEntityRow, account: AccountRow, party: PartyRow, balance: Money, *, as_of: date
) -> NewMessage:
    language = spoken(account.language)
    formats = formats_for(language, country=seller.country)
    values = {
        "name": party.addressee or party.name,
        "seller": seller.name,
        "date": formats.day(as_of),
        "total": formats.money(balance),
        "account": account.number,
    }
    return NewMessage(
        purpose=PURPOSE,
        to_address=party.email,
        to_name=party.name,
        from_address=seller.email,
        language=language,
        values=values,
        about=f"statement:{account.id}:{as_of}",
        account_ref=account.id,
        effect_key=semantic_key("statement", account=account.id, on=as_of),
    )
