"""Agreements with banks about collecting: what holds, entering one, ending one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.accounts.scope import chosen_entities
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import acting_entity, day_at, may_in, require_in
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, ReasonForm, bound
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import BankAccountRow, LegalEntityRow, list_all_bank_accounts, list_bank_accounts
from billwright.payments import operations
from billwright.payments.collecting_rows import AgreementRow
from billwright.payments.operations import AgreementIn
from billwright.payments.ports.collection_files import debit_schemes
from billwright.payments.queries.mandates import get_agreement, list_agreements
from billwright.ui import tables
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, Table


class AgreementForm(ActForm):
    """What was agreed with the bank."""

    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"))
    bank_account = forms.TypedChoiceField(label=gettext_lazy("Bank account"), coerce=int)
    creditor_id = forms.CharField(
        label=gettext_lazy("Number under which we collect"),
        max_length=40,
        help_text=gettext_lazy("Creditor identifier, company number, user code or utility code."),
    )
    creditor_name = forms.CharField(label=gettext_lazy("Name that payers see"), max_length=70)
    valid_from = DayField(label=gettext_lazy("From"))
    notice_days = forms.IntegerField(
        label=gettext_lazy("Days of notice to customers"),
        min_value=0,
        max_value=60,
        required=False,
        help_text=gettext_lazy("As agreed with them; empty: as the rules of the scheme say."),
    )
    fee = AmountField(
        label=gettext_lazy("Fee for a failed debit"),
        required=False,
        help_text=gettext_lazy("Charged by the product of the term fee_product; empty: none."),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms of the scheme"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("NAME=VALUE, one a line, such as lead_days=2 or service_key=…"),
    )

    def __init__(self, *args: Any, accounts: list[BankAccountRow], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scheme"].choices = [(one, one) for one in debit_schemes()]  # type: ignore[attr-defined]
        self.fields["bank_account"].choices = [  # type: ignore[attr-defined]
            (one.id, f"{one.label} ({one.currency})") for one in accounts
        ]


class EndForm(ReasonForm):
    """From which day on nothing is collected by it."""

    on = DayField(label=gettext_lazy("Ends on"))


@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    """Agreements by company and scheme, the newest first, or as a spreadsheet."""
    entities = {one.id: one for one in chosen_entities(request, "collection.view", request.GET.get("entity", ""))}
    rows = list_agreements(legal_entity_ids=list(entities))
    page = Page(rows=rows, next_cursor="", previous_cursor="")
    table = Table(request, columns=_columns(request, entities), rows=rows, page=page, label=_("Agreements"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Agreements"))
    may_set = any(may_in(request, "collection_agreement.set", id_) for id_ in entities)
    return render(request, "web/collecting/agreements.html", {"table": table, "may_set": may_set})


def _columns(request: HttpRequest, entities: dict[int, LegalEntityRow]) -> list[Column]:
    own = {one.id: one for one in list_all_bank_accounts(legal_entity_ids=entities)}

    def fee(row: AgreementRow) -> Money | None:
        return None if row.fee_minor is None else Money(row.fee_minor, own[row.bank_account_id].currency)

    def end_url(row: AgreementRow) -> str:
        may = not row.is_ended and may_in(request, "collection_agreement.end", row.legal_entity_id)
        return reverse("web:collection-agreement-end", args=[row.id]) if may else ""

    return [
        Column("scheme", gettext_lazy("Scheme"), value=lambda row: row.scheme, url=end_url),
        Column("company", gettext_lazy("Company"), value=lambda row: entities[row.legal_entity_id].code),
        Column("since", gettext_lazy("From"), kind="date", value=lambda row: row.valid_from),
        Column("state", gettext_lazy("State"), value=lambda row: _("ended") if row.is_ended else _("agreed")),
        Column("bank", gettext_lazy("Bank account"), value=lambda row: own[row.bank_account_id].label),
        Column("creditor", gettext_lazy("Our number"), value=lambda row: row.creditor_id),
        Column("name", gettext_lazy("Name that payers see"), value=lambda row: row.creditor_name, optional=True),
        Column("notice", gettext_lazy("Days of notice"), kind="number", value=lambda row: row.notice_days),
        Column("fee", gettext_lazy("Fee"), kind="money", value=fee),
        Column(
            "terms",
            gettext_lazy("Terms"),
            value=lambda row: ", ".join(f"{name}={value}" for name, value in sorted(row.terms.items())),
            wrap=True,
            hidden=True,
        ),
    ]


def _terms(text: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    if any(not name.strip() or not mark for name, mark, _value in pairs):
        raise Refusal("collection_agreement.term", _("A term is written NAME=VALUE."), field="terms")
    return {name.strip(): value.strip() for name, _mark, value in pairs}


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Enter what was agreed with a bank, from a day on."""
    entity = acting_entity(request)
    require_in(request, "collection_agreement.set", entity.id)
    accounts = list_bank_accounts(entity.id)
    posted = (request.POST,) if request.method == "POST" else ()

    return act_by_drawer(
        request,
        operations.set_agreement,
        form=AgreementForm(*posted, accounts=accounts, initial={"valid_from": day_at(request, entity.id)}),
        arguments=lambda given: {"agreement": _agreed(entity.id, accounts, given)},
        url=reverse("web:collection-agreements"),
        told=_("The agreement is entered."),
        context={
            "title": _("An agreement of %(company)s with its bank") % {"company": entity.code},
            "icon": "landmark",
            "submit": _("Enter it"),
            "follows": [("calendar", _("It replaces an earlier one of the scheme from its day on"))],
        },
    )


def _agreed(legal_entity_id: int, accounts: list[BankAccountRow], given: dict[str, Any]) -> AgreementIn:
    """The agreement as the form has it; the fee is in the currency of the bank account."""
    currency = next(one.currency for one in accounts if one.id == given["bank_account"])
    plain = ("scheme", "creditor_id", "creditor_name", "valid_from", "notice_days")
    return AgreementIn(
        legal_entity_id=legal_entity_id,
        bank_account_id=given["bank_account"],
        fee_minor=Money.of(given["fee"], currency).amount_minor if given["fee"] else None,
        terms=_terms(given["terms"]),
        **{name: given[name] for name in plain},
    )


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """End an agreement: from its day on no run of the scheme can be prepared."""
    row = get_agreement(agreement_id)
    require_in(request, "collection.view", row.legal_entity_id)
    return act_by_drawer(
        request,
        operations.end_agreement,
        form=bound(EndForm, request, on=day_at(request, row.legal_entity_id)),
        arguments=lambda given: {"legal_entity_id": row.legal_entity_id, "scheme": row.scheme, "on": given["on"]},
        url=reverse("web:collection-agreements"),
        told=_("The agreement ends."),
        context={
            "title": _("End the agreement about %(scheme)s") % {"scheme": row.scheme},
            "icon": "landmark",
            "submit": _("End it"),
            "follows": [("calendar-arrow-down", _("Runs at the bank go on; no new one of the scheme can be prepared"))],
        },
    )
