"""Forms of the workspace: an act is sent with a key, so that a form sent twice does its act once."""

from __future__ import annotations

import re
import secrets
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.acting import KEY_FIELD
from billwright.ui import formats


def new_key() -> str:
    """A key that no other form carries."""
    return secrets.token_urlsafe(18)


class DayInput(forms.DateInput):
    """The browser's own date field, which speaks ISO whatever the reader's language."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


# The years of a book, as by API: what lies outside is a slip of the pen, and would overflow where terms are added.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class DayField(forms.DateField):
    """A civil date."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", DayInput())
        options.setdefault("input_formats", ["%Y-%m-%d"])
        bounds = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
        super().__init__(**{**options, "validators": [*options.get("validators", ()), *bounds]})


class ActForm(forms.Form):
    """A form that does something. Its key stays the same when the form is shown again with an error."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[KEY_FIELD] = forms.CharField(widget=forms.HiddenInput, required=False, initial=new_key)


class ReasonForm(ActForm):
    """An act that a second person must agree to, or that needs a word of why."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class AmountField(forms.CharField):
    """An amount in major units as its reader writes it, cleaned to a Decimal; its places are the verb's care.

    `1,149.00` and `1.149,00` are both read. A single mark before three digits (`1,149`) could mean either: it is read
    by the reader's own grouping.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 30)
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)

    def clean(self, value: Any) -> Decimal | None:
        """Raises ValidationError for what is not an amount."""
        text = super().clean(value)
        if not text:
            return None
        amount = read_amount(text, decimal_mark=formats.reader().number(Decimal("0.1"))[1])
        if amount is None:
            raise forms.ValidationError(_("This is not an amount. Write it as 1,149.00."))
        return amount


_AMOUNT = re.compile(r"(?P<sign>[-\N{MINUS SIGN}]?)(?P<whole>\d+|\d{1,3}(?P<group>[.,'])\d{2,3}(?:(?P=group)\d{2,3})*)")
_FRACTION = re.compile(r"(?P<mark>[.,])(?P<digits>\d+)$")


def read_amount(text: str, *, decimal_mark: str) -> Decimal | None:
    """The amount of a text, or None when it is not one. Spaces group; a lone mark is read by `decimal_mark`."""
    plain = re.sub(r"\s", "", text)
    fraction = _FRACTION.search(plain)
    digits = ""
    if fraction and not _groups(plain, fraction, decimal_mark):
        plain, digits = plain[: fraction.start()], fraction["digits"]
    whole = _AMOUNT.fullmatch(plain)
    if whole is None or (fraction and digits and whole["group"] == fraction["mark"]):
        return None
    sign = "-" if whole["sign"] else ""
    return Decimal(f"{sign}{re.sub(r'[^0-9]', '', whole['whole'])}.{digits or 0}")


def _groups(text: str, fraction: re.Match[str], decimal_mark: str) -> bool:
    """Whether the last mark groups thousands: three digits after it, and it is not the reader's decimal mark alone."""
    if len(fraction["digits"]) != 3:
        return False
    return text.count(fraction["mark"]) > 1 or fraction["mark"] != decimal_mark


class FilterForm(forms.Form):
    """What a list or a report was asked for, read from the address. A field that is missing has its default."""

    use_required_attribute = False

    def __init__(self, request: HttpRequest, **defaults: Any) -> None:
        asked = (request.POST if request.method == "POST" else request.GET).copy()
        for name, value in defaults.items():
            if not asked.get(name):
                asked[name] = value.isoformat() if isinstance(value, date) else str(value)
        super().__init__(asked)
        self.defaults = defaults
        self.prepare(request)
        self.is_valid()

    def prepare(self, request: HttpRequest) -> None:
        """Fill choices that depend on the person, before the form is read."""

    def asked(self, name: str) -> Any:
        """The value asked for; the default for a missing or unreadable one, which then carries an error."""
        value = self.cleaned_data.get(name)
        return self.defaults.get(name) if value in (None, "") else value


F = TypeVar("F", bound=forms.Form)


def way_back(request: HttpRequest, default: str) -> str:
    """The page of ours that the address names as `back`, else the default."""
    asked = request.GET.get("back", "")
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else default


def bound(form: type[F], request: HttpRequest, **initial: Any) -> F:
    """The form with what was sent, or with its first values."""
    if request.method == "POST":
        return form(request.POST, request.FILES, initial=initial)
    return form(initial=initial)
