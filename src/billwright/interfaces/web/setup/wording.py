"""The wording of mails: one list for all companies, each mail in each language shipped or in own words."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import linebreaks_filter
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.comms import operations, templates
from billwright.comms.policies import TEMPLATE_LENGTHS_MAX
from billwright.comms.templates import TemplateRow
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import ActForm, FilterForm, bound
from billwright.interfaces.web.setup.mail_words import MAILS, NAMES
from billwright.interfaces.web.tags import state_column, tag
from billwright.kernel.errors import Refusal
from billwright.ui import responses, tables
from billwright.ui.tables import Column, Table
from billwright.ui.templatetags import ui_tags

RIGHT: Final = "setup.view"
SAVE: Final = "template.save"
RESTORE: Final = "template.restore"
TEMPLATE: Final = "web/setup/wording_change.html"

STATES: Final[dict[str, tuple[str | Promise, str, str]]] = {
    "shipped": (gettext_lazy("Shipped"), "neutral", "package"),
    "own": (gettext_lazy("Own words"), "accent", "pencil"),
}


class WordingFilter(FilterForm):
    """Which wordings."""

    mail = forms.ChoiceField(
        label=gettext_lazy("Mail"), required=False, choices=[("", gettext_lazy("All")), *MAILS.items()]
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", gettext_lazy("All")), *settings.LANGUAGES]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Words"),
        required=False,
        choices=[("", gettext_lazy("All")), *((key, value[0]) for key, value in STATES.items())],
    )


class RestoreForm(ActForm):
    """Why the shipped words shall hold again, over the version that the person read."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400, required=False)
    over_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WordingForm(RestoreForm):
    """Subject and body, and why they shall hold, over the version that the person read."""

    field_order = ("subject", "body", "reason")
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=TEMPLATE_LENGTHS_MAX["subject"])
    body = forms.CharField(
        label=gettext_lazy("Body"),
        max_length=TEMPLATE_LENGTHS_MAX["body"],
        widget=forms.Textarea(attrs={"rows": 14}),
    )


def _state(row: TemplateRow) -> str:
    return "own" if row.is_own else "shipped"


def _languages() -> dict[str, str]:
    return {code: str(name) for code, name in settings.LANGUAGES}


def _page_of(row: TemplateRow) -> str:
    return reverse("web:wording", args=[row.code, row.language])


def _columns(people: dict[str, str]) -> list[Column]:
    languages = _languages()
    return [
        Column("mail", gettext_lazy("Mail"), value=lambda row: MAILS[row.code], url=_page_of),
        Column("language", gettext_lazy("Language"), value=lambda row: languages.get(row.language, row.language)),
        state_column(STATES, label=gettext_lazy("Words"), of=_state),
        Column("subject", gettext_lazy("Subject"), value=lambda row: row.subject, wrap=True, optional=True),
        Column("by", gettext_lazy("By"), value=lambda row: people.get(row.written_by, ""), optional=True),
        Column("at", gettext_lazy("Since"), kind="datetime", value=lambda row: row.recorded_at, optional=True),
        Column("body", gettext_lazy("Body"), value=lambda row: row.body, wrap=True, hidden=True),
        Column("code", gettext_lazy("Name in files"), value=lambda row: row.code, optional=True, hidden=True),
    ]


@require_GET
def wordings(request: HttpRequest) -> HttpResponse:
    """Every mail in every language, and whose words it has."""
    require(request, RIGHT)
    filters = WordingFilter(request)
    mail, language, state = (filters.asked(name) for name in ("mail", "language", "state"))
    rows = [
        row
        for row in templates.list_templates(codes=[mail] if mail else None)
        if language in (None, row.language) and state in (None, _state(row))
    ]
    people = display_names({row.written_by for row in rows if row.written_by})
    table = Table(
        request,
        columns=_columns(people),
        rows=rows,
        label=gettext("Wording of mails"),
        chips=tables.chips_of(request, filters),
    )
    if wants_export(request):
        return tables.export(table, title=gettext("Wording of mails"))
    return render(request, "web/setup/wordings.html", {"table": table, "filters": filters})


@require_GET
def wording(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The words of one mail, how they read, and what was before."""
    require(request, RIGHT)
    row = templates.get_template(code, language)
    subject, body = row.filled(templates.examples(code))
    versions = templates.list_versions(code, language)
    people = display_names({one.written_by for one in versions})
    context = {
        "wording": row,
        **_names(row),
        "state_tag": tag(_state(row), STATES),
        "example_subject": subject,
        "example_body": body,
        "versions": Table(request, columns=_version_columns(people), rows=versions, label=gettext("Versions")),
        "may_save": may(request, SAVE),
        "may_restore": row.is_own and may(request, RESTORE),
    }
    return render(request, "web/setup/wording.html", context)


def _version_columns(people: dict[str, str]) -> list[Column]:
    def saved(row: TemplateRow) -> SafeString:
        name = people.get(row.written_by, "")
        return format_html('{}<div class="muted">{}</div>', ui_tags.moment(row.recorded_at), name)

    return [
        Column("version", gettext_lazy("Version"), kind="number", value=lambda row: row.version),
        state_column(STATES, label=gettext_lazy("Words"), of=_state, optional=True),
        Column("at", gettext_lazy("Saved"), kind="datetime", value=lambda row: row.recorded_at, render=saved),
        Column("text", gettext_lazy("Subject and body"), value=lambda row: row.subject, render=_text, wrap=True),
    ]


def _text(row: TemplateRow) -> SafeString:
    paragraphs = linebreaks_filter(row.body)
    return format_html('<div class="prose"><p><strong>{}</strong></p>{}</div>', row.subject, paragraphs)


def _names(row: TemplateRow) -> dict[str, Any]:
    """How a mail is called, and the names that its words may use, each explained."""
    return {
        "mail_label": MAILS[row.code],
        "language_label": _languages().get(row.language, row.language),
        "names": [(f"{{{name}}}", NAMES[name]) for name in templates.allowed_names(row.code)],
    }


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Write own words; asked to show them, fill them with invented values and keep nothing."""
    require(request, SAVE)
    row = templates.get_template(code, language)
    form = bound(WordingForm, request, subject=row.subject, body=row.body, over_version=row.version)
    context: dict[str, Any] = {"wording": row, **_names(row)}
    if "preview" in request.POST:
        if form.is_valid():
            context |= _shown(form, code)
        status = 422 if form.errors else 200
        return responses.drawer(request, TEMPLATE, {"form": form, **context}, status=status)
    return act_by_drawer(
        request,
        operations.save_template,
        form=form,
        arguments=lambda given: {
            "code": code,
            "language": language,
            **{name: given[name] for name in ("subject", "body", "over_version")},
        },
        url=_page_of(row),
        told=gettext("These words hold from the next mail on."),
        template=TEMPLATE,
        context=context,
    )


def _shown(form: WordingForm, code: str) -> dict[str, Any]:
    """How the words read; what refuses them stands on the form."""
    given = form.cleaned_data
    try:
        subject, body = templates.preview(code, subject=given["subject"], body=given["body"])
    except Refusal as refusal:
        responses.refuse_on_form(form, refusal)
        return {}
    return {"example_subject": subject, "example_body": body}


@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """Let the shipped words hold again."""
    require(request, RESTORE)
    row = templates.get_template(code, language)
    return act_by_drawer(
        request,
        operations.restore_template,
        form=bound(RestoreForm, request, over_version=row.version),
        arguments=lambda given: {"code": code, "language": language, "over_version": given["over_version"]},
        url=_page_of(row),
        told=gettext("The shipped words hold again."),
        template="web/setup/form.html",
        context={
            "title": gettext("Back to the shipped words"),
            "icon_name": "undo-2",
            "submit": gettext("Back to the shipped words"),
            "follows": (
                gettext("They hold from the next mail on, those of later releases too."),
                gettext("The own words stay among the versions."),
            ),
        },
    )
