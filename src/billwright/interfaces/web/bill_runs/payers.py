"""The accounts of a run: totals, who stands out against the last run, hold and release, and one account's lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.accounts.queries import get_account, get_accounts
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.acting import act_of, may
from billwright.interfaces.web.bill_runs.page import page_of_run
from billwright.interfaces.web.bill_runs.scope import may_on, run_for
from billwright.interfaces.web.bill_runs.words import OUTCOMES, finding_words
from billwright.interfaces.web.drawers import drawer_button
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import FilterForm
from billwright.interfaces.web.invoices.words import LINE_KINDS, tag, words_of
from billwright.interfaces.web.paging import by_ids
from billwright.invoicing.queries.bill_run import (
    BillRunRow,
    DraftLineRow,
    RunPayerRow,
    get_run_payer,
    list_draft_lines,
    list_findings,
    list_run_payers,
    totals_before,
)
from billwright.invoicing.states import PayerOutcome, RunState
from billwright.kernel.money import Money
from billwright.ui import tables
from billwright.ui.tables import Column, Table
from billwright.workflow.bill_run import preview_accounts
from billwright.workflow.bill_run.previews import PreviewLine

# A bill that is this much more or less than the last one is worth a look.
OUTLIER_SHARE = Decimal("0.5")
OPEN_STATES = (RunState.PREPARED, RunState.CHECKED, RunState.APPROVED)


class PayersForm(FilterForm):
    """Which accounts of the run."""

    outcome = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((key, words) for key, (words, _tone) in OUTCOMES.items())],
    )


class _Payer:
    """A payer with its account and what the last run issued to it."""

    def __init__(self, row: RunPayerRow, account: AccountRow | None, before_minor: int | None) -> None:
        self.row = row
        self.id = row.payer_id
        self.name = f"{account.number} · {account.shown_name}" if account else str(row.payer_id)
        self.before = None if before_minor is None else Money(before_minor, row.currency)

    @property
    def change(self) -> Decimal | None:
        """The share by which the total differs from the last one; None without one."""
        if self.before is None or not self.before:
            return None
        return Decimal(self.row.total_minor - self.before.amount_minor) / abs(self.before.amount_minor)

    @property
    def stands_out(self) -> bool:
        """Whether the total is far from the last one."""
        return self.change is not None and abs(self.change) >= OUTLIER_SHARE


def _with_accounts(run_id: int, rows: Sequence[RunPayerRow]) -> list[_Payer]:
    ids: Collection[int] = [row.payer_id for row in rows]
    accounts, before = get_accounts(ids), totals_before(run_id, ids)
    return [_Payer(row, accounts.get(row.payer_id), before.get(row.payer_id)) for row in rows]


@require_GET
def payers(request: HttpRequest, run_id: int) -> HttpResponse:
    """The accounts that a run bills."""
    run = run_for(request, run_id)
    filters = PayersForm(request)
    outcome = filters.asked("outcome") or ""

    def read(after_id: int | None, limit: int) -> list[_Payer]:
        return _with_accounts(run_id, list_run_payers(run_id, after_id=after_id or 0, outcome=outcome, limit=limit))

    page = by_ids(request, read)
    table = Table(
        request,
        columns=_columns(request, run),
        rows=page.rows,
        page=page,
        chips=tables.chips_of(request, filters),
        label=_("Accounts of the run"),
        row_tone=lambda payer: "warn" if payer.stands_out else "",
    )
    if wants_export(request):
        return tables.export(table, title=gettext("Run %(id)d accounts") % {"id": run_id})
    context = {"table": table, "filters": filters, "run": run, "may_export": may(request, RIGHT)}
    return render(request, "web/bill_runs/payers.html", context)


def _hold_column(request: HttpRequest, run: BillRunRow) -> Column:
    """Why a payer is held, or the button that holds or releases it while the run is open."""
    is_open = run.state in OPEN_STATES
    may_hold = is_open and may_on(request, "bill_run.hold_payer", run)
    may_release = is_open and may_on(request, "bill_run.release_payer", run)

    def button(payer: _Payer) -> SafeString | str:
        if may_hold and payer.row.outcome == PayerOutcome.PREPARED:
            return drawer_button(reverse("web:bill-run-hold", args=[run.id, payer.id]), gettext("Hold"))
        if may_release and payer.row.outcome == PayerOutcome.HELD:
            return _release_form(request, reverse("web:bill-run-release", args=[run.id, payer.id]))
        return payer.row.hold_reason

    return Column("held", _("Hold"), value=lambda payer: payer.row.hold_reason, render=button)


def _money_column(minor: str) -> Column:
    labels = {"net_minor": _("Net"), "tax_minor": _("Tax"), "total_minor": _("Total")}
    return Column(
        minor.removesuffix("_minor"),
        labels[minor],
        kind="money",
        value=lambda payer: Money(getattr(payer.row, minor), payer.row.currency),
        optional=minor != "total_minor",
    )


def _columns(request: HttpRequest, run: BillRunRow) -> list[Column]:
    return [
        Column(
            "account", _("Account"), value=lambda payer: payer.name,
            url=lambda payer: reverse("web:bill-run-payer", args=[run.id, payer.id]),
        ),
        Column(
            "outcome", _("State"), value=lambda payer: OUTCOMES[payer.row.outcome][0],
            render=lambda payer: tag(*OUTCOMES[payer.row.outcome]),
        ),
        Column("lines", _("Lines"), kind="number", value=lambda payer: payer.row.line_count, optional=True),
        *(_money_column(minor) for minor in ("net_minor", "tax_minor", "total_minor")),
        Column("before", _("Last run"), kind="money", value=lambda payer: payer.before, optional=True),
        Column("change", _("Change"), kind="percent", value=lambda payer: payer.change, optional=True),
        _hold_column(request, run),
    ]  # fmt: skip


def _release_form(request: HttpRequest, url: str) -> SafeString:
    return format_html(
        '<form method="post" action="{}" hx-post="{}" hx-target="#drawer">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="button small">{}</button></form>',
        url, url, get_token(request), gettext("Release"),
    )  # fmt: skip


@require_GET
def payer(request: HttpRequest, run_id: int, payer_id: int) -> HttpResponse:
    """What one account gets: its kept draft lines, or without them what it would get now."""
    run = run_for(request, run_id)
    row = get_run_payer(run_id, payer_id)
    account = get_account(payer_id)
    kept = list_draft_lines(run_id, payer_id)
    preview = None
    if not kept and run.state in OPEN_STATES:
        preview = preview_accounts(act=act_of(request), payer_ids=[payer_id], as_of=run.as_of)
    before = totals_before(run_id, [payer_id]).get(payer_id)
    documents = preview.documents if preview else ()
    lines: list[DraftLineRow | PreviewLine] = [*kept, *(line for one in documents for line in one.lines)]
    words, tone = OUTCOMES[row.outcome]
    context = {
        "run": run,
        "row": row,
        "payer": _Payer(row, account, before),
        "account": account,
        "lines": [(words_of(LINE_KINDS, line.kind), line) for line in lines],
        "is_preview": preview is not None,
        "findings": [(finding_words(one.code), one) for one in list_findings(run_id=run_id, payer_id=payer_id)],
        "outcome": words,
        "tone": tone,
        "run_url": page_of_run(run_id),
    }
    return render(request, "web/bill_runs/payer.html", context)
