"""Writing and reversing allocations: rows, entries and cached amounts together, for any number at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_records
from billwright.kernel.errors import Conflict, NotFound
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.kernel.sql import step
from billwright.ledger.operations import EntryDraft, Side, post_entries, reverse_entries
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.receivables.models import Allocation, OpenItem, UnallocatedCash, WriteOff
from billwright.receivables.operations.carrying import Carrying
from billwright.receivables.queries.allocations import allocation_row
from billwright.receivables.rows import AllocationRow
from billwright.receivables.states import AllocationPolicy, WriteOffKind

# Where a claim that is given up goes to; output tax is never touched.
WRITE_OFF_ROLES = {
    WriteOffKind.SMALL_DIFFERENCE: LedgerRole.ROUNDING,
    WriteOffKind.BANK_FEE: LedgerRole.BANK_CHARGES,
    WriteOffKind.WITHHELD_TAX: LedgerRole.WITHHOLDING_TAX,
    WriteOffKind.EARLY_DISCOUNT: LedgerRole.EARLY_DISCOUNTS,
    WriteOffKind.BAD_DEBT: LedgerRole.BAD_DEBT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationDraft:
    """A checked allocation between locked rows, before it is written. Exactly one source is given."""

    item: OpenItem
    cash: UnallocatedCash | None = None
    credit: OpenItem | None = None
    write_off: WriteOff | None = None
    amount_minor: int

    @property
    def source(self) -> UnallocatedCash | OpenItem | WriteOff:
        source = self.cash or self.credit or self.write_off
        assert source is not None
        return source

    @property
    def later_date(self) -> date:
        """Money cannot settle a claim before both exist."""
        return max(self.item.accounting_date, self.source.accounting_date)


def lock_sources_and_items(
    *, cash_ids: Iterable[int | None], item_ids: Iterable[int | None]
) -> tuple[dict[int, UnallocatedCash], dict[int, OpenItem]]:
    """Lock pieces of cash, then items, each in ascending order: the one order of every act that settles."""
    cash = lock_rows(UnallocatedCash, {id_ for id_ in cash_ids if id_ is not None})
    items = lock_rows(OpenItem, {id_ for id_ in item_ids if id_ is not None})
    return {row.pk: row for row in cash}, {row.pk: row for row in items}


def cash_role(cash: UnallocatedCash) -> LedgerRole:
    """Where the money stands: with its payer, or in suspense while nobody is known."""
    return LedgerRole.UNALLOCATED_CASH if cash.account_id is not None else LedgerRole.SUSPENSE


def write_allocations(*, act: Act, drafts: Sequence[AllocationDraft], policy: AllocationPolicy) -> list[AllocationRow]:
    """Write allocations with their entries and bring the cached open amounts up to date.

    The accounting date is the later of both sides', or the first open day after it.
    """
    if not drafts:
        return []
    open_days = first_open_days({(draft.item.legal_entity_id, draft.later_date) for draft in drafts})
    days = [open_days[draft.item.legal_entity_id, draft.later_date] for draft in drafts]
    ids = take_ids(table="receivables_allocation", count=len(drafts))
    entry_ids = _post(act, drafts, days, ids)
    records = [
        {
            "id": id_,
            "account_id": draft.item.account_id,
            "open_item_id": draft.item.pk,
            "cash_id": draft.cash.pk if draft.cash else None,
            "credit_item_id": draft.credit.pk if draft.credit else None,
            "write_off_id": draft.write_off.pk if draft.write_off else None,
            "amount_minor": draft.amount_minor,
            "currency": draft.item.currency,
            "policy": policy,
            "accounting_date": day,
            "recorded_at": act.at,
            "recorded_by": act.actor,
            "entry_id": entry_ids.get(id_),
        }
        for draft, day, id_ in zip(drafts, days, ids, strict=True)
    ]
    insert_records(Allocation, records)
    _follow(ids)
    return [
        _row(draft, day, id_, policy, entry_ids.get(id_)) for draft, day, id_ in zip(drafts, days, ids, strict=True)
    ]


def _row(draft: AllocationDraft, day: date, id_: int, policy: AllocationPolicy, entry_id: int | None) -> AllocationRow:
    return AllocationRow(
        allocation_id=id_,
        account_id=draft.item.account_id,
        open_item_id=draft.item.pk,
        cash_id=draft.cash.pk if draft.cash else None,
        credit_item_id=draft.credit.pk if draft.credit else None,
        amount=Money(draft.amount_minor, draft.item.currency),
        policy=policy,
        accounting_date=day,
        entry_id=entry_id,
        reverses_id=None,
    )


def _post(act: Act, drafts: Sequence[AllocationDraft], days: Sequence[date], ids: Sequence[int]) -> dict[int, int]:
    """One entry an allocation; none where a credit note settles an item of its own account at the same rate."""
    carrying = _carrying(drafts)
    posted = [
        (id_, entry)
        for draft, day, id_ in zip(drafts, days, ids, strict=True)
        if not _stays(draft, entry := _entry(draft, day, id_, carrying))
    ]
    entry_ids = post_entries(act=act, drafts=[entry for _id, entry in posted])
    return dict(zip((id_ for id_, _entry in posted), entry_ids, strict=True))


def _carrying(drafts: Iterable[AllocationDraft]) -> Carrying:
    rows = (row for draft in drafts for row in (draft.item, draft.cash, draft.credit))
    return Carrying(row for row in rows if row is not None)


def _stays(draft: AllocationDraft, entry: EntryDraft) -> bool:
    """Whether nothing moves: out of the control account and into it, on one account and at one rate."""
    same_account = draft.credit is not None and draft.source.account_id == draft.item.account_id
    return same_account and sum(side.base_minor or 0 for side in entry.sides) == 0


def _entry(draft: AllocationDraft, day: date, id_: int, carrying: Carrying) -> EntryDraft:
    """Both sides leave at the rate they came at; a claim that is given up is lost at its own."""
    amount = Money(draft.amount_minor, draft.item.currency)
    of_item = carrying.leave(draft.item, -draft.amount_minor)
    if isinstance(draft.source, WriteOff):
        of_source = None if of_item is None else -of_item
    else:
        of_source = carrying.leave(draft.source, draft.amount_minor)
    return EntryDraft(
        legal_entity_id=draft.item.legal_entity_id,
        kind=EntryKind.WRITE_OFF if draft.write_off is not None else EntryKind.ALLOCATION,
        document_date=day,
        accounting_date=day,
        entry_key=f"allocation:{id_}",
        sides=(
            Side(amount, _source_role(draft), billing_account_id=draft.source.account_id, base_minor=of_source),
            Side(-amount, LedgerRole.RECEIVABLES, billing_account_id=draft.item.account_id, base_minor=of_item),
        ),
        realizes=True,
    )


def _source_role(draft: AllocationDraft) -> LedgerRole:
    if draft.cash is not None:
        return cash_role(draft.cash)
    if draft.write_off is not None:
        return WRITE_OFF_ROLES[WriteOffKind(draft.write_off.kind)]
    return LedgerRole.RECEIVABLES


def _follow(allocation_ids: Sequence[int]) -> None:
    parameters = {"allocation_ids": list(allocation_ids)}
    with connection.cursor() as cursor:
        step("billwright.receivables", "use_cash").run(cursor, parameters)
        step("billwright.receivables", "settle_items").run(cursor, parameters)


def reverse_allocations(
    *, act: Act, allocation_ids: Sequence[int], not_before: date | None = None
) -> list[AllocationRow]:
    """Undo allocations by rows and entries of the opposite sign, on their own day or the first open one.

    With `not_before` the undoing lies no earlier: a return of money does not change what was true before it. Raises
    NotFound, or Conflict when one was undone before or is itself an undoing.
    """
    found = Allocation.objects.filter(pk__in=allocation_ids)
    lock_sources_and_items(
        cash_ids=[row.cash_id for row in found],
        item_ids=[item_id for row in found for item_id in (row.open_item_id, row.credit_item_id)],
    )
    rows = _still_standing(allocation_ids)
    later = {row.pk: max(row.accounting_date, not_before or row.accounting_date) for row in rows}
    open_days = first_open_days({(row.open_item.legal_entity_id, later[row.pk]) for row in rows})
    days = {row.pk: open_days[row.open_item.legal_entity_id, later[row.pk]] for row in rows}
    entry_ids = _post_reversals(act, rows, later, days)
    written = Allocation.objects.bulk_create(
        Allocation(
            account_id=row.account_id,
            open_item_id=row.open_item_id,
            cash_id=row.cash_id,
            credit_item_id=row.credit_item_id,
            write_off_id=row.write_off_id,
            amount_minor=-row.amount_minor,
            currency=row.currency,
            policy=row.policy,
            accounting_date=days[row.pk],
            recorded_at=act.at,
            recorded_by=act.actor,
            entry_id=entry_ids.get(row.pk),
            reverses=row,
        )
        for row in rows
    )
    _follow([row.pk for row in written])
    return [allocation_row(row) for row in written]


def _post_reversals(
    act: Act, rows: Sequence[Allocation], later: dict[int, date], days: dict[int, date]
) -> dict[int, int]:
    """The entries that undo allocations, by allocation id: those that they were posted by, reversed.

    An entry of its own, the other way round, has a part of what a bill run posted together for a document, and what
    left at its own rate: parts are laid end to end, and undone from the end whichever of them it was, so that one
    undone out of its order leaves no unit behind (docs/decisions/0022).
    """
    shared = _posted_together([row for row in rows if row.entry_id is not None])
    undone = Counter(row.entry_id for row in rows)
    drafts = {row.pk: _draft_back(row) for row in rows}
    carrying = _carrying(drafts.values())
    as_posted = [
        row
        for row in rows
        if row.entry_id is not None
        if undone[row.entry_id] == shared[row.entry_id] and not carrying.knows(row.open_item)
    ]
    answers: dict[int, int] = {}
    for on in sorted({later[row.pk] for row in as_posted}):
        entry_ids = sorted({int(row.entry_id or 0) for row in as_posted if later[row.pk] == on})
        reversing = dict(zip(entry_ids, reverse_entries(act=act, entry_ids=entry_ids, on=on), strict=True))
        answers |= {row.pk: reversing[int(row.entry_id or 0)] for row in as_posted if later[row.pk] == on}
    others = [
        (row, entry)
        for row in rows
        if row.pk not in answers
        if not _stays(drafts[row.pk], entry := _opposite(row, days[row.pk], drafts[row.pk], carrying))
    ]
    own = post_entries(
        act=act,
        drafts=[entry for _row, entry in others],
        reverses=[row.entry_id if shared[row.entry_id] == 1 else None for row, _entry in others],
    )
    return answers | {row.pk: entry_id for (row, _entry), entry_id in zip(others, own, strict=True)}


def _posted_together(posted: Sequence[Allocation]) -> Counter[int | None]:
    """How many allocations each entry was posted for."""
    return Counter(
        Allocation.objects.filter(
            open_item_id__in={row.open_item_id for row in posted},
            entry_id__in={row.entry_id for row in posted},
            reverses=None,
        ).values_list("entry_id", flat=True)
    )


def _draft_back(row: Allocation) -> AllocationDraft:
    return AllocationDraft(
        item=row.open_item,
        cash=row.cash,
        credit=row.credit_item,
        write_off=row.write_off,
        amount_minor=-row.amount_minor,
    )


def _opposite(row: Allocation, day: date, draft: AllocationDraft, carrying: Carrying) -> EntryDraft:
    return replace(_entry(draft, day, row.pk, carrying), kind=EntryKind.REVERSAL)


def _still_standing(allocation_ids: Sequence[int]) -> list[Allocation]:
    rows = list(
        Allocation.objects.filter(pk__in=allocation_ids)
        .select_related("open_item", "cash", "credit_item", "write_off", "reversed_by")
        .order_by("pk")
    )
    missing = set(allocation_ids) - {row.pk for row in rows}
    if missing:
        raise NotFound("allocation.not_found", _("There is no such allocation."), field="allocation_id")
    for row in rows:
        if row.reverses_id is not None or hasattr(row, "reversed_by"):
            raise Conflict(
                "allocation.already_reversed",
                _("This allocation is not in force any more."),
                field="allocation_id",
                cure=_("Look at the account again and choose an allocation that stands."),
            )
    return rows
