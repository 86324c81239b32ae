"""Comparing two documents of an account: the causes of their difference, and the answer to the customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.invoicing.queries import get_invoice, list_documents
from billwright.invoicing.queries.derivations import Derivation, stream_derivations
from billwright.invoicing.rows import InvoiceRow
from billwright.invoicing.states import InvoiceState
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.org.states import DocumentKind
from billwright.render.formats import Formats, formats_for, spoken
from billwright.render.wording import Words, words_for
from billwright.workflow.bill_compare.causes import Cause, Change, changes


@dataclass(frozen=True, slots=True)
class CauseTotal:
    """What one cause comes to over the whole document."""

    cause: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One cause on one charge, with the factor before and after, and a sentence for the customer."""

    cause: str
    what: str
    before: str
    after: str
    amount: Money
    says: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents and why they differ. `causes` and `changes` both add up to `difference`."""

    invoice_id: int
    number: str
    other_id: int
    other_number: str
    language: str
    total: Money
    other_total: Money
    difference: Money
    causes: tuple[CauseTotal, ...]
    changes: tuple[ChangeShown, ...]
    answer: str


def compare_documents(invoice_id: int, *, other_id: int | None = None, language: str = "") -> Comparison:
    """A document against another one of its currency; by default against the last invoice of its account.

    Raises NotFound for drafts and where there is none before it, Refusal `compare.currency`, `language.unknown`.
    """
    head = get_invoice(invoice_id)
    other = get_invoice(other_id) if other_id is not None else _last_before(head)
    if other.currency != head.currency:
        raise Refusal(
            "compare.currency", _("The documents are in two currencies."), field="other",
            cure=_("Compare documents of one currency."),
        )  # fmt: skip
    found = {one["document"]["id"]: one for one in stream_derivations(invoice_ids={head.id, other.id})}
    if head.id not in found or other.id not in found:
        raise NotFound("invoice.not_found", _("Only issued documents are compared."), field="invoice_id")
    made = changes(found[other.id]["lines"], found[head.id]["lines"])
    made += _withheld(found[other.id], found[head.id])
    chosen = language or spoken(head.language)
    return _comparison(head, other, made, _Teller(words_for(chosen), formats_for(chosen), head.currency))


def _last_before(head: InvoiceRow) -> InvoiceRow:
    """The last invoice that was split off by the same key, else the last one of another run."""

    def last(**which: Any) -> list[InvoiceRow]:
        return list_documents(
            account_id=head.account_id,
            kind=DocumentKind.INVOICE,
            state=InvoiceState.ISSUED,
            after=(head.document_date, head.id),
            limit=1,
            **which,
        )

    before = last(split_key=head.split_key) or last(not_of_run_id=head.run_id)
    if not before:
        raise NotFound(
            "compare.nothing_before", _("The account has no invoice before this one."), field="other",
            cure=_("Name the document to compare with."),
        )  # fmt: skip
    return before[0]


def _withheld(old: Derivation, new: Derivation) -> list[Change]:
    """Taxes that are taken off the total stand on no line."""
    difference = old["document"]["withheld_minor"] - new["document"]["withheld_minor"]
    return [Change(Cause.TAX, "", difference)] if difference else []


@dataclass(frozen=True, slots=True)
class _Teller:
    words: Words
    formats: Formats
    currency: str

    def signed(self, amount_minor: int) -> str:
        sign = "+" if amount_minor > 0 else "−" if amount_minor < 0 else ""
        return sign + self.formats.money(Money(abs(amount_minor), self.currency))

    def factor(self, change: Change, value: str) -> str:
        if not value or "/" in value:
            return value
        if change.cause == Cause.PRICE:
            return self.formats.unit_price(Decimal(value), currency=self.currency)
        return self.formats.number(Decimal(value))

    def says(self, change: Change) -> str:
        key = f"compare_{change.cause}"
        if change.cause in _FACTORS and not change.before:
            key = "compare_correction" if change.cause == Cause.PRORATION else "compare_period"
        return self.words(
            key,
            what=change.what,
            old=self.factor(change, change.before),
            new=self.factor(change, change.after),
            amount=self.signed(change.amount_minor),
        )


_FACTORS = frozenset({Cause.PRICE, Cause.QUANTITY, Cause.USAGE, Cause.PRORATION})
SENTENCES = ("compare_price", "compare_quantity", "compare_usage", "compare_proration", "compare_period",
             "compare_service", "compare_one_off", "compare_discount", "compare_tax")  # fmt: skip


def _comparison(head: InvoiceRow, other: InvoiceRow, made: list[Change], teller: _Teller) -> Comparison:
    difference = head.total - other.total
    assert sum(change.amount_minor for change in made) == difference.amount_minor, "the causes add up"
    sums = {cause: sum(one.amount_minor for one in made if one.cause == cause) for cause in Cause}
    return Comparison(
        invoice_id=head.id,
        number=head.number,
        other_id=other.id,
        other_number=other.number,
        language=teller.words.language,
        total=head.total,
        other_total=other.total,
        difference=difference,
        causes=tuple(CauseTotal(cause, Money(minor, head.currency)) for cause, minor in sums.items() if minor),
        changes=tuple(
            ChangeShown(
                one.cause, one.what, one.before, one.after, Money(one.amount_minor, head.currency), teller.says(one)
            )
            for one in made
        ),
        answer="\n".join(_answer(head, other, made, teller)),
    )


def _answer(head: InvoiceRow, other: InvoiceRow, made: list[Change], teller: _Teller) -> Iterator[str]:
    """The largest causes first; tax in one sentence, as it follows from the others."""
    difference = head.total - other.total
    key = "compare_more" if difference.amount_minor > 0 else "compare_less" if difference else "compare_same"
    amount = teller.formats.money(abs(difference))
    yield teller.words(key, number=head.number, other=other.number, amount=amount)
    by_size = sorted((one for one in made if one.cause != Cause.TAX), key=lambda one: -abs(one.amount_minor))
    yield from (teller.says(one) for one in by_size)
    tax = sum(one.amount_minor for one in made if one.cause == Cause.TAX)
    if tax:
        yield teller.says(Change(Cause.TAX, "", tax))
