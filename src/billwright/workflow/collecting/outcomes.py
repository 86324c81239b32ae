"""What came of debits: paid on their day, refused, taken back; each told of any number of times, each counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import lock_names
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import CollectionRow, CollectionRunRow
from billwright.payments.operations.collections import (
    CollectionDraft,
    lock_collections,
    lock_run,
    move_collections,
    move_run,
    resolve,
    write_collections,
)
from billwright.payments.operations.mandates import note_collected
from billwright.payments.queries.collections import (
    FAILED,
    get_collection,
    get_run,
    has_waiting,
    list_collections,
    not_in_queue,
    run_row,
)
from billwright.payments.queries.mandates import get_agreement, get_method, methods_by_id
from billwright.payments.states import CollectionRunState, CollectionState, FailurePlan, ReturnKind
from billwright.receivables.operations import CollectedPart, hold_for_collections, release_collections
from billwright.receivables.queries import blocked_items, chaseable, items_of_collections
from billwright.workflow.collecting.failing import FailureIn, fail, machine
from billwright.workflow.payment_intake import ReceiptIn, StatedPart, receive_payments, return_payment

SOURCE = "collection"


@verb("collection_run.settle", subject=lambda arguments, _: f"collection_run:{arguments['collection_run_id']}")
def settle_run(*, act: Act, collection_run_id: int, on: date) -> CollectionRunRow:
    """Record the receipts of debits whose action day has come and of which the bank said nothing else.

    A bank answers a debit only when it fails; where it was agreed that it answers each (`presume` = `no` among the
    terms), nothing is presumed here. Asked again it changes nothing. The run is closed when no debit waits any more.
    """
    run = lock_run(collection_run_id)
    row = get_run(collection_run_id)
    # Of cards nothing is presumed: their gateways say how each debit ended.
    if row.agreement_id is not None and get_agreement(row.agreement_id).terms.get("presume") != "no":
        waiting = list_collections(run_id=collection_run_id, state=CollectionState.SUBMITTED, limit=None)
        due = [debit for debit in waiting if debit.action_day <= on]
        settle(act=act, debits=due)
        note_change(after={"settled": len(due)}, effective_on=on)
    return close_if_done(act, collection_run_id) if run.state == CollectionRunState.SUBMITTED else row


def close_if_done(act: Act, run_id: int) -> CollectionRunRow:
    """Close a submitted run none of whose debits waits for a result, or for its gateway to be asked."""
    run = lock_run(run_id)
    if run.state == CollectionRunState.SUBMITTED and not has_waiting(run_id):
        return move_run(run, "close", closed_at=act.at)
    return run_row(run)


def settle(*, act: Act, debits: Sequence[CollectionRow], on: date | None = None) -> None:
    """Enter PAID with a receipt each, allocated to what the debit was for. The money waits in bank clearing."""
    if not debits:
        return
    rows = lock_collections(debit.id for debit in debits)
    parts = items_of_collections([debit.id for debit in debits])
    methods = methods_by_id([debit.stored_method_id for debit in debits])
    receipts = [
        ReceiptIn(
            source=SOURCE,
            source_key=debit.end_to_end,
            amount=debit.amount,
            value_date=on or debit.action_day,
            method=methods[debit.stored_method_id].kind,  # type: ignore[arg-type]
            account_id=debit.account_id,
            reference=debit.end_to_end,
            through_clearing=True,
            stated=tuple(
                StatedPart(open_item_id=item_id, amount=Money(amount, debit.amount.currency))
                for item_id, amount in parts.get(debit.id, ())
            ),
        )
        for debit in sorted(debits, key=lambda one: one.id)
    ]
    release_collections(act=act, collection_ids=[debit.id for debit in debits], on=max(r.value_date for r in receipts))
    answers = receive_payments(act=machine(act), receipts=receipts, policy=None)
    paid = {row.pk: {"payment_id": answer.payment_id} for row, answer in zip(rows, answers, strict=True)}
    move_collections(act=act, rows=rows, verb="settle", values=paid)
    note_collected(collected={d.mandate_id: on or d.action_day for d in debits if d.mandate_id is not None})


def _undo_receipt(act: Act, failure: FailureIn) -> None:
    """Take the receipt of a debit that came back out of the books: what it settled is open again."""
    debit = failure.collection
    assert debit.payment_id is not None, "what was paid has its receipt"
    why = Act(
        actor=machine(act).actor,
        at=act.at,
        reason=(act.reason or failure.text or _("Returned by the bank: %(code)s") % {"code": failure.code})[:200],
        on_behalf_of=act.on_behalf_of or act.actor,
    )
    return_payment(
        act=why,
        payment_id=debit.payment_id,
        value_date=failure.on,
        kind=ReturnKind.RETURNED,
        reason_code=failure.code[:20],
    )


def record_many(*, act: Act, failures: Sequence[FailureIn]) -> None:
    """Failures of debits that wait or were paid, no debit twice: FAILED or RETURNED, and what follows, day by day."""
    together: dict[tuple[date, str], list[FailureIn]] = {}
    for one in failures:
        is_paid = one.collection.state == CollectionState.PAID
        if is_paid:
            _undo_receipt(act, one)
        together.setdefault((one.on, "return" if is_paid else "fail"), []).append(one)
    for (_day, move), told in sorted(together.items()):
        fail(act=act, failures=told, verb=move)


def record_one(*, act: Act, failure: FailureIn) -> bool:
    """A failure of one debit, whichever way it came; false when it was known before."""
    if failure.collection.state in FAILED:
        return False
    record_many(act=act, failures=[failure])
    return True


@verb("collection.record_failure", subject=lambda arguments, _: f"collection:{arguments['collection_id']}")
def record_failure(
    *, act: Act, collection_id: int, code: str, on: date, text: str = "", scheme: str = ""
) -> CollectionRow:
    """Record that a debit failed, or that the money was taken back; told again, it changes nothing.

    `scheme` names the rules where no mandate does, such as visa for a card. Raises Refusal, Conflict for a debit that
    was never submitted.
    """
    lock_collections([collection_id])
    debit = get_collection(collection_id)
    if debit.state in (CollectionState.PREPARED, CollectionState.CANCELED):
        raise Conflict(
            "collection.not_submitted",
            _("This debit is not with the bank."),
            field="collection_id",
            cure=_("Submit its run first."),
        )
    if not code.strip():
        raise Refusal(
            "collection.code",
            _("With which code?"),
            field="code",
            cure=_("Give the code that stands in the bank's answer."),
        )
    failure = FailureIn(collection=debit, code=code.strip().upper(), on=on, text=text, scheme=scheme)
    is_new = record_one(act=act, failure=failure)
    if debit.run_id is not None:
        close_if_done(act, debit.run_id)
    note_change(after={"code": code, "new": is_new}, effective_on=on)
    return get_collection(collection_id)


@verb("collection.record_success", subject=lambda arguments, _: f"collection:{arguments['collection_id']}")
def record_success(*, act: Act, collection_id: int, on: date) -> CollectionRow:
    """Record that a debit was paid, with its receipt; told again, it changes nothing. Raises IllegalTransition."""
    lock_collections([collection_id])
    debit = get_collection(collection_id)
    if debit.state != CollectionState.PAID:
        settle(act=act, debits=[debit], on=on)
        if debit.run_id is not None:
            close_if_done(act, debit.run_id)
    note_change(after={"new": debit.state != CollectionState.PAID}, effective_on=on)
    return get_collection(collection_id)


@verb("collection.resolve", subject=lambda arguments, _: f"collection:{arguments['collection_id']}")
def resolve_failure(*, act: Act, collection_id: int, collect_again: bool) -> CollectionRow:
    """Take a failure out of the queue: what it was for is due for the next run, or is never debited again.

    The act's reason says what was agreed. Raises Refusal, Conflict when it was dealt with before.
    """
    act.require_reason("collection.without_reason", _("What was agreed with the customer?"))
    [row] = lock_collections([collection_id])
    if row.state not in FAILED or row.resolved_at is not None:
        raise not_in_queue()
    row.plan = "" if collect_again else FailurePlan.STOP
    row.plan_says = act.reason[:400]
    row.save(update_fields=["plan", "plan_says"])
    resolve(act=act, collection_ids=[row.pk])
    note_change(after={"collect_again": collect_again})
    return get_collection(collection_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TokenDebit:
    """What a gateway is asked for."""

    amount: Money
    parts: tuple[tuple[int, int], ...]


def collect_by_token(
    *, act: Act, stored_method_id: int, on: date, takes_up_id: int | None = None, amount: Money | None = None
) -> CollectionRow | None:
    """Begin a debit of a gateway's token for all that is due on its account, or for what a failure was for.

    It is PREPARED with its items held; the caller charges it and records how it ended. `amount`: at most so much,
    the oldest first. None when nothing is due. A part of the acts of those who talk to gateways.
    """
    method = get_method(stored_method_id)
    lock_names(f"collecting:{method.legal_entity_id}")
    failure = get_collection(takes_up_id) if takes_up_id is not None else None
    wanted = _token_debit(method.account_id, on, failure, amount, method.currency)
    if wanted is None:
        return None
    is_retry = failure is not None and failure.stored_method_id == method.id
    [id_] = write_collections(
        act=act,
        drafts=[
            CollectionDraft(
                legal_entity_id=method.legal_entity_id,
                account_id=method.account_id,
                stored_method_id=method.id,
                mandate_id=None,
                amount=wanted.amount,
                action_day=on,
                attempt_no=failure.attempt_no + 1 if failure is not None and is_retry else 1,
                first_attempt_id=(failure.first_attempt_id or failure.id) if failure and is_retry else None,
                takes_up_id=failure.id if failure is not None else None,
            )
        ],
    )
    parts = [CollectedPart(collection_id=id_, open_item_id=item, amount_minor=minor) for item, minor in wanted.parts]
    hold_for_collections(act=act, parts=parts, on=on)
    return get_collection(id_)


def _token_debit(
    account_id: int, on: date, failure: CollectionRow | None, amount: Money | None, currency: str
) -> _TokenDebit | None:
    free = {row.open_item_id: row for row in chaseable(as_of=on, account_ids=[account_id])}
    parts: list[tuple[int, int]] = []
    if failure is not None:
        parts = items_of_collections([failure.id]).get(failure.id, [])
        if any(item not in free or free[item].chaseable.amount_minor < minor for item, minor in parts):
            return None
    else:
        left = amount.amount_minor if amount is not None else None
        blocked = blocked_items([account_id])
        for row in sorted(free.values(), key=lambda one: (one.due_date, one.open_item_id)):
            minor = row.chaseable.amount_minor if left is None else min(left, row.chaseable.amount_minor)
            if minor > 0 and row.due_date <= on and row.open_item_id not in blocked:
                parts.append((row.open_item_id, minor))
                left = None if left is None else left - minor
    total = sum(minor for _item, minor in parts)
    return _TokenDebit(amount=Money(total, currency), parts=tuple(parts)) if total else None
