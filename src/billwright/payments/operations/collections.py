"""Writes of collection runs and debits: parts of the acts of `workflow.collecting`; none of them is a verb."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_rows
from billwright.kernel.errors import NotFound
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.payments.collecting_rows import AgreementRow, CollectionRunRow
from billwright.payments.models import Collection, CollectionFinding, CollectionRun
from billwright.payments.queries.collections import run_row
from billwright.payments.states import COLLECTION, COLLECTION_RUN, CollectionFindingKind, CollectionState

REFERENCE_DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionDraft:
    """A debit to be made. `takes_up_id` names the failure that it answers; `attempt_no` counts the first one too."""

    legal_entity_id: int
    account_id: int
    stored_method_id: int
    mandate_id: int | None
    amount: Money
    action_day: date
    run_id: int | None = None
    sequence: str = ""
    attempt_no: int = 1
    first_attempt_id: int | None = None
    takes_up_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDraft:
    """Something due that a run leaves out."""

    account_id: int
    mandate_id: int | None
    kind: CollectionFindingKind
    amount: Money
    says: str = ""


def open_run(
    *,
    act: Act,
    legal_entity_id: int,
    scheme: str,
    currency: str,
    action_day: date,
    submit_by: date,
    agreement: AgreementRow | None = None,
) -> CollectionRunRow:
    """Begin a run that has no debits yet; one of kept cards has no agreement with a bank."""
    row = CollectionRun.objects.create(
        legal_entity_id=legal_entity_id,
        scheme=scheme,
        agreement_id=agreement.id if agreement is not None else None,
        bank_account_id=agreement.bank_account_id if agreement is not None else None,
        currency=currency,
        action_day=action_day,
        submit_by=submit_by,
        prepared_by=act.actor,
        prepared_at=act.at,
    )
    return run_row(row)


def write_collections(*, act: Act, drafts: Sequence[CollectionDraft]) -> list[int]:
    """Write debits; returns their ids in the order given. The end-to-end reference is made of the id, so is unique."""
    ids = take_ids(table="payments_collection", count=len(drafts))
    rows = [
        Collection(
            id=id_,
            run_id=draft.run_id,
            stored_method_id=draft.stored_method_id,
            mandate_id=draft.mandate_id,
            legal_entity_id=draft.legal_entity_id,
            account_id=draft.account_id,
            currency=draft.amount.currency,
            amount_minor=draft.amount.amount_minor,
            action_day=draft.action_day,
            sequence=draft.sequence,
            attempt_no=draft.attempt_no,
            first_attempt_id=draft.first_attempt_id,
            takes_up_id=draft.takes_up_id,
            end_to_end=f"C{id_:0{REFERENCE_DIGITS}d}",
            state=CollectionState.PREPARED,
            recorded_by=act.actor,
            recorded_at=act.at,
            changed_at=act.at,
        )
        for id_, draft in zip(ids, drafts, strict=True)
    ]
    insert_rows(Collection, rows)
    resolve(act=act, collection_ids=[draft.takes_up_id for draft in drafts if draft.takes_up_id is not None])
    return list(ids)


def write_findings(*, run_id: int, findings: Sequence[FindingDraft]) -> None:
    """Keep what a run leaves out."""
    insert_rows(
        CollectionFinding,
        [
            CollectionFinding(
                run_id=run_id,
                account_id=finding.account_id,
                mandate_id=finding.mandate_id,
                kind=finding.kind,
                amount_minor=finding.amount.amount_minor,
                currency=finding.amount.currency,
                says=finding.says[:400],
            )
            for finding in findings
        ],
    )


def lock_run(run_id: int) -> CollectionRun:
    """A run, locked. Raises NotFound `collection_run.not_found`."""
    rows = lock_rows(CollectionRun, [run_id])
    if not rows:
        raise NotFound("collection_run.not_found", _("There is no such collection run."), field="run_id")
    return rows[0]


def move_run(run: CollectionRun, verb: str, **values: Any) -> CollectionRunRow:
    """Enter the next state of a locked run, with what becomes known then. Raises IllegalTransition."""
    run.state = COLLECTION_RUN.enter(verb, run.state)
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=["state", *values])
    return run_row(run)


def count_run(run_id: int) -> None:
    """Write how many debits a run has and how much they are; canceled ones are out of it."""
    rows = Collection.objects.filter(run_id=run_id).exclude(state=CollectionState.CANCELED)
    sums = rows.aggregate(count=Count("id"), total=Sum("amount_minor"))
    CollectionRun.objects.filter(pk=run_id).update(collection_count=sums["count"], total_minor=int(sums["total"] or 0))


def lock_collections(collection_ids: Iterable[int]) -> list[Collection]:
    """Debits, locked in the order of their ids after the runs they are of. Raises NotFound when one is not there.

    Whoever moves a run locks it before its debits, and what becomes of a debit may close its run: taken the other way
    round, two such acts would wait for each other. The run of a debit never changes.
    """
    ids = set(collection_ids)
    rows = _locked_under_runs(Collection.objects.filter(pk__in=ids))
    if len(rows) != len(ids):
        raise NotFound("collection.not_found", _("There is no such debit."), field="collection_id")
    return rows


def lock_referred_to(references: Iterable[str]) -> list[Collection]:
    """The debits that have these end-to-end references, locked as by `lock_collections`; others' are passed over."""
    return _locked_under_runs(Collection.objects.filter(end_to_end__in=list(references)))


def _locked_under_runs(found: QuerySet[Collection]) -> list[Collection]:
    places = dict(found.values_list("pk", "run"))
    if runs := {run_id for run_id in places.values() if run_id is not None}:
        lock_rows(CollectionRun, runs)
    return lock_rows(Collection, places)


def lock_debit_of(run: CollectionRun, collection_id: int) -> Collection:
    """A debit of a run that is locked already, locked. Raises NotFound where it is of another run or not there."""
    rows = lock_rows(Collection, [collection_id])
    if [row.run_id for row in rows] != [run.pk]:
        raise NotFound("collection.not_found", _("There is no such debit."), field="collection_id")
    return rows[0]


def move_collections(
    *, act: Act, rows: Sequence[Collection], verb: str, values: Mapping[int, Mapping[str, Any]] | None = None
) -> None:
    """Enter the next state of locked debits, each with values of its own by id. Raises IllegalTransition."""
    names = {name for of in (values or {}).values() for name in of}
    for row in rows:
        row.state = COLLECTION.enter(verb, row.state)
        row.changed_at = act.at
        for name, value in (values or {}).get(row.pk, {}).items():
            setattr(row, name, value)
    Collection.objects.bulk_update(list(rows), ["state", "changed_at", *sorted(names)], batch_size=1000)


def resolve(*, act: Act, collection_ids: Sequence[int]) -> int:
    """Take failures out of the queue: something was done about them."""
    return Collection.objects.filter(pk__in=collection_ids, resolved_at=None).update(
        resolved_at=act.at, resolved_by=act.actor, changed_at=act.at
    )


def reopen(*, act: Act, collection_ids: Sequence[int]) -> int:
    """Put failures back into the queue: what was done about them was taken back."""
    return Collection.objects.filter(pk__in=collection_ids).update(resolved_at=None, resolved_by="", changed_at=act.at)
