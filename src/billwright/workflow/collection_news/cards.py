"""Debits of kept cards announced where a scheme's rules ask for it: each document by itself, well before its debit.

Networks of cards ask for no announcement. India's e-mandate framework does: at least 24 hours before a recurring debit
the customer is told of the merchant, the amount, the day, the reference and how to refuse it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from billwright.accounts import queries as accounts
from billwright.comms.operations import NewMessage
from billwright.comms.queries import messages_by_effect
from billwright.comms.states import MessageState
from billwright.kernel.idempotency import semantic_key
from billwright.org.queries import get_convention, get_legal_entity
from billwright.payments.collecting_rows import StoredMethodRow
from billwright.payments.queries.gateways import list_gateways
from billwright.payments.queries.mandates import cards_first
from billwright.payments.scheme_days import rules_of_cards, told_by
from billwright.receivables.queries import blocked_items, chaseable
from billwright.receivables.rows import OpenItemRow
from billwright.workflow.collection_news.letters import message_to

CARD_RUNS: Final = "card_runs"
CARD_ANNOUNCED: Final = "card_debit.announced"
# More than the rule asks for: it counts in hours, and the job that tells runs at an hour of its own.
A_DAY_MORE: Final = timedelta(days=1)
# Whoever has such a mail, or will have it, is not told of a later day beside it.
ON_THEIR_WAY: Final = (MessageState.QUEUED, MessageState.SENDING, MessageState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNotice:
    """One document that will be debited from a card on a day, of which its customer is to be told."""

    method: StoredMethodRow
    item: OpenItemRow
    day: date
    scheme: str

    @property
    def key(self) -> str:
        """One mail for a document, an amount and a day: what is open to another amount is told anew."""
        return _key(self.item, self.day)


def _key(item: OpenItemRow, day: date) -> str:
    return semantic_key(
        "card_debit_announced", item=item.open_item_id, minor=item.chaseable.amount_minor, on=day.isoformat()
    )


def accounts_by_card(*, legal_entity_id: int, currency: str, on: date) -> frozenset[int]:
    """The accounts whose due is debited by runs of cards on a day; none where the company does not have them made."""
    if get_convention(legal_entity_id=legal_entity_id, option=CARD_RUNS, on=on) == "never":
        return frozenset()
    return frozenset(one.account_id for one in cards_first(legal_entity_id=legal_entity_id, currency=currency, on=on))


def card_letters(*, legal_entity_id: int, as_of: date) -> list[tuple[CardNotice, NewMessage | None]]:
    """What is to be told on a day of debits of kept cards, where the company has them made and a rule asks for it.

    Each notice with its mail: none to an account that takes no mail, or has no address.
    """
    notices = _notices(legal_entity_id, as_of)
    account_ids = sorted({notice.item.account_id for notice in notices})
    found, parties = accounts.get_accounts(account_ids), accounts.parties(account_ids, on=as_of)
    seller = get_legal_entity(legal_entity_id=legal_entity_id)

    def letter(notice: CardNotice) -> NewMessage | None:
        account = found[notice.item.account_id]
        return message_to(
            account,
            parties[account.id],
            seller,
            purpose=CARD_ANNOUNCED,
            about=f"stored_method:{notice.method.id}",
            key=notice.key,
            values={
                "total": notice.item.chaseable,
                "date": notice.day,
                "method": notice.method.label,
                "reference": notice.item.document_number,
            },
        )

    return [(notice, letter(notice)) for notice in notices]


def _notices(legal_entity_id: int, as_of: date) -> list[CardNotice]:
    if get_convention(legal_entity_id=legal_entity_id, option=CARD_RUNS, on=as_of) == "never":
        return []
    gateways = list_gateways(legal_entity_ids=[legal_entity_id], active_only=True)
    notices: list[CardNotice] = []
    for currency in sorted({gateway.currency for gateway in gateways}):
        scheme = rules_of_cards(currency)
        last = told_by(scheme, action_day=as_of, notice_days=None) if scheme else None
        if last is not None:
            notices += _of_currency(legal_entity_id, currency, scheme, as_of, as_of + (as_of - last) + A_DAY_MORE)
    return notices


def _of_currency(legal_entity_id: int, currency: str, scheme: str, as_of: date, day: date) -> list[CardNotice]:
    """What falls due until the first day of which one may still tell: for that day, or the sooner one told already."""
    methods = {one.account_id: one for one in cards_first(legal_entity_id=legal_entity_id, currency=currency, on=day)}
    blocked = blocked_items(list(methods))
    due = [
        item
        for item in chaseable(as_of=as_of, account_ids=list(methods))
        if item.chaseable.amount_minor > 0 and item.due_date <= day and item.open_item_id not in blocked
    ]
    sooner = [as_of + timedelta(days=days) for days in range(1, (day - as_of).days)]
    mails = messages_by_effect([_key(item, one) for item in due for one in sooner])
    told = {key for key, mail in mails.items() if mail.state in ON_THEIR_WAY}
    return [
        CardNotice(
            method=methods[item.account_id],
            item=item,
            day=next((one for one in sooner if _key(item, one) in told), day),
            scheme=scheme,
        )
        for item in due
    ]


def told_items(items: Sequence[OpenItemRow], *, day: date, by: datetime) -> set[int]:
    """The items, by id, of whose debit on a day a mail was sent by a time. One that waits to be sent tells nobody."""
    keys = {_key(item, day): item.open_item_id for item in items}
    sent = messages_by_effect(list(keys))
    return {keys[key] for key, mail in sent.items() if mail.sent_at is not None and mail.sent_at <= by}
