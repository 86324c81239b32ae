"""The list of contracts, and the search over the clauses of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import account_ids_by_number, get_accounts
from billwright.interfaces.web.acting import at_of, may, permissions, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.contracts.forms import ContractForm, document_of
from billwright.interfaces.web.contracts.words import KINDS, TOPICS
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import FilterForm, bound
from billwright.interfaces.web.invoices.words import words_of
from billwright.interfaces.web.lists import ListPage
from billwright.subscriptions.queries.contracts import TOPICS as TOPIC_WORDS
from billwright.subscriptions.queries.contracts import ContractHead, find_clauses, list_heads, marked
from billwright.subscriptions.states import ContractKind
from billwright.ui.tables import Column
from billwright.workflow.signed_contracts import record_signed_contract

VIEW = "account.view"


class ContractsForm(FilterForm):
    """Which contracts."""

    text = forms.CharField(label=_("Number or title"), required=False, max_length=80)
    account = forms.CharField(label=_("Account"), required=False, max_length=40)
    kind = forms.ChoiceField(
        label=_("What it is"), required=False, choices=[("", _("All")), *((key, words) for key, words in KINDS.items())]
    )


class Listed:
    """A contract with the name of its account."""

    def __init__(self, row: ContractHead, account: str) -> None:
        self.id = row.id
        self.row = row
        self.account = account


def page_of(contract_id: int) -> str:
    """The page of a contract."""
    return reverse("web:contract", args=[contract_id])


@require_GET
def contracts(request: HttpRequest) -> HttpResponse:
    """Contracts, the newest first."""
    require(request, VIEW)
    filters = ContractsForm(request)
    number = filters.asked("account")
    wanted = partial(
        list_heads,
        account_ids=list(account_ids_by_number([number]).values()) if number else None,
        legal_entity_ids=permissions(request).entities_for(VIEW),
        kind=filters.asked("kind") or "",
        text=filters.asked("text") or "",
    )
    return ListPage(
        title=_("Contracts"),
        template="web/contracts/list.html",
        filters=filters,
        wanted=wanted,
        listed=_listed,
        columns=_COLUMNS,
        context={"current": "contracts", "may_record": may(request, "contract.record_signed")},
    ).shown(request)


def _listed(rows: Sequence[ContractHead]) -> list[Listed]:
    accounts = get_accounts({row.account_id for row in rows})
    names = {one.id: f"{one.number} · {one.shown_name}" for one in accounts.values()}
    return [Listed(row, names.get(row.account_id, "")) for row in rows]


_COLUMNS = [
    Column("number", _("Contract"), value=lambda one: one.row.number, url=lambda one: page_of(one.id)),
    Column("title", _("Title"), value=lambda one: one.row.title, wrap=True),
    Column(
        "account", _("Account"), value=lambda one: one.account,
        url=lambda one: address_of("web:account", one.row.account_id), wrap=True,
    ),
    Column("kind", _("What it is"), value=lambda one: words_of(KINDS, one.row.kind), optional=True),
    Column("signed", _("Signed"), kind="date", value=lambda one: one.row.signed_on, optional=True),
    Column("starts", _("Holds from"), kind="date", value=lambda one: one.row.starts_on, optional=True),
    Column("ends", _("Ends before"), kind="date", value=lambda one: one.row.ends_before, optional=True),
    Column("version", _("Version"), kind="number", value=lambda one: one.row.version_no, optional=True),
    Column(
        "document", _("Signed document"),
        value=lambda one: gettext("kept") if one.row.file_id else gettext("missing"), optional=True,
    ),
    Column("running", _("Subscriptions"), kind="number", value=lambda one: one.row.subscription_count),
]  # fmt: skip


@require_GET
def clauses(request: HttpRequest) -> HttpResponse:
    """Clauses of the present wordings of all contracts, by words or by topic."""
    require(request, VIEW)
    text, topic = request.GET.get("text", "").strip(), request.GET.get("topic", "")
    hits = []
    if text or topic in TOPIC_WORDS:
        hits = find_clauses(text=text, topic=topic, legal_entity_ids=permissions(request).entities_for(VIEW))
    words = [*text.split(), *TOPIC_WORDS.get(topic, ((), ()))[0]]
    accounts = get_accounts({hit.account_id for hit in hits})
    context = {
        "text": text,
        "topic": topic,
        "topics": TOPICS.items(),
        "hits": [(hit, marked(hit.text, words), accounts.get(hit.account_id)) for hit in hits],
        "asked": bool(text or topic),
        "current": "clauses",
    }
    return render(request, "web/contracts/clauses.html", context)


@require_http_methods(["GET", "POST"])
def contract_new(request: HttpRequest) -> HttpResponse:
    """Record a contract with the document that was signed."""
    require(request, "contract.record_signed")
    today = timezone.localdate(at_of(request))

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        names = ("number", "title", "starts_on", "signed_on", "ends_before", "clauses")
        return {
            "account_id": given["account"],
            "kind": ContractKind(given["kind"]),
            "document": document_of(given),
            **{name: given[name] for name in names},
        }

    return act_by_drawer(
        request,
        record_signed_contract,
        form=bound(ContractForm, request, account=request.GET.get("account", ""), starts_on=today, signed_on=today),
        arguments=arguments,
        url=lambda row: page_of(row.id),
        told=lambda row: gettext("Contract %(number)s is recorded.") % {"number": row.number},
        template="web/contracts/form.html",
        context={
            "title": gettext("New contract"),
            "icon": "signature",
            "submit": gettext("Record it"),
            "follows": [
                ("lock", gettext("The document and its clauses stay as they were signed; a change is a new version")),
                ("link", gettext("Bind subscriptions to it, and its clauses are compared with what is billed")),
            ],
        },
    )
