"""Explaining a document: its stored derivation read across the rooms, put in words, recomputed."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from billwright.catalog.queries import tax_reasons
from billwright.invoicing.queries import get_invoice, get_invoices
from billwright.invoicing.queries.derivations import Derivation, get_derivation
from billwright.invoicing.queries.rebillings import rebillings_of
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.ledger.queries import PostingRow, get_entry
from billwright.rating.evaluator import evaluate
from billwright.rating.formulas import FORMULAS
from billwright.render.formats import formats_for, spoken
from billwright.render.wording import words_for
from billwright.usage.queries import list_usage
from billwright.workflow.explanations.rows import (
    ClauseShown,
    DiscountShown,
    Explanation,
    LineExplanation,
    PartShown,
    PostingShown,
    PriceShown,
    UsageEvent,
    UsageShown,
)
from billwright.workflow.explanations.wording import Teller, sentences

EVENTS_SHOWN = 100


def explain_document(invoice_id: int, *, line_no: int | None = None, language: str = "") -> Explanation:
    """Why an issued document says what it says, line by line, in its own language or the one asked for.

    Raises NotFound for a draft and for a line that it does not have, Refusal `language.unknown`.
    """
    derivation = get_derivation(invoice_id)
    head = get_invoice(invoice_id)
    chosen = language or spoken(head.language)
    teller = Teller(words_for(chosen), formats_for(chosen), head.currency)
    lines = [line for line in derivation["lines"] if line_no in (None, line["line_no"])]
    if not lines:
        raise NotFound("line.not_found", f"{head.number} has no line {line_no}.", field="line_no")
    sources = _Sources(derivation)
    return Explanation(
        invoice_id=head.id,
        number=head.number,
        kind=head.kind,
        language=chosen,
        net=head.net,
        tax=head.tax,
        total=head.total,
        digest=derivation["seal"]["digest"] if derivation["seal"] else "",
        mismatches=tuple(evaluate(derivation)),
        lines=tuple(_line(line, sources, teller) for line in lines),
        rebillings=tuple(rebillings_of(head.id)),
    )


class _Sources:
    """What the lines of a document refer to, read once."""

    def __init__(self, derivation: Derivation) -> None:
        lines = derivation["lines"]
        reasons = tax_reasons({line["tax_code"] for line in lines} - {""})
        self.tax_reasons = {code: tax.reason for code, tax in reasons.items()}
        credited = {line["credits_invoice_id"] for line in lines} - {None}
        self.numbers = {id_: row.number for id_, row in get_invoices(credited).items()}
        entry_id = derivation["document"]["entry_id"]
        self.postings: tuple[PostingRow, ...] = get_entry(entry_id).postings if entry_id else ()
        self.currency: str = derivation["document"]["currency"]


def _line(line: dict[str, Any], sources: _Sources, teller: Teller) -> LineExplanation:
    currency, item, formula = sources.currency, line["item"] or {}, FORMULAS[line["formula"]]
    usage = _usage(line)
    plain = ("line_no", "text", "kind", "formula", "days", "base_days", "tax_code", "deferred",
             "credits_invoice_id", "credits_line_no")  # fmt: skip
    return LineExplanation(
        **{name: line[name] for name in plain},
        period_from=_day(line["period_from"]),
        period_to=_day(line["period_to"]),
        billed_quantity=_decimal(line["billed_quantity"]),
        share_percent=_decimal(line["share_percent"]),
        subscription_id=item.get("subscription_id"),
        subscription=item.get("subscription", ""),
        charge=item.get("charge", ""),
        service_from=date.fromisoformat(line["service_from"]),
        service_to=date.fromisoformat(line["service_to"]),
        tax_point=date.fromisoformat(line["tax_point"]),
        formula_code=formula.code,
        expression=formula.expression,
        quantity=Decimal(line["quantity"]),
        unit_price=Decimal(line["unit_price"]),
        amount=Money(line["amount_minor"], currency),
        discount=Money(line["discount_minor"], currency),
        net=Money(line["net_minor"], currency),
        tax_percent=Decimal(line["tax_percent"]),
        tax=Money(line["tax_minor"], currency),
        tax_reason=sources.tax_reasons.get(line["tax_code"], ""),
        price=_price(line["price"]),
        clause=_clause(line),
        usage=usage,
        parts=_parts(line),
        discounts=_discounts(line, currency),
        postings=_postings(line, sources),
        sentences=_said(line, usage, sources, teller),
    )


def _said(line: dict[str, Any], usage: UsageShown | None, sources: _Sources, teller: Teller) -> tuple[str, ...]:
    said = list(
        sentences(
            line,
            teller=teller,
            taxed=sources.tax_reasons.get(line["tax_code"], ""),
            number_credited=sources.numbers.get(line["credits_invoice_id"], ""),
        )
    )
    if usage is not None and usage.first_at and usage.last_at:
        first, last = teller.formats.day(usage.first_at.date()), teller.formats.day(usage.last_at.date())
        said.insert(1, teller.words("why_usage", count=teller.number(usage.record_count), first=first, last=last))
    return tuple(said)


def _parts(line: dict[str, Any]) -> tuple[PartShown, ...]:
    return tuple(
        PartShown(one["label"], Decimal(one["quantity"]), Decimal(one["unit_price"]), Decimal(one["amount"]))
        for one in line["parts"]
    )


def _discounts(line: dict[str, Any], currency: str) -> tuple[DiscountShown, ...]:
    return tuple(
        DiscountShown(one["name"], _decimal(one["percent"]), Money(one["amount_minor"], currency))
        for one in line["discounts"]
    )


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _price(price: dict[str, Any] | None) -> PriceShown | None:
    if price is None:
        return None
    return PriceShown(
        id=price["id"],
        version=price["version"],
        valid_from=date.fromisoformat(price["valid_from"]),
        scope=price["scope"],
        unit_price=Decimal(price["unit_price"]),
        says=price["says"],
    )


def _clause(line: dict[str, Any]) -> ClauseShown | None:
    if not line["clause"]:
        return None
    agreed, item = line["agreed"] or {}, line["item"] or {}
    return ClauseShown(
        name=line["clause"],
        text=agreed.get("text", ""),
        parameter=agreed.get("parameter", ""),
        value=agreed.get("value", ""),
        contract_id=item.get("contract_id"),
    )


def _usage(line: dict[str, Any]) -> UsageShown | None:
    """The events between the local midnights of the period that the line bills."""
    item = line["item"]
    if line["kind"] != "USAGE" or item is None or not item["meter"]:
        return None
    zone = ZoneInfo(item["timezone"])
    starts_on = date.fromisoformat(line["period_from"] or line["service_from"])
    found = list_usage(
        subscription_ids=[item["subscription_id"]],
        meter=item["meter"],
        happened_from=datetime.combine(starts_on, time(), zone),
        happened_before=datetime.combine(date.fromisoformat(line["service_to"]), time(), zone),
        limit=EVENTS_SHOWN + 1,
    )
    times = [row.happened_at.astimezone(zone) for row in found]
    return UsageShown(
        meter=item["meter"],
        record_count=line["usage_count"],
        digest=line["usage_digest"] or "",
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        events=tuple(
            UsageEvent(row.id, row.key, at, row.quantity, row.is_change, row.properties)
            for row, at in zip(found[:EVENTS_SHOWN], times, strict=False)
        ),
        has_more=len(found) > EVENTS_SHOWN,
    )


def _postings(line: dict[str, Any], sources: _Sources) -> tuple[PostingShown, ...]:
    """The postings that hold the line's net, and its tax: an entry sums lines of one account."""
    return tuple(
        PostingShown(
            entry_id=posting.entry_id,
            ledger_account_id=posting.ledger_account_id,
            code=posting.code,
            name=posting.name,
            amount=Money(posting.amount_minor, posting.currency),
        )
        for posting in sources.postings
        if posting.ledger_account_id == line["revenue_account_id"]
        or (line["tax_code"] and posting.tax_code == line["tax_code"])
    )
