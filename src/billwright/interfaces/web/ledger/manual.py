"""Manual journals and their reversal: written by one person, posted when another agrees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from pydantic import TypeAdapter

from billwright.interfaces.web import approving
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, ReasonForm, bound
from billwright.interfaces.web.ledger.books import books_of, day_in
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.ledger import queries
from billwright.ledger.operations import ManualJournal, ManualLine, manual_draft
from billwright.ledger.operations.entries import CONTROL_ROLES
from billwright.ledger.queries import LedgerAccountRow
from billwright.org.queries import LegalEntityRow, get_legal_entity
from billwright.ui import responses

LINES_AT_FIRST = 4
LINES_ADDED = 4
LINES_MAX = 60


class JournalForm(ActForm):
    """The head of a manual journal."""

    accounting_date = DayField(label=_("Accounting date"))
    currency = forms.CharField(label=_("Currency"), max_length=3)
    narration = forms.CharField(label=_("What it is for"), max_length=200)
    reason = forms.CharField(
        label=_("Reason for whoever approves"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class LineForm(forms.Form):
    """One line: an account and either a debit or a credit."""

    use_required_attribute = False

    account = forms.TypedChoiceField(label=_("Account"), required=False, coerce=int, empty_value=None)
    debit = AmountField(label=_("Debit"), required=False)
    credit = AmountField(label=_("Credit"), required=False)
    cost_center = forms.CharField(label=_("Cost center"), required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        """A line has an account and one amount, or nothing at all."""
        line = super().clean() or {}
        amounts = [name for name in ("debit", "credit") if line.get(name) is not None]
        if self.errors or (not amounts and line.get("account") is None):
            return line
        if line.get("account") is None:
            self.add_error("account", gettext("Choose the account."))
        if len(amounts) != 1:
            self.add_error("debit", gettext("Give either a debit or a credit."))
        elif line[amounts[0]] <= 0:
            self.add_error(amounts[0], gettext("Write a positive amount in the other column instead."))
        return line

    @property
    def signed(self) -> Decimal | None:
        """Debit positive; None for an empty line."""
        line = self.cleaned_data
        if line.get("debit") is not None:
            return Decimal(line["debit"])
        return -Decimal(line["credit"]) if line.get("credit") is not None else None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a journal and send it for approval; without script, `more` gives further lines."""
    entity = books_of(request)
    require_in(request, "journal_entry.post_manual", entity.id)
    count = _line_count(request)
    lines = _lines(request, entity, count)
    if request.method != "POST":
        form = JournalForm(initial={"accounting_date": day_in(entity, request), "currency": entity.base_currency})
        return _drawer(request, entity, form, lines)
    form = JournalForm(request.POST)
    if "more" in request.POST:
        return _drawer(request, entity, JournalForm(initial=request.POST.dict()), lines)
    wrong = [line for line in lines if not line.is_valid()]
    if form.is_valid() and not wrong:
        try:
            _send(request, entity, form.cleaned_data, lines)
        except Refusal as refusal:
            _refuse(form, lines, refusal)
        else:
            return responses.done(request, f"{reverse('web:journal')}?entity={entity.code}")
    return _drawer(request, entity, form, lines)


def _line_count(request: HttpRequest) -> int:
    text = request.POST.get("line_count", "")
    count = int(text) if text.isdigit() else LINES_AT_FIRST
    return min(count + (LINES_ADDED if "more" in request.POST else 0), LINES_MAX)


def _lines(request: HttpRequest, entity: LegalEntityRow, count: int) -> list[LineForm]:
    choices = [("", ""), *((account.id, f"{account.code} {account.name}") for account in postable(entity))]
    asked = "more" not in request.POST
    lines = []
    for number in range(count):
        prefix = f"line-{number}"
        if request.method == "POST" and asked:
            line = LineForm(request.POST, prefix=prefix)
        else:
            first = {name: request.POST.get(f"{prefix}-{name}", "") for name in LineForm.base_fields}
            line = LineForm(initial=first, prefix=prefix)
        field: forms.TypedChoiceField = line.fields["account"]  # type: ignore[assignment]
        field.choices = choices
        lines.append(line)
    return lines


def postable(entity: LegalEntityRow) -> list[LedgerAccountRow]:
    """The accounts a journal may touch: control accounts are proved by items, which a journal does not have."""
    return [row for row in queries.list_accounts(entity.id) if row.active and row.role not in CONTROL_ROLES]


def _drawer(request: HttpRequest, entity: LegalEntityRow, form: JournalForm, lines: list[LineForm]) -> HttpResponse:
    context = {"form": form, "lines": lines, "entity": entity, "line_count": len(lines)}
    status = 422 if form.errors or any(line.errors for line in lines) else 200
    return responses.drawer(request, "web/ledger/new.html", context, status=status)


def _send(request: HttpRequest, entity: LegalEntityRow, head: dict[str, Any], lines: Iterable[LineForm]) -> None:
    """Check the journal as posting would, then ask. Raises Refusal with the row of the line that is wrong."""
    filled = [line for line in lines if line.signed is not None]
    journal = ManualJournal(
        legal_entity_id=entity.id,
        accounting_date=head["accounting_date"],
        narration=head["narration"],
        lines=tuple(
            ManualLine(
                ledger_account_id=line.cleaned_data["account"],
                amount=Money.of(line.signed or Decimal(0), head["currency"]),
                cost_center=line.cleaned_data["cost_center"],
            )
            for line in filled
        ),
    )
    manual_draft(journal)
    _require_open(entity, journal.accounting_date)
    approving.ask(
        request,
        "journal_entry.post_manual",
        reason=head["reason"],
        case_text=gettext("Manual journal: %(narration)s") % {"narration": journal.narration},
        arguments={"journal": TypeAdapter(ManualJournal).dump_python(journal, mode="json")},
    )


def _require_open(entity: LegalEntityRow, day: date) -> None:
    first = queries.first_open_day(legal_entity_id=entity.id, day=day)
    if first != day:
        raise Refusal(
            "period.not_open",
            gettext("The accounting period of this day is not open."),
            field="accounting_date",
            cure=gettext("The first open day is %(day)s.") % {"day": first},
        )


def _refuse(form: JournalForm, lines: list[LineForm], refusal: Refusal) -> None:
    """Put a refusal on the line it names, else on its field of the head, else above the form."""
    filled = [line for line in lines if line.signed is not None]
    if refusal.row is not None and 0 < refusal.row <= len(filled):
        words = " ".join(part for part in (refusal.message, refusal.cure) if part)
        filled[refusal.row - 1].add_error("account", words)
        return
    responses.refuse_on_form(form, refusal)


class ReverseForm(ReasonForm):
    """When the opposite is booked, and why."""

    on = DayField(label=_("Accounting date of the reversal"))


@require_http_methods(["GET", "POST"])
def reverse_journal(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Ask that a manual journal be reversed by its opposite."""
    entry = queries.get_entry(entry_id)
    require_in(request, "journal_entry.reverse", entry.legal_entity_id)
    if entry.reversed_by_id is not None:
        raise Conflict("entry.already_reversed", gettext("Entry %(id)d was reversed before.") % {"id": entry_id})
    entity = get_legal_entity(legal_entity_id=entry.legal_entity_id)
    form = bound(ReverseForm, request, on=day_in(entity, request))
    if request.method == "POST" and form.is_valid():
        try:
            approving.ask(
                request,
                "journal_entry.reverse",
                reason=form.cleaned_data["reason"],
                case_text=gettext("Reverse entry %(id)d: %(narration)s")
                % {"id": entry_id, "narration": entry.narration},
                arguments={"entry_id": entry_id, "on": form.cleaned_data["on"].isoformat()},
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return responses.done(request, reverse("web:journal-entry", args=[entry_id]))
    context = {"form": form, "entry": entry, "entity": entity}
    return responses.drawer(request, "web/ledger/reverse.html", context, status=422 if form.errors else 200)
