"""Keeping the chain of a credit and rebill: original, credits, replacements, and what the look afterwards found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from billwright.invoicing.models import Invoice, RebilledDocument, Rebilling
from billwright.invoicing.queries.rebillings import RebillingRow, get_rebilling
from billwright.invoicing.states import RebillCause, RebillRole
from billwright.kernel.acts import Act
from billwright.kernel.locking import lock_rows


@dataclass(frozen=True, slots=True)
class CauseCheck:
    """What was found when the cause was looked at again: lines recomputed, and what of the account is not right."""

    checked_lines: int
    wrong_lines: int
    wrong_days: int
    wrong_clauses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRebilling:
    """A chain before it is kept. `was` and `made` are what the agreement said before and since."""

    original_id: int
    cause: RebillCause
    true_date: date
    subscription_id: int | None
    was: Mapping[str, str | None]
    made: Mapping[str, str | None]
    undoes_id: int | None = None


def record_rebilling(
    *, act: Act, rebilling: NewRebilling, document_ids: Sequence[int], check: CauseCheck
) -> RebillingRow:
    """Keep a chain. Not a verb: part of the act that wrote its documents."""
    kept = Rebilling.objects.create(
        original_id=rebilling.original_id,
        cause=rebilling.cause,
        true_date=rebilling.true_date,
        reason=act.reason[:200],
        subscription_id=rebilling.subscription_id,
        was=dict(rebilling.was),
        made=dict(rebilling.made),
        undoes_id=rebilling.undoes_id,
        checked_lines=check.checked_lines,
        wrong_lines=check.wrong_lines,
        wrong_days=check.wrong_days,
        wrong_clauses=check.wrong_clauses,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    corrects = dict(Invoice.objects.filter(id__in=document_ids).values_list("id", "corrects_id"))
    RebilledDocument.objects.bulk_create(
        RebilledDocument(
            rebilling=kept,
            invoice_id=document_id,
            role=RebillRole.REPLACEMENT if corrects[document_id] is None else RebillRole.CREDIT,
        )
        for document_id in sorted(corrects)
    )
    return get_rebilling(kept.pk)


def lock_document(invoice_id: int) -> None:
    """Nobody else corrects it meanwhile."""
    lock_rows(Invoice, [invoice_id])
