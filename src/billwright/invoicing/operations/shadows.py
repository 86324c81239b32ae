"""Shadow runs begin, end and are signed. What is drafted lives in `workflow.shadow_run`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from billwright.invoicing.models import ShadowChange, ShadowLine, ShadowRun
from billwright.invoicing.queries.shadows import SUPPOSED, ShadowRow, Supposed, shadow_not_found, shadow_row
from billwright.invoicing.states import SHADOW_RUN, ShadowState
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import lock_rows


@dataclass(frozen=True, slots=True)
class DraftsFound:
    """What drafting found: sums by currency, groups by cause, and the digest over every difference."""

    payer_count: int
    changed_count: int
    totals: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    digest: UUID
    seconds: Decimal


@verb("shadow_run.begin", subject=lambda _arguments, shadow: f"shadow_run:{shadow.id}")
def record_shadow(
    *,
    act: Act,
    as_of: date,
    document_date: date,
    supposed: Supposed,
    bill_run_id: int | None = None,
    legal_entity_id: int | None = None,
    payer_ids: tuple[int, ...] | None = None,
    interim: bool = False,
    description: str = "",
) -> ShadowRow:
    """Say which two drafts are to be made. Raises Refusal `shadow.nothing_differs`, `shadow.days`."""
    if not supposed.is_anything:
        raise Refusal(
            "shadow.nothing_differs", _("The second draft would be the first."), field="supposed",
            cure=_("Name another date, rule, rate of tax or prices, or compare with what was issued."),
        )  # fmt: skip
    if (supposed.issued_from is None) != (supposed.issued_before is None) or (
        supposed.issued_from and supposed.issued_before and supposed.issued_from >= supposed.issued_before
    ):
        raise Refusal("shadow.days", _("What was issued is named by its first day and the day after its last."),
                      field="issued_from")  # fmt: skip
    shadow = ShadowRun.objects.create(
        bill_run_id=bill_run_id,
        legal_entity_id=legal_entity_id,
        payer_ids=sorted(set(payer_ids)) if payer_ids else None,
        as_of=as_of,
        document_date=document_date,
        interim=interim,
        supposed=SUPPOSED.dump_python(supposed, mode="json"),
        description=description[:200],
        created_by=act.actor,
        created_at=act.at,
    )
    note_change(after={"bill_run": bill_run_id, "supposed": shadow.supposed})
    return shadow_row(shadow)


def _locked(shadow_id: int) -> ShadowRun:
    shadows = lock_rows(ShadowRun, [shadow_id])
    if not shadows:
        raise shadow_not_found(shadow_id)
    return shadows[0]


def clear_drafts(*, shadow_id: int) -> None:
    """Throw away what a drafting that was cut short left behind. Part of drafting."""
    shadow = _locked(shadow_id)
    assert shadow.state == ShadowState.DRAFTING, "what was signed or shown stays"
    ShadowChange.objects.filter(shadow=shadow).delete()
    ShadowLine.objects.filter(shadow=shadow).delete()


def finish_shadow(*, act: Act, shadow_id: int, found: DraftsFound) -> ShadowRow:
    """Keep what the drafts came to. Part of the act that drafts."""
    shadow = _locked(shadow_id)
    for total in found.totals:
        by_cause = sum(group["amount_minor"] for group in found.groups if group["currency"] == total["currency"])
        difference = total["second_minor"] - total["first_minor"]
        assert by_cause == difference, f"causes come to {by_cause}, the drafts differ by {difference}"
    shadow.state = SHADOW_RUN.enter("finish", shadow.state)
    shadow.drafted_at = act.at
    for name in ("payer_count", "changed_count", "totals", "groups", "digest", "seconds"):
        setattr(shadow, name, getattr(found, name))
    shadow.save()
    return shadow_row(shadow)


def _subject(arguments: Arguments, _answer: object) -> str:
    return f"shadow_run:{arguments['shadow_id']}"


@verb("shadow_run.sign_off", subject=_subject)
def sign_off_shadow(*, act: Act, shadow_id: int, reason: str) -> ShadowRow:
    """Say that the differences are as they should be, and why. Not by the person who had them drafted.

    Raises NotFound, Refusal `shadow.no_reason`, IllegalTransition, Conflict `shadow.altered`, NotAllowed.
    """
    if not reason.strip():
        raise Refusal("shadow.no_reason", _("Say why the differences are as they should be."), field="reason")
    shadow = _locked(shadow_id)
    state = SHADOW_RUN.enter("sign_off", shadow.state)
    kept = sum(group["amount_minor"] for group in shadow.groups)
    if (ShadowChange.objects.filter(shadow=shadow).aggregate(sum=Sum("amount_minor"))["sum"] or 0) != kept:
        raise Conflict("shadow.altered", _("The differences are no longer those that were drafted."),
                       cure=_("Draft the shadow run again."))  # fmt: skip
    shadow.state, shadow.signed_by, shadow.signed_at, shadow.reason = state, act.actor, act.at, reason.strip()[:400]
    shadow.save(update_fields=["state", "signed_by", "signed_at", "reason"])
    note_change(after={"digest": str(shadow.digest), "bill_run": shadow.bill_run_id, "reason": shadow.reason})
    return shadow_row(shadow)
