"""billwright match: find what receipts pay, work the queue, set the rule, see how right it was."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from decimal import Decimal

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.access.queries import get_user_named
from billwright.interfaces.cli.acting import (
    AS_JSON,
    AS_USER,
    act_as,
    day_or_today,
    plain,
    print_json,
    print_table,
    today_at,
    today_of,
)
from billwright.interfaces.cli.catalog import decimal
from billwright.interfaces.cli.naming import ENTITY, entities_named
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import LegalEntityRow, get_legal_entity
from billwright.receivables import operations as receivables
from billwright.receivables import queries
from billwright.receivables.match_rows import EarlyDiscount, MatchRow, MatchRuleIn
from billwright.receivables.states import Preference
from billwright.workflow import cash_application
from billwright.workflow.cash_application.precision import History, wilson

app = typer.Typer(help=_("Matching: what receipts pay, and the queue of those that wait."))

IDS = typer.Argument(..., metavar="ID...", help="As `match queue` gives them.")


@app.callback()
def match() -> None:
    """Matching: what receipts pay, and the queue of those that wait."""


@app.command()
def run(
    entity: str = ENTITY,
    payment: list[int] = typer.Option([], "--payment", metavar="ID", help="Only these receipts."),
    propose: bool = typer.Option(False, "--propose", help="Allocate nothing, whatever the rule says."),
    worker: int = typer.Option(0, "--worker", help="Which of several runs side by side this is, from 0."),
    workers: int = typer.Option(1, "--workers", min=1, help="How many runs share the work."),
    key: str = typer.Option("", "--key", help="Go on with a run that broke off: its key."),
    username: str = AS_USER,
) -> None:
    """Look at every receipt that waits; batches of their own transactions, so that a run that breaks off can go on."""
    entities = entities_named(entity)
    run_key = key or f"{clock.now():%Y-%m-%dT%H:%M:%S.%f}"
    for shard in cash_application.shards_from(worker):
        with transaction.atomic():
            cash_application.refresh_keys(shard=shard)
    batches: list[cash_application.MatchedBatch] = []
    shares = deque(cash_application.shares_of(worker, workers))
    while shares:
        share = shares.popleft()
        wanted = cash_application.Wanted(
            payment_ids=tuple(payment) or None,
            legal_entity_ids=tuple(entity.id for entity in entities),
            share=share,
            share_count=cash_application.SHARES,
        )
        batches += _batches(username, run_key, wanted, entities, propose=propose)
        if batches[-1].put_off:
            # After the others: whoever holds the items has gone on by then.
            shares.append(share)
    receipts, posted = sum(batch.receipts for batch in batches), sum(batch.posted for batch in batches)
    proposed = sum(batch.proposed for batch in batches)
    typer.echo(
        _("%(receipts)d receipts looked at: %(posted)d allocated, %(proposed)d proposed, %(rest)d without a proposal.")
        % {
            "receipts": receipts,
            "posted": posted,
            "proposed": proposed,
            "rest": receipts - posted - proposed,
        }
    )


def _batches(
    username: str, run_key: str, wanted: cash_application.Wanted, entities: list[LegalEntityRow], *, propose: bool
) -> Iterator[cash_application.MatchedBatch]:
    """Match batch by batch until one is not full."""
    while True:
        with transaction.atomic():
            batch = cash_application.match_batch(
                act=act_as(username),
                run_key=run_key,
                wanted=wanted,
                on=today_of(entities),
                auto=False if propose else None,
            )
        yield batch
        if batch.receipts + batch.put_off < wanted.limit:
            return


def _show(rows: list[MatchRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Matching"),
        [_("id"), _("value date"), _("target"), _("left"), _("payer"), _("pays"), _("evidence"), _("probability")],
        [
            (
                row.match_id,
                row.value_date,
                row.target_on,
                row.left,
                row.account_number or row.payer_name,
                ", ".join(f"{item.number} {item.amount.decimal}" for item in row.items) or row.reason,
                row.evidence_kind,
                plain(row.probability * 100) + " %",
            )
            for row in rows
        ],
    )


@app.command("queue")
def show_queue(
    entity: str = ENTITY,
    owner: str = typer.Option("", "--owner", metavar="USER", help="Of this person."),
    late: bool = typer.Option(False, "--late", help="Only those past their target."),
    limit: int = typer.Option(50, "--limit", help="How many at the most."),
    as_json: bool = AS_JSON,
) -> None:
    """Receipts that wait, the earliest value date first, with what is proposed for each."""
    entities = entities_named(entity)
    _show(
        queries.list_queue(
            legal_entity_ids=[entity.id for entity in entities],
            owner=get_user_named(owner).actor if owner else None,
            overdue_on=today_of(entities) if late else None,
            limit=limit,
        ),
        as_json=as_json,
    )


@app.command()
def show(match_id: int = typer.Argument(..., metavar="ID"), as_json: bool = AS_JSON) -> None:
    """One finding with its evidence: what was found where in the text."""
    rows = queries.get_matches([match_id])
    _show(rows, as_json=as_json)
    if not as_json:
        print_table(
            _("Evidence"),
            [_("kind"), _("field"), _("place"), _("found"), _("means")],
            [(one.kind, one.field, f"{one.start}-{one.end}", one.found, one.means) for one in rows[0].evidence],
        )


@app.command()
def accept(match_ids: list[int] = IDS, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Allocate findings as they are proposed, all or none."""
    with transaction.atomic():
        rows = cash_application.accept_matches(act=act_as(username), match_ids=match_ids)
    _show(list(rows), as_json=as_json)


@app.command()
def reject(match_ids: list[int] = IDS, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Say that findings are wrong; the receipts are looked at again, and what was wrong is not proposed again."""
    day = today_at(queries.get_match(match_ids[0]).legal_entity_id)
    with transaction.atomic():
        ids = cash_application.reject_matches(act=act_as(username), match_ids=match_ids, on=day)
    _show(queries.get_matches(ids), as_json=as_json)


@app.command()
def undo(match_id: int = typer.Argument(..., metavar="ID"), username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Take an accepted finding back with all that came of it, what was learned too."""
    day = today_at(queries.get_match(match_id).legal_entity_id)
    with transaction.atomic():
        ids = cash_application.undo_match(act=act_as(username), match_id=match_id, on=day)
    _show(queries.get_matches(ids), as_json=as_json)


@app.command()
def assign(
    match_ids: list[int] = IDS,
    to: str = typer.Option("", "--to", metavar="USER", help="Whose work it is (default: nobody's)."),
    username: str = AS_USER,
) -> None:
    """Give receipts of the queue to a person."""
    with transaction.atomic():
        owner = get_user_named(to).actor if to else ""
        receivables.assign_matches(act=act_as(username), match_ids=match_ids, owner=owner)


@app.command()
def age(entity: str = ENTITY, as_json: bool = AS_JSON) -> None:
    """How much money waits to be allocated, from when on, whose work it is, and how much is past its target."""
    entities = entities_named(entity)
    rows = queries.age_queue(on=today_of(entities), legal_entity_ids=[entity.id for entity in entities])
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Waiting to be allocated"),
        [_("owner"), _("receipts"), _("amount"), _("since"), _("past target"), _("amount past target")],
        [(row.owner or "–", row.count, row.amount, row.oldest, row.late_count, row.late_amount) for row in rows],
    )


@app.command()
def precision(entity: str = ENTITY) -> None:
    """How often each kind of evidence was right by the answers of people, with its 95 % interval."""
    entities = entities_named(entity)
    history = queries.match_history(legal_entity_ids=[entity.id for entity in entities])
    codes = {entity.id: entity.code for entity in entities}
    rows = []
    for (entity_id, kind), answers in history.items():
        interval = wilson(History(answers.right, answers.wrong))
        rows.append(
            (
                codes[entity_id],
                kind,
                answers.right,
                answers.wrong,
                f"{interval.share:.2%}",
                f"{interval.lower:.2%} – {interval.upper:.2%}",
            )
        )
    print_table(
        _("Precision"), [_("company"), _("evidence"), _("right"), _("wrong"), _("precision"), _("interval")], rows
    )


@app.command("differences")
def show_differences(entity: str = ENTITY, as_json: bool = AS_JSON) -> None:
    """What was given up at matching, by month, kind and person."""
    rows = queries.differences(legal_entity_ids=[entity.id for entity in entities_named(entity)])
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Differences"),
        [_("month"), _("kind"), _("count"), _("amount"), _("largest"), _("by")],
        [(f"{row.month:%Y-%m}", row.kind, row.count, row.amount, row.largest, row.recorded_by) for row in rows],
    )


def _discount(text: str) -> EarlyDiscount:
    """PERCENT/DAYS. Raises Refusal."""
    percent, _slash, days = text.partition("/")
    try:
        return EarlyDiscount(percent=Decimal(percent), days=int(days))
    except (ArithmeticError, ValueError) as error:
        raise Refusal(
            "match_rule.discount",
            _("%(text)s is no early-payment discount.") % {"text": text},
            field="discount",
            cure=_("Write 2/10 for 2 % within 10 days."),
        ) from error


@app.command("rule")
def set_rule(
    company: str = typer.Argument(..., metavar="CODE", help="The company."),
    currency: str = typer.Option(..., "--currency", help="Of the receipts."),
    since: str = typer.Option("", "--since", metavar="DAY", help="From this day on (default: today)."),
    tolerance: str = typer.Option("", "--tolerance", metavar="AMOUNT", help="How much may be missing."),
    percent: str = typer.Option("", "--tolerance-percent", help="Or how many percent."),
    withheld: list[str] = typer.Option([], "--withheld", help="Percent of tax that payers keep back; repeat it."),
    discount: list[str] = typer.Option([], "--discount", metavar="PERCENT/DAYS", help="Such as 2/10; repeat it."),
    prefer: Preference = typer.Option(
        Preference.OLDEST, "--prefer", case_sensitive=False, help="Which items come first where several would do."
    ),
    deciding: bool = typer.Option(False, "--deciding", help="Allocate what numbers, or same payer and amount decide."),
    precision_min: str = typer.Option("", "--precision", help="Allocate other evidence above this, such as 0.99."),
    history: int = typer.Option(200, "--history", min=1, help="But only after so many answers."),
    target: int = typer.Option(2, "--target", min=0, help="Days from the value date to allocation."),
    username: str = AS_USER,
) -> None:
    """Set how a company matches money of a currency."""
    entity = get_legal_entity(code=company)
    with transaction.atomic():
        receivables.set_match_rule(
            act=act_as(username),
            rule=MatchRuleIn(
                legal_entity_id=entity.id,
                currency=currency,
                valid_from=day_or_today(since, field="since", legal_entity_id=entity.id),
                tolerance=Money.of(tolerance, currency) if tolerance else None,
                tolerance_percent=decimal(percent, field="tolerance_percent") if percent else None,
                withheld_percents=tuple(decimal(one, field="withheld") for one in withheld),
                discounts=tuple(_discount(one) for one in discount),
                prefer=prefer,
                is_deciding=deciding,
                precision_min=decimal(precision_min, field="precision") if precision_min else None,
                history_min=history,
                target_days=target,
            ),
        )
