"""Money that a contract or convention gives back when a bill run has credited unused time."""

from __future__ import annotations

from dataclasses import replace

from django.db import connection, transaction
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.workflow import payment_intake

PACKAGE = "billwright.workflow.contract_changes"
# Who pays back: the convention or the contract asked for it, whoever lets the run happen.
ACTOR = "system:bill-run"


def pay_back_credits(*, act: Act, run_id: int) -> int:
    """Refund the credit notes of a bill run, as far as what they credit was paid; returns how many refunds were made.

    By the convention `negative_total = refund` all of them, else what a cancellation with `unused = refund` credited.
    Asked again, it makes none: what is paid back is no longer left of the note. What is held for a suspicion of fraud
    stays on the account as the unapplied note that it is, for an order that another person agrees to.
    """
    paying = replace(act, actor=ACTOR, key=None, reason=_("Unused time is paid back"), on_behalf_of=act.actor)
    made = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            rows = step(PACKAGE, "read_credits_to_pay_back").rows(cursor, {"run_id": run_id})
        for open_item_id, currency, amount_minor, day in rows:
            if amount_minor <= 0:
                continue
            try:
                payment_intake.refund(
                    act=paying, credit_item_id=open_item_id, amount=Money(amount_minor, currency), value_date=day
                )
            except Conflict as held:
                if held.code != "fraud.held":
                    raise
            else:
                made += 1
    return made
