"""Reads of matching: the rule in force, the queue, findings, how people answered, differences given up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.match_rows import (
    DifferenceRow,
    EarlyDiscount,
    EvidenceRow,
    MatchAnswers,
    MatchItemRow,
    MatchRow,
    MatchRuleIn,
)
from billwright.receivables.models import MatchItem, MatchProposal, MatchRule, WriteOff
from billwright.receivables.states import MatchState, Preference, WriteOffKind

PAGE_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSettled:
    """What an accepted finding wrote: its allocations, and the pieces of cash that it moved."""

    cash_id: int
    allocation_ids: tuple[int, ...]
    moved_cash_ids: tuple[int, ...]


def match_rule(*, legal_entity_id: int, currency: str, on: date) -> MatchRuleIn:
    """The rule in force on a day; without any, nothing is tolerated and nothing posts by itself."""
    row = (
        MatchRule.objects.filter(legal_entity_id=legal_entity_id, currency=currency, valid_from__lte=on)
        .order_by("-valid_from", "-id")
        .first()
    )
    if row is None:
        return MatchRuleIn(legal_entity_id=legal_entity_id, currency=currency, valid_from=date.min)
    return MatchRuleIn(
        legal_entity_id=legal_entity_id,
        currency=currency,
        valid_from=row.valid_from,
        tolerance=None if row.tolerance_minor is None else Money(row.tolerance_minor, currency),
        tolerance_percent=row.tolerance_percent,
        withheld_percents=tuple(Decimal(percent) for percent in row.withheld_percents),
        discounts=tuple(EarlyDiscount(percent=Decimal(percent), days=days) for percent, days in row.discounts),
        prefer=Preference(row.prefer),
        is_deciding=row.is_deciding,
        precision_min=row.precision_min,
        history_min=row.history_min,
        target_days=row.target_days,
    )


def _related(rows: QuerySet[MatchProposal]) -> QuerySet[MatchProposal]:
    return rows.select_related("payment", "account__customer", "cash")


def _rows(found: Iterable[MatchProposal]) -> list[MatchRow]:
    proposals = list(found)
    items: dict[int, list[MatchItem]] = {}
    wanted = MatchItem.objects.filter(proposal_id__among=[row.pk for row in proposals])
    for item in wanted.select_related("open_item__invoice").order_by("proposal_id", "place"):
        items.setdefault(item.proposal_id, []).append(item)
    return [_row(row, items.get(row.pk, [])) for row in proposals]


def _row(row: MatchProposal, items: list[MatchItem]) -> MatchRow:
    account = row.account
    return MatchRow(
        match_id=row.pk,
        cash_id=row.cash_id,
        payment_id=row.payment_id,
        payment_number=row.payment.number,
        legal_entity_id=row.legal_entity_id,
        account_id=row.account_id,
        account_number=account.number if account else "",
        account_name=(account.name or account.customer.name) if account else "",
        amount=Money(row.amount_minor, row.currency),
        left=Money(row.cash.open_minor, row.currency),
        value_date=row.value_date,
        target_on=row.target_on,
        owner=row.owner,
        state=MatchState(row.state),
        reason=row.reason,
        evidence_kind=row.evidence_kind,
        evidence=tuple(EvidenceRow(**one) for one in row.evidence),
        probability=row.probability,
        is_deciding=row.is_deciding,
        write_off=Money(row.write_off_minor, row.currency),
        write_off_kind=row.write_off_kind,
        items=tuple(_item_row(item, row.currency) for item in items),
        reference=row.payment.reference,
        text=row.payment.text,
        payer_name=row.payment.payer_name,
        decision=row.decision,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _item_row(item: MatchItem, currency: str) -> MatchItemRow:
    claim = item.open_item
    return MatchItemRow(
        open_item_id=claim.pk,
        account_id=claim.account_id,
        invoice_id=claim.invoice_id,
        number=claim.invoice.number,
        due_date=claim.due_date,
        open=Money(claim.open_minor, currency),
        amount=Money(item.amount_minor, currency),
        write_off=Money(item.write_off_minor, currency),
    )


def list_queue(
    *,
    legal_entity_ids: Collection[int] | None = None,
    owner: str | None = None,
    with_proposal: bool | None = None,
    overdue_on: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[MatchRow]:
    """Receipts that wait, the earliest value date first: all, of an owner, with or without a proposal, past target.

    Page on with `after` = (value_date, match_id) of the last row.
    """
    rows = _queue(legal_entity_ids, owner)
    if with_proposal is not None:
        has_items = Exists(MatchItem.objects.filter(proposal=OuterRef("pk")))
        rows = rows.filter(has_items if with_proposal else ~has_items)
    if overdue_on is not None:
        rows = rows.filter(target_on__lt=overdue_on)
    if after is not None:
        rows = rows.filter(Q(value_date__gt=after[0]) | Q(id__gt=after[1]), value_date__gte=after[0])
    return _rows(_related(rows).order_by("value_date", "id")[: min(limit, PAGE_MAX)])


def _queue(legal_entity_ids: Collection[int] | None, owner: str | None) -> QuerySet[MatchProposal]:
    rows = MatchProposal.objects.filter(state=MatchState.OPEN, cash__open_minor__gt=0)
    if legal_entity_ids is not None:
        rows = rows.filter(legal_entity_id__in=legal_entity_ids)
    if owner is not None:
        rows = rows.filter(owner=owner)
    return rows


def get_matches(match_ids: Collection[int]) -> list[MatchRow]:
    """Findings in the order asked. Raises NotFound `match.not_found`."""
    rows = {row.match_id: row for row in _rows(_related(MatchProposal.objects.filter(pk__among=match_ids)))}
    if len(rows) != len(set(match_ids)):
        raise NotFound("match.not_found", _("There is no such finding."), field="match_id")
    return [rows[id_] for id_ in match_ids]


def get_match(match_id: int) -> MatchRow:
    """One finding. Raises NotFound `match.not_found`."""
    [row] = get_matches([match_id])
    return row


def list_matches(*, payment_ids: Collection[int] | None = None, limit: int = PAGE_MAX) -> list[MatchRow]:
    """Findings of receipts as they stand, in the order of their making; what was looked at again is left out."""
    rows = MatchProposal.objects.exclude(state=MatchState.REPLACED)
    if payment_ids is not None:
        rows = rows.filter(payment_id__in=payment_ids)
    return _rows(_related(rows).order_by("id")[:limit])


def get_settled(match_id: int) -> MatchSettled:
    """What accepting a finding wrote. Raises NotFound `match.not_found`."""
    row = MatchProposal.objects.filter(pk=match_id).first()
    if row is None:
        raise NotFound("match.not_found", _("There is no such finding."), field="match_id")
    return MatchSettled(
        cash_id=row.cash_id, allocation_ids=tuple(row.allocation_ids), moved_cash_ids=tuple(row.moved_cash_ids)
    )


def match_history(*, legal_entity_ids: Collection[int]) -> Mapping[tuple[int, str], MatchAnswers]:
    """How people answered, by entity and kind of evidence. What posted by itself counts only once it was undone."""
    with connection.cursor() as cursor:
        rows = step("billwright.receivables", "match_history").rows(
            cursor, {"legal_entity_ids": list(legal_entity_ids)}
        )
    return {
        (entity, kind): MatchAnswers(evidence_kind=kind, right=right, wrong=wrong)
        for entity, kind, right, wrong in rows
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAge:
    """The money that waits in one currency, by age from the value date; `late_count` is past its target."""

    legal_entity_id: int
    currency: str
    owner: str
    count: int
    amount: Money
    late_count: int
    late_amount: Money
    oldest: date


def age_queue(*, on: date, legal_entity_ids: Collection[int] | None = None) -> list[QueueAge]:
    """How much waits to be allocated, per entity, currency and owner, and how much of it is past its target."""
    late = Q(target_on__lt=on)
    rows = (
        _queue(legal_entity_ids, None)
        .values("legal_entity_id", "currency", "owner")
        .annotate(
            count=Count("id"),
            amount=Sum("cash__open_minor"),
            late_count=Count("id", filter=late),
            late_amount=Sum("cash__open_minor", filter=late),
            oldest=Min("value_date"),
        )
        .order_by("legal_entity_id", "currency", "owner")
    )
    return [
        QueueAge(
            legal_entity_id=row["legal_entity_id"],
            currency=row["currency"],
            owner=row["owner"],
            count=row["count"],
            amount=Money(int(row["amount"]), row["currency"]),
            late_count=row["late_count"],
            late_amount=Money(int(row["late_amount"] or 0), row["currency"]),
            oldest=row["oldest"],
        )
        for row in rows
    ]


def differences(*, legal_entity_ids: Collection[int] | None = None) -> list[DifferenceRow]:
    """What was given up at matching, by month, kind, currency and who did it; what was taken back is left out."""
    rows = WriteOff.objects.exclude(kind=WriteOffKind.BAD_DEBT).filter(allocations__reverses=None)
    rows = rows.filter(allocations__reversed_by=None)
    if legal_entity_ids is not None:
        rows = rows.filter(legal_entity_id__in=legal_entity_ids)
    groups = (
        rows.annotate(month=TruncMonth("accounting_date"))
        .values("legal_entity_id", "month", "kind", "currency", "recorded_by")
        .annotate(count=Count("id"), total=Sum("amount_minor"), largest=Max("amount_minor"))
        .order_by("-month", "legal_entity_id", "kind", "currency", "recorded_by")
    )
    return [
        DifferenceRow(
            legal_entity_id=row["legal_entity_id"],
            month=row["month"],
            kind=WriteOffKind(row["kind"]),
            count=row["count"],
            amount=Money(int(row["total"]), row["currency"]),
            largest=Money(row["largest"], row["currency"]),
            recorded_by=row["recorded_by"],
        )
        for row in groups
    ]
