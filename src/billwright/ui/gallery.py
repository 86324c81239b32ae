"""Invented figures for the gallery. Nobody and nothing here exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html, strip_tags

from billwright.kernel.errors import NotAllowed
from billwright.kernel.money import Money
from billwright.ui import charts
from billwright.ui.keyset import Order, Page
from billwright.ui.shell import EntityChoice, Shell
from billwright.ui.tables import Chip, Column, SavedView, Table, Totals, chips_of, order_of
from billwright.ui.templatetags import ui_tags

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
OPEN_AMOUNT = Decimal("98114.52")
ROWS = 12


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the example list."""

    id: int
    number: str
    issued: date
    due: date
    status: str
    tone: str
    total: Money
    open: Money
    next_step: str


class PaymentForm(forms.Form):
    """One field of each widget."""

    amount = forms.DecimalField(
        label="Amount (EUR)", initial="12480.00", help_text="As it stands on the bank statement."
    )
    value_date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), initial=date(2026, 11, 20))
    method = forms.ChoiceField(choices=[("bank", "Bank transfer"), ("card", "Card"), ("cash", "Cash")])
    reference = forms.CharField(required=False)
    channel = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("phone", "Phone"), ("mail", "E-mail")], required=False
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    receipt = forms.BooleanField(label="Send a receipt to the payer", required=False)
    proof = forms.FileField(required=False)


class ListFilter(forms.Form):
    """The filters of the example list."""

    status = forms.ChoiceField(required=False, choices=[("", "Any"), ("overdue", "Overdue"), ("disputed", "Disputed")])
    due_from = forms.DateField(required=False, label="Due from", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(required=False, label="Number contains")


def items() -> list[Item]:
    """Twelve open items."""
    states = [
        ("62 days overdue", "bad", "Call, level 2"),
        ("31 days overdue", "bad", "Reminder 2"),
        ("24 days overdue", "warn", "Reminder 1"),
        ("Disputed", "accent", "Await proof"),
        ("Due in 4 days", "neutral", ""),
        ("Partly paid", "good", ""),
    ]
    rows = []
    for n in range(ROWS):
        status, tone, step = states[n % len(states)]
        issued = date(2026, 8, 3) + timedelta(days=7 * n)
        total, still_open = Money(921480 + 73117 * n, "EUR"), Money(921480 + 41203 * n, "EUR")
        number = f"2026-{issued.month:02}-{412 + 17 * n:05}"
        rows.append(Item(n + 1, number, issued, issued + timedelta(days=30), status, tone, total, still_open, step))
    return rows


def _status(item: Item) -> str:
    return format_html('<span class="tag" data-tone="{}">{}</span>', item.tone, item.status)


COLUMNS = [
    Column("number", "Document", value=lambda i: i.number, url=lambda i: f"?part=list&q={i.number}", sortable=True),
    Column("issued", "Issued", kind="date", value=lambda i: i.issued, optional=True, sortable=True),
    Column("due", "Due", kind="date", value=lambda i: i.due, optional=True, sortable=True),
    Column("status", "Status", value=lambda i: i.status, render=_status),
    Column("total", "Total", kind="money", value=lambda i: i.total, bare=True, optional=True),
    Column("open", "Open", kind="money", value=lambda i: i.open, bare=True, url=lambda i: "?part=list"),  # noqa: ARG005
    Column("next", "Next step", value=lambda i: i.next_step, optional=True),
    Column(
        "share",
        "Share",
        kind="percent",
        value=lambda i: Decimal(i.open.amount_minor) / i.total.amount_minor,
        hidden=True,
    ),
]


def table(request: HttpRequest) -> Table:
    """The example list as a table."""
    rows = items()
    still_open = sum((row.open for row in rows), Money.zero("EUR"))
    total = sum((row.total for row in rows), Money.zero("EUR"))
    return Table(
        request,
        columns=COLUMNS,
        rows=rows,
        page=Page(rows=rows, next_cursor="next", previous_cursor=""),
        totals=[Totals("12 items", {"total": total, "open": still_open})],
        count=214,
        selectable=True,
        label="Open items",
        order=order_of(request, COLUMNS, default=Order("due")),
    )


def list_context(request: HttpRequest) -> dict[str, Any]:
    """The context of the example list page."""
    filters = ListFilter(request.GET)
    filters.is_valid()
    listed = table(request)
    listed.chips = [*chips_of(request, filters), Chip("Collector", "Maren Koch", "?part=list")]
    views = [
        SavedView("Open", "?part=list", 12, current=True),
        SavedView("Overdue", "?part=list&status=overdue", 8),
        SavedView("Disputed", "?part=list&status=disputed", 1),
        SavedView("All", "?part=list&all=1", 214),
    ]
    return {"table": listed, "filters": filters, "views": views, "shell": shell(), "now": NOW}


def shell() -> Shell:
    """An invented person at an invented company."""
    return Shell(
        person_name="Maren Koch",
        home_url="?",
        search_url="?",
        suggest_url="?part=suggest",
        entity_name="Alster Cloud",
        entities=(EntityChoice("AC", "Alster Cloud GmbH", current=True), EntityChoice("KW", "Kaap Web (Pty) Ltd")),
        switch_entity_url="?",
        profile_url="?",
        log_out_url="?",
        is_invented=True,
    )


def page_context(request: HttpRequest) -> dict[str, Any]:
    """The context of the gallery."""
    months = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    return {
        "shell": shell(),
        "now": NOW,
        "table": table(request),
        "form": PaymentForm(initial={"receipt": True}),
        "wrong_form": _wrong_form(),
        "ageing": _ageing(),
        "trend": _trend(months),
        "stacked": _stacked(months[-6:]),
        "spark": charts.sparkline([41, 44, 43, 47, 52, 49, 47], title="Days to pay", words="41 to 47 days"),
        "events": _events(),
        "steps": _steps(),
        "open_total": Money(9811452, "EUR"),
        "negative": Money(-1250000, "ZAR"),
    }


def drawer_context() -> dict[str, Any]:
    """The context of the example drawer."""
    return {"form": PaymentForm(), "now": NOW, "shell": shell(), "after": Money(8563452, "EUR"), "rows": items()[:3]}


def refusal() -> NotAllowed:
    """A refusal as an operation raises it."""
    return NotAllowed(
        "authority.above_limit",
        "A write-off of 12,480.00 EUR is above your limit of 5,000.00 EUR.",
        rule="authority.above_limit",
        who_may=("Team lead", "Finance manager"),
        cure="Ask one of them, or write off a smaller part.",
    )


def suggestions(text: str) -> dict[str, Any]:
    """What the search box suggests: groups of hits."""
    hits = [
        {"label": f"Northwind {word}", "note": "C-100482", "url": "?", "icon": "users"} for word in ("Freight", "Foods")
    ]
    return {"groups": [{"label": "Accounts", "hits": hits}] if text else [], "text": text}


def progress(done: str) -> dict[str, Any]:
    """A run that advances by each question."""
    count = min(2000, (int(done) if done.isdigit() else 0) + 160)
    return {"done": count, "total": 2000, "next": f"?part=progress&done={count}" if count < 2000 else ""}


def _wrong_form() -> PaymentForm:
    form = PaymentForm({"amount": "12,48.00", "value_date": "", "method": "bank"}, prefix="")
    form.is_valid()
    return form


def _words(minor: int) -> str:
    return strip_tags(ui_tags.money(minor, "EUR", bare=True))


def _ageing() -> charts.Chart:
    buckets = [
        ("Not due", 3821044),
        ("1–30 days", 2740510),
        ("31–60 days", 1988418),
        ("61–90 days", 921480),
        ("over 90 days", 340000),
    ]
    points = [charts.Point(label, minor, _words(minor), url="?part=list") for label, minor in buckets]
    return charts.ageing(points, title="Ageing of open items, EUR")


def _trend(months: list[str]) -> charts.Chart:
    billed = [510, 498, 530, 541, 560, 552, 571, 590, 604, 598, 612, 640]
    paid = [480, 505, 470, 550, 530, 548, 560, 540, 590, 601, 580, 602]
    series = [
        charts.Series("Billed", billed, [_words(v * 100000) for v in billed]),
        charts.Series("Paid", paid, [_words(v * 100000) for v in paid]),
    ]
    return charts.trend(months, series, title="Billed and paid, EUR")


def _stacked(months: list[str]) -> charts.Chart:
    parts = {
        "Bank": [320, 340, 335, 360, 371, 380],
        "Card": [120, 118, 131, 128, 140, 150],
        "Cash": [12, 9, 14, 8, 11, 7],
    }
    series = [charts.Series(name, values, [_words(v * 100000) for v in values]) for name, values in parts.items()]
    return charts.stacked(months, series, title="Receipts by method, EUR")


def _events() -> list[dict[str, Any]]:
    facts = [
        ("Promise broken", "hand-coins", "bad", 1, "12,480.00 EUR promised by J. Brandt"),
        (
            "Call, reached",
            "phone-call",
            "accent",
            5,
            "Will pay the two oldest invoices on Friday. Asked for a copy of 00463.",
        ),
        ("Reminder level 2 sent", "mail", "neutral", 8, "ap@northwind-freight.example, opened twice"),
        ("Payment 14,789.66 EUR", "banknote", "good", 12, "Allocated to 2 invoices by reference"),
        ("Dispute opened", "scale", "warn", 16, "Quantity on 2026-09-00463, 340.00 EUR"),
    ]
    return [
        {"title": title, "icon": icon, "tone": tone, "at": NOW - timedelta(days=days), "text": text}
        for title, icon, tone, days, text in facts
    ]


def _steps() -> list[dict[str, str]]:
    states = [("Prepare", "done"), ("Check", "current"), ("Approve", "todo"), ("Issue", "todo")]
    return [{"label": label, "state": state} for label, state in states]
