"""How mail leaves the house: what the installation says, and a test."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.comms.operations import send_test_mail
from billwright.comms.queries import list_messages
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.setup.forms import MailTestForm
from billwright.interfaces.web.setup.steps import entity_of, form_drawer, step_page
from billwright.kernel.errors import Refusal
from billwright.ui import responses, toasts

TESTS_SHOWN = 5
TEST = "mail.test"


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The settings of the mail server, and what became of the last tests."""
    entity = entity_of(request, code)
    recent = list_messages(purpose=TEST, limit=TESTS_SHOWN)
    context = {
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "user": settings.EMAIL_HOST_USER,
        "has_password": bool(settings.EMAIL_HOST_PASSWORD),
        "security": "TLS" if settings.EMAIL_USE_SSL else "STARTTLS" if settings.EMAIL_USE_TLS else "",
        "sender": entity.email or settings.DEFAULT_FROM_EMAIL,
        "tests": recent,
    }
    return step_page(request, entity, "mail", verb="mail.send_test", context=context)


@require_http_methods(["GET", "POST"])
def test(request: HttpRequest, code: str) -> HttpResponse:
    """Queue a test mail."""
    entity = entity_of(request, code, right="mail.send_test")
    form = bound(MailTestForm, request, to_address=getattr(request.user, "email", ""))
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["to_address"]
        try:
            perform(request, send_test_mail, to_address=address, language=entity.language, seller=entity.name)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The test waits to be sent; its result stands under Messages."))
            return responses.done(request, reverse("web:setup-mail", args=[code]))
    follows = (
        (_("The test goes out with the next round of the worker."),)
        if settings.EMAIL_HOST
        else (_("No mail server is named: the test stays in the outbox, where it can be read."),)
    )
    return form_drawer(request, form, title=_("Send a test"), icon="send", submit=_("Send"), follows=follows)
