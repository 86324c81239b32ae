"""Who may be asked about an account, where it lives, what it wants on documents; masked values shown in full."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billwright.access.masking import KINDS
from billwright.access.operations.oversight import reveal_personal
from billwright.accounts import operations, queries
from billwright.accounts.rows import AccountRow, AddressDraft, ContactChange, ContactDraft
from billwright.interfaces.web.accounts.edits import only, page_of
from billwright.interfaces.web.accounts.forms import AddressForm, ContactChangeForm, ContactForm, ReferencesForm
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.forms import bound
from billwright.kernel.errors import NotFound
from billwright.ui import responses


def contact_new(request: HttpRequest, account_id: int) -> HttpResponse:
    """Add somebody who may be asked."""
    account = account_for(request, account_id)
    return act_by_drawer(
        request,
        operations.add_contact,
        form=bound(ContactForm, request),
        arguments=lambda given: {
            "account_id": account.id,
            "draft": ContactDraft(**only(given, ("role", "name", "email", "phone"))),
        },
        url=page_of(account_id),
        told=_("The contact is added."),
        context={"title": _("New contact"), "icon": "contact-round", "submit": _("Add contact")},
    )


def contact_change(request: HttpRequest, account_id: int, contact_id: int) -> HttpResponse:
    """Correct a contact, or retire it."""
    account = account_for(request, account_id)
    rows = {row.id: row for row in queries.list_contacts(account.id, with_retired=True)}
    if contact_id not in rows:
        raise NotFound("contact.not_found", _("There is no such contact."))
    names = ("role", "name", "email", "phone", "active", "version")
    form = bound(ContactChangeForm, request, **{name: getattr(rows[contact_id], name) for name in names})
    return act_by_drawer(
        request,
        operations.change_contact,
        form=form,
        arguments=lambda given: {
            "contact_id": contact_id,
            "version": given["version"],
            "change": ContactChange(**only(given, names[:-1])),
        },
        url=page_of(account_id),
        told=_("Changed."),
        context={"title": _("Contact"), "icon": "contact-round"},
    )


def address_new(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let an address hold from a day on; the present one of its kind ends there."""
    account = account_for(request, account_id)
    on = day_at(request, account.legal_entity_id)
    present = next(iter(queries.list_addresses(account.id, on=on)), None)
    fields = ("kind", "addressee", "street", "postcode", "city", "region", "country")
    initial = {name: getattr(present, name) for name in fields} if present else {}
    return act_by_drawer(
        request,
        operations.change_address,
        form=bound(AddressForm, request, **initial, valid_from=on),
        arguments=lambda given: {
            "account_id": account.id,
            "draft": AddressDraft(**only(given, fields)),
            "valid_from": given["valid_from"],
        },
        url=page_of(account_id),
        told=_("The address holds from that day on."),
        context={
            "title": _("Address"),
            "icon": "map-pin",
            "follows": [
                ("file-text", _("Documents of that day and later carry the new address")),
                ("history", _("Issued documents keep the one that they were issued with")),
            ],
        },
    )


def references_change(request: HttpRequest, account_id: int) -> HttpResponse:
    """What the customer wants to read on documents."""
    account = account_for(request, account_id)
    present = queries.list_references(account.id)
    form = ReferencesForm(request.POST or None, present=present)
    return act_by_drawer(
        request,
        operations.set_references,
        form=form,
        arguments=lambda _given: {"account_id": account.id, "references": form.rows()},
        url=page_of(account_id),
        told=_("Documents from now on carry these references."),
        context={
            "title": _("References on documents"),
            "icon": "hash",
            "lead": _("Such as a vendor number or a contract number."),
        },
    )


@require_POST
def reveal(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """Show masked values of an account in full, after the audit trail has noted who looked."""
    account = account_for(request, account_id)
    if kind not in KINDS:
        raise NotFound("personal.unknown_kind", _("There is nothing masked of this kind."))
    perform(
        request,
        reveal_personal,
        subject=f"account:{account.id}",
        kind=kind,
        legal_entity_id=account.legal_entity_id,
    )
    values = _values_of(account, kind)
    return responses.drawer(request, "web/accounts/revealed.html", {"values": values, "account": account})


def _values_of(account: AccountRow, kind: str) -> list[tuple[str, str]]:
    if kind == "tax_number":
        return [(_("Tax number"), queries.get_customer(account.customer_id).tax_number)]
    contacts = queries.list_contacts(account.id)
    return [
        (contact.name or account.shown_name, getattr(contact, kind)) for contact in contacts if hasattr(contact, kind)
    ]
