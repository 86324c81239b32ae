"""Which books a page shows, and what every page of the books is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.acting import at_of, permissions
from billwright.interfaces.web.entities import acting_entity, entities_of, require_in
from billwright.interfaces.web.forms import FilterForm
from billwright.interfaces.web.ledger.words import kind_words
from billwright.interfaces.web.subjects import url_of
from billwright.kernel.clock import business_date
from billwright.org.queries import LegalEntityRow


def books_of(request: HttpRequest) -> LegalEntityRow:
    """The legal entity whose books are shown. Raises NotFound, or NotAllowed without `ledger.view` in it."""
    entity = acting_entity(request)
    require_in(request, "ledger.view", entity.id)
    return entity


def day_in(entity: LegalEntityRow, request: HttpRequest) -> date:
    """The entity's civil date at the request's instant."""
    return business_date(at_of(request), entity.timezone)


def address(name: str, *args: object, **asked: Any) -> str:
    """A page with its question in the address; what is None or empty is left out."""
    query = urlencode({key: value for key, value in asked.items() if value not in (None, "")})
    return reverse(name, args=args) + (f"?{query}" if query else "")


def stands_for(entry_key: str, kind: str) -> SafeString:
    """What an entry stands for, as a link when we have its page."""
    url = url_of(entry_key)
    words = f"{kind_words(kind)} {entry_key.partition(':')[2]}".strip() if ":" in entry_key else kind_words(kind)
    return format_html('<a href="{}">{}</a>', url, words) if url else format_html("{}", words)


class BooksForm(FilterForm):
    """Every question to the books names the company, when there is a choice."""

    entity = forms.ChoiceField(label=_("Company"), required=False)

    def prepare(self, request: HttpRequest) -> None:
        """Offer the companies whose books the person may see."""
        allowed = permissions(request).entities_for("ledger.view")
        choices = [(one.code, one.name) for one in entities_of(request) if allowed is None or one.id in allowed]
        field: forms.ChoiceField = self.fields["entity"]  # type: ignore[assignment]
        field.choices = choices
        if len(choices) < 2:
            del self.fields["entity"]
