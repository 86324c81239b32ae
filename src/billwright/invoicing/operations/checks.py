"""Checks before issue: what a company has them do, and the release of what they hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.invoicing.checks import CHECKS
from billwright.invoicing.models import BillRunFinding, CheckRule, HeldDocument
from billwright.invoicing.queries.checks import CheckRow, HeldRow, check_row, held_not_found, held_row, list_checks
from billwright.invoicing.states import HELD_DOCUMENT, CheckSeverity, HeldState
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_rows

REASON_LENGTH_MAX = 400


def require_check(
    *, code: str, severity: CheckSeverity, factor: Decimal | None, minimum: Decimal | None, days: int | None
) -> None:
    """Raises Refusal `check.unknown`, `check.threshold` for what the check does not have or cannot be."""
    check = CHECKS.get(code)
    if check is None:
        raise Refusal("check.unknown", _("There is no check %(code)s.") % {"code": code}, field="code",
                      cure=_("Known are %(codes)s.") % {"codes": ", ".join(CHECKS)})  # fmt: skip
    CheckSeverity(severity)
    for name, value in {"factor": factor, "minimum": minimum, "days": days}.items():
        if value is not None and (name not in check.thresholds or value < 0):
            raise Refusal("check.threshold", _("This check has no such %(name)s.") % {"name": name}, field=name)


@verb("check_rule.set", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def set_check(
    *,
    act: Act,
    legal_entity_id: int,
    code: str,
    severity: CheckSeverity,
    valid_from: date,
    factor: Decimal | None = None,
    minimum: Decimal | None = None,
    days: int | None = None,
) -> CheckRow:
    """Have a check do something else in a company from a day on; thresholds left out take the check's defaults.

    Always by two people: it runs from an approval. Issued documents stay as they are. Raises Refusal.
    """
    require_check(code=code, severity=severity, factor=factor, minimum=minimum, days=days)
    check = CHECKS[code]
    before = next(row for row in list_checks(legal_entity_id=legal_entity_id, on=valid_from) if row.code == code)
    rule = CheckRule.objects.create(
        legal_entity_id=legal_entity_id,
        code=code,
        valid_from=valid_from,
        severity=severity,
        factor=check.factor if factor is None else factor,
        minimum=check.minimum if minimum is None else minimum,
        days=check.days if days is None else days,
        reason=act.reason[:REASON_LENGTH_MAX],
        set_by=act.actor,
        asked_by=act.on_behalf_of or "",
        set_at=act.at,
    )
    note_change(
        before={"check": code, "severity": before.severity},
        after={"severity": rule.severity, "factor": _text(rule.factor), "minimum": _text(rule.minimum),
               "days": rule.days},
        effective_on=valid_from,
    )  # fmt: skip
    return check_row(rule)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _subject(arguments: Arguments, _answer: object) -> str:
    return f"held_document:{arguments['held_id']}"


@verb("held_document.release", subject=_subject)
def release_held(*, act: Act, held_id: int, reason: str) -> HeldRow:
    """Let exactly this document go, with a reason. Changed since, it is held again.

    Raises NotFound, Refusal `held.no_reason`, IllegalTransition when it was decided.
    """
    if not reason.strip():
        raise Refusal("held.no_reason", _("Say why the document may go."), field="reason")
    found = lock_rows(HeldDocument, [held_id])
    if not found:
        raise held_not_found()
    held = found[0]
    held.state = HELD_DOCUMENT.enter("release", held.state)
    held.decided_by, held.decided_at, held.reason = act.actor, act.at, reason.strip()[:REASON_LENGTH_MAX]
    held.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    BillRunFinding.objects.filter(
        run_id=held.run_id, payer_id=held.payer_id, code=held.code, severity=CheckSeverity.HOLD, cleared_at=None
    ).update(cleared_by=act.actor, cleared_at=act.at, clearance=held.reason[:200])
    note_change(after={"check": held.code, "payer": held.payer_id, "run": held.run_id, "reason": held.reason})
    return held_row(held)


@verb("held_document.release_many", subject=lambda _arguments, _released: "held_documents")
def release_many(*, act: Act, held_ids: tuple[int, ...], reason: str) -> list[HeldRow]:
    """Release several under one reason, each with its own audit row. Raises what `release_held` raises; all or none."""
    if not held_ids:
        raise Refusal("held.nothing", _("Choose what is to be released."), field="held_ids")
    note_change(after={"count": len(set(held_ids)), "reason": reason})
    return [release_held(act=act.nested(), held_id=held_id, reason=reason) for held_id in sorted(set(held_ids))]


def drop_held(*, run_id: int) -> None:
    """A run that is prepared anew or thrown away holds nothing any more. Part of those acts."""
    HeldDocument.objects.filter(run_id=run_id, state=HeldState.OPEN).update(state=HeldState.GONE)
