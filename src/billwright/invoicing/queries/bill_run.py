"""Reads of bill runs: the list, one run with totals and progress, its payers, findings and draft lines."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from billwright.invoicing.models import (
    BillRun,
    BillRunDraftLine,
    BillRunFinding,
    BillRunPayer,
    BillRunShard,
    BillRunTotal,
)
from billwright.invoicing.states import BILL_RUN, PayerOutcome
from billwright.kernel.errors import NotFound

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class BillRunRow:
    """A run as lists show it. `verbs` are those that its state offers."""

    id: int
    legal_entity_id: int | None
    as_of: date
    cut_off_at: datetime | None
    document_date: date
    state: str
    description: str
    payer_ids: tuple[int, ...] | None
    keep_lines: bool
    interim: bool
    subscription_id: int | None
    created_by: str
    created_at: datetime
    prepared_by: str
    prepared_at: datetime | None
    checked_by: str
    checked_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    issued_at: datetime | None
    verbs: tuple[str, ...]


def run_row(run: BillRun) -> BillRunRow:
    return BillRunRow(
        id=run.pk,
        legal_entity_id=run.legal_entity_id,
        as_of=run.as_of,
        cut_off_at=run.cut_off_at,
        document_date=run.document_date,
        state=run.state,
        description=run.description,
        payer_ids=tuple(run.payer_ids) if run.payer_ids is not None else None,
        keep_lines=run.keep_lines,
        interim=run.interim,
        subscription_id=run.subscription_id,
        created_by=run.created_by,
        created_at=run.created_at,
        prepared_by=run.prepared_by,
        prepared_at=run.prepared_at,
        checked_by=run.checked_by,
        checked_at=run.checked_at,
        approved_by=run.approved_by,
        approved_at=run.approved_at,
        issued_at=run.issued_at,
        verbs=tuple(BILL_RUN.offered(run.state)),
    )


@dataclass(frozen=True, slots=True)
class RunTotalRow:
    """Control totals of one entity and currency, in minor units."""

    legal_entity_id: int
    currency: str
    stage: str
    document_count: int
    line_count: int
    net_minor: int
    tax_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is: shards prepared and issued of all, and what they hold."""

    shard_count: int
    prepared_count: int
    issued_count: int
    document_count: int
    line_count: int
    seconds: Decimal


@dataclass(frozen=True, slots=True)
class BillRunPage:
    """Everything the page of a run shows above its lists."""

    run: BillRunRow
    totals: tuple[RunTotalRow, ...]
    progress: RunProgress
    outcomes: dict[str, int]
    findings: dict[str, int]


@dataclass(frozen=True, slots=True)
class RunPayerRow:
    """What a run prepared for one payer, and what became of it. Amounts in minor units."""

    payer_id: int
    legal_entity_id: int
    currency: str
    line_count: int
    net_minor: int
    tax_minor: int
    total_minor: int
    outcome: str
    hold_reason: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding with its facts and, if it was cleared, by whom and why."""

    id: int
    run_id: int
    payer_id: int
    item_id: int | None
    code: str
    severity: str
    facts: dict[str, Any]
    cleared_by: str
    cleared_at: datetime | None
    clearance: str


def finding_row(finding: BillRunFinding) -> FindingRow:
    return FindingRow(
        id=finding.pk,
        run_id=finding.run_id,
        payer_id=finding.payer_id,
        item_id=finding.item_id,
        code=finding.code,
        severity=finding.severity,
        facts=finding.facts,
        cleared_by=finding.cleared_by,
        cleared_at=finding.cleared_at,
        clearance=finding.clearance,
    )


@dataclass(frozen=True, slots=True)
class DraftLineRow:
    """A draft line kept for review. Amounts in minor units of the payer's currency."""

    payer_id: int
    line_no: int
    account_id: int
    item_id: int | None
    kind: str
    text: str
    service_from: date
    service_to: date
    quantity: Decimal
    unit_price: Decimal
    days: int | None
    base_days: int | None
    amount_minor: int
    discount_minor: int
    net_minor: int
    tax_code: str
    tax_percent: Decimal
    tax_minor: int


def run_not_found(run_id: int) -> NotFound:
    return NotFound("bill_run.not_found", _("There is no bill run %(id)s.") % {"id": run_id}, field="run_id",
                    cure=_("List the runs to see their numbers."))  # fmt: skip


def get_bill_run(run_id: int) -> BillRunRow:
    """One run. Raises NotFound `bill_run.not_found`."""
    run = BillRun.objects.filter(id=run_id).first()
    if run is None:
        raise run_not_found(run_id)
    return run_row(run)


def list_bill_runs(
    *,
    before_id: int | None = None,
    state: str = "",
    legal_entity_ids: Collection[int] | None = None,
    limit: int = PAGE_SIZE,
) -> list[BillRunRow]:
    """Runs, the newest first, older than `before_id`; with `legal_entity_ids` those over one of them alone."""
    runs = BillRun.objects.order_by("-id")
    if legal_entity_ids is not None:
        runs = runs.filter(legal_entity_id__in=legal_entity_ids)
    if before_id is not None:
        runs = runs.filter(id__lt=before_id)
    if state:
        runs = runs.filter(state=state)
    return [run_row(run) for run in runs[:limit]]


def count_bill_runs(*, states: Collection[str]) -> int:
    """How many runs stand in one of the states."""
    return BillRun.objects.filter(state__in=states).count()


def get_bill_run_page(run_id: int) -> BillRunPage:
    """A run with totals, progress and counts, in five queries. Raises NotFound."""
    run = get_bill_run(run_id)
    outcomes = BillRunPayer.objects.filter(run_id=run_id).values_list("outcome").annotate(n=Count("payer_id"))
    findings = BillRunFinding.objects.filter(run_id=run_id, cleared_at=None).values_list("severity")
    return BillRunPage(
        run=run,
        totals=tuple(list_run_totals(run_id)),
        progress=get_progress(run_id),
        outcomes=dict(outcomes.order_by("outcome")),
        findings=dict(findings.annotate(n=Count("id")).order_by("severity")),
    )


def get_progress(run_id: int) -> RunProgress:
    """How far a run is, from its shards: cheap enough to ask every second."""
    found = BillRunShard.objects.filter(run_id=run_id).aggregate(
        shard_count=Count("shard_no"),
        prepared_count=Count("shard_no", filter=Q(prepared_at__isnull=False)),
        issued_count=Count("shard_no", filter=Q(issued_at__isnull=False)),
        document_count=Sum("invoice_count", default=0),
        line_count=Sum("line_count", default=0),
        seconds=Sum("seconds", default=Decimal(0)),
    )
    return RunProgress(**found)


def list_run_totals(run_id: int) -> list[RunTotalRow]:
    totals = BillRunTotal.objects.filter(run_id=run_id).order_by("-stage", "legal_entity_id", "currency")
    return [
        RunTotalRow(
            legal_entity_id=total.legal_entity_id,
            currency=total.currency,
            stage=total.stage,
            document_count=total.document_count,
            line_count=total.line_count,
            net_minor=total.net_minor,
            tax_minor=total.tax_minor,
            total_minor=total.total_minor,
        )
        for total in totals
    ]


def list_run_payers(run_id: int, *, after_id: int = 0, outcome: str = "", limit: int = PAGE_SIZE) -> list[RunPayerRow]:
    """Payers of a run by id, after `after_id`."""
    payers = BillRunPayer.objects.filter(run_id=run_id, payer_id__gt=after_id).order_by("payer_id")
    if outcome:
        payers = payers.filter(outcome=outcome)
    return [
        RunPayerRow(
            payer_id=payer.payer_id,
            legal_entity_id=payer.legal_entity_id,
            currency=payer.currency,
            line_count=payer.line_count,
            net_minor=payer.net_minor,
            tax_minor=payer.tax_minor,
            total_minor=payer.total_minor,
            outcome=payer.outcome,
            hold_reason=payer.hold_reason,
            decided_by=payer.decided_by,
        )
        for payer in payers[:limit]
    ]


def get_run_payer(run_id: int, payer_id: int) -> RunPayerRow:
    """What a run prepared for one payer. Raises NotFound `bill_run.no_such_payer`."""
    found = list_run_payers(run_id, after_id=payer_id - 1, limit=1)
    if not found or found[0].payer_id != payer_id:
        raise NotFound("bill_run.no_such_payer", _("The run bills nothing to this account."), field="payer_id",
                       cure=_("Look at the list of its accounts."))  # fmt: skip
    return found[0]


def totals_before(run_id: int, payer_ids: Collection[int]) -> dict[int, int]:
    """What the last run before this one issued to each payer, in minor units: to see who stands out."""
    rows = (
        BillRunPayer.objects.filter(payer_id__in=payer_ids, run_id__lt=run_id, outcome=PayerOutcome.ISSUED)
        .order_by("payer_id", "-run_id")
        .distinct("payer_id")
    )
    return dict(rows.values_list("payer_id", "total_minor"))


def list_findings(
    *,
    run_id: int | None = None,
    payer_id: int | None = None,
    severity: str = "",
    code: str = "",
    only_open: bool = False,
    after_id: int = 0,
    limit: int = PAGE_SIZE,
) -> list[FindingRow]:
    """Findings of a run or of a payer, in the order of their making."""
    findings: QuerySet[BillRunFinding] = BillRunFinding.objects.filter(id__gt=after_id).order_by("id")
    if run_id is not None:
        findings = findings.filter(run_id=run_id)
    if payer_id is not None:
        findings = findings.filter(payer_id=payer_id)
    if severity:
        findings = findings.filter(severity=severity)
    if code:
        findings = findings.filter(code=code)
    if only_open:
        findings = findings.filter(cleared_at=None)
    return [finding_row(finding) for finding in findings[:limit]]


def get_finding(run_id: int, finding_id: int) -> FindingRow:
    """One finding of a run. Raises NotFound `finding.not_found`."""
    finding = BillRunFinding.objects.filter(run_id=run_id, id=finding_id).first()
    if finding is None:
        raise NotFound("finding.not_found", _("The run has no such finding."), field="finding_id")
    return finding_row(finding)


def list_draft_lines(run_id: int, payer_id: int) -> list[DraftLineRow]:
    """The draft lines of one payer, where the run was asked to keep them."""
    lines = BillRunDraftLine.objects.filter(run_id=run_id, payer_id=payer_id).order_by("line_no")
    names = DraftLineRow.__slots__
    return [DraftLineRow(*row) for row in lines.values_list(*names)]
