"""The words of messages: the newest version that the company saved, else the shipped ones, else English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from billwright.comms.models import MessageTemplate
from billwright.comms.policies import fill, one_line
from billwright.comms.states import Channel
from billwright.kernel.errors import NotFound

FILE = Path(__file__).parent / "data" / "templates.yaml"
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """The words of one message in one language. Version 0 is the shipped one."""

    code: str
    language: str
    version: int
    subject: str
    body: str
    template_id: int | None = None

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body with their values."""
        return one_line(fill(self.subject, values)), fill(self.body, values)


@cache
def _shipped() -> dict[str, Any]:
    with FILE.open(encoding="utf-8") as file:
        return dict(YAML(typ="safe").load(file))


def template_codes() -> list[str]:
    """The messages there are."""
    return sorted(_shipped()["templates"])


def allowed_names(code: str) -> tuple[str, ...]:
    """The placeholders that a message fills. Raises NotFound."""
    if code not in _shipped()["names"]:
        raise NotFound("template.not_found", _("There is no message %(code)s.") % {"code": code}, field="code")
    return tuple(_shipped()["names"][code])


def present_templates(code: str) -> dict[str, TemplateRow]:
    """The words in force by language, in one query. Raises NotFound."""
    allowed_names(code)
    rows = {
        language: TemplateRow(code, language, 0, words["subject"], words["body"])
        for language, words in _shipped()["templates"][code].items()
    }
    saved = MessageTemplate.objects.filter(code=code, channel=Channel.EMAIL).order_by("version")
    rows |= {row.language: TemplateRow(code, row.language, row.version, row.subject, row.body, row.pk) for row in saved}
    return rows


def words_for(templates: Mapping[str, TemplateRow], language: str) -> TemplateRow:
    """The words in a language, or in English where nobody wrote them."""
    return templates.get(language) or templates[FALLBACK_LANGUAGE]
