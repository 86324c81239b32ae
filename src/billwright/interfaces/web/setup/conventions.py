"""Conventions of the company: what each decides, what it is, and what it would be by default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.acting import at_of, perform
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.setup.forms import ConventionForm
from billwright.interfaces.web.setup.steps import entity_of, form_drawer, step_page
from billwright.kernel.clock import business_date
from billwright.kernel.errors import NotFound, Refusal
from billwright.org.conventions import OPTIONS, SUPPORTED, default
from billwright.org.operations import SERIES_BEGIN, set_convention
from billwright.org.queries import LegalEntityRow, list_conventions
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, Table

VERB = "legal_entity.set_convention"

EXPLAINED: Final[dict[str, str | Promise]] = {
    "day_count": _("How many days a part of a period counts."),
    "stub": _("Whether a short first period is shared out by the days of the full period or by its own."),
    "anchor": _("Which day a period begins on."),
    "change_day": _("Which price holds on the day of a change."),
    "termination_day": _("Whether the day of the end is still billed."),
    "trial_end": _("Whether the end of a trial splits a period."),
    "arrears_on": _("On which day a charge in arrears falls due to be billed."),
    "correction": _("Whether a correction is a negative line of the next invoice or a credit note of its own."),
    "negative_total": _("What happens when an invoice would be below zero."),
    "credit_use": _("Whether credit settles what is open first or waits for the next invoice."),
    "credit_cap": _("How much of a line can be credited."),
    "first_tier_flat_at_zero": _("Whether the flat fee of the first tier is owed without usage."),
    "minimum_proration": _("Whether a minimum is shared out with the fee."),
    "late_usage": _("What happens to usage that arrives after its period was billed."),
    "rounding": _("Where amounts are rounded."),
    "tax_rounding": _("Whether tax is rounded once a rate on the document or on each line."),
    "tax_prices": _("Whether prices are without tax or with it."),
    "discount_tax": _("Whether a discount lowers the base of tax."),
    "discount_limits": _("Whether discounts come before minimum and maximum."),
    "interest": _("How interest on late payment is summed."),
    "zero_lines": _("Whether lines of nothing are printed."),
    "e_invoice": _("Who must get electronic invoices."),
    "statement_schedule": _("When statements of account go out by themselves, to all whose balance is not zero."),
    "bill_run_schedule": _("Whether a bill run starts by itself each night, and how far it goes."),
    "debit_news": _("Whether customers hear by mail of debits to come or failed, and of cards and mandates that end."),
    "payment_links": _("Whether mails about what is owed carry a link to a page on which it is paid."),
    "card_runs": _("Whether what is due is debited each morning from the cards and wallets that customers keep here."),
}
VALUES: Final[dict[str, str | Promise]] = {
    "actual": _("the days of the calendar"),
    "none": _("no sharing out: whole periods"),
    "negative_line": _("a negative line"),
    "credit_note": _("a credit note"),
    "open_first": _("what is open first"),
    "next_invoice": _("the next invoice"),
    "rate_group": _("once a rate"),
    "line": _("on each line"),
    "drop": _("left out"),
    "keep": _("printed"),
    "nobody": _("nobody"),
    "organizations": _("customers that are organizations"),
    "everybody": _("every customer"),
    "never": _("not by itself"),
    "send": _("by mail, in their language"),
    "with_mails": _("invoices, debit notes, reminders and statements do"),
    "prepare": _("prepared by itself, left for approval"),
    "debit": _("prepared, approved and debited each morning"),
    "issue": _("prepared, approved and issued each night"),
    "monthly": _("in the first days of a month"),
    "quarterly": _("in the first days of a quarter"),
    "aligned_period": _("the full period"),
    "account": _("the cycle day of the account"),
    "new_price": _("the new price"),
    "free": _("not owed"),
    "splits": _("it splits the period"),
    "day_after": _("the day after the period"),
    "account_credit": _("it becomes credit of the account"),
    "line_amount": _("the amount of the line"),
    "as_the_fee": _("as the fee"),
    "bill": _("it is proposed for billing"),
    "line_half_up": _("on each line, half up"),
    "exclusive": _("without tax"),
    "before_tax": _("it does"),
    "before_limits": _("they do"),
    "exact": _("exactly, rounded once"),
}
# What follows from a choice that does not touch amounts.
FOLLOWS: Final[dict[str, str | Promise]] = {
    "e_invoice": _("A bill run issues nothing to them whose lines would not be rounded."),
    "statement_schedule": _("Statements go out from then on in the first days of a month."),
    "bill_run_schedule": _("With “issued each night” your choice stands for the second person of every approval."),
    "debit_news": _("What is told follows the rules of schemes; disputes are answered by a person."),
    "payment_links": _("Each mail has a link of its own, open for 30 days. Needs the address of this installation."),
    "card_runs": _("With “debited each morning” your choice stands for the second person of every approval."),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One convention as it stands."""

    option: str
    value: str
    since: date | None
    choices: tuple[str, ...]

    @property
    def is_default(self) -> bool:
        return self.value == default(self.option)


def in_words(value: str) -> str:
    """A value as people read it."""
    return str(VALUES.get(value, value.replace("_", " ")))


def chosen(entity: LegalEntityRow, on: date) -> list[Chosen]:
    """Every convention with what holds on a day."""
    own = list_conventions(legal_entity_id=entity.id, on=on)
    return [
        Chosen(
            option=option,
            value=own[option].value if option in own else default(option),
            since=own[option].valid_from if option in own else None,
            choices=SUPPORTED.get(option, (default(option),)),
        )
        for option in OPTIONS
    ]


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The table of conventions."""
    entity = entity_of(request, code)
    rows = chosen(entity, business_date(at_of(request), entity.timezone))
    columns = _columns(entity, may_change=may_in(request, VERB, entity.id))
    table = Table(request, columns=columns, rows=rows, label=_("Conventions"))
    if tables.wants_export(request):
        return tables.export(table, title=f"{entity.code} conventions")
    return step_page(request, entity, "conventions", verb=VERB, context={"table": table})


def _since(row: Chosen) -> date | None:
    """Since when the company's own choice holds; what holds from the beginning of time has no day."""
    return None if row.since == SERIES_BEGIN else row.since


def _columns(entity: LegalEntityRow, *, may_change: bool) -> list[Column]:
    def change_button(row: Chosen) -> SafeString:
        if not may_change or len(row.choices) < 2:
            return format_html('<span class="muted only-wide">{}</span>', gettext("only this one for now"))
        url = reverse("web:setup-convention-change", args=[entity.code, row.option])
        return format_html(
            '<a class="button small" id="change-{1}" href="{0}" hx-get="{0}" hx-target="#drawer"'
            ' aria-haspopup="dialog">{2}</a>',
            url,
            row.option,
            gettext("Change"),
        )

    def value_tag(row: Chosen) -> SafeString:
        tone = "neutral" if row.is_default else "accent"
        return format_html('<span class="tag" data-tone="{}">{}</span>', tone, in_words(row.value))

    return [
        Column("decides", _("What it decides"), value=lambda row: EXPLAINED[row.option], wrap=True),
        Column("value", _("Here"), value=lambda row: in_words(row.value), render=value_tag),
        Column("default", _("By default"), value=lambda row: in_words(default(row.option)), optional=True),
        Column("since", _("Since"), kind="date", value=_since, optional=True),
        Column("option", _("Name in files"), value=lambda row: row.option, optional=True, hidden=True),
        Column("choices", "", value=lambda row: ", ".join(row.choices), render=change_button, align="end"),
    ]


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str, option: str) -> HttpResponse:
    """Choose another value from a day on."""
    entity = entity_of(request, code, right=VERB)
    today = business_date(at_of(request), entity.timezone)
    row = next((one for one in chosen(entity, today) if one.option == option), None)
    if row is None:
        raise NotFound("convention.unknown_option", gettext("There is no such convention."))
    form = bound(ConventionForm, request, value=row.value, valid_from=today)
    field: forms.ChoiceField = form.fields["value"]  # type: ignore[assignment]
    field.choices = [(value, in_words(value)) for value in row.choices]
    if request.method == "POST" and form.is_valid():
        try:
            perform(
                request,
                set_convention,
                legal_entity_id=entity.id,
                option=option,
                value=form.cleaned_data["value"],
                valid_from=form.cleaned_data["valid_from"],
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The convention holds from that day."))
            return responses.done(request, reverse("web:setup-conventions", args=[code]))
    follows = (FOLLOWS.get(option, _("Amounts computed for days from then on can change. What is issued stays.")),)
    return form_drawer(request, form, title=EXPLAINED[option], icon="sliders-horizontal", follows=follows)
