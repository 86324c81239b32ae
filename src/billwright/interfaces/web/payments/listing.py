"""The list of receipts: what came, from whom, and what of it still waits."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from billwright.interfaces.web.accounts.choices import Words, choices
from billwright.interfaces.web.accounts.scope import chosen_entities, today, visible_entities
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.forms import DayField
from billwright.interfaces.web.paging import dated_place
from billwright.interfaces.web.receivables.forms import METHODS
from billwright.payments.states import PaymentState
from billwright.reporting.payment_list import (
    PaymentLine,
    PaymentListPage,
    PaymentQuestion,
    each_payment_with_rest,
    list_payments_with_rest,
)
from billwright.reporting.size import COUNTED_MAX
from billwright.ui import keyset, tables
from billwright.ui.keyset import Cursor, Page
from billwright.ui.tables import Column, SavedView, Table, Totals

ROWS_ON_A_PAGE: Final = 50
DAYS_BAD: Final = 30
STATES: Final[Words] = {
    PaymentState.RECEIVED: gettext_lazy("Received"),
    PaymentState.RETURNED: gettext_lazy("Taken back"),
}
STANDINGS: Final[Words] = {
    "waiting": gettext_lazy("With money that waits"),
    "suspense": gettext_lazy("Payer not known"),
}


class PaymentFilter(forms.Form):
    """What the list shows."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Number, reference, payer"), "type": "search"}),
    )
    entity = forms.ChoiceField(label=gettext_lazy("Company"), required=False)
    standing = forms.ChoiceField(
        label=gettext_lazy("Money"), required=False, choices=choices(STANDINGS, empty=gettext_lazy("Any"))
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Method"), required=False, choices=choices(METHODS, empty=gettext_lazy("Any"))
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=choices(STATES, empty=gettext_lazy("Any"))
    )
    since = DayField(label=gettext_lazy("From"), required=False)
    until = DayField(label=gettext_lazy("To"), required=False)
    account = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["entity"]).choices = [("", _("All")), *entities]


@require_GET
def payment_list(request: HttpRequest) -> HttpResponse:
    """A page of receipts, or all of them as a spreadsheet."""
    entities = visible_entities(request, "payment.view")
    filters = PaymentFilter(request.GET, entities=[(entity.code, entity.name) for entity in entities])
    filters.is_valid()
    question = _question(request, filters)
    columns = _columns({entity.id: entity.code for entity in entities})
    if tables.wants_export(request):
        everything = Table(request, columns=columns, rows=())
        return tables.export(everything, title=_("Payments"), rows=each_payment_with_rest(question))
    after = dated_place(request.GET.get("cursor", ""))
    found = list_payments_with_rest(question, after=after, limit=ROWS_ON_A_PAGE)
    table = Table(
        request,
        columns=columns,
        rows=found.rows,
        page=_page(found),
        count=found.count,
        counts_at_most=COUNTED_MAX,
        totals=_totals(found),
        chips=tables.chips_of(request, filters),
        label=_("Payments"),
        row_tone=lambda line: "warn" if (line.days_waiting or 0) > DAYS_BAD else "",
    )
    context = {
        "table": table,
        "filters": filters,
        "views": _views(filters.cleaned_data.get("standing", "")),
        "may_receive": may(request, "payment.receive"),
        "is_narrowed": bool(table.chips),
    }
    return render(request, "web/payments/list.html", context)


def _question(request: HttpRequest, filters: PaymentFilter) -> PaymentQuestion:
    asked = filters.cleaned_data
    entities = chosen_entities(request, "payment.view", asked.get("entity", ""))
    standing = asked.get("standing", "")
    return PaymentQuestion(
        as_of=today(request),
        legal_entity_ids=tuple(entity.id for entity in entities),
        text=asked.get("q", ""),
        method=asked.get("method", ""),
        state=asked.get("state", ""),
        standing=standing,
        since=asked.get("since"),
        until=asked.get("until"),
        account_id=asked.get("account"),
        # Money that waits is worked off from the one that has waited longest.
        newest_first=not standing,
    )


def _columns(codes: dict[int, str]) -> list[Column]:
    return [
        Column("number", _("Payment"), value=lambda line: line.number or f"#{line.id}", url=_url),
        Column("value_date", _("Value date"), kind="date", value=lambda line: line.value_date),
        Column("account", _("Account"), value=_account, url=_account_url),
        Column("payer", _("Paid by"), value=lambda line: line.payer_name, hidden=True),
        Column("entity", _("Company"), value=lambda line: codes.get(line.legal_entity_id, ""), optional=True),
        Column("method", _("Method"), value=lambda line: METHODS.get(line.method, line.method), optional=True),
        Column("reference", _("Reference"), value=lambda line: line.reference, optional=True),
        Column("amount", _("Amount"), kind="money", value=lambda line: line.amount),
        Column("left", _("Waits"), kind="money", value=lambda line: line.left or None),
        Column("days", _("Since"), kind="number", value=lambda line: line.days_waiting, render=_waiting, optional=True),
    ]


def _url(line: PaymentLine) -> str:
    return reverse("web:payment", args=[line.id])


def _account(line: PaymentLine) -> str:
    return line.account_name or line.payer_name or _("Not known yet")


def _account_url(line: PaymentLine) -> str:
    return reverse("web:account", args=[line.account_id]) if line.account_id else ""


def _waiting(line: PaymentLine) -> SafeString | str:
    if line.state == PaymentState.RETURNED:
        return format_html('<span class="tag" data-tone="bad">{}</span>', STATES[PaymentState.RETURNED])
    if line.days_waiting is None:
        return format_html('<span class="tag" data-tone="good">{}</span>', _("Allocated"))
    tone = "bad" if line.days_waiting > DAYS_BAD else "warn"
    words = ngettext("%(days)d day", "%(days)d days", line.days_waiting) % {"days": line.days_waiting}
    label = f"{_('Suspense')} · {words}" if line.in_suspense else words
    return format_html('<span class="tag" data-tone="{}">{}</span>', tone, label)


def _totals(found: PaymentListPage) -> list[Totals]:
    return [
        Totals(_("Total %(currency)s") % {"currency": total.currency}, {"amount": total.amount, "left": total.left})
        for total in found.totals
    ]


def _views(standing: str) -> list[SavedView]:
    named = (("", _("All")), ("waiting", _("Waiting")), ("suspense", _("Suspense")))
    return [SavedView(label, f"?standing={key}" if key else "?", current=standing == key) for key, label in named]


def _page(found: PaymentListPage) -> Page[PaymentLine]:
    following = keyset.encode(Cursor(*found.following)) if found.following else ""
    return Page(rows=found.rows, next_cursor=following, previous_cursor="")
