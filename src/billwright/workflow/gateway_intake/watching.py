"""The watch over gateways: it looks, raises alarms with their figures, and ends them when they are over."""

from __future__ import annotations

from billwright.kernel import outbox
from billwright.kernel.acts import Act, note_change, verb
from billwright.payments.gateway_rows import AlarmRow
from billwright.payments.operations import alarms
from billwright.payments.queries.gateways import get_gateway
from billwright.workflow.gateway_intake.booking import day_of


@verb("gateway.watch", subject=lambda arguments, _: f"gateway:{arguments['gateway_id']}", did=bool)
def watch_gateway(*, act: Act, gateway_id: int) -> tuple[AlarmRow, ...]:
    """Look at declines, silence, missing answers, settlements and deposits; returns the alarms raised now."""
    gateway = get_gateway(gateway_id)
    findings = alarms.find_out(gateway=gateway, at=act.at, today=day_of(gateway, act.at))
    raised = alarms.enter_findings(act=act, gateway=gateway, findings=findings)
    outbox.emit_all(
        topic="gateway.alarm_raised",
        at=act.at,
        events=[(f"gateway:{gateway_id}", {"kind": row.kind, "about": row.subject}) for row in raised],
    )
    note_change(after={"findings": len(findings), "raised": len(raised)})
    return raised


@verb("gateway_alarm.see", subject=lambda arguments, _: f"gateway_alarm:{arguments['alarm_id']}")
def see_alarm(*, act: Act, alarm_id: int) -> AlarmRow:
    """Take an alarm on: somebody deals with it, and it is over when its reason is. Raises NotFound."""
    return alarms.see_alarm(act=act, alarm_id=alarm_id)
