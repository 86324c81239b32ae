"""Forms of contracts: the signed document, and its clauses as lines of text."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billwright.accounts.queries import account_ids_by_number
from billwright.interfaces.web.contracts.words import KINDS
from billwright.interfaces.web.forms import ActForm, DayField
from billwright.kernel.errors import Refusal
from billwright.subscriptions.operations import NewClause
from billwright.subscriptions.queries import ClauseRow
from billwright.workflow.signed_contracts import SignedDocument

CLAUSES_HELP = _(
    "One a line: number | text. Where a clause sets a parameter: number | text | price fee = 80.00 (or quantity, "
    "notice_days, term_months, pause_percent); a clause without one is shown as not machine-checked."
)


class WordingForm(ActForm):
    """The signed document and the clauses that it carries."""

    document = forms.FileField(
        label=_("Signed document"),
        required=False,
        max_length=200,
        help_text=_("As it was signed, up to 256 MB. It is kept with its hash and cannot be changed."),
    )
    clauses = forms.CharField(
        label=_("Clauses"),
        required=False,
        max_length=200_000,
        help_text=CLAUSES_HELP,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def clean_clauses(self) -> tuple[NewClause, ...]:
        """The clauses, one a line. A line that cannot be read is named."""
        lines = [line.strip() for line in str(self.cleaned_data["clauses"]).splitlines() if line.strip()]
        try:
            return tuple(clause_of(line, row=row) for row, line in enumerate(lines, start=1))
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ContractForm(WordingForm):
    """A contract with its first wording."""

    account = forms.CharField(label=_("Account number"), max_length=40)
    kind = forms.ChoiceField(label=_("What it is"), choices=[(key, words) for key, words in KINDS.items()])
    number = forms.CharField(label=_("Number"), max_length=40)
    title = forms.CharField(label=_("Title"), max_length=200)
    signed_on = DayField(label=_("Signed on"), required=False)
    starts_on = DayField(label=_("Holds from"))
    ends_before = DayField(label=_("Ends before"), required=False, help_text=_("Empty: without end."))
    field_order = (
        "account", "kind", "number", "title", "signed_on", "starts_on", "ends_before", "document", "clauses",
    )  # fmt: skip

    def clean_account(self) -> int:
        """The id of the account with this number."""
        number = str(self.cleaned_data["account"]).strip()
        found = account_ids_by_number([number]).get(number)
        if found is None:
            raise forms.ValidationError(_("There is no account of this number. Search for it by name with Ctrl K."))
        return found


class AmendForm(WordingForm):
    """A wording that holds from a day on."""

    valid_from = DayField(label=_("Holds from"))
    reason = forms.CharField(label=_("What was agreed"), max_length=200)
    field_order = ("valid_from", "reason", "document", "clauses")


def clause_of(line: str, *, row: int) -> NewClause:
    """The clause of a line `number | text | parameter charge = value`. Raises Refusal `clause.unreadable`."""
    number, *rest = (part.strip() for part in line.split("|"))
    if not number or not rest or not rest[0] or len(rest) > 2 or len(number) > 20:
        raise _unreadable(row)
    if len(rest) == 1:
        return NewClause(number, rest[0])
    name, equals, value = (part.strip() for part in rest[1].partition("="))
    words = name.split()
    if not equals or not value or not 1 <= len(words) <= 2:
        raise _unreadable(row)
    return NewClause(number, rest[0], words[0], value, words[1] if len(words) == 2 else "")


def _unreadable(row: int) -> Refusal:
    return Refusal(
        "clause.unreadable",
        gettext("This line is no clause."),
        row=row,
        cure=gettext("Write it as 4.1 | The monthly fee is 80.00. | price fee = 80.00"),
    )


def line_of(clause: ClauseRow) -> str:
    """A clause as the form writes it."""
    text = " ".join(clause.text.split())
    if not clause.parameter:
        return f"{clause.number} | {text}"
    named = " ".join(part for part in (clause.parameter, clause.charge_code) if part)
    return f"{clause.number} | {text} | {named} = {clause.value}"


def document_of(given: dict[str, Any]) -> SignedDocument | None:
    """The document that was sent with a form, if any."""
    file = given["document"]
    if file is None:
        return None
    name = PurePath(file.name).name
    # By its name and not as the sender says: the download tells it to a browser.
    return SignedDocument(name, mimetypes.guess_type(name)[0] or "application/octet-stream", file.read())
