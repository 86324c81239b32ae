"""Mailing the statement of an account from its page."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billwright.accounts.queries import parties
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.forms import ActForm, DayField, bound
from billwright.reporting.statements import default_period
from billwright.workflow.statements import send_statements


class MailForm(ActForm):
    """The last day of the statement that is mailed."""

    until = DayField(label=gettext_lazy("To the end of"))


def _asked_day(request: HttpRequest, usual: date) -> date:
    """The last day that the page behind the drawer shows; what cannot be read is the usual one."""
    try:
        return date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        return usual


@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest, account_id: int) -> HttpResponse:
    """Queue the statement to the billing contact, after a look at whom it goes to."""
    account = account_for(request, account_id, "report.view")
    usual = default_period(day_at(request, account.legal_entity_id)).last_day
    contact = parties([account.id], on=usual)[account.id]
    lead = _("To %(name)s, %(address)s.") % {"name": contact.addressee or contact.name, "address": contact.email}
    return act_by_drawer(
        request,
        send_statements,
        form=bound(MailForm, request, until=_asked_day(request, usual)),
        arguments=lambda given: {
            "legal_entity_id": account.legal_entity_id,
            "as_of": given["until"],
            "account_ids": (account.id,),
        },
        url=reverse("web:statement", args=[account_id]),
        told=lambda queued: (
            _("The statement is on its way to %(address)s.") % {"address": contact.email}
            if queued
            else _("The statement of that day was mailed before; it is among the messages.")
        ),
        context={
            "title": _("Mail the statement of %(account)s") % {"account": account.number},
            "icon": "send",
            "submit": _("Mail"),
            "lead": lead if contact.email else _("The account has no billing contact with a mail address."),
            "follows": [
                ("file-text", _("The paper goes with it: the three months up to that day, in the account's language")),
                ("repeat", _("The statement of one day is mailed once, however often it is asked for")),
            ],
        },
    )
