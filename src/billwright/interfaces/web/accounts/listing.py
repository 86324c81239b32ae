"""The list of accounts: found by what people know, filtered, in the order of what is owed."""

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

from billwright.interfaces.web.accounts.choices import STANDINGS, STATES, choices, words_of
from billwright.interfaces.web.accounts.scope import chosen_entities, today, visible_entities
from billwright.interfaces.web.acting import may
from billwright.reporting.account_list import (
    AccountLine,
    AccountListPage,
    AccountQuestion,
    Place,
    Sort,
    each_account_with_debts,
    list_accounts_with_debts,
)
from billwright.ui import keyset, tables
from billwright.ui.keyset import Cursor, Order, Page
from billwright.ui.tables import Column, SavedView, Table, Totals

ROWS_ON_A_PAGE: Final = 50
DAYS_BAD: Final = 30


class AccountFilter(forms.Form):
    """What the list shows; the companies and currencies are those that the person may see."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("Name, number, e-mail, telephone"), "type": "search"}
        ),
    )
    entity = forms.ChoiceField(label=gettext_lazy("Company"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    standing = forms.ChoiceField(
        label=gettext_lazy("Stands"), required=False, choices=choices(STANDINGS, empty=gettext_lazy("Any"))
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=choices(STATES, empty=gettext_lazy("Any"))
    )

    def __init__(self, *args: Any, entities: list[tuple[str, str]], currencies: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["entity"]).choices = [("", _("All")), *entities]
        cast("forms.ChoiceField", self.fields["currency"]).choices = [
            ("", _("All")),
            *((code, code) for code in currencies),
        ]


@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """A page of accounts with what they owe, or all of them as a spreadsheet."""
    entities = visible_entities(request, "account.view")
    filters = AccountFilter(
        request.GET,
        entities=[(entity.code, entity.name) for entity in entities],
        currencies=sorted({entity.base_currency for entity in entities}),
    )
    filters.is_valid()
    columns = _columns({entity.id: entity.code for entity in entities})
    question, order = _question(request, filters, columns)
    if tables.wants_export(request):
        everything = Table(request, columns=columns, rows=())
        return tables.export(everything, title=_("Accounts"), rows=each_account_with_debts(question))
    place = _place(request.GET.get("cursor", ""))
    found = list_accounts_with_debts(question, place=place, limit=ROWS_ON_A_PAGE)
    table = Table(
        request,
        columns=columns,
        rows=found.rows,
        page=_page(found),
        order=order,
        count=found.count,
        counts_at_most=found.counts_at_most,
        totals=_totals(found),
        chips=tables.chips_of(request, filters),
        label=_("Accounts"),
        row_tone=lambda line: "bad" if (line.days_overdue or 0) > DAYS_BAD else "",
    )
    context = {
        "table": table,
        "filters": filters,
        "views": _views(filters.cleaned_data.get("standing", "")),
        "may_create": may(request, "customer.create"),
        "is_narrowed": bool(table.chips),
    }
    return render(request, "web/accounts/list.html", context)


def _question(request: HttpRequest, filters: AccountFilter, columns: list[Column]) -> tuple[AccountQuestion, Order]:
    asked = filters.cleaned_data
    order = tables.order_of(request, columns, default=Order("overdue", descending=True))
    entities = chosen_entities(request, "account.view", asked.get("entity", ""))
    question = AccountQuestion(
        as_of=today(request),
        legal_entity_ids=tuple(entity.id for entity in entities),
        text=asked.get("q", ""),
        currency=asked.get("currency", ""),
        standing=asked.get("standing", ""),
        state=asked.get("state", ""),
        sort=cast("Sort", order.field),
        descending=order.descending,
    )
    return question, order


def _columns(codes: dict[int, str]) -> list[Column]:
    return [
        Column("number", _("Account"), value=lambda line: line.number, url=_url, sortable=True, sort_field="opened"),
        Column("name", _("Name"), value=lambda line: line.shown_name, url=_url),
        Column("reference", _("Reference"), value=lambda line: line.reference, hidden=True),
        Column("entity", _("Company"), value=lambda line: codes.get(line.legal_entity_id, ""), optional=True),
        Column("state", _("State"), value=lambda line: words_of(STATES, line.state), render=_state, optional=True),
        Column("open", _("Open"), kind="money", value=lambda line: line.open, sortable=True),
        Column("overdue", _("Overdue"), kind="money", value=lambda line: line.overdue or None, sortable=True),
        Column(
            "oldest",
            _("Oldest"),
            kind="number",
            value=lambda line: line.days_overdue,
            render=_oldest,
            sortable=True,
            optional=True,
        ),
        Column(
            "unallocated",
            _("Unallocated"),
            kind="money",
            value=lambda line: line.unallocated or None,
            sortable=True,
            optional=True,
        ),
    ]


def _url(line: AccountLine) -> str:
    return reverse("web:account", args=[line.id])


def _state(line: AccountLine) -> SafeString:
    tone = "good" if line.state == "OPEN" else "neutral"
    return format_html('<span class="tag" data-tone="{}">{}</span>', tone, words_of(STATES, line.state))


def _oldest(line: AccountLine) -> SafeString | str:
    if line.days_overdue is None:
        return format_html('<span class="muted" aria-hidden="true">{}</span>', "–")
    tone = "bad" if line.days_overdue > DAYS_BAD else "warn"
    words = ngettext("%(days)d day", "%(days)d days", line.days_overdue) % {"days": line.days_overdue}
    return format_html('<span class="tag" data-tone="{}">{}</span>', tone, words)


def _totals(found: AccountListPage) -> list[Totals]:
    return [
        Totals(
            _("Total %(currency)s") % {"currency": total.currency},
            {"open": total.open, "overdue": total.overdue, "unallocated": total.unallocated},
        )
        for total in found.totals
        if total.open or total.unallocated or len(found.totals) == 1
    ]


def _views(standing: str) -> list[SavedView]:
    named = (
        ("", _("All")),
        ("overdue", _("Overdue")),
        ("unattended", _("Unattended")),
        ("unallocated", _("Unallocated money")),
    )
    return [SavedView(label, f"?standing={key}" if key else "?", current=standing == key) for key, label in named]


def _place(text: str) -> Place | None:
    if not text:
        return None
    cursor = keyset.decode(text)
    if not isinstance(cursor.value, int) or not isinstance(cursor.id, int):
        raise keyset.UnreadableCursor
    return Place(cursor.value, cursor.id, cursor.backward)


def _page(found: AccountListPage) -> Page[AccountLine]:
    def cursor(place: Place | None) -> str:
        return "" if place is None else keyset.encode(Cursor(place.figure, place.id, place.backward))

    return Page(rows=found.rows, next_cursor=cursor(found.following), previous_cursor=cursor(found.preceding))
