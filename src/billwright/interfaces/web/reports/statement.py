"""The statement of an account: on the screen, as a paper, as a workbook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import day_at, may_in
from billwright.interfaces.web.forms import DayField
from billwright.interfaces.web.reports.ageing import bucket_words
from billwright.kernel.acts import verb_name
from billwright.kernel.money import Money
from billwright.kernel.periods import Period
from billwright.render.pdf import render_pdf
from billwright.reporting.ageing import bucket_labels
from billwright.reporting.statement_paper import movement_text, printed_statement, statement_workbook
from billwright.reporting.statements import Statement, default_period, statements
from billwright.ui import charts, downloads, formats, tables
from billwright.ui.charts import Point
from billwright.ui.tables import Column, Table, Totals
from billwright.workflow.statements import send_statements


class StatementForm(forms.Form):
    """The days of the statement, both included."""

    since = DayField(label=gettext_lazy("From"), required=False)
    until = DayField(label=gettext_lazy("To the end of"), required=False)

    def clean(self) -> dict[str, Any]:
        """A statement begins before it ends."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("since", _("A statement begins before it ends."))
        return cleaned


def _asked(request: HttpRequest, account: AccountRow) -> tuple[StatementForm, Statement]:
    usual = default_period(day_at(request, account.legal_entity_id))
    form = StatementForm(request.GET or None, initial={"since": usual.starts_on, "until": usual.last_day})
    is_good = form.is_valid()
    until = (form.cleaned_data.get("until") if is_good else None) or usual.last_day
    since = (form.cleaned_data.get("since") if is_good else None) or default_period(until).starts_on
    period = Period(min(since, until), until + timedelta(days=1))
    (statement,) = statements(account_ids=[account.id], period=period)
    return form, statement


@require_GET
def statement(request: HttpRequest, account_id: int) -> HttpResponse:
    """What an account did in a period, with its balance line by line."""
    account = account_for(request, account_id, "report.view")
    form, found = _asked(request, account)
    if tables.wants_export(request):
        return downloads.made_workbook(statement_workbook([found]), name=f"statement-{account.number}")
    points = [
        Point(bucket_words(label), amount.decimal, formats.amount(amount, formats=formats.reader()))
        for label, amount in zip(bucket_labels(found.bounds), found.ageing, strict=True)
    ]
    context = {
        "account": account,
        "statement": found,
        "filters": form,
        "table": _table(request, found),
        "chart": charts.ageing(points, title=_("Ageing of open items")) if found.owed else None,
        "pdf_url": reverse("web:statement-pdf", args=[account_id]) + f"?{request.GET.urlencode()}",
    }
    if may_in(request, verb_name(send_statements), account.legal_entity_id):
        mail_url = reverse("web:statement-mail", args=[account_id])
        context["mail_url"] = f"{mail_url}?until={found.period.last_day.isoformat()}"
    return render(request, "web/reports/statement.html", context)


def _table(request: HttpRequest, found: Statement) -> Table:
    zero = Money.zero(found.account.currency)
    columns = [
        Column("on", _("Date"), kind="date", value=lambda row: row.on),
        Column("text", _("What"), value=movement_text),
        Column("number", _("Number"), value=lambda row: row.number, optional=True),
        Column("reference", _("Reference"), value=lambda row: row.reference, optional=True),
        Column("due", _("Due"), kind="date", value=lambda row: row.due_date, optional=True),
        Column("debit", _("Owed"), kind="money", bare=True, value=_debit),
        Column("credit", _("Paid or credited"), kind="money", bare=True, value=_credit),
        Column("balance", _("Balance"), kind="money", bare=True, value=lambda row: row.balance, url=_entry_url),
    ]
    closing = {
        "debit": sum((_debit(row) or zero for row in found.movements), start=zero),
        "credit": sum((_credit(row) or zero for row in found.movements), start=zero),
        "balance": found.closing,
    }
    totals = [Totals(_("Closing"), closing)]
    return Table(request, columns=columns, rows=found.movements, totals=totals, label=_("Movements"))


def _debit(row: Any) -> Money | None:
    return row.amount if row.amount.amount_minor > 0 else None


def _credit(row: Any) -> Money | None:
    return -row.amount if row.amount.amount_minor < 0 else None


def _entry_url(row: Any) -> str:
    return address_of("web:journal-entry", row.entry_id)


@require_GET
def statement_pdf(request: HttpRequest, account_id: int) -> HttpResponse:
    """The statement as a paper, with a slip to pay by."""
    account = account_for(request, account_id, "report.view")
    _form, found = _asked(request, account)
    body = render_pdf(printed_statement(found, issued_on=day_at(request, account.legal_entity_id)))
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="statement-{account.number}.pdf"'
    return answer
