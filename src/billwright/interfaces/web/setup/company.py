"""The company itself: who it is, its logo, its terms."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.acting import perform, require
from billwright.interfaces.web.entities import choose_entity
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.setup.forms import CompanyChangeForm, CompanyForm, LogoForm, TermsForm, month_name
from billwright.interfaces.web.setup.steps import entity_of, form_drawer, step_page
from billwright.kernel.errors import NotFound, Refusal
from billwright.org import operations
from billwright.org.queries import LegalEntityRow, get_logo
from billwright.org.terms import Terms
from billwright.org.terms_words import told
from billwright.ui import responses, toasts

_FIXED = ("code", "country", "base_currency", "timezone", "name", "language", "act_key")
# A logo is drawn by the browser as a picture and can do nothing else, whatever its file holds.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a company; it is acted for from then on."""
    require(request, "legal_entity.create")
    form = bound(CompanyForm, request)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        details = {name: value for name, value in asked.items() if name not in _FIXED and value}
        try:
            entity = perform(
                request,
                operations.create_legal_entity,
                code=asked["code"],
                name=asked["name"],
                country=asked["country"],
                base_currency=asked["base_currency"],
                timezone=asked["timezone"],
                language=asked["language"],
                details=details,
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            choose_entity(request, entity.code)
            toasts.toast(request, _("%(name)s is there.") % {"name": entity.name})
            return responses.done(request, reverse("web:setup-company", args=[entity.code]))
    follows = (
        _("The company gets its first number series and the conventions of its country."),
        _("Code, country, currency and time zone stay as they are."),
    )
    return form_drawer(request, form, title=_("Add a company"), icon="building-2", submit=_("Add"), follows=follows)


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Who the company is."""
    entity = entity_of(request, code)
    context = {"language": dict(settings.LANGUAGES).get(entity.language, entity.language)}
    return step_page(request, entity, "company", verb="legal_entity.update", context=context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change what may change of the company."""
    entity = entity_of(request, code, right="legal_entity.update")
    form = bound(CompanyChangeForm, request, **asdict(entity))
    if request.method == "POST" and form.is_valid() and _update(request, entity, form):
        return responses.done(request, reverse("web:setup-company", args=[code]))
    follows = (_("Documents issued before stay as they are."),)
    return form_drawer(request, form, title=_("Change the company"), icon="building-2", follows=follows)


def _update(request: HttpRequest, entity: LegalEntityRow, form: CompanyChangeForm | TermsForm) -> bool:
    """Send what differs; True when it is done, else the refusal stands on the form."""
    values: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if name != "act_key"}
    changes = {name: value for name, value in values.items() if getattr(entity, name) != value}
    if not changes:
        return True
    try:
        perform(
            request,
            operations.update_legal_entity,
            legal_entity_id=entity.id,
            payment_parts=changes.pop("payment_parts", None),
            changes=changes,
        )
    except Refusal as refusal:
        responses.refuse_on_form(form, refusal)
        return False
    toasts.toast(request, _("Saved."))
    return True


@require_GET
def terms(request: HttpRequest, code: str) -> HttpResponse:
    """When invoices are due, when the year starts, and the foot of documents."""
    entity = entity_of(request, code)
    parts = told(Terms(entity.payment_terms_days, entity.payment_parts)) if entity.payment_parts else ()
    context = {"fiscal_month": month_name(entity.fiscal_year_starts_month), "terms": parts}
    return step_page(request, entity, "terms", verb="legal_entity.update", context=context)


@require_http_methods(["GET", "POST"])
def terms_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change the terms."""
    entity = entity_of(request, code, right="legal_entity.update")
    form = bound(TermsForm, request, **asdict(entity) | {"payment_parts": entity.payment_parts})
    if request.method == "POST" and form.is_valid() and _update(request, entity, form):
        return responses.done(request, reverse("web:setup-terms", args=[code]))
    follows = (_("New accounts take these days; accounts that are there keep theirs."),)
    return form_drawer(request, form, title=_("Change the terms"), icon="calendar-clock", follows=follows)


@require_GET
def logo(request: HttpRequest, code: str) -> HttpResponse:
    """The logo, as documents show it."""
    entity = entity_of(request, code)
    context = {"has_logo": get_logo(entity.id) is not None}
    return step_page(request, entity, "logo", verb="legal_entity.set_logo", context=context)


@require_GET
def logo_image(request: HttpRequest, code: str) -> HttpResponse:
    """The picture itself."""
    found = get_logo(entity_of(request, code).id)
    if found is None:
        raise NotFound("logo.none", str(_("There is no logo yet.")))
    content, media_type = found
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Security-Policy"] = _PICTURE_POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "POST"])
def logo_change(request: HttpRequest, code: str) -> HttpResponse:
    """Upload a logo."""
    entity = entity_of(request, code, right="legal_entity.set_logo")
    form = bound(LogoForm, request)
    if request.method == "POST" and form.is_valid():
        content, media_type = form.cleaned_data["logo"]
        try:
            perform(request, operations.set_logo, legal_entity_id=entity.id, logo=content, media_type=media_type)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The logo is in place."))
            return responses.done(request, reverse("web:setup-logo", args=[code]))
    return form_drawer(request, form, title=_("Upload a logo"), icon="image-up", submit=_("Upload"))
