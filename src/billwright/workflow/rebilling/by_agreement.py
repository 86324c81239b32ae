"""A wrong plan, quantity, price or period: put right from the true date on, billed by the run's pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.catalog.queries import prices_by_id
from billwright.catalog.rows import NewPrice, PriceRow
from billwright.invoicing.queries.bill_run import list_findings
from billwright.invoicing.queries.documents import documents_of_run
from billwright.invoicing.rows import DocumentRow, LineRow
from billwright.invoicing.states import RebillCause
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.subscriptions import operations
from billwright.subscriptions.queries import get_subscription
from billwright.workflow.bill_run import run_bill_run
from billwright.workflow.rebilling.causes import NewRebill, line_at_fault

# What the machine does for the person who may credit and rebill: its run is approved with that act.
RUNNER = "system:rebilling"


@dataclass(frozen=True, slots=True)
class PutRight:
    """What the agreement said, what it says now, and the documents that followed."""

    subscription_id: int
    was: Mapping[str, str | None]
    made: Mapping[str, str | None]
    document_ids: tuple[int, ...]


def put_agreement_right(*, act: Act, document: DocumentRow, asked: NewRebill) -> PutRight:
    """Record the change from the true date on and bill it. Raises what the change and the run refuse."""
    line, subscription_id = line_at_fault(document, asked)
    was = _present(subscription_id, line)
    made = _made(asked)
    known = {key: was[key] for key in made}
    if asked.cause == RebillCause.PRICE:
        # By its id the inverse finds what it withdraws.
        made["price_id"] = str(_set_price(act, subscription_id, asked, line).id)
    else:
        change(act=act, subscription_id=subscription_id, asked=asked)
    documents = bill(act=act, document=document, subscription_id=subscription_id, day=asked.document_date)
    return PutRight(subscription_id, known, made, documents)


def _present(subscription_id: int, line: LineRow) -> dict[str, str | None]:
    row = get_subscription(subscription_id)
    return {
        "plan": row.plan_code,
        "quantity": str(row.quantity),
        "unit_price": str(line.unit_price),
        "ends_before": row.ends_before.isoformat() if row.ends_before else None,
    }


def _made(asked: NewRebill) -> dict[str, str | None]:
    made: dict[RebillCause, dict[str, str | None]] = {
        RebillCause.PLAN: {"plan": asked.plan},
        RebillCause.QUANTITY: {"quantity": str(asked.quantity)},
        RebillCause.PRICE: {"unit_price": str(asked.unit_price)},
        RebillCause.PERIOD: {"ends_before": asked.true_date.isoformat()},
    }
    return made[asked.cause]


def change(*, act: Act, subscription_id: int, asked: NewRebill) -> None:
    """Let the agreement say which plan, quantity or end is right, from the true date on."""
    since: dict[str, Any] = {"act": act.nested(), "subscription_id": subscription_id, "as_of": asked.document_date}
    verbs: dict[RebillCause, Callable[[], object]] = {
        RebillCause.PLAN: lambda: operations.change_plan(**since, plan=asked.plan, effective_on=asked.true_date),
        RebillCause.QUANTITY: lambda: operations.change_quantity(
            **since, quantity=asked.quantity or Decimal(0), effective_on=asked.true_date
        ),
        RebillCause.PERIOD: lambda: operations.cancel(**since, ends_before=asked.true_date),
    }
    verbs[asked.cause]()


def _set_price(act: Act, subscription_id: int, asked: NewRebill, line: LineRow) -> PriceRow:
    """A price of its own for the subscription, with everything but the unit price as it was billed."""
    assert line.price_id is not None
    assert asked.unit_price is not None
    billed = prices_by_id([line.price_id])[line.price_id]
    if billed.tiers or billed.bands or billed.by_values:
        raise Refusal(
            "rebill.price_of_parts",
            _("This price has tiers or parts: one price per unit does not say what is right."),
            field="unit_price",
            cure=_("Set the price of the subscription in the catalog from that day on, then rebill the period."),
        )
    return operations.change_price(
        act=act.nested(),
        plan_charge_id=billed.plan_charge_id,
        price=_own_price(billed, subscription_id, asked.true_date, asked.unit_price),
    )


def _own_price(billed: PriceRow, subscription_id: int, since: date, unit_price: Decimal) -> NewPrice:
    kept = {field.name: getattr(billed, field.name) for field in fields(NewPrice) if hasattr(billed, field.name)}
    kept |= {"valid_from": since, "unit_price": unit_price, "scope": f"subscription:{subscription_id}", "says": ""}
    return NewPrice(**kept)


def bill(*, act: Act, document: DocumentRow, subscription_id: int, day: date) -> tuple[int, ...]:
    """Bill what one subscription owes by a day, and credit what it does not owe to the documents that billed it.

    Raises Refusal `rebill.nothing` when that changes nothing, or the run holds the account back.
    """
    for_whom = replace(act.nested(), actor=RUNNER, on_behalf_of=act.actor)
    report = run_bill_run(
        act=for_whom,
        as_of=day,
        document_date=day,
        legal_entity_id=document.invoice.legal_entity_id,
        payer_ids=(document.invoice.account_id,),
        subscription_id=subscription_id,
        description=_("Replaces %(number)s of %(day)s.")
        % {"number": document.invoice.number, "day": document.invoice.document_date},
    )
    found = documents_of_run(report.page.run.id)
    if not found:
        blocks = {finding.code for finding in list_findings(run_id=report.page.run.id) if finding.severity == "BLOCK"}
        raise Refusal(
            "rebill.nothing",
            _("Nothing that was billed changes."),
            cure=_("Findings of the run: %(codes)s.") % {"codes": ", ".join(sorted(blocks))}
            if blocks
            else _("Look at the true date and at what is right."),
        )
    return found
