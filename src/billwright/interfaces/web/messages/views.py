"""The outbox: the list by state, one message with its words, its files, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.accounts.queries import account_ids_of
from billwright.comms import ports
from billwright.comms.ports import MailFile
from billwright.comms.queries import MessageRow, count_messages_by_state, get_message, list_messages
from billwright.comms.states import MESSAGE
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.acting import may, perform, permissions, require, require_everywhere
from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import ActForm, FilterForm, bound
from billwright.interfaces.web.messages.masking import masked
from billwright.interfaces.web.messages.words import MOVES, STATES, Move
from billwright.interfaces.web.paging import by_ids
from billwright.interfaces.web.setup.mail_words import MAILS
from billwright.interfaces.web.subjects import url_of
from billwright.interfaces.web.tags import state_column
from billwright.kernel.errors import NotFound, Refusal
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, SavedView, Table

RIGHT = "message.view"


class MessageFilter(FilterForm):
    """Which messages; `account` and `about` come by links from those pages."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *((key, value[0]) for key, value in STATES.items())]
    )
    account = forms.IntegerField(required=False, widget=forms.HiddenInput)
    about = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)


def _mail(row: MessageRow) -> str:
    """Which kind of mail it is; of one that a later release no longer has, its code."""
    return str(MAILS.get(row.purpose, row.purpose))


def _page_of(row: MessageRow) -> str:
    return reverse("web:message", args=[row.id])


_COLUMNS = [
    Column("subject", _("Subject"), value=lambda row: row.subject, url=_page_of),
    Column("to", _("To"), value=lambda row: row.to_address, optional=True),
    state_column(STATES),
    Column("queued_at", _("Queued"), kind="datetime", value=lambda row: row.queued_at, optional=True),
    Column("sent_at", _("Sent"), kind="datetime", value=lambda row: row.sent_at, optional=True),
    Column("failure", _("What went wrong"), value=lambda row: row.failure, wrap=True, optional=True, hidden=True),
    Column("purpose", _("Mail"), value=_mail, optional=True, hidden=True),
]


@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """The messages, the newest first."""
    require(request, RIGHT)
    filters = MessageFilter(request)
    theirs = _accounts_seen(request)
    page = by_ids(
        request, lambda before_id, limit: masked(request, _found(filters, theirs, before_id=before_id, limit=limit))
    )
    table = Table(request, columns=_COLUMNS, rows=page.rows, page=page, label=_("Messages"))
    if wants_export(request):
        return tables.export(table, title=gettext("Messages"))
    context = {"table": table, "views": _views(filters, theirs), "is_narrowed": any(filters.cleaned_data.values())}
    return render(request, "web/messages/messages.html", context)


def _accounts_seen(request: HttpRequest) -> Iterable[int] | None:
    """The accounts whose mail the person may read; None for all mail, also that about no account."""
    companies = permissions(request).entities_for(RIGHT)
    return None if companies is None else account_ids_of(companies)


def message_for(request: HttpRequest, message_id: int, right: str = RIGHT) -> MessageRow:
    """A message to an account of a company where the right is held. Raises NotFound, NotAllowed."""
    require(request, right)
    row = get_message(message_id)
    if row.account_ref is None:
        require_everywhere(request, right)
    else:
        account_for(request, row.account_ref, right)
    return masked(request, [row])[0]


def _found(
    filters: MessageFilter, theirs: Iterable[int] | None, *, before_id: int | None, limit: int
) -> list[MessageRow]:
    state = filters.asked("state")
    return list_messages(
        account_ref=filters.asked("account"),
        account_refs=theirs,
        about=filters.asked("about") or None,
        states=[state] if state else (),
        before_id=before_id,
        limit=limit,
    )


def _views(filters: MessageFilter, theirs: Iterable[int] | None) -> list[SavedView]:
    """One view a state that has messages, and all of them."""
    counts = count_messages_by_state(account_refs=theirs)
    asked = filters.asked("state") or ""
    whole = SavedView(_("All"), "?", sum(counts.values()), current=not asked)
    return [
        whole,
        *(
            SavedView(words, f"?state={state}", counts[state], current=state == asked)
            for state, (words, _tone, _icon) in STATES.items()
            if counts.get(state)
        ),
    ]


@require_GET
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message: its words, where it went, and what may be decided."""
    row = message_for(request, message_id)
    words, tone, icon_name = STATES[row.state]
    context = {
        "message": row,
        "state_words": words,
        "state_tone": tone,
        "state_icon": icon_name,
        "about_url": url_of(row.about),
        "account_url": url_of(f"account:{row.account_ref}") if row.account_ref else "",
        "mail": _mail(row),
        "wording_url": url_of(f"template:{row.purpose}:{row.language}") if may(request, "setup.view") else "",
        "person": display_names([row.requested_by])[row.requested_by],
        "moves": [(name, MOVES[name]) for name in row.offered if name in MOVES and may(request, MOVES[name].verb)],
        "no_server": ports.carrier() is None,
    }
    return render(request, "web/messages/message.html", context)


class DecideForm(ActForm):
    """How the person knows; asked for where a legal notice may hang on it."""

    reason = forms.CharField(label=_("How you know"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, message_id: int, move: str) -> HttpResponse:
    """Decide about a message: send again, take back, or say what became of one in doubt."""
    chosen = MOVES.get(move)
    if chosen is None:
        raise NotFound("message.unknown_move", gettext("This cannot be decided about a message."))
    row = message_for(request, message_id, chosen.verb)
    form = bound(DecideForm, request)
    if not chosen.needs_reason:
        del form.fields["reason"]
    if request.method == "POST" and form.is_valid():
        try:
            # An illegal move is refused in the drawer, in words, before the verb would refuse it.
            MESSAGE.enter(move, row.state)
            perform(request, chosen.run, reason=form.cleaned_data.get("reason", ""), message_id=message_id)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, chosen.label)
            return responses.done(request, reverse("web:message", args=[message_id]))
    return _drawer(request, form, row, chosen)


def _drawer(request: HttpRequest, form: forms.Form, row: MessageRow, move: Move) -> HttpResponse:
    context = {"form": form, "message": row, "move": move}
    return responses.drawer(request, "web/messages/decide.html", context, status=422 if form.errors else 200)


def _files(row: MessageRow) -> tuple[MailFile, ...]:
    """The files that go with a message, printed now as they are when it is sent."""
    maker = ports.files()
    return maker.files_of(purpose=row.purpose, about=row.about) if maker else ()


@require_GET
def files(request: HttpRequest, message_id: int) -> HttpResponse:
    """What goes with the message."""
    row = message_for(request, message_id)
    context = {"message": row, "files": [(number, file.name) for number, file in enumerate(_files(row))]}
    return responses.drawer(request, "web/messages/files.html", context)


@require_GET
def file(request: HttpRequest, message_id: int, number: int) -> HttpResponse:
    """One file of a message."""
    found = _files(message_for(request, message_id))
    if number >= len(found):
        raise NotFound("message.no_file", gettext("No such file goes with this message."))
    chosen = found[number]
    answer = HttpResponse(chosen.content, content_type=chosen.media_type)
    name = chosen.name.encode("ascii", "replace").decode().replace('"', "_")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
