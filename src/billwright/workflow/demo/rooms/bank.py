"""Statements of the demo's banks: what customers wrote on their transfers, read, made receipts and matched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_HALF_DOWN, Decimal

from django.db import transaction

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.queries.bank import list_bank_entries
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import EarlyDiscount, MatchRuleIn
from billwright.receivables.queries import list_matches
from billwright.receivables.rows import OpenItemRow
from billwright.receivables.states import MatchState
from billwright.workflow import bank_inbox, cash_application
from billwright.workflow.cash_application import Wanted
from billwright.workflow.demo.rooms.scene import Scene
from billwright.workflow.demo.rooms.statement import Line, take_statement

# What the telecom company allows who pays at once.
DISCOUNTS = {"BALKAN": EarlyDiscount(percent=Decimal(2), days=14)}


def take_statements(scene: Scene) -> None:
    """A statement of every company's bank: the inbox makes receipts of what came in, matching looks for what it pays.

    Where a company's rule decides, what is certain is posted; the rest waits for a person.
    """
    for code, entity in scene.entities.items():
        rule = MatchRuleIn(
            legal_entity_id=entity.id,
            currency=entity.base_currency,
            valid_from=scene.first_day,
            tolerance=Money.of("5", entity.base_currency),
            discounts=(DISCOUNTS[code],) if code in DISCOUNTS else (),
            is_deciding=code == "BALKAN",
        )
        receivables.set_match_rule(act=scene.act("How we match"), rule=rule)
        lines = [
            *_paid_early(scene, code),
            *_paid(scene, scene.claims(code, 7)),
            (scene.ago(1), Decimal("-18.50"), "Account fee"),
        ]
        take_statement(scene, code, lines)
        entries = list_bank_entries(bank_account_ids=[scene.bank(code).id], state="NEW")
        went = [entry.id for entry in entries if entry.amount.amount_minor < 0]
        bank_inbox.ignore_entries(act=scene.act("Fee of the bank, posted by the journal"), bank_entry_ids=went)
        if came := [entry.id for entry in entries if entry.amount.amount_minor > 0]:
            bank_inbox.receive_entries(act=scene.act("Bank statement"), bank_entry_ids=came)
    cash_application.refresh_keys()
    for entity in scene.entities.values():
        wanted = Wanted(legal_entity_ids=(entity.id,))
        cash_application.match_batch(
            act=scene.act(), run_key=f"day:{entity.id}:{scene.day.isoformat()}", wanted=wanted, on=scene.day
        )


def work_the_queue(scene: Scene) -> None:
    """A person takes some findings as they are, sends one back, and gives the rest an owner."""
    waiting = [row for row in list_matches(limit=500) if row.state == MatchState.OPEN]
    sure = [row.match_id for row in waiting if row.items and row.probability >= Decimal("0.9")]
    for match_id in sure[::2]:
        _accept(scene, match_id)
    doubtful = [row.match_id for row in waiting if row.match_id not in sure]
    if len(doubtful) > 1:
        cash_application.reject_matches(act=scene.act("Another customer's"), match_ids=doubtful[:1], on=scene.day)
        receivables.assign_matches(act=scene.act("To be looked at"), match_ids=doubtful[1:4], owner=scene.approver)


def _accept(scene: Scene, match_id: int) -> None:
    """As it was found; where the item was paid otherwise since then, it stays in the queue."""
    try:
        with transaction.atomic():
            cash_application.accept_matches(act=scene.act("Looked at"), match_ids=[match_id])
    except Refusal as refusal:
        if refusal.code != "allocation.exceeds_open":
            raise


def take_more(scene: Scene) -> None:
    """Today's statement, not yet looked at, and one that the bank sent with a wrong balance: it is set aside."""
    for code in ("KAROO", "BALKAN"):
        lines = _paid(scene, scene.claims(code, 3)) or [(scene.day, Decimal("75.00"), "Transfer")]
        take_statement(scene, code, lines)
    take_statement(scene, "KAROO", [(scene.day, Decimal("120.00"), "Payment")], wrong_by=Decimal("0.10"))


def take_advice(scene: Scene) -> None:
    """A customer's letter on what a payment is for, with a number that we do not know."""
    claims = scene.claims("NIMBUS", 1)
    rows = "".join(f"{claim.document_number};{claim.open.decimal}\n" for claim in claims)
    cash_application.take_advice(
        act=scene.act("By mail"),
        name="remittance-advice.csv",
        content=f"Document;Paid\n{rows}N-999999;100.00\n".encode(),
        legal_entity_id=scene.entities["NIMBUS"].id,
    )


def _paid_early(scene: Scene, code: str) -> list[Line]:
    """Customers who pay within the days for it keep the discount back, and say so."""
    if code not in DISCOUNTS:
        return []
    terms, paid_on = DISCOUNTS[code], scene.ago(1)
    claims = scene.claims(code, 4, dated_from=paid_on - timedelta(days=terms.days))
    return [
        (
            paid_on,
            (claim.open.decimal * (100 - terms.percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_DOWN),
            f"{claim.document_number} less {terms.percent} % for early payment",
        )
        for claim in claims
    ]


def _paid(scene: Scene, claims: Sequence[OpenItemRow]) -> list[Line]:
    """How customers word their transfers: exactly, garbled, short of a fee, by name alone, or not at all."""
    lines: list[Line] = []
    for place, claim in enumerate(claims):
        name = scene.payer(claim.account_id)
        number, amount = claim.document_number, claim.open.decimal
        fee = Decimal("3.00") if amount > 30 else Decimal(0)
        words = (
            (amount, f"{name} invoice {number}"),
            (amount, f"INV {number.replace('-', ' ').replace('0', 'O', 1)}"),
            (amount - fee, f"{number} less bank charges"),
            (amount, f"From {name}"),
            (amount, f"Inv {number.lstrip('KBNS-')} {name}"),
            (max(amount / 2, Decimal("0.02")).quantize(Decimal("0.01")), f"First half of {number}"),
            (amount + Decimal("41.70"), "Cash deposit 0042"),
        )
        paid, text = words[place % len(words)]
        lines.append((scene.ago(1), paid, text))
    return lines
