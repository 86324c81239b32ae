"""The steps of a company's set-up, their order, and which of them are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.catalog.queries import has_tax_rules
from billwright.interfaces.web.entities import may_in, require_in
from billwright.ledger.queries import list_periods
from billwright.org.queries import LegalEntityRow, get_legal_entity, get_logo, list_bank_accounts, list_series
from billwright.ui import responses


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its page, its words, and whether a company has done it. Optional ones are done when left alone."""

    name: str
    label: str | Promise
    why: str | Promise
    is_done: Callable[[LegalEntityRow], bool]

    def url(self, entity: LegalEntityRow) -> str:
        return reverse(f"web:setup-{self.name}", args=[entity.code])


def _has_address(entity: LegalEntityRow) -> bool:
    return bool(entity.street)


def _has_logo(entity: LegalEntityRow) -> bool:
    return get_logo(entity.id) is not None


def _has_bank(entity: LegalEntityRow) -> bool:
    return bool(list_bank_accounts(entity.id, on_documents_only=True))


def _has_tax(entity: LegalEntityRow) -> bool:
    return has_tax_rules(entity.id)


def _has_series(entity: LegalEntityRow) -> bool:
    return bool(list_series(entity.id))


def _has_defaults(entity: LegalEntityRow) -> bool:
    """A step that every company has done from its first day on, because each choice has a default."""
    return entity.id > 0


def _has_mail_server(entity: LegalEntityRow) -> bool:
    """The server is the installation's: one for all companies."""
    return entity.id > 0 and bool(settings.EMAIL_HOST)


def _has_periods(entity: LegalEntityRow) -> bool:
    return bool(list_periods(entity.id))


STEPS: Final[tuple[Step, ...]] = (
    Step("company", _("Company"), _("Who issues the documents, as the law wants it named."), _has_address),
    Step("logo", _("Logo"), _("Stands at the head of every document."), _has_logo),
    Step("bank", _("Bank details"), _("Where customers pay; printed on invoices and slips."), _has_bank),
    Step("tax", _("Tax"), _("Which tax is charged for what, from the pack of the country."), _has_tax),
    Step("series", _("Number series"), _("How documents are numbered, without gaps."), _has_series),
    Step("terms", _("Terms"), _("When invoices are due, and the words at their foot."), _has_defaults),
    Step("conventions", _("Conventions"), _("Choices about money at the edges, each with a default."), _has_defaults),
    Step("mail", _("Mail"), _("How documents leave the house, and a test."), _has_mail_server),
    Step("periods", _("Periods"), _("Open the books for the first months."), _has_periods),
)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as the stepper draws it."""

    label: str | Promise
    state: str
    url: str
    why: str | Promise
    is_done: bool


def shown_steps(entity: LegalEntityRow, *, current: str = "") -> list[ShownStep]:
    """The steps of a company with what is done and where the person is."""
    shown = []
    for step in STEPS:
        done = step.is_done(entity)
        state = "current" if step.name == current else "done" if done else "todo"
        shown.append(ShownStep(step.label, state, step.url(entity), step.why, done))
    return shown


def entity_of(request: HttpRequest, code: str, *, right: str = "setup.view") -> LegalEntityRow:
    """The company of a set-up page. Raises NotFound, or NotAllowed without the right in it."""
    entity = get_legal_entity(code=code)
    require_in(request, right, entity.id)
    return entity


def step_page(
    request: HttpRequest, entity: LegalEntityRow, name: str, *, verb: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The page of a step; `may_change` says whether the person may do its verb."""
    position = [step.name for step in STEPS].index(name)
    following = STEPS[position + 1] if position + 1 < len(STEPS) else None
    page = {
        "entity": entity,
        "step": STEPS[position],
        "steps": shown_steps(entity, current=name),
        "next_step": following,
        "next_url": following.url(entity) if following else reverse("web:setup"),
        "may_change": may_in(request, verb, entity.id),
    }
    return render(request, f"web/setup/{name}.html", {**page, **context})


def form_drawer(
    request: HttpRequest,
    form: Form,
    *,
    title: str | Promise,
    icon: str,
    submit: str | Promise = "",
    follows: tuple[str | Promise, ...] = (),
) -> HttpResponse:
    """A drawer with one form and what follows when it is sent."""
    context = {"form": form, "title": title, "icon_name": icon, "submit": submit or _("Save"), "follows": follows}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return responses.drawer(request, "web/setup/form.html", context, status=status)
