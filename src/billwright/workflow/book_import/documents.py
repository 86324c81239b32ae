"""Rows of a book as documents: what an invoice row says once its rules are applied. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, require_valid_on
from billwright.org.states import DocumentKind
from billwright.payments.states import PaymentMethod
from billwright.workflow.book_import.mapping import Mapping
from billwright.workflow.book_import.reading import Reading

NUMBER_LENGTH_MAX = 40
TEXT_LENGTH_MAX = 300
# Books are older than computers, but not than this; a year such as 0213 is a typing error.
FIRST_DAY = date(1970, 1, 1)
DUE_DAYS_MAX = 3660
DEFAULT_METHOD = PaymentMethod.OTHER


@dataclass(frozen=True, slots=True)
class Settlement:
    """Money that came for a document: how much, when, how."""

    amount: Money
    value_date: date
    method: PaymentMethod
    reference: str


@dataclass(frozen=True, slots=True)
class DocumentIn:
    """A document of another system, with what was paid on it.

    `accounting_date` and `settled_accounting_date` are the document's and the money's own, or the cut-over day.
    """

    reading: Reading
    kind: DocumentKind
    number: str
    document_date: date
    due_date: date
    accounting_date: date
    total: Money
    tax: Money
    settlement: Settlement | None
    settled_accounting_date: date | None

    @property
    def settled(self) -> Money:
        """What of the total is settled; money beyond the total stays unallocated."""
        if self.settlement is None:
            return Money.zero(self.total.currency)
        return min(self.settlement.amount, self.total)

    @property
    def open(self) -> Money:
        """What is still owed."""
        return self.total - self.settled


def document_of(reading: Reading, *, mapping: Mapping, terms_days: int, as_of: date) -> DocumentIn | None:
    """Apply the rules of a mapping to a row; None when a cut-over leaves it out because nothing is open.

    `terms_days` is the entity's term in days, for rows without due date. Raises a Refusal that names the field.
    """
    total: Money = reading.fields["total"]
    document_date: date = reading.fields["document_date"]
    due_date: date = reading.fields.get("due_date") or document_date + timedelta(days=terms_days)
    _require_dates(document_date, due_date, as_of=as_of)
    require_valid_on(total.currency, document_date, field="document_date")
    kind = _kind_of(total, mapping)
    settlement = _settlement(reading, total=total, due_date=due_date) if total.amount_minor > 0 else None
    if settlement is not None:
        _require_came(settlement.value_date, as_of=as_of)
    document = DocumentIn(
        reading=reading,
        kind=kind,
        number=_number(reading, mapping),
        document_date=document_date,
        due_date=due_date,
        accounting_date=document_date,
        total=total,
        tax=_tax(reading, mapping, total),
        settlement=settlement,
        settled_accounting_date=settlement.value_date if settlement else None,
    )
    _require_stated_open(document)
    return document if mapping.cut_over is None else _taken_over(document, mapping.cut_over.on)


def _require_dates(document_date: date, due_date: date, *, as_of: date) -> None:
    if not FIRST_DAY <= document_date <= as_of:
        raise Refusal(
            "import.date_out_of_range",
            _("%(day)s is no day of a book that ends today.") % {"day": document_date.isoformat()},
            field="document_date",
            cure=_("Correct the date; a year of two digits may have been read wrongly."),
        )
    if not 0 <= (due_date - document_date).days <= DUE_DAYS_MAX:
        raise Refusal(
            "import.due_before_document",
            _("It is due on %(due)s and dated %(day)s.")
            % {"due": due_date.isoformat(), "day": document_date.isoformat()},
            field="due_date",
            cure=_("Correct one of the two dates; day and month may have been taken for one another."),
        )


def _kind_of(total: Money, mapping: Mapping) -> DocumentKind:
    if total.amount_minor > 0:
        return DocumentKind.INVOICE
    if total.amount_minor < 0 and mapping.options.negative == "credit_note":
        return DocumentKind.CREDIT_NOTE
    raise Refusal(
        "import.not_positive",
        _("The total is %(total)s.") % {"total": total},
        field="total",
        cure=_("Leave the row out (status skip), or take negative totals as credit notes: options: {negative: …}."),
    )


def _number(reading: Reading, mapping: Mapping) -> str:
    number = mapping.options.number_prefix + reading.text("number")
    if not reading.text("number"):
        if "number" in mapping.columns:
            raise Refusal(
                "import.value_missing",
                _("The document has no number."),
                field="number",
                cure=_("Give it the number that stands on it."),
            )
        # The book has no numbers: the beginning of the content's hash and the ordinal name the document for good.
        key, _mark, ordinal = reading.identity.partition("#")
        number = f"{mapping.options.number_prefix}{key[:12].upper()}-{ordinal or 1}"
    if len(number) > NUMBER_LENGTH_MAX:
        raise Refusal(
            "import.number_too_long",
            _("The number has %(count)d characters.") % {"count": len(number)},
            field="number",
            cure=_("A number has at most %(count)d.") % {"count": NUMBER_LENGTH_MAX},
        )
    return number


def _tax(reading: Reading, mapping: Mapping, total: Money) -> Money:
    tax: Money = reading.fields.get("tax") or Money.zero(total.currency)
    if tax and mapping.tax is None:
        raise Refusal(
            "import.tax_without_code",
            _("The row has tax and the mapping does not say which."),
            field="tax",
            cure=_("Add it to the mapping: tax: {code: …, percent: …}."),
        )
    if abs(tax) > abs(total) or (tax.amount_minor < 0) != (total.amount_minor < 0 and bool(tax)):
        raise Refusal(
            "import.tax_above_total",
            _("Tax of %(tax)s does not fit a total of %(total)s.") % {"tax": tax, "total": total},
            field="tax",
            cure=_("The total is with tax; correct one of the two."),
        )
    return tax


def _settlement(reading: Reading, *, total: Money, due_date: date) -> Settlement | None:
    status = reading.fields.get("status")
    amount: Money | None = reading.fields.get("settled")
    day = _settled_on(reading, due_date=due_date)
    if status == "open" or (amount is not None and not amount):
        return None
    if amount is None:
        if day is None:
            return None
        amount = total
    if amount.amount_minor < 0:
        raise Refusal(
            "import.negative_settlement",
            _("%(amount)s were settled.") % {"amount": amount},
            field="settled",
            cure=_("Give what was paid as a positive amount."),
        )
    if day is None:
        raise Refusal(
            "import.settlement_without_date",
            _("%(amount)s were settled, and no day is given.") % {"amount": amount},
            field="settled_on",
            cure=_("Give the day on which the money came."),
        )
    return Settlement(amount, day, _method(reading), reading.text("settlement_reference")[:140])


def _settled_on(reading: Reading, *, due_date: date) -> date | None:
    day: date | None = reading.fields.get("settled_on")
    after = reading.fields.get("settled_after_days")
    if day is None and after is not None:
        # Money may come before its document; -23 days is a prepayment, -9,999 is a typing error.
        if abs(after) > DUE_DAYS_MAX:
            raise Refusal(
                "import.date_out_of_range",
                _("%(days)d days after the document cannot be.") % {"days": after},
                field="settled_after_days",
                cure=_("Correct the number of days."),
            )
        document_date: date = reading.fields["document_date"]
        day = document_date + timedelta(days=after)
    if day is None and reading.fields.get("status") == "settled":
        day = due_date
    return day


def _require_came(day: date, *, as_of: date) -> None:
    if not FIRST_DAY <= day <= as_of:
        raise Refusal(
            "import.date_out_of_range",
            _("Money came on %(day)s; that is no day of a book that ends today.") % {"day": day.isoformat()},
            field="settled_on",
            cure=_("Give the day on which it came; leave what is not yet paid without one."),
        )


def _method(reading: Reading) -> PaymentMethod:
    text = reading.text("settlement_method") or reading.text("method") or DEFAULT_METHOD.value
    if text not in PaymentMethod.values:
        raise Refusal(
            "import.choice_unknown",
            _("%(text)r is not one of our words.") % {"text": text[:60]},
            field="settlement_method",
            cure=_("Translate it in the mapping under values:, to one of %(words)s.")
            % {"words": ", ".join(PaymentMethod.values)},
        )
    return PaymentMethod(text)


def _require_stated_open(document: DocumentIn) -> None:
    stated: Money | None = document.reading.fields.get("open")
    if stated is not None and stated != document.open:
        raise Refusal(
            "import.open_differs",
            _("The row says %(stated)s is open; total less settled is %(open)s.")
            % {"stated": stated, "open": document.open},
            field="open",
            cure=_("Correct total, settled or open, so that they agree."),
        )


def _taken_over(document: DocumentIn, day: date) -> DocumentIn | None:
    """On a cut-over day: money that came later is not yet known, settled documents stay behind."""
    settlement = document.settlement
    if document.document_date > day:
        raise Refusal(
            "import.after_cut_over",
            _("It is dated %(date)s, after the cut-over.") % {"date": document.document_date.isoformat()},
            field="document_date",
            cure=_("Leave it out: from that day on documents are made here."),
        )
    if settlement is not None and settlement.value_date > day:
        settlement = None
    taken = DocumentIn(
        reading=document.reading,
        kind=document.kind,
        number=document.number,
        document_date=document.document_date,
        due_date=document.due_date,
        accounting_date=day,
        total=document.total,
        tax=document.tax,
        settlement=settlement,
        settled_accounting_date=day if settlement else None,
    )
    return taken if taken.open else None
