"""The verbs of flags of possible fraud."""

from __future__ import annotations

from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.payments import watch
from billwright.payments.states import FraudRuleKind
from billwright.payments.watch import FraudFlagRow, FraudRuleRow


def _subject(arguments: Arguments, _answer: object) -> str:
    return f"fraud_flag:{arguments['fraud_flag_id']}"


@verb("fraud_flag.clear", subject=_subject)
def clear_flag(*, act: Act, fraud_flag_id: int) -> FraudFlagRow:
    """Say that it is in order: the act may go on. Not by whose act it is; the reason is kept. Raises NotFound."""
    row = watch.decide_flag(act=act, fraud_flag_id=fraud_flag_id, verb="clear")
    note_change(after={"state": row.state, "holds": row.subject})
    return row


@verb("fraud_flag.confirm", subject=_subject)
def confirm_flag(*, act: Act, fraud_flag_id: int) -> FraudFlagRow:
    """Say that it is what it looks like: the act stays held. Raises NotFound, IllegalTransition."""
    row = watch.decide_flag(act=act, fraud_flag_id=fraud_flag_id, verb="confirm")
    note_change(after={"state": row.state, "holds": row.subject})
    return row


@verb("fraud_rule.set", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def set_rule(
    *, act: Act, legal_entity_id: int, kind: FraudRuleKind, is_on: bool, count_max: int, days: int
) -> FraudRuleRow:
    """Set when a company looks twice: more than `count_max` within `days`. Raises Refusal for no threshold."""
    watch.write_fraud_rule(
        act=act, legal_entity_id=legal_entity_id, kind=kind, is_on=is_on, count_max=count_max, days=days
    )
    note_change(after={"kind": kind, "on": is_on, "more_than": count_max, "days": days})
    [row] = [one for one in watch.list_fraud_rules(legal_entity_id) if one.kind == kind]
    return row
