"""How an account's documents are split, what they must refer to, and how they are laid out: one drawer, one verb."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from billwright.accounts import operations
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.accounts.choices import COLUMNS, GROUPINGS, REQUIRABLE, SPLITS, words_of
from billwright.interfaces.web.accounts.edits import page_of
from billwright.interfaces.web.accounts.forms import DocumentsForm
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import bound


def documents_change(request: HttpRequest, account_id: int) -> HttpResponse:
    """Choose how the account's documents are made from now on; issued ones stay as they are."""
    account = account_for(request, account_id)
    initial = {
        **asdict(account.layout),
        "split_by": account.split_by,
        "required_references": list(account.required_references),
        "version": account.version,
    }
    form = bound(DocumentsForm, request, **initial)
    return act_by_drawer(
        request,
        operations.update_account,
        form=form,
        arguments=lambda given: {
            "account_id": account.id,
            "version": given["version"],
            "change": form.change(),
            "effective_on": given["effective_on"],
        },
        url=page_of(account_id),
        told=_("Documents from now on are made this way."),
        context={
            "title": _("Documents of %(number)s") % {"number": account.number},
            "icon": "receipt-text",
            "follows": [
                ("receipt-text", _("The next bill run splits and lays out its documents this way")),
                ("history", _("Issued documents stay as they are, also when they are printed again")),
            ],
        },
    )


def chosen_words(account: AccountRow) -> list[tuple[str, str]]:
    """What differs from the usual, in words: label and value."""
    layout = account.layout
    found = [
        (_("Documents"), words_of(SPLITS, account.split_by) if account.split_by != "NONE" else ""),
        (_("Required"), ", ".join(str(words_of(REQUIRABLE, name)) for name in account.required_references)),
        (_("Lines"), words_of(GROUPINGS, layout.group_by) if layout.group_by else ""),
        (_("Left out"), ", ".join(str(words_of(COLUMNS, name)) for name in layout.hide)),
    ]
    return [(label, str(value)) for label, value in found if value]
