"""billwright wording: the words of mails, shipped or the company's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.access.queries import display_names
from billwright.comms import operations, templates
from billwright.comms.templates import TemplateRow
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.kernel.errors import Refusal

app = typer.Typer(help=_("The wording of mails, by kind of mail and language."), no_args_is_help=True)

CODE = typer.Argument(..., metavar="MAIL", help="The kind of mail, as `wording list` names it.")
LANGUAGE = typer.Argument(..., metavar="LANGUAGE", help="Such as en.")
REASON = typer.Option("", help="Why; kept in the audit trail.")
OVER = typer.Option(None, "--over-version", min=0, help="Refused unless this is the last version still.")


@app.command("list")
def show_wordings(mail: str = typer.Option("", help="Only this kind of mail."), as_json: bool = AS_JSON) -> None:
    """The words in force of every kind of mail in every language."""
    rows = list(templates.present_templates(mail).values()) if mail else templates.list_templates()
    if as_json:
        print_json(rows)
        return
    columns = (_("mail"), _("language"), _("words"), _("subject"), _("by"))
    names = _names(rows)
    print_table("", columns, [(r.code, r.language, _state(r), r.subject, names[r.written_by]) for r in rows])


@app.command()
def show(
    code: str = CODE,
    language: str = LANGUAGE,
    example: bool = typer.Option(False, help="With invented values in the places of the names."),
    as_json: bool = AS_JSON,
) -> None:
    """The words of one mail and the names that they may use."""
    row = templates.get_template(code, language)
    if as_json:
        print_json(row)
        return
    subject, body = row.filled(templates.examples(code)) if example else (row.subject, row.body)
    names = ", ".join(f"{{{name}}}" for name in templates.allowed_names(code))
    typer.echo(f"{subject}\n\n{body}\n{_state(row)} · {names}")


@app.command()
def save(
    code: str = CODE,
    language: str = LANGUAGE,
    subject: str = typer.Option(..., help="The subject, with names such as {number}."),
    body_file: Path = typer.Option(..., exists=True, dir_okay=False, help="A UTF-8 text file with the body."),
    over_version: int | None = OVER,
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Save own words; they hold from the next mail on."""
    body = _text(body_file)
    with transaction.atomic():
        row = operations.save_template(
            act=act_as(as_user, reason=reason),
            code=code,
            language=language,
            subject=subject,
            body=body,
            over_version=over_version,
        )
    _show(row, as_json=as_json)


@app.command()
def restore(
    code: str = CODE,
    language: str = LANGUAGE,
    over_version: int | None = OVER,
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Go back to the shipped words; the own ones stay in the history."""
    with transaction.atomic():
        row = operations.restore_template(
            act=act_as(as_user, reason=reason), code=code, language=language, over_version=over_version
        )
    _show(row, as_json=as_json)


@app.command()
def versions(code: str = CODE, language: str = LANGUAGE, as_json: bool = AS_JSON) -> None:
    """What was saved here of one mail, the newest first."""
    rows = templates.list_versions(code, language)
    if as_json:
        print_json(rows)
        return
    columns = (_("version"), _("words"), _("by"), _("at"), _("subject"))
    names = _names(rows)
    told = [(r.version, _state(r), names[r.written_by], f"{r.recorded_at:%Y-%m-%d %H:%M}", r.subject) for r in rows]
    print_table("", columns, told)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(
            "template.unreadable", _("The file is not UTF-8."), field="body", cure=_("Save it as UTF-8.")
        ) from error


def _names(rows: Sequence[TemplateRow]) -> dict[str, str]:
    """What people read instead of the keys of who wrote words; nobody wrote the shipped ones."""
    return display_names(row.written_by for row in rows)


def _state(row: TemplateRow) -> str:
    return _("own") if row.is_own else _("shipped")


def _show(row: TemplateRow, *, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    typer.echo(f"{row.code}  {row.language}  {_('version')} {row.version}  {_state(row)}  {row.subject}")
