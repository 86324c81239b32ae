"""What can be done to an account and its customer: each drawer is one verb."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billwright.accounts import operations, queries
from billwright.accounts.operations import notes
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.accounts.rows import (
    AccountChange,
    AccountDraft,
    AccountRow,
    ContactDraft,
    CustomerChange,
    CustomerDraft,
)
from billwright.interfaces.web.accounts.choices import FIELDS, words_of
from billwright.interfaces.web.accounts.forms import (
    AccountChangeForm,
    CloseForm,
    CustomerChangeForm,
    CustomerForm,
    CycleDayForm,
    EndParentForm,
    NewAccountForm,
    NoteForm,
    ParentForm,
    StatusNoteForm,
)
from billwright.interfaces.web.accounts.scope import account_for, customer_for, visible_entities
from billwright.interfaces.web.acting import at_of, perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.forms import bound
from billwright.kernel.clock import business_date
from billwright.kernel.errors import NotFound, Refusal
from billwright.org.terms_words import written
from billwright.ui import responses, toasts
from billwright.workflow.contract_changes import change_account_cycle_day

_CLEARABLE = ("cycle_day", "payment_terms_days")


def page_of(account_id: int) -> str:
    """The address of an account's page."""
    return reverse("web:account", args=[account_id])


def customer_new(request: HttpRequest) -> HttpResponse:
    """Make a customer; the account comes next."""
    entities = visible_entities(request, "account.view")
    first = entities[0] if entities else None
    initial = {"country": first.country, "timezone": first.timezone, "language": first.language} if first else {}
    return act_by_drawer(
        request,
        operations.create_customers,
        form=bound(CustomerForm, request, **initial),
        arguments=lambda given: {"drafts": (CustomerDraft(**only(given, CustomerDraft.__slots__)),)},
        url=lambda rows: reverse("web:customer", args=[rows[0].id]),
        told=_("The customer is made. Open an account for them next."),
        context={"title": _("New customer"), "icon": "user-plus", "submit": _("Create customer")},
    )


def customer_change(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Correct a customer; two people cannot overwrite each other."""
    row = customer_for(request, customer_id)
    initial = {name: getattr(row, name) for name in CustomerChange.__slots__} | {"version": row.version}
    form = bound(CustomerChangeForm, request, **initial)
    return act_by_drawer(
        request,
        operations.update_customer,
        form=form,
        arguments=lambda given: {
            "customer_id": customer_id,
            "version": given["version"],
            "change": CustomerChange(**only(given, CustomerChange.__slots__)),
            "effective_on": given["effective_on"],
        },
        url=_came_from(request, reverse("web:customer", args=[customer_id])),
        told=_("Changed."),
        template="web/accounts/change.html",
        on_refusal=lambda refusal: _beside(form, refusal, queries.get_customer(customer_id)),
        context={"title": row.name, "icon": "pencil"},
    )


def account_new(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Open an account of a customer."""
    entities = visible_entities(request, "account.view")
    customer = customer_for(request, customer_id)
    choices = [(entity.id, f"{entity.name} ({entity.base_currency})") for entity in entities]
    initial = {"currency": entities[0].base_currency, "opened_on": day_at(request, entities[0].id)}
    form = (
        NewAccountForm(request.POST, entities=choices)
        if request.method == "POST"
        else NewAccountForm(initial=initial, entities=choices)
    )
    return act_by_drawer(
        request,
        operations.create_accounts,
        form=form,
        arguments=lambda given: {"drafts": (_account_draft(given, customer_id),)},
        url=lambda rows: page_of(rows[0].id),
        told=lambda rows: _("Account %(number)s is open.") % {"number": rows[0].number},
        context={
            "title": _("New account of %(name)s") % {"name": customer.name},
            "icon": "wallet",
            "submit": _("Open account"),
            "lead": _("Company and currency stay for good: for another currency open another account."),
        },
    )


def _account_draft(given: Mapping[str, Any], customer_id: int) -> AccountDraft:
    values = only(given, AccountDraft.__slots__)
    contacts = (ContactDraft(email=given["email"]),) if given["email"] else ()
    if not values["credit_class"]:
        del values["credit_class"]
    return AccountDraft(customer_id=customer_id, contacts=contacts, **values)


def account_change(request: HttpRequest, account_id: int) -> HttpResponse:
    """Correct an account; two people cannot overwrite each other."""
    row = account_for(request, account_id)
    initial = {name: getattr(row, name) for name in AccountChange.__slots__ if name != "clear"}
    form = bound(AccountChangeForm, request, **initial, version=row.version)
    return act_by_drawer(
        request,
        operations.update_account,
        form=form,
        arguments=lambda given: {
            "account_id": account_id,
            "version": given["version"],
            "change": _account_change(given, row),
            "effective_on": given["effective_on"],
        },
        url=page_of(account_id),
        told=_("Changed."),
        template="web/accounts/change.html",
        on_refusal=lambda refusal: _beside(form, refusal, queries.get_account(account_id)),
        context={"title": _("Edit %(number)s") % {"number": row.number}, "icon": "pencil"},
    )


def _account_change(given: Mapping[str, Any], present: AccountRow) -> AccountChange:
    values = only(given, AccountChange.__slots__)
    emptied = [name for name in _CLEARABLE if values[name] is None and getattr(present, name) is not None]
    # An empty zone or language would be no zone at all: it means "as it is".
    kept = {name: values[name] or None for name in ("timezone", "language", "credit_class")}
    return AccountChange(**(values | kept), clear=tuple(emptied))


def _beside(form: Any, refusal: Refusal, present: Any) -> dict[str, Any]:
    """After a change by somebody else: the present values beside the typed ones, so that saving again is a choice."""
    if refusal.code != "record.changed_meanwhile":
        return {}
    form.data = form.data.copy()
    form.data["version"] = present.version
    differing = [
        (words_of(FIELDS, name), _as_text(getattr(present, name)), _as_text(typed))
        for name, typed in form.cleaned_data.items()
        if name not in {"version", "reason", "effective_on"}
        and hasattr(present, name)
        and (getattr(present, name) or "") != (typed or "")
    ]
    return {"differing": differing}


def _as_text(value: Any) -> Any:
    """Parts of payment terms as they are written; everything else as it is."""
    return written(value) if isinstance(value, tuple) else value


def note_new(request: HttpRequest, account_id: int) -> HttpResponse:
    """Write a remark."""
    account = account_for(request, account_id)
    return act_by_drawer(
        request,
        operations.add_note,
        form=bound(NoteForm, request),
        arguments=lambda given: {"account_id": account.id, "body": given["body"]},
        url=page_of(account_id),
        told=_("The note is kept."),
        context={"title": _("Note"), "icon": "notebook-pen", "submit": _("Keep note")},
    )


def status_note_new(request: HttpRequest, account_id: int) -> HttpResponse:
    """Put a status note on top; the older ones stay below it."""
    account = account_for(request, account_id)
    present = queries.present_status_note(account.id)
    fields = ("status", "cause", "next_action", "next_action_on")
    initial = {name: getattr(present, name) for name in fields} if present else {}
    return act_by_drawer(
        request,
        notes.set_status_notes,
        form=bound(StatusNoteForm, request, **initial),
        arguments=lambda given: {"drafts": (StatusNoteDraft(account_id=account.id, **only(given, fields)),)},
        url=page_of(account_id),
        told=_("The status note stands on top now."),
        context={"title": _("Status of the account"), "icon": "flag"},
    )


def account_close(request: HttpRequest, account_id: int) -> HttpResponse:
    """Bill nothing new."""
    account = account_for(request, account_id)
    return act_by_drawer(
        request,
        operations.close_account,
        form=bound(CloseForm, request, closed_on=day_at(request, account.legal_entity_id)),
        arguments=lambda given: {"account_id": account.id, "closed_on": given["closed_on"]},
        url=page_of(account_id),
        told=_("The account is closed."),
        undo_url=lambda _row: reverse("web:account-reopen", args=[account_id]),
        context={
            "title": _("Close account"),
            "icon": "archive",
            "submit": _("Close account"),
            "follows": [
                ("ban", _("Nothing new is billed from that day on")),
                ("banknote", _("What is open is still owed and can be paid")),
                ("undo-2", _("The account can be opened again")),
            ],
        },
    )


@require_POST
def account_reopen(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let a closed account be billed again."""
    account = account_for(request, account_id)
    perform(request, operations.reopen_account, account_id=account.id)
    toasts.toast(request, _("The account is open again."))
    return responses.done(request, page_of(account_id))


def parent_set(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let another account pay."""
    account = account_for(request, account_id)
    on = day_at(request, account.legal_entity_id)
    return act_by_drawer(
        request,
        operations.set_parent,
        form=bound(ParentForm, request, valid_from=on),
        arguments=lambda given: {
            "child_id": account.id,
            "parent_id": account_id_of(request, given["parent_number"], field="parent_number"),
            "valid_from": given["valid_from"],
        },
        url=page_of(account_id),
        told=_("From that day on the other account pays."),
        context={
            "title": _("Another account pays"),
            "icon": "git-merge",
            "follows": [
                ("receipt-text", _("What this account uses is billed to the other one, from a new period on")),
                ("history", _("What is open here stays here")),
            ],
        },
    )


def parent_end(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let the account pay for itself again."""
    account = account_for(request, account_id)
    form = bound(EndParentForm, request, ends_before=day_at(request, account.legal_entity_id) + timedelta(days=1))
    return act_by_drawer(
        request,
        operations.end_parent,
        form=form,
        arguments=lambda given: {"child_id": account.id, "ends_before": given["ends_before"]},
        url=page_of(account_id),
        told=_("From that day on the account pays for itself."),
        context={"title": _("Pay for itself again"), "icon": "git-branch"},
    )


def account_id_of(request: HttpRequest, number: str, *, field: str) -> int:
    """The account of a number, among those the person may see. Raises NotFound on the field."""
    found = queries.account_ids_by_number([number.strip()])
    if not found:
        raise NotFound(
            "account.not_found",
            _("There is no account %(number)s.") % {"number": number},
            field=field,
            cure=_("Copy the number from the account's page."),
        )
    return account_for(request, found[number.strip()]).id


def only(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Those of the values that are named."""
    return {name: given[name] for name in names if name in given}


def _came_from(request: HttpRequest, default: str) -> str:
    """Back to the account when the drawer stood over one."""
    account_id = request.GET.get("account", "")
    return page_of(int(account_id)) if account_id.isdigit() else default


def cycle_day_change(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let every period from today on end on another day of the month; the running subscriptions follow."""
    row = account_for(request, account_id)
    today = business_date(at_of(request), row.timezone)
    return act_by_drawer(
        request,
        change_account_cycle_day,
        form=bound(CycleDayForm, request, cycle_day=row.cycle_day),
        arguments=lambda given: {"account_id": row.id, "cycle_day": given["cycle_day"], "as_of": today},
        url=page_of(row.id),
        told=lambda count: _("The billing day is changed; %(count)s subscriptions follow.") % {"count": count},
        context={
            "title": _("Billing day of %(number)s") % {"number": row.number},
            "icon": "calendar-days",
            "submit": _("Change the billing day"),
            "follows": [
                ("receipt-text", _("What is billed stays; the next period is the part up to the new day")),
                ("refresh-cw", _("Every running subscription of the account follows")),
            ],
        },
    )
