"""billwright report: ageing, statements of account, reconciliation."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.interfaces.cli import report_performance
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, day_asked, print_json, print_table, today_at
from billwright.interfaces.cli.naming import (
    ENTITY,
    account_id_named,
    account_ids_named,
    entities_named,
    entity_id_named,
)
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.periods import Period
from billwright.ledger.queries.between import clearing_between
from billwright.org.queries import get_legal_entity
from billwright.render.pdf import render_pdf
from billwright.reporting.ageing import (
    AgeBy,
    Ageing,
    AgeingLine,
    AgeingQuestion,
    AgeingTotal,
    age_lines,
    age_totals,
    bucket_labels,
)
from billwright.reporting.ageing_sheet import ageing_workbook
from billwright.reporting.anomalies import find_anomalies
from billwright.reporting.reconciliation import Difference, ReconciledAccount, reconcile
from billwright.reporting.statement_paper import movement_text, printed_statement, statement_workbook
from billwright.reporting.statements import Statement, default_period, statements
from billwright.workflow.statements import send_statements

app = typer.Typer(help=_("Reports: what is owed by age, statements of account, whether the books tie."))
app.command("performance")(report_performance.performance)


AS_OF = typer.Option(
    None, "--as-of", show_default="today", metavar="DATE", formats=["%Y-%m-%d"], help="The end of this day."
)
SINCE = typer.Option(None, "--since", metavar="DATE", formats=["%Y-%m-%d"], help="First day (default: 3 months).")
XLSX = typer.Option(None, "--xlsx", metavar="FILE", help="Write an Excel workbook.")


@app.command()
def ageing(
    as_of: datetime | None = AS_OF,
    entity: str = ENTITY,
    by: AgeBy = typer.Option(AgeBy.DUE, "--by", help="Age from the due date or the document date."),
    buckets: str = typer.Option("0,30,60,90", "--buckets", help="Last day of each bucket."),
    known_at: str = typer.Option("", "--known-at", metavar="TIME", help="As it was known then (ISO 8601)."),
    xlsx: Path | None = XLSX,
    as_json: bool = AS_JSON,
) -> None:
    """What is owed by age as of any day, tied to the ledger of the same day."""
    question = AgeingQuestion(
        as_of=day_asked(as_of, entities_named(entity)),
        by=by,
        bounds=_bounds(buckets),
        known_at=_instant(known_at),
        legal_entity_id=entity_id_named(entity),
    )
    report = replace(age_totals(question), lines=age_lines(question))
    if xlsx is not None:
        xlsx.write_bytes(ageing_workbook(report))
    if as_json:
        typer.echo(json.dumps(_ageing_json(report), ensure_ascii=False, indent=2))
    else:
        _show_ageing(report)


def _bounds(given: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in given.split(","))
    except ValueError:
        raise Refusal(
            "ageing.bounds",
            _("%(given)r is not a list of days.") % {"given": given},
            field="buckets",
            cure=_("Give for example 0,30,60,90."),
        ) from None


def _instant(given: str) -> datetime | None:
    if not given:
        return None
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        raise Refusal(
            "time.not_iso",
            _("%(given)r is not a time.") % {"given": given},
            field="known_at",
            cure=_("Give for example 2026-01-31T18:00:00+02:00."),
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _text(amount: Money | None) -> str | None:
    return f"{amount.decimal:f}" if amount is not None else None


def _ageing_json(report: Ageing) -> dict[str, Any]:
    codes = {total.legal_entity_id: total.entity for total in report.totals}
    question = report.question
    return {
        "as_of": str(question.as_of),
        "by": str(question.by),
        "known_at": question.known_at.isoformat() if question.known_at else None,
        "buckets": list(report.labels),
        "totals": [
            {
                "entity": total.entity,
                **_amounts_json(report.labels, total),
                "suspense": _text(total.suspense),
                "ledger": _text(total.ledger),
                "difference": _text(total.difference),
                "cash_difference": _text(total.cash_difference),
            }
            for total in report.totals
        ],
        "accounts": [
            {
                "account": line.number,
                "name": line.name,
                "entity": codes[line.legal_entity_id],
                **_amounts_json(report.labels, line),
            }
            for line in report.lines
        ],
    }


def _amounts_json(labels: tuple[str, ...], line: AgeingTotal | AgeingLine) -> dict[str, Any]:
    return {
        "currency": line.currency,
        "total": _text(line.total),
        "buckets": {label: _text(amount) for label, amount in zip(labels, line.buckets, strict=True)},
        "unallocated": _text(line.unallocated),
        "held": _text(line.held),
        "disputed": _text(line.disputed),
    }


def _show_ageing(report: Ageing) -> None:
    print_table(
        _("Ageing as of %(day)s") % {"day": report.question.as_of},
        ["entity", "currency", *report.labels, "total", "unallocated", "held", "ledger", "difference"],
        [
            (
                total.entity,
                total.currency,
                *(_text(amount) for amount in total.buckets),
                _text(total.total),
                _text(total.unallocated),
                _text(total.held),
                _text(total.ledger),
                _text(total.difference),
            )
            for total in report.totals
        ],
    )
    print_table(
        "",
        ["account", "name", "currency", *report.labels, "total", "unallocated", "held"],
        [
            (
                line.number,
                line.name,
                line.currency,
                *(_text(amount) for amount in line.buckets),
                _text(line.total),
                _text(line.unallocated),
                _text(line.held),
            )
            for line in report.lines
        ],
    )


@app.command()
def statement(
    accounts: list[str] = typer.Argument(..., metavar="BAN...", help="Billing accounts."),
    as_of: datetime | None = AS_OF,
    since: datetime | None = SINCE,
    pdf: Path | None = typer.Option(None, "--pdf", metavar="FILE", help="Write the paper (of one account)."),
    xlsx: Path | None = XLSX,
    as_json: bool = AS_JSON,
) -> None:
    """What accounts did in a period, what is left of it by age, and a slip to pay with."""
    account_ids = account_ids_named(accounts)
    day = as_of.date() if as_of else today_at(get_account(account_ids[0]).legal_entity_id)
    period = default_period(day)
    if since is not None:
        if since.date() > day:
            raise Refusal(
                "statement.period",
                _("The period ends before it begins."),
                field="since",
                cure=_("Give a first day no later than the last."),
            )
        period = Period(since.date(), period.ends_before)
    rows = statements(account_ids=account_ids, period=period)
    if pdf is not None:
        if len(rows) != 1:
            raise Refusal(
                "statement.one_paper",
                _("A PDF is the statement of one account."),
                field="pdf",
                cure=_("Ask for one account at a time, or for a workbook."),
            )
        pdf.write_bytes(render_pdf(printed_statement(rows[0], issued_on=day)))
    if xlsx is not None:
        xlsx.write_bytes(statement_workbook(rows))
    if as_json:
        typer.echo(json.dumps([_statement_json(row) for row in rows], ensure_ascii=False, indent=2))
    elif pdf is None and xlsx is None:
        for row in rows:
            _show_statement(row)


def _statement_json(row: Statement) -> dict[str, Any]:
    return {
        "account": row.account.number,
        "currency": row.account.currency,
        "from": str(row.period.starts_on),
        "to": str(row.period.last_day),
        "opening": _text(row.opening),
        "movements": [
            {
                "date": str(movement.on),
                "kind": movement.kind,
                "number": movement.number,
                "reference": movement.reference,
                "due": str(movement.due_date) if movement.due_date else None,
                "parts": [{"due": str(part.due_date), "amount": _text(part.amount)} for part in movement.parts],
                "amount": _text(movement.amount),
                "balance": _text(movement.balance),
            }
            for movement in row.movements
        ],
        "closing": _text(row.closing),
        "owed": _text(row.owed),
        "unallocated": _text(row.unallocated),
        "ageing": {label: _text(amount) for label, amount in zip(bucket_labels(row.bounds), row.ageing, strict=True)},
    }


def _show_statement(row: Statement) -> None:
    movements = [
        (movement.on, movement.number, movement_text(movement), _text(movement.amount), _text(movement.balance))
        for movement in row.movements
    ]
    print_table(
        f"{row.account.number} {row.account.shown_name}, {row.account.currency}",
        ["date", "document", "text", "amount", "balance"],
        [
            (row.period.starts_on, "", _("Opening balance"), "", _text(row.opening)),
            *movements,
            (row.period.last_day, "", _("Closing balance"), "", _text(row.closing)),
        ],
    )


@app.command("send-statements")
def send_statements_of(
    entity: str = typer.Argument(..., metavar="CODE", help="The legal entity."),
    accounts: list[str] = typer.Argument(None, metavar="[BAN...]", help="Only these; none: all with a balance."),
    as_of: datetime | None = AS_OF,
    as_user: str = AS_USER,
) -> None:
    """Mail statements of account, one for each account and day, with the paper and its payment slip."""
    company = get_legal_entity(code=entity)
    with transaction.atomic():
        queued = send_statements(
            act=act_as(as_user),
            legal_entity_id=company.id,
            as_of=day_asked(as_of, [company]),
            account_ids=account_ids_named(accounts or []),
        )
    typer.echo(_("%(count)s statements queued.") % {"count": queued})


@app.command("reconcile")
def reconcile_accounts(
    account: str = typer.Argument("", metavar="[BAN]", help="One billing account; none: all."),
    as_json: bool = AS_JSON,
) -> None:
    """Prove that documents, sub-ledger and control account agree, or name the transaction that differs."""
    report = reconcile([account_id_named(account)] if account else None)
    if as_json:
        answer = {
            "ties": report.ties,
            "accounts": [_account_json(row) for row in report.accounts],
            "differences": [_difference_json(row) for row in report.differences],
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        typer.echo(
            _("%(count)s accounts tie.") % {"count": len(report.accounts)}
            if report.ties
            else _("The books do not tie: %(count)s differences.") % {"count": len(report.differences)}
        )
        for row in report.differences:
            typer.echo(f"  {row.kind} {row.subject} {row.says}: {row.ours} <> {row.theirs}")
    if not report.ties:
        raise typer.Exit(1)


def _account_json(row: ReconciledAccount) -> dict[str, Any]:
    return {
        "account": row.number,
        "currency": row.documents.currency,
        "documents": _text(row.documents),
        "items": _text(row.items),
        "open_items": _text(row.open_items),
        "control": _text(row.control),
        "unallocated": _text(row.unallocated),
        "cash_ledger": _text(row.cash_ledger),
        "ties": row.ties,
    }


def _difference_json(row: Difference) -> dict[str, Any]:
    return {
        "kind": str(row.kind),
        "subject": row.subject,
        "says": row.says,
        "currency": row.ours.currency,
        "ours": _text(row.ours),
        "theirs": _text(row.theirs),
    }


@app.command("between-companies")
def between_companies(as_of: datetime | None = AS_OF, as_json: bool = AS_JSON) -> None:
    """What companies of the group owe one another, as each one's books say it; together zero."""
    found = clearing_between(as_of=day_asked(as_of, entities_named("")))
    if as_json:
        print_json([{**asdict(row), "difference": row.difference} for row in found])
        return
    rows = [(row.one_code, row.other_code, row.in_one, row.in_other, row.difference) for row in found]
    print_table("", ("company", "other", "in its books", "in the other's", "difference"), rows)


@app.command()
def anomalies(as_of: datetime | None = AS_OF, entity: str = ENTITY, as_json: bool = AS_JSON) -> None:
    """Subscriptions that look wrong: without a price, free, silent, billed twice, billed beyond their end."""
    entities = entities_named(entity)
    found = find_anomalies(as_of=day_asked(as_of, entities), legal_entity_ids=[one.id for one in entities], limit=None)
    if as_json:
        print_json(found)
        return
    rows = [(one.kind, one.subscription, one.account, one.since, one.amount or "") for one in found]
    print_table("", ("what", "subscription", "account", "since", "net"), rows)
