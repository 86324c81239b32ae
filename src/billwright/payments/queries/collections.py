"""Reads of collection runs and debits."""

from __future__ import annotations

from collections.abc import Collection as Many
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from billwright.kernel.errors import Conflict, NotFound
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import CollectionFindingRow, CollectionRow, CollectionRunRow
from billwright.payments.models import Collection, CollectionFinding, CollectionRun, GatewayPayment, StoredMethod
from billwright.payments.policies import TokenTry
from billwright.payments.states import CARDS, CollectionRunState, CollectionState, FailurePlan

FAILED = (CollectionState.FAILED, CollectionState.RETURNED)
STILL_TO_END = (CollectionState.PREPARED, CollectionState.SUBMITTED)
LIVE = (CollectionState.PREPARED, CollectionState.SUBMITTED, CollectionState.PAID)
OPEN_RUNS = (CollectionRunState.DRAFT, CollectionRunState.CHECKED, CollectionRunState.APPROVED)


def not_in_queue(*, field: str = "collection_id") -> Conflict:
    """What is said of a failure that was dealt with, or that is none."""
    return Conflict(
        "collection.not_in_queue",
        _("This debit is not in the queue."),
        field=field,
        cure=_("Look at the queue of failed debits for those that wait."),
    )


def run_row(row: CollectionRun) -> CollectionRunRow:
    return CollectionRunRow(
        id=row.pk,
        legal_entity_id=row.legal_entity_id,
        scheme=row.scheme,
        agreement_id=row.agreement_id,
        bank_account_id=row.bank_account_id,
        action_day=row.action_day,
        submit_by=row.submit_by,
        state=row.state,
        collection_count=row.collection_count,
        total=Money(row.total_minor, row.currency),
        message_id=row.message_id,
        stored_file_id=row.stored_file_id,
        file_sha256=row.file_sha256,
        prepared_by=row.prepared_by,
        prepared_at=row.prepared_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        closed_at=row.closed_at,
        cleared=Money(row.cleared_minor, row.currency),
    )


def collection_row(row: Collection) -> CollectionRow:
    """The frozen row; needs `stored_method` and `mandate` selected."""
    return CollectionRow(
        id=row.pk,
        run_id=row.run_id,
        legal_entity_id=row.legal_entity_id,
        account_id=row.account_id,
        stored_method_id=row.stored_method_id,
        method_label=row.stored_method.label,
        mandate_id=row.mandate_id,
        scheme=row.mandate.scheme if row.mandate is not None else "",
        amount=Money(row.amount_minor, row.currency),
        action_day=row.action_day,
        sequence=row.sequence,
        attempt_no=row.attempt_no,
        first_attempt_id=row.first_attempt_id,
        takes_up_id=row.takes_up_id,
        end_to_end=row.end_to_end,
        state=row.state,
        code=row.code,
        kind=row.kind,
        says=row.says,
        failed_on=row.failed_on,
        payment_id=row.payment_id,
        plan=row.plan,
        plan_says=row.plan_says,
        retry_on=row.retry_on,
        fallback_method_id=row.fallback_method_id,
        resolved_at=row.resolved_at,
        recorded_at=row.recorded_at,
    )


def _collections() -> QuerySet[Collection]:
    return Collection.objects.select_related("stored_method", "mandate")


def get_run(run_id: int) -> CollectionRunRow:
    """Raises NotFound `collection_run.not_found`."""
    row = CollectionRun.objects.filter(pk=run_id).first()
    if row is None:
        raise NotFound("collection_run.not_found", _("There is no such collection run."), field="run_id")
    return run_row(row)


def find_open_run(*, legal_entity_id: int, scheme: str, currency: str, action_day: date) -> CollectionRunRow | None:
    """The run of an action day that is not yet submitted."""
    row = CollectionRun.objects.filter(
        legal_entity_id=legal_entity_id,
        scheme=scheme,
        currency=currency,
        action_day=action_day,
        state__in=OPEN_RUNS,
    ).first()
    return run_row(row) if row is not None else None


def list_runs(
    *,
    legal_entity_ids: Many[int] | None = None,
    scheme: str = "",
    state: str = "",
    before: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[CollectionRunRow]:
    """Runs, the latest action day first. Page on with (action_day, id) of the last row."""
    found = CollectionRun.objects.all()
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    if scheme:
        found = found.filter(scheme=scheme)
    if state:
        found = found.filter(state=state)
    if before is not None:
        found = found.filter(Q(action_day__lt=before[0]) | Q(action_day=before[0], id__lt=before[1]))
    return [run_row(row) for row in found.order_by("-action_day", "-id")[:limit]]


def runs_by_message(message_ids: Many[str]) -> dict[str, CollectionRunRow]:
    """Submitted runs by the name that their file had at the bank."""
    found = CollectionRun.objects.filter(message_id__in=message_ids).exclude(message_id="")
    return {row.message_id: run_row(row) for row in found}


def waiting_runs(*, on: date) -> list[CollectionRunRow]:
    """Submitted runs of banks whose action day has come and some of whose debits have no result."""
    ids = (
        Collection.objects.filter(state=CollectionState.SUBMITTED, action_day__lte=on, run__agreement__isnull=False)
        .values_list("run_id", flat=True)
        .distinct()
    )
    return [run_row(row) for row in CollectionRun.objects.filter(pk__in=list(ids)).order_by("id")]


def card_runs_to_charge() -> list[CollectionRunRow]:
    """Submitted runs of kept cards of which a gateway is still to be asked for some debit, the oldest first."""
    waiting = Exists(Collection.objects.filter(run=OuterRef("pk"), state=CollectionState.PREPARED))
    found = CollectionRun.objects.filter(waiting, scheme=CARDS, state=CollectionRunState.SUBMITTED)
    return [run_row(row) for row in found.order_by("id")]


def list_findings(run_id: int) -> list[CollectionFindingRow]:
    """What a run left out, and why."""
    return [
        CollectionFindingRow(
            id=row.pk,
            run_id=row.run_id,
            account_id=row.account_id,
            mandate_id=row.mandate_id,
            kind=row.kind,
            amount=Money(row.amount_minor, row.currency),
            says=row.says,
        )
        for row in CollectionFinding.objects.filter(run_id=run_id).order_by("kind", "id")
    ]


def get_collection(collection_id: int) -> CollectionRow:
    """Raises NotFound `collection.not_found`."""
    row = _collections().filter(pk=collection_id).first()
    if row is None:
        raise NotFound("collection.not_found", _("There is no such debit."), field="collection_id")
    return collection_row(row)


def list_collections(
    *,
    run_id: int | None = None,
    account_id: int | None = None,
    stored_method_id: int | None = None,
    state: str = "",
    after_id: int = 0,
    limit: int | None = 50,
) -> list[CollectionRow]:
    """Debits by every filter given, in the order in which they were made; page on with the last id."""
    found = _collections().filter(id__gt=after_id)
    if run_id is not None:
        found = found.filter(run_id=run_id)
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if stored_method_id is not None:
        found = found.filter(stored_method_id=stored_method_id)
    if state:
        found = found.filter(state=state)
    return [collection_row(row) for row in found.order_by("id")[:limit]]


def has_waiting(run_id: int) -> bool:
    """Whether a debit of a run waits for a result, or for its gateway to be asked."""
    return Collection.objects.filter(run_id=run_id, state__in=STILL_TO_END).exists()


def collections_by_reference(references: Many[str]) -> dict[str, CollectionRow]:
    """Debits by the end-to-end reference that went out with them."""
    return {row.end_to_end: collection_row(row) for row in _collections().filter(end_to_end__in=references)}


def list_failed(
    *,
    legal_entity_ids: Many[int] | None = None,
    kind: str = "",
    plan: str = "",
    before: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[CollectionRow]:
    """The queue: debits that failed or came back and are not dealt with, the newest first."""
    found = _collections().filter(state__in=FAILED, resolved_at=None)
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    if kind:
        found = found.filter(kind=kind)
    if plan:
        found = found.filter(plan=plan)
    if before is not None:
        found = found.filter(Q(failed_on__lt=before[0]) | Q(failed_on=before[0], id__lt=before[1]))
    return [collection_row(row) for row in found.order_by("-failed_on", "-id")[:limit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedSum:
    """How many debits of a kind and a currency wait, and how much they were."""

    kind: str
    count: int
    amount: Money


def count_failed(*, legal_entity_ids: Many[int] | None = None) -> list[FailedSum]:
    """The queue in sums."""
    found = Collection.objects.filter(state__in=FAILED, resolved_at=None)
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    rows = found.values("kind", "currency").annotate(count=Count("id"), total=Sum("amount_minor"))
    return [
        FailedSum(kind=row["kind"], count=row["count"], amount=Money(int(row["total"]), row["currency"]))
        for row in rows.order_by("kind", "currency")
    ]


def to_take_up(*, legal_entity_id: int, currency: str, action_day: date) -> list[CollectionRow]:
    """Failures whose plan comes due by an action day: the same debit again, or another method of the account."""
    found = _collections().filter(
        Q(plan=FailurePlan.RETRY, retry_on__lte=action_day) | Q(plan=FailurePlan.FALLBACK),
        legal_entity_id=legal_entity_id,
        currency=currency,
        state__in=FAILED,
        resolved_at=None,
    )
    return [collection_row(row) for row in found.order_by("id")]


def tokens_to_take_up(*, on: date, limit: int) -> list[CollectionRow]:
    """Failures whose plan is a debit of a token and has come due: the same token again, or one that comes next."""
    again = Q(plan=FailurePlan.RETRY, retry_on__lte=on) & ~Q(stored_method__provider="")
    instead = Q(plan=FailurePlan.FALLBACK) & ~Q(fallback_method__provider="")
    found = _collections().filter(again | instead, state__in=FAILED, resolved_at=None)
    return [collection_row(row) for row in found.order_by("failed_on", "id")[:limit]]


def tries_of_token(stored_method_id: int, *, since: date) -> list[TokenTry]:
    """Ended debits of a token since a day, the oldest first, also those under an earlier row of the same token."""
    prints = StoredMethod.objects.filter(pk=stored_method_id).values("fingerprint")
    rows = Collection.objects.filter(
        stored_method__fingerprint__in=prints,
        state__in=[CollectionState.PAID, *FAILED],
        action_day__gte=since,
    )
    found = list(rows.order_by("action_day", "id"))
    networks = networks_of([row.end_to_end for row in found])
    return [
        TokenTry(
            collection_id=row.pk,
            day=row.failed_on or row.action_day,
            amount_minor=row.amount_minor,
            is_paid=row.state == CollectionState.PAID,
            code=row.code,
            network=networks.get(row.end_to_end, ""),
        )
        for row in found
    ]


def networks_of(references: Many[str]) -> dict[str, str]:
    """The card networks that gateways named for debits, by end-to-end reference."""
    return dict(GatewayPayment.objects.filter(reference__in=references).values_list("reference", "network"))


def blocking_collections() -> QuerySet[Collection]:
    """Failures that keep their items out of new debits: not dealt with, or stopped by a person for good."""
    return Collection.objects.filter(Q(resolved_at=None) | Q(plan=FailurePlan.STOP), state__in=FAILED)


def last_debits(mandate_ids: Many[int]) -> dict[int, date]:
    """The latest action day of each mandate's debits that are on their way or were paid."""
    rows = Collection.objects.filter(mandate_id__in=mandate_ids, state__in=LIVE).values("mandate_id")
    return {row["mandate_id"]: row["last"] for row in rows.annotate(last=Max("action_day"))}


def first_days(first_attempt_ids: Many[int]) -> dict[int, date]:
    """The action day of first attempts, by id."""
    return dict(Collection.objects.filter(pk__in=first_attempt_ids).values_list("id", "action_day"))
