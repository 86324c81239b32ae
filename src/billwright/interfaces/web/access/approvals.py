"""The approvals queue, one case, and its decision."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billwright.access.approvals import ApprovalRow, arguments_of, get_approval, list_approvals
from billwright.access.authority import AUTHORITY, day_of
from billwright.access.matrix import MATRIX
from billwright.access.policies import may_decide_for
from billwright.access.queries import who_may
from billwright.access.states import ApprovalState
from billwright.interfaces.web.access.forms import ApprovalFilter, AskForm, DecisionForm
from billwright.interfaces.web.access.told import told
from billwright.interfaces.web.access.words import APPROVAL_STATES
from billwright.interfaces.web.acting import (
    act_of,
    actor_of,
    at_of,
    may,
    perform,
    permissions,
    require,
    require_everywhere,
)
from billwright.interfaces.web.asking import act_of_address
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.tags import state_column
from billwright.kernel.acts import VERBS
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, Table
from billwright.workflow.approvals import decide_approval, request_approval, withdraw_approval

LIST_MAX = 500


def words_of(verb: str) -> str:
    """A verb as people read it: `open_item.write_off` is "Open item: write off"."""
    noun, _dot, what = verb.partition(".")
    return f"{noun.replace('_', ' ').capitalize()}: {what.replace('_', ' ')}"


def approval_list(request: HttpRequest) -> HttpResponse:
    """Requests that wait, or of another state."""
    require(request, "approval.view")
    filters = ApprovalFilter(request.GET)
    filters.is_valid()
    asked = filters.cleaned_data.get("state") or ""
    states = [] if asked == "all" else [asked or ApprovalState.PENDING]
    is_export = tables.wants_export(request)
    found = list_approvals(
        states=states,
        legal_entity_ids=permissions(request).entities_for("approval.view"),
        count_max=None if is_export else LIST_MAX,
    )
    columns = [
        Column("verb", _("Act"), value=lambda row: words_of(row.verb), url=_url),
        Column("amount", _("Amount"), kind="money", value=lambda row: row.amount),
        Column("reason", _("Reason"), value=lambda row: row.reason, wrap=True, optional=True),
        Column("by", _("Asked by"), value=lambda row: row.requested_by_name),
        Column("at", _("Asked"), kind="datetime", value=lambda row: row.requested_at, optional=True),
        Column("until", _("Until"), kind="datetime", value=lambda row: row.expires_at, optional=True),
        state_column(APPROVAL_STATES),
        Column("decided", _("Decided by"), value=lambda row: row.decided_by_name, optional=True),
    ]
    table = Table(
        request,
        columns=columns,
        rows=found,
        count=len(found),
        counts_at_most=LIST_MAX,
        chips=tables.chips_of(request, filters),
    )
    if is_export:
        return tables.export(table, title=_("Approvals"))
    return render(request, "web/access/approvals.html", {"table": table, "filters": filters})


def approval_ask(request: HttpRequest) -> HttpResponse:
    """Ask for an act that was refused: why, with the case; shown first to the button of a refusal."""
    verb, arguments = act_of_address(request.GET.get("act", ""))
    form = AskForm(request.POST if "reason" in request.POST else None)
    if form.is_valid():
        try:
            row = perform(
                request,
                request_approval,
                reason=form.cleaned_data["reason"],
                verb=verb,
                arguments=arguments,
                case_text=form.cleaned_data["case_text"],
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("Your request waits for a decision."))
            return responses.done(request, _url(row))
    known = VERBS[verb]
    thawed = known.thaw(arguments)
    amount = known.amount(thawed)
    others = who_may(
        verb=verb,
        amount=amount,
        legal_entity_id=AUTHORITY.legal_entity_of(thawed),
        as_of=day_of(at_of(request)),
        except_actors=frozenset({actor_of(request)}),
    )
    context = {
        "form": form,
        "verb": words_of(verb),
        "amount": amount,
        "arguments": told(verb, arguments, amount=amount),
        "who_may": others.as_text(),
    }
    return responses.drawer(request, "web/access/ask.html", context, status=422 if form.errors else 200)


def _url(row: ApprovalRow) -> str:
    return reverse("web:approval", args=[row.id])


def approval_for(request: HttpRequest, approval_id: int) -> ApprovalRow:
    """One's own request, or one of a company whose requests the person may see. Raises NotFound, NotAllowed."""
    require(request, "approval.view")
    row = get_approval(approval_id)
    if row.requester == actor_of(request):
        return row
    if row.legal_entity_id is None:
        require_everywhere(request, "approval.view")
    else:
        require_in(request, "approval.view", row.legal_entity_id)
    return row


def approval(request: HttpRequest, approval_id: int) -> HttpResponse:
    """One request with its case: what would be done, for whom, why, and who may decide."""
    row = approval_for(request, approval_id)
    arguments = _arguments(row)
    label, tone, icon = APPROVAL_STATES[row.state]
    others = who_may(
        verb=row.verb,
        amount=row.amount,
        legal_entity_id=row.legal_entity_id,
        as_of=day_of(at_of(request)),
        except_actors=frozenset({row.requester}),
    )
    context = {
        "row": row,
        "verb": words_of(row.verb),
        "state": (label, tone, icon),
        "arguments": None if arguments is None else told(row.verb, arguments, amount=row.amount),
        "who_may": others.as_text(),
        "may_decide": arguments is not None and may_decide(request, row, arguments),
        "is_own": row.requester == actor_of(request),
    }
    return render(request, "web/access/approval.html", context)


def _arguments(row: ApprovalRow) -> dict[str, Any] | None:
    """What the act is told; None when the customer that it is about was erased."""
    try:
        return arguments_of(row.id)
    except Refusal:
        return None


def may_decide(request: HttpRequest, row: ApprovalRow, arguments: dict[str, Any]) -> bool:
    """Whether this person could decide now: the request is open, not theirs, and within their authority."""
    if not row.is_open or row.expires_at <= at_of(request) or row.verb not in VERBS or row.verb not in MATRIX:
        return False
    if not may(request, "approval.decide") or not may_decide_for(requested_by=row.requester, decider=actor_of(request)):
        return False
    decision = AUTHORITY.decision_on(
        act=act_of(request), verb=row.verb, amount=row.amount, arguments=VERBS[row.verb].thaw(arguments)
    )
    return decision.allowed or decision.rule == "access.second_person"


def approval_decide(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Agree, which carries the act out at once, or refuse with a word."""
    row = approval_for(request, approval_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        approve = request.POST.get("decision") == "approve"
        try:
            decided = perform(
                request, decide_approval, approval_id=approval_id, approve=approve, note=form.cleaned_data["note"]
            )
        except NotAllowed as refusal:
            return responses.refused(request, refusal, back_url=_url(row))
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            if decided.state == ApprovalState.APPROVED:
                toasts.toast(request, _("Agreed, but it could not be carried out: %s") % decided.failure, tone="warn")
            else:
                toasts.toast(request, APPROVAL_STATES[decided.state][0])
            return responses.done(request, _url(row))
    context = {"row": row, "verb": words_of(row.verb), "form": form}
    return responses.drawer(request, "web/access/decide.html", context, status=422 if form.errors else 200)


@require_POST
def approval_withdraw(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Take one's own request back."""
    row = perform(request, withdraw_approval, approval_id=approval_id)
    toasts.toast(request, _("Your request is withdrawn."))
    return responses.done(request, _url(row))
