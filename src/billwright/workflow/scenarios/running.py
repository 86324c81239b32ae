"""Acting a scenario out: one world in a scratch database, act by act, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from billwright.invoicing.queries.bill_run import list_findings
from billwright.invoicing.states import FindingCode
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.refusals import refusal_of
from billwright.org import conventions
from billwright.subscriptions.queries import get_subscription
from billwright.workflow import bill_run
from billwright.workflow.scenarios import (
    agreement_acts,
    catalog_acts,
    contract_acts,
    document_acts,
    matching_acts,
    money_acts,
    ports,
    results,
    shapes,
    usage_acts,
)
from billwright.workflow.scenarios.expecting import Difference, compare
from billwright.workflow.scenarios.reading import FileError, read_world
from billwright.workflow.scenarios.world import Stage, build, local_start

REPORT = "This is a mistake of Billwright: report it with the file."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file came to: exit code 0, 1 or 2, and the object that `--json` prints."""

    file: str
    exit_code: int
    result: dict[str, Any]
    differences: tuple[Difference, ...] = field(default=())
    # Where a world that is kept can be looked at.
    address: str | None = None


def run_text(
    text: str, *, file: str, actor: str, keep: bool = False, then: Callable[[Stage], dict[str, Any]] = lambda _stage: {}
) -> Outcome:
    """Act out one scenario file in a world of its own. A wrong file gives exit code 2 and runs nothing.

    `keep` leaves the database as it is, under the file's name. `then` looks at the world before it is thrown away;
    what it finds is added to the result.
    """
    scratch = ports.scratch_worlds()
    address = None
    try:
        world = read_world(text)
        with scratch.kept_world(Path(file).stem) if keep else scratch.world() as address:
            stage = build_world(world, actor)
            stage.folder = Path(file).resolve().parent
            refused, unexpected = _play(stage)
            found = {**results.collect(stage.names), "refused": refused}
            also = then(stage)
    except FileError as error:
        return wrong_file(file, error)
    differences = tuple(compare(dict(world.expect), found))
    ok = not differences and not unexpected
    result = {
        "file": file,
        "ok": ok,
        "differences": [{"path": one.path, "expected": one.expected, "actual": one.actual} for one in differences],
        **found,
        **also,
    }
    return Outcome(file, 0 if ok else 1, result, differences, address)


def wrong_file(file: str, error: FileError) -> Outcome:
    """What a file comes to that cannot be acted out."""
    return Outcome(file, 2, {"file": file, "error": {"line": error.line, "says": error.says, "cure": error.cure}})


def build_world(world: shapes.World, actor: str) -> Stage:
    with transaction.atomic():
        return build(world, actor=actor)


def _play(stage: Stage) -> tuple[list[dict[str, Any]], bool]:
    """Do every act; returns what was refused, and whether one was that should not be (or the other way round)."""
    refused: list[dict[str, Any]] = []
    unexpected = False
    for number, act in enumerate(stage.world.timeline, start=1):
        try:
            refusal = _do(stage, act)
        except Exception as error:
            # Our own mistake, not the file's: the act is named, and other files go on.
            line = stage.world.line_of(["timeline", number - 1])
            raise FileError(
                line, f"This act failed inside Billwright: {error!r}.", "Report it with the file."
            ) from error
        if refusal is not None:
            refused.append({"act": number, "rule": refusal.code, "says": refusal.message})
        unexpected |= (refusal is not None) != act.refused
    return refused, unexpected


def _do(stage: Stage, act: shapes.Act) -> Refusal | None:
    at = _instant(stage, act)
    if at < stage.clock:
        return Refusal("scenario.clock", "The clock never goes back.", field="on", cure="Order the acts by time.")
    _pass_time(stage, until=at)
    stage.clock = at
    try:
        ACTS[act.do](stage, act)
    except Refusal as refusal:
        return refusal
    except DatabaseError as error:
        refusal_found = refusal_of(error)
        if refusal_found is None:
            raise
        return refusal_found
    return None


def _instant(stage: Stage, act: shapes.Act) -> datetime:
    timezone = stage.timezone_of(_account_of(stage, act))
    if act.on is not None:
        # Several acts of one day in different zones keep their order: the clock waits for the latest beginning.
        start = local_start(act.on, timezone)
        return max(start, stage.clock) if _same_day(stage, act.on) else start
    assert act.at is not None
    return (act.at if act.at.tzinfo else act.at.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def _same_day(stage: Stage, day: date) -> bool:
    zones = {stage.entity.timezone, *(account.timezone for account in stage.accounts.values())}
    return any(business_date(stage.clock, zone) == day for zone in zones)


def _account_of(stage: Stage, act: shapes.Act) -> str | None:
    account: str | None = getattr(act, "account", None)
    if account is not None:
        return account
    subscription: str | None = getattr(act, "subscription", None)
    if subscription in stage.subscriptions:
        account_id = get_subscription(stage.subscriptions[subscription]).account_id
        return next(code for code, row in stage.accounts.items() if row.id == account_id)
    codes = list(stage.accounts)
    return codes[0] if len(codes) == 1 else None


def _pass_time(stage: Stage, *, until: datetime) -> None:
    """Let customers who pay when due pay on the days that pass."""
    payers = [account for account in stage.world.accounts if account.pays == "when_due"]
    zone = stage.entity.timezone
    day, last = business_date(stage.clock, zone), business_date(until, zone)
    due_days = sorted({row[4] for row in results.rows("open_items") if row[3] > 0}) if payers and day < last else []
    for due in due_days:
        if due > last:
            break
        stage.clock = max(stage.clock, local_start(due, zone))
        for account in payers:
            with transaction.atomic():
                money_acts.pay_due(stage, day=max(due, day), account=account)


def _in_transaction(act: Callable[[Stage, Any], None]) -> Callable[[Stage, Any], None]:
    def do(stage: Stage, asked: Any) -> None:
        with transaction.atomic():
            act(stage, asked)

    return do


def _bill(stage: Stage, act: shapes.Act) -> None:
    interim = isinstance(act, shapes.Bill) and act.interim
    # So far means until now; every other bill goes by days.
    as_of = None if interim else max(business_date(stage.clock, zone) for zone in _zones(stage))
    report = bill_run.run_bill_run(act=stage.act(reason="scenario"), as_of=as_of, interim=interim)
    results.name_run_documents(stage.names)
    stage.documents |= {name: id_ for id_, name in stage.names.documents.items()}
    for account in stage.world.accounts:
        if account.pays == "at_once":
            with transaction.atomic():
                money_acts.pay_due(stage, day=business_date(stage.clock, stage.entity.timezone), account=account)
    blocked = {finding.code for finding in list_findings(run_id=report.page.run.id, severity="BLOCK")}
    conventions.require_fitting(rounding="sum_then_round", is_owed=FindingCode.E_INVOICE_ROUNDING in blocked)


def _zones(stage: Stage) -> set[str]:
    return {account.timezone for account in stage.accounts.values()} or {stage.entity.timezone}


def _day(stage: Stage, act: shapes.PassDays) -> None:
    """What the daily schedule does, one day after another."""
    zone = stage.entity.timezone
    for count in range(act.days):
        if count:
            at = local_start(business_date(stage.clock, zone) + timedelta(days=1), zone)
            _pass_time(stage, until=at)
            stage.clock = at
        _bill(stage, act)
        with transaction.atomic():
            matching_acts.match_waiting(stage)


ACTS: dict[str, Callable[[Stage, Any], None]] = {
    "subscribe": _in_transaction(contract_acts.subscribe),
    "change": _in_transaction(contract_acts.change),
    "quantity": _in_transaction(contract_acts.quantity),
    "cancel": _in_transaction(contract_acts.cancel),
    "price": _in_transaction(catalog_acts.price),
    "discount": _in_transaction(agreement_acts.discount),
    "commitment": _in_transaction(agreement_acts.spend_limit),
    "pause": _in_transaction(contract_acts.pause),
    "resume": _in_transaction(contract_acts.resume),
    "cycle_day": _in_transaction(contract_acts.cycle_day),
    "hold": _in_transaction(contract_acts.hold),
    "release": _in_transaction(contract_acts.release),
    "usage": _in_transaction(usage_acts.usage),
    "outage": _in_transaction(usage_acts.outage),
    "bill": _bill,
    "day": _day,
    "invoice": _in_transaction(document_acts.invoice),
    "credit_note": _in_transaction(document_acts.correct),
    "debit_note": _in_transaction(document_acts.correct),
    "receive": _in_transaction(money_acts.receive),
    "allocate": _in_transaction(money_acts.allocate),
    "unallocate": _in_transaction(money_acts.allocate),
    "return": _in_transaction(money_acts.return_),
    "refund": _in_transaction(money_acts.refund),
    "credit": _in_transaction(money_acts.credit),
    "rate": _in_transaction(money_acts.rate),
    "statement": _in_transaction(matching_acts.statement),
    "match": _in_transaction(matching_acts.match),
    "write_off": _in_transaction(matching_acts.write_off),
}
