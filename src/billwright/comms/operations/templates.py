"""The verbs of a person over the words of mails: own ones, and back to the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from billwright.comms import templates
from billwright.comms.models import MessageTemplate
from billwright.comms.templates import TemplateRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import lock_names


def _subject(arguments: Mapping[str, object], _answer: object) -> str:
    return f"template:{arguments['code']}:{arguments['language']}"


@verb("template.save", subject=_subject)
def save_template(
    *, act: Act, code: str, language: str, subject: str, body: str, over_version: int | None = None
) -> TemplateRow:
    """Save a new version of a mail's words; the old ones stay.

    `over_version` is the version that the person read, if it is to be the last one still. Raises NotFound, Refusal
    `template.empty`, `template.unreadable`, `template.long`, `template.brace`, `template.placeholder` naming the field,
    Conflict `template.changed`.
    """
    before = _locked(code, language, over_version)
    templates.require_template(code, subject=subject, body=body)
    # A browser ends lines as mail does on the wire; kept words end them as the shipped ones.
    return _next(act, before, subject=subject, body=body.replace("\r\n", "\n"))


@verb("template.restore", subject=_subject)
def restore_template(*, act: Act, code: str, language: str, over_version: int | None = None) -> TemplateRow:
    """Go back to the shipped words: a version without words of its own, so that shipped improvements reach it.

    Raises NotFound, Refusal `template.shipped` where they hold already, Conflict `template.changed`.
    """
    before = _locked(code, language, over_version)
    if not before.is_own:
        raise Refusal("template.shipped", _("The shipped words hold already."), field="code")
    return _next(act, before, subject="", body="")


def _locked(code: str, language: str, over_version: int | None) -> TemplateRow:
    """The words in force, which nobody else changes until the transaction ends."""
    lock_names(f"template:{code}:{language}")
    before = templates.get_template(code, language)
    if over_version not in (None, before.version):
        raise Conflict(
            "template.changed",
            _("Somebody changed these words while you read version %(version)s.") % {"version": over_version},
            field="over_version",
            cure=_("Read the words again, then write yours."),
        )
    return before


def _next(act: Act, before: TemplateRow, *, subject: str, body: str) -> TemplateRow:
    MessageTemplate.objects.create(
        code=before.code, language=before.language, version=before.version + 1, subject=subject, body=body,
        written_by=act.actor, recorded_at=act.at,
    )  # fmt: skip
    after = templates.get_template(before.code, before.language)
    note_change(before=_noted(before), after=_noted(after))
    return after


def _noted(row: TemplateRow) -> dict[str, object]:
    return {"version": row.version, "is_own": row.is_own, "subject": row.subject, "body": row.body}
