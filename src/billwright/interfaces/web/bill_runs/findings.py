"""What a run noticed: filtered, looked at, and let pass with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.access.queries import display_names
from billwright.accounts.queries import get_accounts
from billwright.interfaces.web.bill_runs.scope import may_on, run_for
from billwright.interfaces.web.bill_runs.words import FINDINGS, SEVERITIES, finding_words
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.drawers import drawer_button
from billwright.interfaces.web.forms import FilterForm
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.lists import ListPage
from billwright.invoicing.queries.bill_run import BillRunRow, FindingRow, list_findings
from billwright.invoicing.states import CLEARABLE_BLOCKS, Severity
from billwright.ui.tables import Column


class FindingsForm(FilterForm):
    """Which findings."""

    severity = forms.ChoiceField(
        label=_("Weight"),
        required=False,
        choices=[("", _("All")), *((key, words) for key, (words, _tone) in SEVERITIES.items())],
    )
    code = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("All")), *FINDINGS.items()])
    only_open = forms.BooleanField(label=_("Only open ones"), required=False)


class _Finding:
    """A finding with the names of its account and of who let it pass."""

    def __init__(self, row: FindingRow, account: str, person: str) -> None:
        self.id = row.id
        self.row = row
        self.account = account
        self.passed = f"{person}: {row.clearance}" if row.cleared_at else ""

    @property
    def may_pass(self) -> bool:
        """Whether a person may let it pass at all."""
        needs_cure = self.row.severity == Severity.BLOCK and self.row.code not in CLEARABLE_BLOCKS
        return self.row.cleared_at is None and not needs_cure


def _named(rows: Sequence[FindingRow]) -> list[_Finding]:
    accounts = get_accounts({row.payer_id for row in rows})
    names = display_names({row.cleared_by for row in rows if row.cleared_by})
    numbers = {id_: f"{account.number} · {account.shown_name}" for id_, account in accounts.items()}
    return [_Finding(row, numbers.get(row.payer_id, str(row.payer_id)), names.get(row.cleared_by, "")) for row in rows]


@require_GET
def findings(request: HttpRequest, run_id: int) -> HttpResponse:
    """The findings of a run, in the order of their making."""
    run = run_for(request, run_id)
    filters = FindingsForm(request)
    wanted = partial(
        list_findings,
        run_id=run_id,
        severity=filters.asked("severity") or "",
        code=filters.asked("code") or "",
        only_open=bool(filters.asked("only_open")),
    )
    return ListPage(
        title=gettext("Run %(id)d findings") % {"id": run_id},
        template="web/bill_runs/findings.html",
        filters=filters,
        wanted=wanted,
        listed=_named,
        columns=_columns(request, run),
        key="after_id",
        context={"run": run},
    ).shown(request)


def _columns(request: HttpRequest, run: BillRunRow) -> list[Column]:
    may_clear = may_on(request, "bill_run.clear_finding", run)

    def passed(finding: _Finding) -> SafeString | str:
        if not (may_clear and finding.may_pass):
            return finding.passed or ("" if finding.may_pass or finding.row.cleared_at else gettext("Cure the cause"))
        url = reverse("web:bill-run-clear", args=[run.id, finding.id])
        return drawer_button(url, gettext("Let it pass"))

    return [
        Column(
            "account", _("Account"), value=lambda finding: finding.account,
            url=lambda finding: address_of("web:bill-run-payer", run.id, finding.row.payer_id),
        ),
        Column("what", _("What"), value=lambda finding: finding_words(finding.row.code), wrap=True),
        Column(
            "severity", _("Weight"), value=lambda finding: SEVERITIES[finding.row.severity][0],
            render=lambda finding: tag(*SEVERITIES[finding.row.severity]),
        ),
        Column(
            "facts", _("Facts"), wrap=True, optional=True,
            value=lambda finding: ", ".join(f"{name}: {value}" for name, value in finding.row.facts.items()),
        ),
        Column("passed", _("Let pass"), value=lambda finding: finding.passed, render=passed, wrap=True),
    ]  # fmt: skip
