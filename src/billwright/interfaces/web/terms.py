"""The field in which people write payment terms in parts, one part a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billwright.kernel.errors import Refusal
from billwright.org.terms_words import parse, written


class TermsField(forms.CharField):
    """Parts of payment terms, cleaned to a tuple of parts; empty: none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Payment terms in parts"))
        options.setdefault("required", False)
        options.setdefault("max_length", 2000)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}))
        options.setdefault(
            "help_text",
            _("Instead of days, one part a line: 40% after 10 days · 300.00 after 1 month · rest after 2 months"),
        )
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """Parts as they are written, one a line; what was typed stays as it was typed."""
        return value if isinstance(value, str) or value is None else "\n".join(written([part]) for part in value)

    def clean(self, value: Any) -> Any:
        """The parts. Raises ValidationError naming the line that cannot be read."""
        text = super().clean(value)
        try:
            return parse(text or "")
        except Refusal as refusal:
            raise forms.ValidationError(f"{refusal.message} {refusal.cure or ''}".strip()) from refusal
