"""One run: its steps, how far it is, its control totals, and what a person may do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.access.authority import day_of
from billwright.access.queries import display_names, who_may
from billwright.interfaces.web.acting import actor_of, at_of
from billwright.interfaces.web.bill_runs.scope import may_on, run_for
from billwright.interfaces.web.bill_runs.words import OUTCOMES, SEVERITIES, SHADOW_STATES, STATES
from billwright.interfaces.web.entities import entities_of
from billwright.invoicing.queries.bill_run import (
    BillRunPage,
    BillRunRow,
    RunProgress,
    RunTotalRow,
    get_bill_run_page,
    get_progress,
)
from billwright.invoicing.queries.shadows import ShadowRow, list_shadows
from billwright.invoicing.states import RunState
from billwright.kernel.money import Money

# The states in which a step is behind us, ahead of us, or the one to do next.
_ORDER: Final = (
    RunState.DRAFT,
    RunState.PREPARED,
    RunState.CHECKED,
    RunState.APPROVED,
    RunState.ISSUING,
    RunState.ISSUED,
)
_STEPS: Final[tuple[tuple[str | Promise, RunState], ...]] = (
    (gettext_lazy("Prepare"), RunState.PREPARED),
    (gettext_lazy("Check"), RunState.CHECKED),
    (gettext_lazy("Approve"), RunState.APPROVED),
    (gettext_lazy("Issue"), RunState.ISSUED),
)
# The button of the page, the machine's verb behind it and the right it needs.
_ACTS: Final = {
    "prepare": ("prepare", "bill_run.prepare"),
    "check": ("check", "bill_run.check"),
    "approve": ("approve", "bill_run.approve"),
    "issue": ("start", "bill_run.issue"),
    "discard": ("discard", "bill_run.discard"),
}
# A run that is still ahead of us can be drafted twice.
SHADOWED: Final = (RunState.DRAFT, RunState.PREPARED, RunState.CHECKED, RunState.APPROVED)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the stepper."""

    label: str
    state: str


def page_of_run(run_id: int) -> str:
    """The address of a run."""
    return reverse("web:bill-run", args=[run_id])


def steps_of(run: BillRunRow) -> list[Step]:
    """The four steps as far as the run has come."""
    if run.state == RunState.DISCARDED:
        return [Step(str(label), "todo") for label, _state in _STEPS]
    reached = _ORDER.index(RunState(run.state))
    done = [reached >= _ORDER.index(state) for _label, state in _STEPS]
    if is_preparing(run):
        done[0] = False
    following = done.index(False) if False in done else len(done)
    return [
        Step(str(label), "done" if done[place] else "current" if place == following else "todo")
        for place, (label, _state) in enumerate(_STEPS)
    ]


def is_preparing(run: BillRunRow) -> bool:
    """Whether shards of a preparation are still open."""
    return run.state == RunState.PREPARED and run.prepared_at is None


def is_working(run: BillRunRow) -> bool:
    """Whether workers take shards of the run."""
    return is_preparing(run) or run.state == RunState.ISSUING


def acts_offered(request: HttpRequest, run: BillRunRow) -> set[str]:
    """The acts that are legal in this state and allowed to this person."""
    offered = {
        name for name, (machine_verb, right) in _ACTS.items()
        if machine_verb in run.verbs and may_on(request, right, run)
    }  # fmt: skip
    if run.state == RunState.ISSUING and may_on(request, "bill_run.issue", run):
        offered.add("issue")
    if is_preparing(run):
        offered -= {"check", "approve"}
    return offered


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """What was prepared and issued in one company and currency."""

    company: str
    currency: str
    prepared: RunTotalRow | None
    issued: RunTotalRow | None

    @property
    def difference(self) -> Money | None:
        """Issued less prepared, once both are known."""
        if self.prepared is None or self.issued is None:
            return None
        return Money(self.issued.total_minor - self.prepared.total_minor, self.currency)


def control_totals(page: BillRunPage, companies: dict[int, str]) -> list[ControlTotal]:
    """Totals side by side, by company and currency."""
    found: dict[tuple[int, str], dict[str, RunTotalRow]] = {}
    for total in page.totals:
        found.setdefault((total.legal_entity_id, total.currency), {})[total.stage] = total
    return [
        ControlTotal(companies.get(entity_id, ""), currency, stages.get("PREPARED"), stages.get("ISSUED"))
        for (entity_id, currency), stages in sorted(found.items())
    ]


@require_GET
def bill_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The run on one screen; a result page that can be linked once it is issued."""
    run_for(request, run_id)
    page = get_bill_run_page(run_id)
    run = page.run
    companies = {entity.id: entity.name for entity in entities_of(request)}
    actors = {actor for actor in (run.created_by, run.prepared_by, run.checked_by, run.approved_by) if actor}
    words, tone = STATES[run.state]
    context = {
        "run": run,
        "page": page,
        "company": companies.get(run.legal_entity_id, "") if run.legal_entity_id else _("All companies"),
        "state_words": words,
        "tone": tone,
        "steps": steps_of(run),
        "totals": control_totals(page, companies),
        "outcomes": [(key, *OUTCOMES[key], count) for key, count in page.outcomes.items()],
        "findings": [(key, *SEVERITIES[key], page.findings[key]) for key in SEVERITIES if key in page.findings],
        "acts": acts_offered(request, run),
        "people": _people(run, display_names(actors)),
        "approvers": _approvers(request, run),
        "shadows": _shadows(run.id),
        "may_shadow": may_on(request, "shadow_run.begin", run) and run.state in SHADOWED,
        **progress_context(run, page.progress),
    }
    return render(request, "web/bill_runs/run.html", context)


def _shadows(run_id: int) -> list[tuple[ShadowRow, str | Promise, str, str]]:
    """The run's shadows, with the words of their state and who signed."""
    found = list_shadows(bill_run_id=run_id, limit=5)
    names = display_names({one.signed_by for one in found if one.signed_by})
    return [(one, *SHADOW_STATES[one.state], names.get(one.signed_by, "")) for one in found]


def _people(run: BillRunRow, names: dict[str, str]) -> list[tuple[str, str, Any]]:
    told = (
        (_("Planned"), run.created_by, run.created_at),
        (_("Prepared"), run.prepared_by, run.prepared_at),
        (_("Checked"), run.checked_by, run.checked_at),
        (_("Approved"), run.approved_by, run.approved_at),
        (_("Issued"), "", run.issued_at),
    )
    return [(words, names.get(actor, ""), at) for words, actor, at in told if at is not None]


def _approvers(request: HttpRequest, run: BillRunRow) -> str:
    """Who may approve the run, told to whoever prepared it."""
    if run.state != RunState.CHECKED or run.prepared_by != actor_of(request):
        return ""
    found = who_may(
        verb="bill_run.approve",
        amount=None,
        legal_entity_id=run.legal_entity_id,
        as_of=day_of(at_of(request)),
        except_actors=frozenset({run.prepared_by}),
    )
    return ", ".join(found.as_text())


def progress_context(run: BillRunRow, progress: RunProgress) -> dict[str, Any]:
    """What the progress bar needs; without an address once there is nothing to wait for."""
    done = progress.issued_count if run.state == RunState.ISSUING else progress.prepared_count
    working = is_working(run)
    return {
        "working": working,
        "progress": progress,
        "progress_done": done,
        "progress_label": _("Issuing") if run.state == RunState.ISSUING else _("Preparing"),
        "progress_url": reverse("web:bill-run-progress", args=[run.id]) if working else "",
    }


@require_GET
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The progress bar, asked each second while workers take shards; then the page is read anew."""
    run = run_for(request, run_id)
    answer = render(request, "web/bill_runs/progress.html", progress_context(run, get_progress(run_id)))
    if not is_working(run):
        answer["HX-Refresh"] = "true"
    return answer
