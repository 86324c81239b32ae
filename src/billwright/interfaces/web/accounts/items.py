"""The items of an account as a table: what is open, overdue or held, or all there ever was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billwright.interfaces.web.accounts.case import AccountCase
from billwright.interfaces.web.accounts.timeline import document_words
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.paging import dated_place, forward_page
from billwright.kernel.money import Money
from billwright.receivables.queries import list_items
from billwright.receivables.rows import ItemRow, OpenItemRow
from billwright.ui import tables
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, SavedView, Table, Totals

ROWS_ON_A_PAGE: Final = 50
EXPORT_ROWS_MAX: Final = 100_000
VIEWS: Final = ("open", "overdue", "held", "all")
Item = OpenItemRow | ItemRow


def view_of(request: HttpRequest) -> str:
    """Which items are asked for; the open ones unless the address says otherwise."""
    asked = request.GET.get("items", "open")
    return asked if asked in VIEWS else "open"


def items_views(request: HttpRequest, case: AccountCase) -> list[SavedView]:
    """The chips above the table, with their counts."""
    counts = {
        "open": len(case.items),
        "overdue": len(case.overdue_items),
        "held": len(case.held_items),
        "all": case.item_count,
    }
    words = {"open": _("Open"), "overdue": _("Overdue"), "held": _("Held"), "all": _("All")}
    current = view_of(request)
    return [SavedView(words[key], f"?items={key}", counts[key], key == current) for key in VIEWS]


def items_table(request: HttpRequest, case: AccountCase, *, may_hold: bool) -> Table:
    """A page of the items that the view asks for; the totals are of all of them."""
    view = view_of(request)
    columns = _columns(case, may_hold=may_hold and not tables.wants_export(request))
    if view == "all":
        found = _page_of_all(request, case)
        return Table(request, columns=columns, rows=found.rows, page=found, count=case.item_count, row_id=_id)
    rows = {"open": case.items, "overdue": case.overdue_items, "held": case.held_items}[view]
    zero = Money.zero(case.account.currency)
    totals = {
        "amount": sum((row.amount for row in rows), start=zero),
        "open": sum((row.open for row in rows), start=zero),
    }
    page = _page_at_hand(request, rows)
    return Table(
        request,
        columns=columns,
        rows=page.rows,
        page=page if len(rows) > len(page.rows) else None,
        count=len(rows),
        row_id=_id,
        label=_("Items of the account"),
        totals=[Totals(_("Total"), totals)] if len(rows) > 1 else (),
    )


def _size(request: HttpRequest) -> int:
    return EXPORT_ROWS_MAX if tables.wants_export(request) else ROWS_ON_A_PAGE


def _page_at_hand(request: HttpRequest, rows: Sequence[OpenItemRow]) -> Page[OpenItemRow]:
    """Some of the rows that the case has read anyway: drawing thousands takes seconds, reading them does not."""
    before, limit = dated_place(request.GET.get("cursor", "")), _size(request)
    after = (number for number, row in enumerate(rows, 1) if before and row.open_item_id == before[1])
    start = next(after, 0)
    return forward_page(
        rows[start : start + limit + 1], size=limit, key=lambda row: (row.document_date, row.open_item_id)
    )


def _page_of_all(request: HttpRequest, case: AccountCase) -> Page[ItemRow]:
    before, limit = dated_place(request.GET.get("cursor", "")), _size(request)
    found = list_items(account_id=case.account.id, before=before, limit=limit + 1)
    return forward_page(found, size=limit, key=lambda row: (row.document_date, row.open_item_id))


def _columns(case: AccountCase, *, may_hold: bool) -> list[Column]:
    held = {item.open_item_id: item.held for item in case.items}

    def status(item: Item) -> SafeString:
        tone, words = status_of(item, held.get(item.open_item_id), case.as_of)
        return format_html('<span class="tag" data-tone="{}">{}</span>', tone, words)

    columns = [
        Column("document", _("Document"), value=lambda item: item.shown_name, url=_url),
        Column("kind", _("Kind"), value=lambda item: document_words(item.document_kind), optional=True),
        Column("issued", _("Issued"), kind="date", value=lambda item: item.document_date, optional=True),
        Column("due", _("Due"), kind="date", value=lambda item: item.due_date),
        Column(
            "status",
            _("Status"),
            value=lambda item: status_of(item, held.get(item.open_item_id), case.as_of)[1],
            render=status,
        ),
        Column("amount", _("Total"), kind="money", bare=True, value=lambda item: item.amount, optional=True),
        Column("open", _("Open"), kind="money", bare=True, value=lambda item: item.open),
    ]
    if may_hold:
        columns.append(Column("acts", "", value=lambda _item: "", render=_acts, optional=True, align="end"))
    return columns


def status_of(item: Item, held: Money | None, as_of: date) -> tuple[str, str]:
    """The tone and the words of where an item stands on a day."""
    if not item.open:
        return "good", _("Settled")
    if item.open.amount_minor < 0:
        return "accent", _("Credit to use")
    if held:
        return "accent", _("Held") if held == item.open else _("Partly held")
    days = (as_of - item.due_date).days
    if days > 0:
        words = ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
        return ("bad" if days > 30 else "warn"), words
    if item.open != item.amount:
        return "good", _("Partly paid")
    words = ngettext("Due in %(days)d day", "Due in %(days)d days", -days) % {"days": -days}
    return "neutral", words if days else _("Due today")


def _acts(item: Any) -> SafeString | str:
    """What can be done to the row itself; its letter acts while the row has the focus."""
    if item.open.amount_minor <= 0:
        return ""
    address = f"{reverse('web:hold-new', args=[item.account_id])}?item={item.open_item_id}"
    return format_html(
        '<a class="button small bare" href="{0}" hx-get="{0}" hx-target="#drawer" aria-haspopup="dialog" data-key="h">'
        "{1}</a>",
        address,
        _("Hold"),
    )


def _url(item: Item) -> str:
    return address_of("web:invoice", item.invoice_id)


def _id(item: Item) -> int:
    return item.open_item_id
