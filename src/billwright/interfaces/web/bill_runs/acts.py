"""The acts on a run: prepare, check, approve, issue, discard; and on its payers and findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from procrastinate.contrib.django import app as queue

from billwright.accounts.queries import get_account
from billwright.interfaces.web.acting import actor_of, perform
from billwright.interfaces.web.bill_runs.page import page_of_run
from billwright.interfaces.web.bill_runs.scope import run_for
from billwright.interfaces.web.bill_runs.words import finding_words
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm, bound
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import get_finding, get_progress
from billwright.kernel.errors import NotFound
from billwright.ui import responses, toasts
from billwright.workflow.bill_run import begin_issue, begin_preparation

# The job of interfaces.jobs that takes shards, and how many of them help one another.
TASK: Final = "work_on_bill_run"
WORKERS_MAX: Final = 4

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAct:
    """An act on a run as its drawer tells it."""

    verb: Callable[..., Any]
    title: Text
    icon: str
    told: Text
    follows: tuple[tuple[str, Text], ...]
    begins_work: bool = False


ACTS: Final[dict[str, RunAct]] = {
    "prepare": RunAct(
        verb=begin_preparation,
        title=gettext_lazy("Prepare"),
        icon="list-checks",
        told=gettext_lazy("The run is being prepared."),
        follows=(
            ("eye", gettext_lazy("What is due is reckoned; no number is taken and nothing is posted")),
            (
                "refresh-cw",
                gettext_lazy("An earlier preparation is thrown away; held accounts stay held"),
            ),
        ),
        begins_work=True,
    ),
    "check": RunAct(
        verb=operations.check_bill_run,
        title=gettext_lazy("Totals and findings are checked"),
        icon="list-checks",
        told=gettext_lazy("Checked: another person approves it next."),
        follows=(
            ("octagon-x", gettext_lazy("Accounts with open blocking findings stay out of the issue")),
            ("stamp", gettext_lazy("Another person than the one who prepared it approves")),
        ),
    ),
    "approve": RunAct(
        verb=operations.approve_bill_run,
        title=gettext_lazy("Approve"),
        icon="stamp",
        told=gettext_lazy("Approved: it can be issued."),
        follows=(
            (
                "lock",
                gettext_lazy("Exactly what was prepared may be issued; what changes is left out"),
            ),
        ),
    ),
    "issue": RunAct(
        verb=begin_issue,
        title=gettext_lazy("Issue"),
        icon="send",
        told=gettext_lazy("The run is being issued."),
        follows=(
            ("hash", gettext_lazy("Every document takes its number, is posted and is owed from now on")),
            ("mail", gettext_lazy("Documents are mailed to accounts that want mail")),
            ("undo-2", gettext_lazy("There is no way back: an issued document is only credited")),
        ),
        begins_work=True,
    ),
    "discard": RunAct(
        verb=operations.discard_bill_run,
        title=gettext_lazy("Discard the run"),
        icon="trash-2",
        told=gettext_lazy("The run is thrown away."),
        follows=(("trash-2", gettext_lazy("Nothing was issued by it; another run bills the same")),),
    ),
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, run_id: int, name: str) -> HttpResponse:
    """One act on the run, after saying what follows. Work on shards goes to the job queue. Raises NotAllowed."""
    run_for(request, run_id)
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound("bill_run.no_such_act", _("There is no such act on a run."))

    def after(_answer: Any) -> str:
        if chosen.begins_work:
            send_to_workers(request, run_id)
        return page_of_run(run_id)

    return act_by_drawer(
        request,
        chosen.verb,
        form=bound(ActForm, request),
        arguments=lambda _given: {"run_id": run_id},
        url=after,
        told=str(chosen.told),
        context={
            "title": f"{chosen.title} · {_('Run %(id)d') % {'id': run_id}}",
            "icon": chosen.icon,
            "submit": chosen.title,
            "follows": chosen.follows,
        },
    )


def send_to_workers(request: HttpRequest, run_id: int) -> None:
    """Put the run's shards before the workers: one job a worker, never one a document."""
    shards = get_progress(run_id).shard_count
    for _worker in range(max(1, min(shards, WORKERS_MAX))):
        queue.configure_task(TASK).defer(run_id=run_id, actor=actor_of(request))


class HoldForm(ActForm):
    """Why an account is taken out."""

    hold_reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, run_id: int, payer_id: int) -> HttpResponse:
    """Take an account out of the run."""
    run_for(request, run_id)
    account = get_account(payer_id)
    return act_by_drawer(
        request,
        operations.hold_payer,
        form=bound(HoldForm, request),
        arguments=lambda given: {"run_id": run_id, "payer_id": payer_id, "reason": given["hold_reason"]},
        url=reverse("web:bill-run-payers", args=[run_id]),
        told=_("Held: a later run bills it."),
        undo_url=lambda _answer: reverse("web:bill-run-release", args=[run_id, payer_id]),
        context={
            "title": _("Hold %(account)s") % {"account": f"{account.number} · {account.shown_name}"},
            "icon": "pause",
            "submit": _("Hold"),
            "follows": [("clock", _("The account is not billed by this run; nothing is lost, a later run bills it"))],
        },
    )


@require_POST
def release(request: HttpRequest, run_id: int, payer_id: int) -> HttpResponse:
    """Take a held account into the run again."""
    run_for(request, run_id)
    perform(request, operations.release_payer, run_id=run_id, payer_id=payer_id)
    toasts.toast(request, _("The account is billed by this run again."))
    return responses.done(request, reverse("web:bill-run-payers", args=[run_id]))


class ClearForm(ActForm):
    """Why a finding may pass."""

    clearance = forms.CharField(label=gettext_lazy("Why it may pass"), max_length=200)


@require_http_methods(["GET", "POST"])
def clear(request: HttpRequest, run_id: int, finding_id: int) -> HttpResponse:
    """Let a finding pass, with a reason."""
    run_for(request, run_id)
    finding = get_finding(run_id, finding_id)
    return act_by_drawer(
        request,
        operations.clear_finding,
        form=bound(ClearForm, request),
        arguments=lambda given: {"run_id": run_id, "finding_id": finding_id, "clearance": given["clearance"]},
        url=reverse("web:bill-run-findings", args=[run_id]),
        told=_("The finding may pass."),
        context={
            "title": finding_words(finding.code),
            "icon": "check",
            "submit": _("Let it pass"),
            "follows": [("history", _("Your name and the reason stay beside the finding"))],
        },
    )
