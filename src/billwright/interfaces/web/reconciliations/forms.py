"""Forms of the workbench."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.forms import ActForm, DayField
from billwright.interfaces.web.reconciliations.words import CONTENTS
from billwright.receivables.reconciliation_rows import Columns
from billwright.receivables.states import TheirContent

COLUMN_FIELDS: Final = {
    "number": _("Number of the document"),
    "dated_on": _("Date"),
    "amount": _("Amount"),
    "debit": _("Debit: what they owe more"),
    "credit": _("Credit: what they owe less"),
    "currency": _("Currency"),
    "account": _("Account"),
    "text": _("Text"),
}
STYLES: Final = ((".", ","), (",", "."), (".", ""), (",", ""), (".", " "), (",", " "), (".", "'"))


class StartForm(ActForm):
    """Which accounts are compared with what, as of when."""

    accounts = forms.CharField(
        label=_("Accounts"), max_length=2000,
        help_text=_("Numbers with a space between; of one customer, any company."),
        widget=forms.TextInput(attrs={"placeholder": "BA-00000017"}),
    )  # fmt: skip
    content = forms.ChoiceField(label=_("What they sent"), choices=list(CONTENTS.items()))
    as_of = DayField(label=_("As of"))
    since = DayField(label=_("From"), required=False, help_text=_("For movements; empty: from their first line."))
    timing_days = forms.IntegerField(
        label=_("Days on which something may be on its way"), min_value=0, max_value=90, initial=5
    )
    title = forms.CharField(label=_("Title"), max_length=120, required=False)

    def clean_content(self) -> TheirContent:
        """The content as its own type."""
        return TheirContent(self.cleaned_data["content"])

    def clean_accounts(self) -> list[str]:
        """The numbers."""
        return [number for number in re.split(r"[\s,;]+", self.cleaned_data["accounts"]) if number]


class PaperForm(ActForm):
    """A file of theirs."""

    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX, or a PDF with text."))
    account = forms.TypedChoiceField(label=_("Whose it is"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, accounts: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("As its column says")), *((str(id_), name) for id_, name in accounts)]
        cast("forms.ChoiceField", self.fields["account"]).choices = choices


class ColumnsForm(ActForm):
    """Which of their columns says what."""

    def __init__(self, *args: Any, headings: Sequence[str], found: Columns, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("None")), *((heading, heading) for heading in headings if heading)]
        for name, label in COLUMN_FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, required=False, initial=getattr(found, name)
            )
        self.fields["date_format"] = forms.CharField(
            label=_("Dates are written"), required=False, initial=found.date_format, max_length=20,
            help_text=_("As d/m/Y, m/d/Y, Y-m-d; empty: as fits most."),
        )  # fmt: skip
        self.fields["style"] = forms.ChoiceField(
            label=_("Numbers are written"),
            choices=[(str(place), f"1{group}234{mark}50") for place, (mark, group) in enumerate(STYLES)],
            initial=str(STYLES.index((found.decimal, found.thousands))),
        )
        self.fields["is_turned"] = forms.BooleanField(
            label=_("Their sign is the other way round: what they owe is negative"), required=False,
            initial=found.is_turned,
        )  # fmt: skip

    def columns(self) -> Columns:
        """What was chosen."""
        given = self.cleaned_data
        decimal, thousands = STYLES[int(given["style"])]
        return Columns(
            **{name: given[name] for name in COLUMN_FIELDS},
            date_format=given["date_format"],
            decimal=decimal,
            thousands=thousands,
            is_turned=given["is_turned"],
        )


class ExplainForm(ActForm):
    """Why findings differ."""

    text = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SignForm(ActForm):
    """What the person who signs wants kept."""

    note = forms.CharField(label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))
