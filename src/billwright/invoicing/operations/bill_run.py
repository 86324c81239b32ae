"""The journey of a bill run: create, prepare, check, approve, issue. What is computed lives in `workflow.bill_run`.

Preparing and issuing are done shard by shard, each in its own transaction; the functions here open and close them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from billwright.invoicing.models import (
    BillRun,
    BillRunDraftLine,
    BillRunFinding,
    BillRunPayer,
    BillRunShard,
    BillRunTotal,
    HeldDocument,
)
from billwright.invoicing.operations.checks import drop_held
from billwright.invoicing.operations.snapshots import keep_sellers
from billwright.invoicing.queries.bill_run import (
    BillRunRow,
    FindingRow,
    finding_row,
    get_bill_run,
    run_not_found,
    run_row,
)
from billwright.invoicing.states import BILL_RUN, CLEARABLE_BLOCKS, HeldState, PayerOutcome, RunState, Severity
from billwright.kernel import outbox, sql
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.org.queries import list_legal_entities

# One shard is one transaction: large enough that its fixed costs vanish, small enough to lose to a crash.
PAYERS_PER_SHARD = 5000
# A smaller run is parted too, for as many as may help; below this the fixed costs show.
PAYERS_PER_SMALL_SHARD = 1000
SHARD_COUNT_MIN = 4


def _subject(arguments: Arguments, _: object) -> str:
    return f"bill_run:{arguments['run_id']}"


def _locked(run_id: int) -> BillRun:
    runs = lock_rows(BillRun, [run_id])
    if not runs:
        raise run_not_found(run_id)
    return runs[0]


@verb("bill_run.create", subject=lambda _, answer: f"bill_run:{answer.id}")
def create_bill_run(
    *,
    act: Act,
    as_of: date | None = None,
    document_date: date | None = None,
    legal_entity_id: int | None = None,
    payer_ids: tuple[int, ...] | None = None,
    description: str = "",
    keep_lines: bool = False,
    interim: bool = False,
    subscription_id: int | None = None,
) -> BillRunRow:
    """Plan a run over all entities or one, over all payers or a few.

    `as_of` is the civil date of every account; None: each account's own civil date at the act's instant.
    `document_date` stands on the documents (default: as_of). `interim`: the usage of running periods too, so far;
    what a period comes to in the end is then charged less what was billed of it. `subscription_id`: only what it
    owes, and what was not owed on credit notes to the documents that billed it. Raises Refusal `bill_run.nobody`,
    `bill_run.entity`.
    """
    zones = _zones(legal_entity_id)
    if payer_ids is not None and not payer_ids:
        raise Refusal("bill_run.nobody", _("Name at least one account."), field="payer_ids",
                      cure=_("Leave it out to bill everybody."))  # fmt: skip
    day = as_of or max(business_date(act.at, zone) for zone in zones)
    run = BillRun.objects.create(
        legal_entity_id=legal_entity_id,
        as_of=day,
        cut_off_at=None if as_of else act.at,
        document_date=document_date or day,
        payer_ids=sorted(set(payer_ids)) if payer_ids else None,
        keep_lines=keep_lines,
        interim=interim,
        subscription_id=subscription_id,
        description=description[:200],
        created_by=act.actor,
        created_at=act.at,
    )
    note_change(after={"as_of": str(run.as_of), "document_date": str(run.document_date)}, effective_on=run.as_of)
    return run_row(run)


def _zones(legal_entity_id: int | None) -> list[str]:
    """The time zones of the entities that a run is for. Raises Refusal `bill_run.entity`."""
    zones = {entity.id: entity.timezone for entity in list_legal_entities()}
    if not zones or (legal_entity_id is not None and legal_entity_id not in zones):
        raise Refusal("bill_run.entity", _("There is no such legal entity."), field="legal_entity_id")
    return list(zones.values()) if legal_entity_id is None else [zones[legal_entity_id]]


@verb("bill_run.prepare", subject=_subject)
def start_preparation(*, act: Act, run_id: int) -> BillRunRow:
    """Begin to prepare, or go on where a crash left off. A finished preparation is thrown away and made anew.

    Raises NotFound, IllegalTransition once the run is approved.
    """
    run = _locked(run_id)
    run.state = BILL_RUN.enter("prepare", run.state)
    shards = BillRunShard.objects.filter(run=run)
    going_on = run.preparation > 0 and run.prepared_at is None and shards.exists()
    if not going_on:
        drop_held(run_id=run.pk)
        BillRunFinding.objects.filter(run=run).delete()
        BillRunPayer.objects.filter(run=run).exclude(outcome=PayerOutcome.HELD).delete()
        BillRunDraftLine.objects.filter(run_id=run.pk).delete()
        shards.delete()
        _plan_shards(run)
        run.preparation += 1
    run.prepared_at = None
    run.prepared_by = act.actor
    run.save(update_fields=["state", "preparation", "prepared_at", "prepared_by"])
    note_change(after={"preparation": run.preparation, "shards": shards.count()})
    return run_row(run)


def _plan_shards(run: BillRun) -> None:
    with connection.cursor() as cursor:
        sql.step("billwright.invoicing", "plan_shards").run(
            cursor,
            {
                "run_id": run.pk,
                "legal_entity_id": run.legal_entity_id,
                "payer_ids": run.payer_ids,
                "payers_per_shard": PAYERS_PER_SHARD,
                "payers_per_small_shard": min(PAYERS_PER_SMALL_SHARD, PAYERS_PER_SHARD),
                "shard_count": SHARD_COUNT_MIN,
            },
        )


def _total(run_id: int, stage: str) -> None:
    BillRunTotal.objects.filter(run_id=run_id, stage=stage).delete()
    with connection.cursor() as cursor:
        sql.step("billwright.invoicing", "total_run").run(cursor, {"run_id": run_id, "stage": stage})


def finish_preparation(*, act: Act, run_id: int) -> BillRunRow:
    """Close a preparation whose shards are all there: totals, and the time. Part of the act that prepares."""
    run = _locked(run_id)
    if run.prepared_at is None and not BillRunShard.objects.filter(run=run, prepared_at=None).exists():
        _total(run_id, "PREPARED")
        _drop_held_before(run_id)
        run.prepared_at = act.at
        run.save(update_fields=["prepared_at"])
        outbox.emit(topic="bill_run.prepared", subject=f"bill_run:{run_id}", at=act.at)
    return run_row(run)


def _drop_held_before(run_id: int) -> None:
    """What earlier runs held waits in this one now: one place to decide."""
    over = BillRun.objects.filter(id__lt=run_id, state__in=(RunState.ISSUED, RunState.DISCARDED)).values("id")
    payers = BillRunPayer.objects.filter(run_id=run_id).values("payer_id")
    HeldDocument.objects.filter(state=HeldState.OPEN, run_id__in=over, payer_id__in=payers).update(state=HeldState.GONE)


def _require_prepared(run: BillRun) -> None:
    if run.prepared_at is None:
        raise Conflict("bill_run.not_prepared", _("The run is not prepared to its end."), field="run_id",
                       cure=_("Prepare it again: it goes on where it stopped."))  # fmt: skip


@verb("bill_run.check", subject=_subject)
def check_bill_run(*, act: Act, run_id: int) -> BillRunRow:
    """Say that totals and findings were gone through. Payers with open blocks stay out of the issue.

    Raises NotFound, IllegalTransition, Conflict `bill_run.not_prepared`.
    """
    run = _locked(run_id)
    state = BILL_RUN.enter("check", run.state)
    _require_prepared(run)
    run.state, run.checked_by, run.checked_at = state, act.actor, act.at
    run.save(update_fields=["state", "checked_by", "checked_at"])
    open_findings = BillRunFinding.objects.filter(run=run, cleared_at=None).values("severity").annotate(n=Count("id"))
    note_change(after={str(row["severity"]).lower(): row["n"] for row in open_findings})
    return run_row(run)


_CORRECTABLE = (RunState.PREPARED, RunState.CHECKED, RunState.APPROVED)


def _decide(act: Act, run_id: int, payer_id: int, *, frm: PayerOutcome, to: PayerOutcome, reason: str) -> BillRunRow:
    run = _locked(run_id)
    if run.state not in _CORRECTABLE:
        raise Conflict("bill_run.not_open", _("Payers are held and released before the run is issued."), field="run_id")
    moved = BillRunPayer.objects.filter(run=run, payer_id=payer_id, outcome=frm).update(
        outcome=to, hold_reason=reason[:200], decided_by=act.actor
    )
    if not moved:
        raise NotFound("bill_run.no_such_payer", _("The run has no such account in that state."), field="payer_id",
                       cure=_("Look at the list of its accounts."))  # fmt: skip
    note_change(before={"outcome": frm}, after={"outcome": to, "payer": payer_id})
    return run_row(run)


@verb("bill_run.hold_payer", subject=_subject)
def hold_payer(*, act: Act, run_id: int, payer_id: int, reason: str) -> BillRunRow:
    """Take a payer out of this run, with a reason; a later run bills it. Raises Refusal, NotFound, Conflict."""
    if not reason.strip():
        raise Refusal("bill_run.no_reason", _("Say why the account is held."), field="reason")
    return _decide(act, run_id, payer_id, frm=PayerOutcome.PREPARED, to=PayerOutcome.HELD, reason=reason)


@verb("bill_run.release_payer", subject=_subject)
def release_payer(*, act: Act, run_id: int, payer_id: int) -> BillRunRow:
    """Take a held payer into the run again. Raises NotFound, Conflict."""
    return _decide(act, run_id, payer_id, frm=PayerOutcome.HELD, to=PayerOutcome.PREPARED, reason="")


@verb("bill_run.clear_finding", subject=_subject)
def clear_finding(*, act: Act, run_id: int, finding_id: int, clearance: str) -> FindingRow:
    """Let a finding pass, with a reason. A block whose cause would make a wrong document is cured, never cleared.

    Raises NotFound, Refusal `bill_run.no_reason`, `finding.needs_cure`, Conflict `finding.cleared`.
    """
    if not clearance.strip():
        raise Refusal("bill_run.no_reason", _("Say why the finding may pass."), field="clearance")
    run = _locked(run_id)
    finding = BillRunFinding.objects.filter(run=run, id=finding_id).first()
    if finding is None:
        raise NotFound("finding.not_found", _("The run has no such finding."), field="finding_id")
    if finding.cleared_at is not None:
        raise Conflict("finding.cleared", _("The finding was cleared before."), field="finding_id")
    if finding.severity == Severity.HOLD:
        raise Refusal("finding.is_held", _("A check holds this document."), field="finding_id",
                      cure=_("Release it in the list of held documents."))  # fmt: skip
    if finding.severity == Severity.BLOCK and finding.code not in CLEARABLE_BLOCKS:
        raise Refusal("finding.needs_cure", _("This finding has a cause that must be cured."), field="finding_id",
                      cure=_("Cure it, then prepare the run again."))  # fmt: skip
    finding.cleared_by, finding.cleared_at, finding.clearance = act.actor, act.at, clearance[:200]
    finding.save(update_fields=["cleared_by", "cleared_at", "clearance"])
    note_change(after={"finding": finding.code, "payer": finding.payer_id, "clearance": clearance})
    return finding_row(finding)


@verb("bill_run.approve", subject=_subject)
def approve_bill_run(*, act: Act, run_id: int) -> BillRunRow:
    """Release what was checked: exactly these digests will be issued. Kept apart from preparing by `access`.

    Raises NotFound, IllegalTransition, NotAllowed when the same person prepared it.
    """
    run = _locked(run_id)
    run.state, run.approved_by, run.approved_at = BILL_RUN.enter("approve", run.state), act.actor, act.at
    run.save(update_fields=["state", "approved_by", "approved_at"])
    totals = BillRunTotal.objects.filter(run=run, stage="PREPARED").order_by("legal_entity_id", "currency")
    note_change(after={f"{total.legal_entity_id}:{total.currency}": total.total_minor for total in totals})
    return run_row(run)


@verb("bill_run.issue", subject=_subject)
def start_issue(*, act: Act, run_id: int) -> BillRunRow:
    """Begin to issue, or go on where a crash left off. Raises NotFound, IllegalTransition unless it is approved."""
    run = _locked(run_id)
    if run.state != RunState.ISSUING:
        run.state = BILL_RUN.enter("start", run.state)
        run.save(update_fields=["state"])
    entities = [run.legal_entity_id] if run.legal_entity_id else [entity.id for entity in list_legal_entities()]
    keep_sellers(act=act, legal_entity_ids=entities)
    note_change(after={"shards": BillRunShard.objects.filter(run=run, issued_at=None).count()})
    return run_row(run)


def finish_issue(*, act: Act, run_id: int) -> BillRunRow:
    """Close a run whose shards are all issued: totals, state and time. Part of the act that issues."""
    run = _locked(run_id)
    if run.state == RunState.ISSUING and not BillRunShard.objects.filter(run=run, issued_at=None).exists():
        _total(run_id, "ISSUED")
        run.state, run.issued_at = BILL_RUN.enter("finish", run.state), act.at
        run.save(update_fields=["state", "issued_at"])
        outbox.emit(topic="bill_run.issued", subject=f"bill_run:{run_id}", at=act.at)
    return run_row(run)


@verb("bill_run.discard", subject=_subject)
def discard_bill_run(*, act: Act, run_id: int) -> BillRunRow:
    """Throw a run away before anything is issued. Raises NotFound, IllegalTransition."""
    run = _locked(run_id)
    run.state = BILL_RUN.enter("discard", run.state)
    run.save(update_fields=["state"])
    drop_held(run_id=run.pk)
    BillRunDraftLine.objects.filter(run_id=run.pk).delete()
    return get_bill_run(run_id)


def clear_findings(*, act: Act, run_id: int, finding_ids: Sequence[int], clearance: str) -> list[FindingRow]:
    """Clear several findings under one reason, each with its own audit row."""
    return [
        clear_finding(act=act.nested(), run_id=run_id, finding_id=finding_id, clearance=clearance)
        for finding_id in finding_ids
    ]
