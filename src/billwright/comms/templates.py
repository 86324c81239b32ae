"""The words of messages: the newest version that the company saved, else the shipped ones, else English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from billwright.comms.models import MessageTemplate
from billwright.comms.policies import fill, one_line, require_names, require_words
from billwright.comms.states import Channel
from billwright.kernel.errors import NotFound

FILE = Path(__file__).parent / "data" / "templates.yaml"
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """The words of one message in one language, and who made them hold when. Version 0: never changed here.

    `is_own` tells words of the company's from the shipped ones, which can hold again after own ones.
    """

    code: str
    language: str
    version: int
    subject: str
    body: str
    template_id: int | None = None
    is_own: bool = False
    written_by: str = ""
    recorded_at: datetime | None = None

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


def examples(code: str) -> dict[str, str]:
    """An invented value for each name that a message fills. Raises NotFound."""
    return {name: str(_shipped()["examples"][name]) for name in allowed_names(code)}


def preview(code: str, *, subject: str, body: str) -> tuple[str, str]:
    """How words would read, with invented values; nothing is kept. Raises NotFound, Refusal naming the field."""
    require_template(code, subject=subject, body=body)
    return TemplateRow(code, FALLBACK_LANGUAGE, 0, subject, body).filled(examples(code))


def require_template(code: str, *, subject: str, body: str) -> None:
    """Raises NotFound, or Refusal naming the field of words that no mail of this kind can have."""
    names = allowed_names(code)
    for field, text in (("subject", subject), ("body", body)):
        require_words(text, field=field)
        require_names(text, names, field=field)


def present_templates(code: str) -> dict[str, TemplateRow]:
    """The words in force by language, in one query. Raises NotFound."""
    allowed_names(code)
    return {row.language: row for row in list_templates(codes=[code])}


def list_templates(*, codes: Sequence[str] | None = None) -> list[TemplateRow]:
    """The words in force of each message (of some) in each language, in one query."""
    wanted = template_codes() if codes is None else codes
    saved = MessageTemplate.objects.filter(code__in=wanted, channel=Channel.EMAIL)
    last = saved.order_by("code", "language", "-version").distinct("code", "language")
    newest = {(one.code, one.language): one for one in last}
    return [
        _row(code, language, newest.get((code, language)))
        for code in wanted
        for language in _shipped()["templates"][code]
    ]


def get_template(code: str, language: str) -> TemplateRow:
    """The words in force of one message in one language. Raises NotFound."""
    found = present_templates(code).get(language)
    if found is None:
        spoken = ", ".join(_shipped()["templates"][code])
        raise NotFound(
            "template.language",
            _("There are no words in the language %(language)s.") % {"language": language},
            field="language",
            cure=_("Use: %(names)s.") % {"names": spoken},
        )
    return found


def list_versions(code: str, language: str) -> list[TemplateRow]:
    """What was saved here of one message in one language, the newest first. Raises NotFound."""
    get_template(code, language)
    saved = MessageTemplate.objects.filter(code=code, language=language, channel=Channel.EMAIL)
    return [_row(code, language, one) for one in saved.order_by("-version")]


def _row(code: str, language: str, saved: MessageTemplate | None) -> TemplateRow:
    """A version as it holds; one without a body lets the shipped words hold again."""
    shipped = _shipped()["templates"][code][language]
    if saved is None:
        return TemplateRow(code, language, 0, shipped["subject"], shipped["body"])
    is_own = bool(saved.body)
    return TemplateRow(
        code,
        language,
        saved.version,
        saved.subject if is_own else shipped["subject"],
        saved.body if is_own else shipped["body"],
        template_id=saved.pk if is_own else None,
        is_own=is_own,
        written_by=saved.written_by,
        recorded_at=saved.recorded_at,
    )


def words_for(templates: Mapping[str, TemplateRow], language: str) -> TemplateRow:
    """The words in a language, or in English where nobody wrote them."""
    return templates.get(language) or templates[FALLBACK_LANGUAGE]
