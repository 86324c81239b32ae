"""Amounts as people type them: 1,149.00 and 1.149,00 mean the same."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def typed_amount(text: str) -> Decimal | None:
    """The amount in a text in either grouping, or None when there is none.

    Of two kinds of mark the last is the decimal one. A single mark before three digits groups thousands, unless the
    number begins with a zero: `1,149` is a thousand and more, `0.125` an eighth.
    """
    plain = re.sub(r"[\s'\N{NO-BREAK SPACE}\N{RIGHT SINGLE QUOTATION MARK}]", "", text)
    marks = re.findall(r"[.,]", plain)
    whole, last, fraction = plain.rpartition(marks[-1]) if marks else (plain, "", "")
    groups = len(set(marks)) == 1 and (len(marks) > 1 or (len(fraction) == 3 and not whole.startswith("0")))
    digits = re.sub(r"[.,]", "", whole)
    try:
        amount = Decimal(digits + fraction if groups or not last else f"{digits}.{fraction}")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


class AmountField(forms.CharField):
    """An amount in major units; how many places it may have is the currency's, which the view knows."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": "0.00"})
        )
        super().__init__(**options)

    def clean(self, value: Any) -> Decimal | None:
        """The amount, or None where the field may stay empty."""
        text = super().clean(value)
        if not text:
            return None
        amount = typed_amount(text)
        if amount is None:
            raise ValidationError(_("This is not an amount. Write it as 1149.00."), code="not_an_amount")
        return amount
