"""The items of an account as a table: what is open, overdue or held, or all there ever was."""

from __future__ import annotations

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
from billwright.interfaces.web.paging import by_days, by_ids
from billwright.kernel.money import Money
from billwright.receivables.queries import list_items, list_open_items
from billwright.receivables.rows import ItemRow
from billwright.ui import tables
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, SavedView, Table, Totals

VIEWS: Final = ("open", "overdue", "held", "all")


def view_of(request: HttpRequest) -> str:
    """Which items are asked for; the open ones unless the address says otherwise."""
    asked = request.GET.get("items", "open")
    return asked if asked in VIEWS else "open"


def items_views(request: HttpRequest, case: AccountCase) -> list[SavedView]:
    """The chips above the table, with their counts."""
    counts = {
        "open": case.figures.count,
        "overdue": case.figures.overdue_count,
        "held": len(case.held),
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
    page, (count, amount, open_) = _page_of_open(request, case, view), _sums(case, view)
    is_one_of_many = bool(page.next_cursor or request.GET.get("cursor"))
    return Table(
        request,
        columns=columns,
        rows=page.rows,
        page=page if is_one_of_many else None,
        count=count,
        row_id=_id,
        label=_("Items of the account"),
        totals=[Totals(_("Total"), {"amount": amount, "open": open_})] if count > 1 else (),
    )


def _sums(case: AccountCase, view: str) -> tuple[int, Money, Money]:
    """How many items a view has on all its pages, what they were and what of them is open."""
    figures = case.figures
    if view == "open":
        return figures.count, figures.amount, figures.open
    if view == "overdue":
        return figures.overdue_count, figures.overdue_amount, figures.overdue
    items = [case.held_items[item_id] for item_id in case.held]
    zero = Money.zero(case.account.currency)
    return len(items), sum((item.amount for item in items), start=zero), sum((item.open for item in items), start=zero)


def _page_of_open(request: HttpRequest, case: AccountCase, view: str) -> Page[ItemRow]:
    def read(after_id: int | None, limit: int) -> list[ItemRow]:
        return list_open_items(
            account_id=case.account.id,
            overdue_on=case.as_of if view == "overdue" else None,
            among=case.held if view == "held" else None,
            after_id=after_id,
            limit=limit,
        )

    return by_ids(request, read, key=_id)


def _page_of_all(request: HttpRequest, case: AccountCase) -> Page[ItemRow]:
    return by_days(
        request,
        lambda before, limit: list_items(account_id=case.account.id, before=before, limit=limit),
        key=lambda item: (item.document_date, item.open_item_id),
    )


def _columns(case: AccountCase, *, may_hold: bool) -> list[Column]:
    held = case.held

    def status(item: ItemRow) -> SafeString:
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


def status_of(item: ItemRow, held: Money | None, as_of: date) -> tuple[str, str]:
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


def _url(item: ItemRow) -> str:
    return address_of("web:invoice", item.invoice_id)


def _id(item: ItemRow) -> int:
    return item.open_item_id
