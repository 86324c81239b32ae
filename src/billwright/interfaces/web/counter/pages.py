"""The lists of the counter: cheques with their slips, cash desks, methods of payment."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.interfaces.web import exports
from billwright.interfaces.web.accounts.scope import chosen_entities
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.entities import acting_entity, day_at, require_in
from billwright.interfaces.web.paging import PAGE_SIZE, AccountNames, by_ids
from billwright.interfaces.web.tags import Words, state_column
from billwright.payments.counter_states import CHEQUE, CashSessionState, ChequeState, DepositSlipState
from billwright.payments.ports.methods import MethodWay
from billwright.payments.queries import counter as queries
from billwright.payments.queries.counter import ChequeRow
from billwright.payments.queries.gateways import list_gateways
from billwright.render.pdf import file_name, render_pdf
from billwright.reporting.deposit_slip_paper import printed_deposit_slip
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table

STATES: Final[Words] = {
    ChequeState.RECEIVED: (gettext_lazy("In our hands"), "warn", "hourglass"),
    ChequeState.DEPOSITED: (gettext_lazy("At the bank"), "neutral", "landmark"),
    ChequeState.CLEARED: (gettext_lazy("Cleared"), "good", "check"),
    ChequeState.RETURNED: (gettext_lazy("Not paid"), "bad", "undo-2"),
}
SLIP_STATES: Final[Words] = {
    DepositSlipState.DEPOSITED: (gettext_lazy("At the bank"), "neutral", "landmark"),
    DepositSlipState.CLEARED: (gettext_lazy("Credited"), "good", "check"),
}
DESK_STATES: Final[Words] = {
    CashSessionState.OPEN: (gettext_lazy("Open"), "accent", "hourglass"),
    CashSessionState.CLOSED: (gettext_lazy("Counted"), "good", "check"),
}
WAYS: Final = {
    MethodWay.COUNTER: gettext_lazy("Handed over"),
    MethodWay.BANK: gettext_lazy("Sent to our bank account"),
    MethodWay.COLLECTED: gettext_lazy("Collected with a mandate"),
    MethodWay.ONLINE: gettext_lazy("On a payment page"),
}


@require_GET
def cheques(request: HttpRequest) -> HttpResponse:
    """Cheques, the newest first, with the slips that wait for the bank."""
    entities = [one.id for one in chosen_entities(request, "payment.view", request.GET.get("entity", ""))]
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    names = AccountNames()
    page = by_ids(
        request,
        lambda before_id, limit: queries.list_cheques(
            legal_entity_ids=entities, state=state, before_id=before_id, limit=limit
        ),
        names=names,
    )
    may_return = may(request, "cheque.return")
    table = Table(
        request, columns=_columns(names, may_return=may_return), rows=page.rows, page=page, label=_("Cheques")
    )
    if tables.wants_export(request):
        return tables.export(table, title=_("Cheques"))
    named = [("", _("All")), *((key, str(words)) for key, (words, _tone, _icon) in STATES.items())]
    context = {
        "table": table,
        "views": [SavedView(label, f"?state={key}" if key else "?", current=state == key) for key, label in named],
        "slips": queries.list_slips(legal_entity_ids=entities, state=DepositSlipState.DEPOSITED),
        "may_receive": may(request, "cheque.receive"),
        "may_deposit": may(request, "cheque.deposit"),
        "may_clear": may(request, "deposit_slip.clear"),
    }
    return render(request, "web/counter/cheques.html", context)


def _columns(names: dict[int, str], *, may_return: bool) -> list[Column]:
    def act(row: ChequeRow) -> str:
        offered = may_return and CHEQUE.allows("return", row.state)
        return reverse("web:cheque-unpaid", args=[row.id]) if offered else ""

    return [
        Column("number", gettext_lazy("Cheque"), value=lambda row: row.number),
        Column(
            "account",
            gettext_lazy("Account"),
            value=lambda row: names.get(row.account_id, ""),
            url=lambda row: reverse("web:payment", args=[row.payment_id]),
        ),
        Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
        state_column(STATES, url=act),
        Column("bank", gettext_lazy("Bank"), value=lambda row: row.bank_name, optional=True),
        Column("drawer", gettext_lazy("Drawn by"), value=lambda row: row.drawer, optional=True),
        Column("drawn_on", gettext_lazy("Dated"), kind="date", value=lambda row: row.drawn_on, optional=True),
        Column("slip", gettext_lazy("Slip"), value=lambda row: row.slip_id or "", optional=True),
        Column("reason", gettext_lazy("What the bank said"), value=lambda row: row.reason, wrap=True, hidden=True),
    ]


@require_GET
def slip_pdf(request: HttpRequest, slip_id: int) -> HttpResponse:
    """The deposit slip as it goes to the bank."""
    slip = queries.get_slip(slip_id)
    require_in(request, "payment.view", slip.legal_entity_id)
    paper = printed_deposit_slip(slip_id)
    answer = HttpResponse(render_pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file_name(paper.number)}"'
    return answer


@require_GET
def cash_desks(request: HttpRequest) -> HttpResponse:
    """Cash desks, the newest first; those that are open stand above."""
    entities = [entity.id for entity in chosen_entities(request, "payment.view", request.GET.get("entity", ""))]
    page = by_ids(
        request,
        lambda before_id, limit: queries.list_cash_sessions(
            legal_entity_ids=entities, before_id=before_id, limit=limit
        ),
    )
    table = Table(request, columns=_DESK_COLUMNS, rows=page.rows, page=page, label=_("Cash desks"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Cash desks"))
    context = {
        "table": table,
        "open_desks": queries.list_cash_sessions(
            legal_entity_ids=entities, state=CashSessionState.OPEN, limit=PAGE_SIZE
        ),
        "may_open": may(request, "cash_session.open"),
        "may_close": may(request, "cash_session.close"),
    }
    return render(request, "web/counter/cash.html", context)


_DESK_COLUMNS = [
    Column("desk", gettext_lazy("Desk"), value=lambda row: row.desk),
    state_column(DESK_STATES),
    Column("opened_at", gettext_lazy("Opened"), kind="datetime", value=lambda row: row.opened_at),
    Column("float", gettext_lazy("Float"), kind="money", value=lambda row: row.float_amount, optional=True),
    Column("expected", gettext_lazy("Should be there"), kind="money", value=lambda row: row.expected),
    Column("counted", gettext_lazy("Counted"), kind="money", value=lambda row: row.counted),
    Column("difference", gettext_lazy("Difference"), kind="money", value=lambda row: row.difference),
    Column("note", gettext_lazy("Why"), value=lambda row: row.note, wrap=True, optional=True),
]


@require_GET
def methods(request: HttpRequest) -> HttpResponse:
    """Which methods of payment the acting company takes."""
    require(request, "payment.view")
    entity = acting_entity(request)
    rows = queries.list_accepted(legal_entity_id=entity.id, on=day_at(request, entity.id))
    may_set = may(request, "payment_method.accept")
    table = Table(request, columns=_method_columns(may_set=may_set), rows=rows, label=_("Methods of payment"))
    if exports.wants_export(request):
        return tables.export(table, title=_("Methods of payment"))
    gateways = list_gateways(legal_entity_ids=[entity.id], active_only=True)
    context = {"table": table, "entity": entity, "gateways": gateways}
    return render(request, "web/counter/methods.html", context)


def _method_columns(*, may_set: bool) -> list[Column]:
    return [
        Column(
            "title",
            gettext_lazy("Method"),
            value=lambda row: row.title,
            url=lambda row: reverse("web:payment-method", args=[row.code]) if may_set else "",
        ),
        Column("way", gettext_lazy("How it reaches us"), value=lambda row: str(WAYS[row.way])),
        Column("accepted", gettext_lazy("Taken"), value=lambda row: _("Yes") if row.is_accepted else _("No")),
        Column("since", gettext_lazy("Since"), kind="date", value=lambda row: row.since, optional=True),
        Column("fee", gettext_lazy("Fee when it comes back"), kind="money", value=lambda row: row.fee, optional=True),
    ]
