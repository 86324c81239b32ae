"""Forms of the workspace: an act is sent with a key, so that a form sent twice does its act once."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.acting import KEY_FIELD


def new_key() -> str:
    """A key that no other form carries."""
    return secrets.token_urlsafe(18)


class DayInput(forms.DateInput):
    """The browser's own date field, which speaks ISO whatever the reader's language."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A civil date."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", DayInput())
        options.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**options)


class ActForm(forms.Form):
    """A form that does something. Its key stays the same when the form is shown again with an error."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[KEY_FIELD] = forms.CharField(widget=forms.HiddenInput, required=False, initial=new_key)


class ReasonForm(ActForm):
    """An act that a second person must agree to, or that needs a word of why."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


def bound(form: type[forms.Form], request: HttpRequest, **initial: Any) -> Any:
    """The form with what was sent, or with its first values."""
    if request.method == "POST":
        return form(request.POST, request.FILES, initial=initial)
    return form(initial=initial)


def asked_day(request: HttpRequest, name: str, default: date) -> date:
    """A day of the address, or the default when it is missing or not a date."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return default
