"""The list of reconciliations, and one of them: both balances, what lies between, and every finding."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.access.queries import display_names
from billwright.accounts.queries import get_accounts
from billwright.interfaces.web import exports
from billwright.interfaces.web.accounts.scope import chosen_entities
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.entities import may_in, require_in
from billwright.interfaces.web.paging import by_ids
from billwright.interfaces.web.reconciliations.words import CONTENTS, KINDS, STATES
from billwright.interfaces.web.tags import state_column
from billwright.kernel.money import Money
from billwright.receivables.queries import reconciliations as queries
from billwright.receivables.reconciliation_rows import KindTotal, ReconciledLine, ReconciliationRow
from billwright.receivables.states import DifferenceKind, ReconciliationState
from billwright.ui import downloads, tables
from billwright.ui.tables import Column, SavedView, Table
from billwright.workflow.reconciliations import reconciliation_workbook

FINDINGS_SHOWN = 200
ACTS = {
    "add": "reconciliation.add_paper",
    "compare": "reconciliation.compare",
    "explain": "reconciliation.explain",
    "discard": "reconciliation.discard",
}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Reconciliations, the newest first, or all of them as a spreadsheet."""
    entities = chosen_entities(request, "payment.view", request.GET.get("entity", ""))
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    page = by_ids(
        request,
        lambda before_id, limit: queries.list_reconciliations(
            legal_entity_ids=[entity.id for entity in entities], state=state, before_id=before_id, limit=limit
        ),
    )
    table = Table(request, columns=_COLUMNS, rows=page.rows, page=page, label=_("Account reconciliations"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Account reconciliations"))
    named = [("", _("All")), *((key, str(words)) for key, (words, _tone, _icon) in STATES.items())]
    views = [SavedView(label, f"?state={key}" if key else "?", current=state == key) for key, label in named]
    context = {"table": table, "views": views, "may_start": may(request, "reconciliation.start")}
    return render(request, "web/reconciliations/list.html", context)


_COLUMNS = [
    Column(
        "title",
        gettext_lazy("Reconciliation"),
        value=lambda row: row.title,
        url=lambda row: reverse("web:reconciliation", args=[row.id]),
    ),
    Column("as_of", gettext_lazy("As of"), kind="date", value=lambda row: row.as_of),
    state_column(STATES),
    Column("content", gettext_lazy("What they sent"), value=lambda row: str(CONTENTS[row.content]), optional=True),
    Column("accounts", gettext_lazy("Accounts"), kind="number", value=lambda row: len(row.account_ids), optional=True),
    Column("started_at", gettext_lazy("Started"), kind="datetime", value=lambda row: row.started_at, optional=True),
]


def reconciliation_for(request: HttpRequest, reconciliation_id: int) -> ReconciliationRow:
    """A comparison of which the person may see every account. Raises NotFound, NotAllowed."""
    row = queries.get_reconciliation(reconciliation_id)
    for account in get_accounts(set(row.account_ids)).values():
        require_in(request, "payment.view", account.legal_entity_id)
    return row


@require_GET
def page(request: HttpRequest, reconciliation_id: int) -> HttpResponse:
    """One comparison."""
    row = reconciliation_for(request, reconciliation_id)
    accounts = get_accounts(set(row.account_ids))
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in KINDS else ""
    totals = queries.total_findings(row.id)
    findings = queries.list_findings(
        row.id, kind=kind, differing_only=not kind, after_id=_after(request), limit=FINDINGS_SHOWN + 1
    )
    entity_ids = {account.legal_entity_id for account in accounts.values()}
    names = display_names({row.started_by, row.signed_by} - {""})
    is_open = row.state == ReconciliationState.OPEN
    context = {
        "row": row,
        "state": STATES[row.state],
        "content": CONTENTS[row.content],
        "accounts": [accounts[id_] for id_ in row.account_ids],
        "files": queries.list_their_files(row.id),
        "balances": _balances(totals),
        "totals": [(total, KINDS[total.kind]) for total in totals],
        "chosen": kind,
        "findings": [(one, KINDS[one.kind], accounts.get(one.account_id or 0), _url(one)) for one in findings][
            :FINDINGS_SHOWN
        ],
        "more_after": findings[FINDINGS_SHOWN - 1].id if len(findings) > FINDINGS_SHOWN else 0,
        "unexplained": sum(total.unexplained_count for total in totals),
        "clear": [DifferenceKind.AGREED, DifferenceKind.TIMING],
        "started_by": names.get(row.started_by, row.started_by),
        "signed_by": names.get(row.signed_by, row.signed_by),
        "may": {
            name: is_open and all(may_in(request, right, entity_id) for entity_id in entity_ids)
            for name, right in ACTS.items()
        }
        | {"sign": is_open and bool(totals)},
    }
    return render(request, "web/reconciliations/page.html", context)


def _after(request: HttpRequest) -> int:
    asked = request.GET.get("after", "")
    return int(asked) if asked.isdigit() else 0


def _url(finding: ReconciledLine) -> str:
    noun, _colon, number = finding.our_key.partition(":")
    return reverse("web:invoice", args=[int(number)]) if noun == "invoice" else ""


def _balances(totals: list[KindTotal]) -> list[tuple[Money, Money, Money]]:
    """Per currency: theirs, ours, and the difference, which the findings add up to."""
    found: dict[str, tuple[Money, Money, Money]] = {}
    for total in totals:
        zero = Money.zero(total.currency)
        theirs, ours, difference = found.get(total.currency, (zero, zero, zero))
        found[total.currency] = (theirs + total.theirs, ours + total.ours, difference + total.difference)
    return list(found.values())


@require_GET
def workbook(request: HttpRequest, reconciliation_id: int) -> HttpResponse:
    """The whole comparison as a spreadsheet."""
    row = reconciliation_for(request, reconciliation_id)
    require(request, exports.RIGHT)
    name = f"reconciliation-{row.id}-{row.as_of.isoformat()}"
    return downloads.made_workbook(reconciliation_workbook(row.id), name=name)
