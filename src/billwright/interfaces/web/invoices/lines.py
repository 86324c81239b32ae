"""Lines of documents as people write them: text, product, quantity, price, discount and surcharge."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billwright.accounts.queries import account_ids_by_number
from billwright.catalog.queries import list_products
from billwright.interfaces.web.forms import AmountField, DayField
from billwright.invoicing.rows import NewLine
from billwright.kernel.errors import Refusal

LINES_AT_FIRST: Final = 3
LINES_ADDED: Final = 3
LINES_MAX: Final = 100
LINE_REFERENCES: Final = ("purchase_order", "cost_center", "account")


class LineForm(forms.Form):
    """One line; a line without text and price is left out."""

    use_required_attribute = False

    text = forms.CharField(label=_("Text"), required=False, max_length=300)
    product = forms.ChoiceField(label=_("Product"), required=False)
    quantity = AmountField(label=_("Quantity"), required=False)
    unit_price = AmountField(label=_("Price"), required=False)
    discount_percent = AmountField(label=_("Discount %"), required=False)
    surcharge_percent = AmountField(label=_("Surcharge %"), required=False)
    service_from = DayField(label=_("Service from"), required=False)
    service_last = DayField(label=_("to"), required=False)
    purchase_order = forms.CharField(label=_("Purchase order"), required=False, max_length=60)
    cost_center = forms.CharField(label=_("Cost center"), required=False, max_length=60)
    account = forms.CharField(label=_("Used by account"), required=False, max_length=40)

    @property
    def of_the_row(self) -> list[forms.BoundField]:
        """What makes the line."""
        return [field for field in self if field.name not in LINE_REFERENCES]

    @property
    def of_its_references(self) -> list[forms.BoundField]:
        """What it refers to, beneath it."""
        return [self[name] for name in LINE_REFERENCES]

    @property
    def has_references(self) -> bool:
        """Whether they are to be seen at once: something is written there, or refused."""
        return any(field.value() or field.errors for field in self.of_its_references)

    def clean_account(self) -> int | None:
        """The id of the account with this number; none: the one that pays."""
        number = str(self.cleaned_data["account"]).strip()
        if not number:
            return None
        found = account_ids_by_number([number]).get(number)
        if found is None:
            raise forms.ValidationError(_("There is no account of this number."))
        return found

    @property
    def is_filled(self) -> bool:
        """Whether anything that makes a line was written."""
        return bool(self.cleaned_data.get("text") or self.cleaned_data.get("unit_price") is not None)

    def as_line(self) -> NewLine:
        """The line as the verb takes it; the last day of service becomes an exclusive end."""
        given = self.cleaned_data
        last = given.get("service_last")
        return NewLine(
            text=given["text"],
            product=given["product"],
            quantity=Decimal(1) if given["quantity"] is None else given["quantity"],
            unit_price=given["unit_price"],
            discount_percent=given["discount_percent"] or Decimal(0),
            surcharge_percent=given["surcharge_percent"] or Decimal(0),
            service_from=given["service_from"],
            service_to=last + timedelta(days=1) if last else None,
            purchase_order=given["purchase_order"],
            cost_center=given["cost_center"],
            account_id=given["account"],
        )


def line_forms(request: HttpRequest, first: list[dict[str, Any]] | None = None) -> list[LineForm]:
    """The lines that were sent, or the first ones; `more` in what was sent adds empty ones."""
    choices = [("", "–"), *((product.code, product.name) for product in list_products())]
    sent = request.POST.get("line_count", "") if request.method == "POST" else ""
    known = first or []
    count = min(int(sent), LINES_MAX) if sent.isdecimal() else max(len(known) + 1, LINES_AT_FIRST)
    shown = min(count + LINES_ADDED, LINES_MAX) if "more" in request.POST else count
    found = []
    for number in range(shown):
        prefix = f"line-{number}"
        if request.method == "POST":
            line = LineForm(request.POST, prefix=prefix)
        else:
            line = LineForm(initial=known[number] if number < len(known) else {"quantity": "1"}, prefix=prefix)
        field: forms.ChoiceField = line.fields["product"]  # type: ignore[assignment]
        field.choices = choices
        found.append(line)
    return found


def written(lines: list[LineForm]) -> tuple[NewLine, ...] | None:
    """The lines as the verb takes them; None while one of them cannot be read."""
    if not all([line.is_valid() for line in lines]):  # noqa: C419  # every line is to show its errors
        return None
    return tuple(line.as_line() for line in lines if line.is_filled)


def refuse_on_line(lines: list[LineForm], refusal: Refusal) -> bool:
    """Put a refusal on the line that it names; False when it names none."""
    filled = [line for line in lines if line.is_valid() and line.is_filled]
    if refusal.row is None or not 0 < refusal.row <= len(filled):
        return False
    line = filled[refusal.row - 1]
    named = "account" if refusal.field == "account_id" else refusal.field
    field = named if named in line.fields else "text"
    line.add_error(field, " ".join(part for part in (refusal.message, refusal.cure) if part))
    return True
