"""Posting and reversing. All postings of a call go in by one statement; the database checks the balance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.bulk import as_json
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import assert_in_transaction, share_name
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.ledger.models import JournalEntry, LedgerAccount, Posting
from billwright.ledger.operations.books import ensure_family_account
from billwright.ledger.policies import EntryDraft, Side, base_amount, base_amounts, require_balance
from billwright.ledger.queries import account_ids, first_open_day
from billwright.ledger.queries.balances import WRITERS
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import get_base_currencies, get_rate

_INSERT_ENTRIES = """
    insert into ledger_journal_entry
        (id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor,
         reverses_id, closing)
    select id, legal_entity_id, kind, document_date, accounting_date, %(at)s, entry_key, narration, %(actor)s,
           reverses_id, closing
    from json_to_recordset(%(entries)s) as n (
        id bigint, legal_entity_id bigint, kind text, document_date date, accounting_date date, entry_key text,
        narration text, reverses_id bigint, closing boolean)
"""
_INSERT_POSTINGS = """
    insert into ledger_posting
        (entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code,
         cost_center)
    select entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code,
           cost_center
    from json_to_recordset(%(postings)s) as n (
        entry_id bigint, line_no smallint, ledger_account_id bigint, billing_account_id bigint, currency text,
        amount_minor bigint, base_minor bigint, tax_code text, cost_center text)
"""


_Record = Mapping[str, object]


class _Books:
    """What posting needs to know of an entity, read once a call."""

    def __init__(self, legal_entity_id: int, base_currency: str) -> None:
        self.legal_entity_id = legal_entity_id
        self.base_currency = base_currency
        self.accounts = account_ids(legal_entity_id)
        self._rates: dict[tuple[str, date], Decimal] = {}

    def account_id(self, side: Side) -> int:
        if side.ledger_account_id is not None:
            return side.ledger_account_id
        assert side.role is not None, "a side names a role or an account"
        key = (str(side.role), side.family)
        if key not in self.accounts:
            if not side.family:
                raise Refusal(
                    "ledger.account_missing",
                    f"The chart of the entity has no account for {side.role}.",
                    cure="Open the books of the entity first.",
                )
            self.accounts[key] = ensure_family_account(
                legal_entity_id=self.legal_entity_id, role=LedgerRole(side.role), family=side.family
            )
        return self.accounts[key]

    def rate(self, currency: str, on: date) -> Decimal:
        if (currency, on) not in self._rates:
            self._rates[currency, on] = get_rate(from_currency=currency, to_currency=self.base_currency, on=on)
        return self._rates[currency, on]


def post_entries(*, act: Act, drafts: Sequence[EntryDraft], reverses: Sequence[int | None] | None = None) -> list[int]:
    """Post entries and return their ids in the order of the drafts.

    Not a verb: it is part of the act that books. Raises Refusal when an entry does not balance, an account or a rate
    is missing; the database refuses a period that is not open.
    """
    assert_in_transaction()
    if not drafts:
        return []
    share_name(WRITERS)
    currencies = get_base_currencies({draft.legal_entity_id for draft in drafts})
    books = {entity: _Books(entity, currency) for entity, currency in sorted(currencies.items())}
    entry_ids = take_ids(table="ledger_journal_entry", count=len(drafts))
    entries: list[_Record] = []
    postings: list[_Record] = []
    for entry_id, draft, reversed_id in zip(entry_ids, drafts, reverses or [None] * len(drafts), strict=True):
        require_balance(draft)
        entries.append(_entry_record(entry_id, draft, reversed_id))
        postings.extend(_posting_records(entry_id, draft, books[draft.legal_entity_id]))
    _write(act, entries, postings)
    return entry_ids


def _write(act: Act, entries: Sequence[_Record], postings: Sequence[_Record]) -> None:
    """All entries by one statement and all postings by another, each one parameter: see `kernel.bulk`."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ENTRIES, {"at": act.at, "actor": act.actor, "entries": as_json(entries)})
        cursor.execute(_INSERT_POSTINGS, {"postings": as_json(postings)})


def _entry_record(entry_id: int, draft: EntryDraft, reverses_id: int | None) -> _Record:
    return {
        "id": entry_id,
        "legal_entity_id": draft.legal_entity_id,
        "kind": draft.kind,
        "document_date": draft.document_date,
        "accounting_date": draft.accounting_date,
        "entry_key": draft.entry_key,
        "narration": draft.narration,
        "reverses_id": reverses_id,
        "closing": draft.closing,
    }


def _posting_records(entry_id: int, draft: EntryDraft, books: _Books) -> Iterator[_Record]:
    sides, based = _based(draft, books)
    for line_no, (side, base_minor) in enumerate(zip(sides, based, strict=True), start=1):
        yield {
            "entry_id": entry_id,
            "line_no": line_no,
            "ledger_account_id": books.account_id(side),
            "billing_account_id": side.billing_account_id,
            "currency": side.amount.currency,
            "amount_minor": side.amount.amount_minor,
            "base_minor": base_minor,
            "tax_code": side.tax_code,
            "cost_center": side.cost_center,
        }


def _based(draft: EntryDraft, books: _Books) -> tuple[Sequence[Side], list[int]]:
    """The sides with their base amounts; an entry that realizes a difference has one side more."""
    amounts = [side.amount for side in draft.sides]
    given = [side.base_minor for side in draft.sides if side.base_minor is not None]
    if given and not draft.realizes:
        assert len(given) == len(draft.sides), "all sides say their base amount, or none"
        return draft.sides, given
    said = len(given) == len(draft.sides)
    rates = {
        currency: books.rate(currency, draft.accounting_date)
        for currency in {amount.currency for amount in amounts} - {books.base_currency}
        if not said
    }
    if not given:
        return draft.sides, base_amounts(amounts, rates=rates, base_currency=books.base_currency)
    based = [
        base_amount(side.amount, rates=rates, base_currency=books.base_currency)
        if side.base_minor is None
        else side.base_minor
        for side in draft.sides
    ]
    if sum(based) == 0:
        return draft.sides, based
    # It has no amount in any currency: only in base currency do both sides differ.
    difference = Side(role=LedgerRole.EXCHANGE_DIFFERENCE, amount=Money(0, amounts[0].currency))
    return (*draft.sides, difference), [*based, -sum(based)]


def post_entry(*, act: Act, draft: EntryDraft) -> int:
    """Post one entry and return its id."""
    return post_entries(act=act, drafts=[draft])[0]


def reverse_entries(*, act: Act, entry_ids: Sequence[int], on: date, narration: str = "") -> list[int]:
    """Post the opposite of entries, on `on` or the first open day after it; returns the new ids in the same order.

    Raises Conflict when one was reversed before.
    """
    assert_in_transaction()
    share_name(WRITERS)
    entries = {entry.pk: entry for entry in JournalEntry.objects.filter(id__among=entry_ids)}
    done = JournalEntry.objects.filter(reverses_id__among=entry_ids).values_list("reverses_id", flat=True).first()
    if done is not None:
        raise Conflict("entry.already_reversed", f"Entry {done} was reversed before.")
    postings = list(Posting.objects.filter(entry_id__among=entry_ids).order_by("entry_id", "line_no"))
    days = {
        entity: first_open_day(legal_entity_id=entity, day=on)
        for entity in {entry.legal_entity_id for entry in entries.values()}
    }
    new_ids = dict(zip(entry_ids, take_ids(table="ledger_journal_entry", count=len(entry_ids)), strict=True))
    _write(
        act,
        [
            {
                "id": new_ids[id_],
                "legal_entity_id": entries[id_].legal_entity_id,
                "kind": EntryKind.REVERSAL,
                "document_date": on,
                "accounting_date": max(days[entries[id_].legal_entity_id], entries[id_].accounting_date),
                "entry_key": entries[id_].entry_key,
                "narration": narration or f"Reversal of entry {id_}",
                "reverses_id": id_,
                "closing": False,
            }
            for id_ in entry_ids
        ],
        [_opposite_record(new_ids[posting.entry_id], posting) for posting in postings],
    )
    return [new_ids[id_] for id_ in entry_ids]


def _opposite_record(entry_id: int, posting: Posting) -> _Record:
    """The opposite in base currency too: a reversal leaves no exchange difference."""
    return {
        "entry_id": entry_id,
        "line_no": posting.line_no,
        "ledger_account_id": posting.ledger_account_id,
        "billing_account_id": posting.billing_account_id,
        "currency": posting.currency,
        "amount_minor": -posting.amount_minor,
        "base_minor": -posting.base_minor,
        "tax_code": posting.tax_code,
        "cost_center": posting.cost_center,
    }


@verb("journal_entry.reverse", subject=lambda arguments, _: f"journal_entry:{arguments['entry_id']}")
def reverse_entry(*, act: Act, entry_id: int, on: date) -> int:
    """Reverse a manual journal by its opposite. Entries of documents and money are undone by their own verbs.

    Raises Refusal when the entry belongs to a document or a payment, Conflict when it was reversed before.
    """
    entry = JournalEntry.objects.filter(id=entry_id).first()
    if entry is None or entry.kind != EntryKind.MANUAL:
        raise Refusal(
            "entry.not_manual",
            "Only a manual journal is reversed here.",
            field="entry_id",
            cure="Undo the document or the payment that it stands for.",
        )
    reversal = reverse_entries(act=act, entry_ids=[entry_id], on=on, narration=act.reason)[0]
    note_change(after={"reversed_by": reversal})
    return reversal


@dataclass(frozen=True, slots=True)
class ManualLine:
    """One line of a manual journal: an account of the chart and a signed amount, debit positive."""

    ledger_account_id: int
    amount: Money
    cost_center: str = ""


@dataclass(frozen=True, slots=True)
class ManualJournal:
    """A journal written by a person, with the date it belongs to and why."""

    legal_entity_id: int
    accounting_date: date
    narration: str
    lines: tuple[ManualLine, ...]


def _debits(arguments: dict[str, ManualJournal]) -> Money | None:
    lines = arguments["journal"].lines
    currencies = {line.amount.currency for line in lines}
    if len(currencies) != 1:
        return None
    return Money(sum(max(line.amount.amount_minor, 0) for line in lines), currencies.pop())


@verb("journal_entry.post_manual", subject=lambda _, answer: f"journal_entry:{answer}", amount=_debits)  # type: ignore[arg-type]
def post_manual_journal(*, act: Act, journal: ManualJournal) -> int:
    """Post a manual journal and return its entry's id.

    Control accounts are refused: their balance is proved by open items and receipts, and a journal has none. Raises
    Refusal for accounts of another entity, control accounts, an unbalanced journal or a missing narration.
    """
    return post_entry(act=act, draft=manual_draft(journal))


def manual_draft(journal: ManualJournal) -> EntryDraft:
    """The entry of a manual journal, checked as posting checks it: pages ask before they ask another person.

    Raises what `post_manual_journal` raises.
    """
    if not journal.narration.strip():
        raise Refusal("journal.no_narration", "Say what the journal is for.", field="narration")
    if len(journal.lines) < LINES_MIN:
        raise Refusal("journal.too_few_lines", "A journal has two lines or more.", field="lines",
                      cure="Say where the amount comes from and where it goes.")  # fmt: skip
    accounts = {
        account.pk: account
        for account in LedgerAccount.objects.filter(id__in=[line.ledger_account_id for line in journal.lines])
    }
    for number, line in enumerate(journal.lines, start=1):
        _require_postable(accounts.get(line.ledger_account_id), journal.legal_entity_id, number)
        if not line.amount.amount_minor:
            raise Refusal("journal.zero_line", "A line has an amount.", field="amount", row=number,
                          cure="Give its amount, or leave the line out.")  # fmt: skip
    draft = EntryDraft(
        legal_entity_id=journal.legal_entity_id,
        kind=EntryKind.MANUAL,
        document_date=journal.accounting_date,
        accounting_date=journal.accounting_date,
        entry_key="manual",
        narration=journal.narration,
        sides=tuple(
            Side(amount=line.amount, ledger_account_id=line.ledger_account_id, cost_center=line.cost_center)
            for line in journal.lines
        ),
    )
    require_balance(draft)
    return draft


LINES_MIN = 2
CONTROL_ROLES = frozenset({LedgerRole.RECEIVABLES, LedgerRole.UNALLOCATED_CASH, LedgerRole.SUSPENSE})


def _require_postable(account: LedgerAccount | None, legal_entity_id: int, number: int) -> None:
    if account is None or account.legal_entity_id != legal_entity_id or not account.active:
        raise Refusal("journal.account_unknown", "The account is not in the chart of this entity.", field="account",
                      row=number, cure="Choose an account of the entity.")  # fmt: skip
    if account.role in CONTROL_ROLES:
        raise Refusal("journal.control_account", f"{account.name} is a control account.", field="account", row=number,
                      cure="Use a document, a payment or an allocation instead.")  # fmt: skip
