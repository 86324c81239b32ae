"""One contract: its clauses with what they set, its price schedule, its versions and the signed document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountRow
from billwright.files.policies import kept_until
from billwright.files.queries import get_file
from billwright.interfaces.web.acting import at_of
from billwright.interfaces.web.catalog.words import TIMINGS, interval_words
from billwright.interfaces.web.contracts.forms import AmendForm, document_of, line_of
from billwright.interfaces.web.contracts.listing import VIEW, page_of
from billwright.interfaces.web.contracts.words import KINDS, PARAMETERS, TOPICS
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import may_in, require_in
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.invoices.words import words_of
from billwright.kernel.clock import business_date
from billwright.org.queries import get_legal_entity
from billwright.subscriptions.operations import bind_contract
from billwright.subscriptions.queries import ClauseRow, ContractRow, clause_findings, contract_row, list_subscriptions
from billwright.subscriptions.queries.contracts import TOPICS as TOPIC_WORDS
from billwright.subscriptions.queries.contracts import (
    ScheduledPrice,
    VersionRow,
    find_clauses,
    list_versions,
    marked,
    price_schedule,
)
from billwright.workflow.signed_contracts import amend_signed_contract


def contract_for(
    request: HttpRequest, contract_id: int, version_no: int | None = None
) -> tuple[ContractRow, AccountRow]:
    """A contract and its account, if the person may see them. Raises NotFound, NotAllowed."""
    row = contract_row(contract_id, version_no=version_no)
    account = get_account(row.account_id)
    require_in(request, VIEW, account.legal_entity_id)
    return row, account


def today_of(request: HttpRequest, account: AccountRow) -> date:
    """The account's civil date."""
    return business_date(at_of(request), account.timezone)


class ShownClause:
    """A clause with the words that were looked for marked, and what it sets."""

    def __init__(self, clause: ClauseRow, *, words: Sequence[str] = (), is_chosen: bool = False) -> None:
        self.row = clause
        self.pieces = marked(clause.text, words)
        self.sets = words_of(PARAMETERS, clause.parameter) if clause.parameter else ""
        self.is_chosen = is_chosen


def shown_clauses(request: HttpRequest, row: ContractRow, *, chosen: str = "") -> dict[str, Any]:
    """The clauses of a wording, narrowed to what the address looks for by `text` and `topic`."""
    text, topic = request.GET.get("text", "").strip(), request.GET.get("topic", "")
    clauses = row.clauses
    if text or topic in TOPIC_WORDS:
        hits = find_clauses(text=text, topic=topic, contract_id=row.id, version_no=row.version_no)
        found = {hit.number for hit in hits}
        clauses = tuple(clause for clause in clauses if clause.number in found)
    words = [*text.split(), *TOPIC_WORDS.get(topic, ((), ()))[0]]
    return {
        "clauses": [ShownClause(clause, words=words, is_chosen=clause.number == chosen) for clause in clauses],
        "unchecked": [clause for clause in row.clauses if not clause.is_checked],
        "text": text,
        "topic": topic,
        "topics": TOPICS.items(),
        "narrowed": bool(text or topic),
    }


class ShownPrice:
    """A price of the schedule in words; its last day is included."""

    def __init__(self, row: ScheduledPrice, today: date) -> None:
        self.row = row
        self.cycle = f"{interval_words(row.interval_unit, row.interval_count)}, {words_of(TIMINGS, row.timing)}"
        self.last_day = row.effective_to - timedelta(days=1) if row.effective_to else None
        past = row.effective_to is not None and row.effective_to <= today
        planned = row.effective_from > today
        self.state = (
            (_("Past"), "neutral") if past else (_("Planned"), "accent") if planned else (_("Holds now"), "good")
        )


@require_GET
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The whole case of one contract; `?version=` shows an earlier wording, `?text=` looks for words in its clauses."""
    asked = request.GET.get("version", "")
    row, account = contract_for(request, contract_id, int(asked) if asked.isdigit() else None)
    today = today_of(request, account)
    versions = list_versions(contract_id)
    may = {
        "may_amend": may_in(request, "contract.amend_signed", account.legal_entity_id),
        "may_bind": may_in(request, "contract.bind", account.legal_entity_id),
    }
    context = {
        "contract": row,
        "account": account,
        "kind": words_of(KINDS, row.kind),
        "is_present": row.version_no == versions[0].version_no,
        "document": _document(row, versions, account),
        "versions": _versions(versions),
        "findings": clause_findings(contract_id, on=today),
        "prices": [ShownPrice(price, today) for price in price_schedule(contract_id)],
        "subscriptions": [one for one in list_subscriptions(account_ids=[account.id]) if one.contract_id == row.id],
        **shown_clauses(request, row),
        "kept": {"version": asked} if asked else {},
        **may,
    }
    return render(request, "web/contracts/contract.html", context)


def _versions(versions: list[VersionRow]) -> list[tuple[VersionRow, str]]:
    names = display_names({version.recorded_by for version in versions})
    return [(version, names.get(version.recorded_by, version.recorded_by)) for version in versions]


def _document(row: ContractRow, versions: list[VersionRow], account: AccountRow) -> dict[str, Any] | None:
    """The signed document of a wording, or of the last one before it that has one, with the day it is kept until."""
    kept = next((one for one in versions if one.version_no <= row.version_no and one.file_id is not None), None)
    if kept is None or kept.file_id is None:
        return None
    file = get_file(kept.file_id)
    country = get_legal_entity(legal_entity_id=account.legal_entity_id).country
    return {
        "file": file,
        "version_no": kept.version_no,
        "kept_until": kept_until(
            retention_class=file.retention_class, country=country, stored_on=file.stored_at.date()
        ),
    }


@require_http_methods(["GET", "POST"])
def contract_amend(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Add a wording that holds from a day on, with the document that carries it."""
    row, account = contract_for(request, contract_id)
    start = "\n".join(line_of(clause) for clause in row.clauses)
    return act_by_drawer(
        request,
        amend_signed_contract,
        form=bound(AmendForm, request, valid_from=today_of(request, account), clauses=start),
        arguments=lambda given: {
            "contract_id": row.id,
            "valid_from": given["valid_from"],
            "clauses": given["clauses"],
            "document": document_of(given),
        },
        url=page_of(row.id),
        told=_("The new version is recorded."),
        template="web/contracts/form.html",
        context={
            "title": _("New version of %(number)s") % {"number": row.number},
            "icon": "file-pen",
            "submit": _("Record the version"),
            "follows": [("history", _("Earlier versions stay as they were signed"))],
        },
    )


class BindForm(ActForm):
    """Which subscription runs by the contract."""

    subscription = forms.ChoiceField(label=gettext_lazy("Subscription"))


@require_http_methods(["GET", "POST"])
def contract_bind(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Let a subscription of the account run by the contract."""
    row, account = contract_for(request, contract_id)
    form = bound(BindForm, request)
    open_ones = [one for one in list_subscriptions(account_ids=[account.id]) if one.contract_id != row.id]
    field: forms.ChoiceField = form.fields["subscription"]  # type: ignore[assignment]
    field.choices = [(str(one.id), f"{one.number} · {one.plan_name} {one.description}") for one in open_ones]
    return act_by_drawer(
        request,
        bind_contract,
        form=form,
        arguments=lambda given: {
            "subscription_id": int(given["subscription"]),
            "contract_id": row.id,
            "as_of": today_of(request, account),
        },
        url=page_of(row.id),
        told=_("The subscription runs by the contract."),
        context={
            "title": _("Let a subscription run by %(number)s") % {"number": row.number},
            "icon": "link",
            "submit": _("Bind it"),
            "follows": [
                ("scale", _("Its notice, term and pause follow the clauses that set them")),
                ("tag", _("Prices and quantities stay; where they contradict a clause, that is listed")),
            ],
        },
    )
