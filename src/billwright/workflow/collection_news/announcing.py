"""Debits announced: as many days before as the scheme's rules or the company's agreement ask for, each once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from billwright.accounts import queries as accounts
from billwright.comms.operations import NewMessage, queue_messages
from billwright.comms.queries import MessageRow, messages_by_effect
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.idempotency import semantic_key
from billwright.kernel.money import Money
from billwright.org.queries import LegalEntityRow, get_legal_entity, list_bank_accounts
from billwright.payments.collecting_rows import AgreementRow, MandateRow
from billwright.payments.policies import Due, day_of_month, next_mandated_day, within_limit
from billwright.payments.queries.collections import last_debits
from billwright.payments.queries.mandates import active_mandates, list_agreements
from billwright.payments.scheme_days import next_settling_day, told_by
from billwright.payments.states import MandateFrequency
from billwright.receivables.queries import blocked_items, chaseable
from billwright.receivables.rows import OpenItemRow
from billwright.workflow.collection_news.cards import CardNotice, accounts_by_card, card_letters
from billwright.workflow.collection_news.letters import message_to, wants_news

ANNOUNCED: Final = "debit.announced"
# No rule or agreement asks for more notice; what falls due later is looked at again tomorrow.
AHEAD: Final = timedelta(days=60)
CHUNK: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Announced:
    """One debit that will be made, and what it is for."""

    mandate: MandateRow
    day: date
    total: Money
    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementRow:
    """A debit that a customer is to be told of: `is_mailed` where a mail may go, `message_id` once it was queued.

    Of a kept card there is no mandate, and `reference` is the number of the document.
    """

    account_id: int
    mandate_id: int | None
    reference: str
    scheme: str
    method_label: str
    amount: Money
    debited_on: date
    is_mailed: bool
    message_id: int | None


@verb(
    "collection.announce", subject=lambda arguments, _answer: f"legal_entity:{arguments['legal_entity_id']}", did=bool
)
def announce_debits(*, act: Act, legal_entity_id: int, as_of: date) -> int:
    """Queue what customers are to be told of debits to come; returns how many mails are new.

    Run by the daily job. A debit is announced from the last day on which its scheme's rule, or the agreement with the
    bank, lets it be told, and once for what it is for; a scheme without such a rule announces nothing.
    """
    if not wants_news(legal_entity_id=legal_entity_id, on=as_of):
        return 0
    queued = 0
    for letters in _letters(legal_entity_id, as_of):
        queued += queue_messages(act=act, messages=[message for _debit, message in letters if message is not None])
    of_cards = card_letters(legal_entity_id=legal_entity_id, as_of=as_of)
    queued += queue_messages(act=act, messages=[message for _notice, message in of_cards if message is not None])
    note_change(after={"as_of": str(as_of), "queued": queued})
    return queued


def list_announcements(*, legal_entity_id: int, as_of: date) -> list[AnnouncementRow]:
    """The debits of which customers are to be told by a day, the soonest first, with what was told already.

    Nothing where the company lets no news of debits go out.
    """
    if not wants_news(legal_entity_id=legal_entity_id, on=as_of):
        return []
    rows: list[AnnouncementRow] = []
    for letters in _letters(legal_entity_id, as_of):
        told = messages_by_effect([_key(debit) for debit, _message in letters])
        rows += [_row(debit, told.get(_key(debit)), is_mailed=message is not None) for debit, message in letters]
    rows += _card_rows(card_letters(legal_entity_id=legal_entity_id, as_of=as_of))
    return sorted(rows, key=lambda row: (row.debited_on, row.mandate_id or 0, row.reference))


def _card_rows(letters: Sequence[tuple[CardNotice, NewMessage | None]]) -> list[AnnouncementRow]:
    told = messages_by_effect([notice.key for notice, _message in letters])
    return [
        AnnouncementRow(
            account_id=notice.item.account_id,
            mandate_id=None,
            reference=notice.item.document_number,
            scheme=notice.scheme,
            method_label=notice.method.label,
            amount=notice.item.chaseable,
            debited_on=notice.day,
            is_mailed=message is not None,
            message_id=told[notice.key].id if notice.key in told else None,
        )
        for notice, message in letters
    ]


def _row(debit: _Announced, told: MessageRow | None, *, is_mailed: bool) -> AnnouncementRow:
    return AnnouncementRow(
        account_id=debit.mandate.account_id,
        mandate_id=debit.mandate.id,
        reference=debit.mandate.reference,
        scheme=debit.mandate.scheme,
        method_label=debit.mandate.method_label,
        amount=debit.total,
        debited_on=debit.day,
        is_mailed=is_mailed,
        message_id=told.id if told else None,
    )


def _in_force(legal_entity_id: int, on: date) -> list[AgreementRow]:
    """The agreement of each scheme that holds on a day."""
    found: dict[str, AgreementRow] = {}
    for row in list_agreements(legal_entity_ids=[legal_entity_id]):
        if row.valid_from <= on:
            found.setdefault(row.scheme, row)
    return [row for row in found.values() if not row.is_ended]


def _letters(legal_entity_id: int, as_of: date) -> Iterator[list[tuple[_Announced, NewMessage | None]]]:
    """Chunk by chunk the debits that are to be told of, each with its mail where one may go."""
    seller = get_legal_entity(legal_entity_id=legal_entity_id)
    for agreement in _in_force(legal_entity_id, as_of):
        mandates = _mandates(agreement, seller, as_of)
        for start in range(0, len(mandates), CHUNK):
            debits = _debits(agreement, seller, mandates[start : start + CHUNK], as_of)
            yield _written(agreement, seller, debits, as_of)


def _mandates(agreement: AgreementRow, seller: LegalEntityRow, as_of: date) -> list[MandateRow]:
    """The one mandate of each account that a run would debit."""
    currencies = {account.id: account.currency for account in list_bank_accounts(seller.id)}
    currency = currencies[agreement.bank_account_id]
    standing = active_mandates(legal_entity_id=seller.id, scheme=agreement.scheme, currency=currency, on=as_of)
    by_card = accounts_by_card(legal_entity_id=seller.id, currency=currency, on=as_of)
    mandates: dict[int, MandateRow] = {}
    for mandate in standing:
        if mandate.account_id not in by_card:
            mandates.setdefault(mandate.account_id, mandate)
    return list(mandates.values())


def _debits(
    agreement: AgreementRow, seller: LegalEntityRow, mandates: Sequence[MandateRow], as_of: date
) -> list[_Announced]:
    """The debits of these mandates whose customers are to be told by now."""
    account_ids = [mandate.account_id for mandate in mandates]
    items: dict[int, list[OpenItemRow]] = defaultdict(list)
    blocked = blocked_items(account_ids)
    for item in chaseable(as_of=as_of, account_ids=account_ids):
        if item.chaseable.amount_minor > 0 and item.open_item_id not in blocked and item.due_date <= as_of + AHEAD:
            items[item.account_id].append(item)
    last = last_debits([mandate.id for mandate in mandates])
    found = []
    for mandate in mandates:
        of_day: dict[date, list[OpenItemRow]] = defaultdict(list)
        for item in items[mandate.account_id]:
            day = debit_day(mandate, due=item.due_date, last=last.get(mandate.id))
            if day is not None and day > as_of:
                of_day[next_settling_day(day, scheme=agreement.scheme, country=seller.country)].append(item)
        for day, rows in of_day.items():
            tell_by = told_by(agreement.scheme, action_day=day, notice_days=agreement.notice_days)
            if tell_by is not None and tell_by <= as_of:
                found += _within(mandate, day, rows)
    return found


def debit_day(mandate: MandateRow, *, due: date, last: date | None) -> date | None:
    """The first day on which what is due may be debited by what the mandate says; None: it will not be."""
    day = due
    if mandate.frequency == MandateFrequency.ONE_OFF and last is not None:
        return None
    if mandate.frequency not in (MandateFrequency.AS_NEEDED, MandateFrequency.ONE_OFF) and last is not None:
        following = next_mandated_day(frequency=mandate.frequency, collection_day=mandate.collection_day, last=last)
        day = max(day, following)
    elif mandate.collection_day is not None:
        day = day_of_month(due - timedelta(days=1), mandate.collection_day)
    day = max(day, mandate.first_on or day)
    return None if mandate.ends_on is not None and day > mandate.ends_on else day


def _within(mandate: MandateRow, day: date, rows: Sequence[OpenItemRow]) -> list[_Announced]:
    due = [Due(open_item_id=row.open_item_id, amount_minor=row.chaseable.amount_minor) for row in rows]
    taken, _over = within_limit(due, mandate.limit.amount_minor if mandate.limit else None)
    if not taken:
        return []
    total = Money(sum(one.amount_minor for one in taken), mandate.currency)
    ids = tuple(sorted(one.open_item_id for one in taken))
    return [_Announced(mandate=mandate, day=day, total=total, item_ids=ids)]


def _written(
    agreement: AgreementRow, seller: LegalEntityRow, debits: Sequence[_Announced], as_of: date
) -> list[tuple[_Announced, NewMessage | None]]:
    """Each debit with its mail: none to an account that takes no mail, or has no address."""
    account_ids = sorted({debit.mandate.account_id for debit in debits})
    found, parties = accounts.get_accounts(account_ids), accounts.parties(account_ids, on=as_of)

    def letter(debit: _Announced) -> NewMessage | None:
        account = found[debit.mandate.account_id]
        return message_to(
            account,
            parties[account.id],
            seller,
            purpose=ANNOUNCED,
            about=f"mandate:{debit.mandate.id}",
            key=_key(debit),
            values={
                "total": debit.total,
                "date": debit.day,
                "method": debit.mandate.method_label,
                "reference": debit.mandate.reference,
                "creditor": agreement.creditor_id,
            },
        )

    return [(debit, letter(debit)) for debit in debits]


def _key(debit: _Announced) -> str:
    """What more is due on the same day is announced anew, with the whole sum; what was paid meanwhile is not."""
    items = hashlib.sha256(",".join(str(id_) for id_ in debit.item_ids).encode()).hexdigest()[:16]
    return semantic_key("debit_announced", mandate=debit.mandate.id, on=debit.day, items=items)
