"""Chargebacks: evidence put together, the decision to contest or to accept."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict
from typing import Final

from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from billwright.comms.queries import list_messages
from billwright.files.operations import keep_file
from billwright.files.states import RetentionClass
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.payments.gateway_rows import ChargebackRow
from billwright.payments.operations import chargebacks as operations
from billwright.payments.queries import get_payment
from billwright.payments.queries.gateways import get_chargeback, get_gateway, key_of_receipt, list_events
from billwright.receivables.queries import get_items, list_allocations
from billwright.workflow.documents.prints import document_pdf, file_name

MESSAGES_MAX: Final = 200
# The time of every file in a pack: the same evidence gives the same bytes.
ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


def _subject(arguments: Arguments, _answer: object) -> str:
    return f"chargeback:{arguments['chargeback_id']}"


@verb("chargeback.contest", subject=_subject)
def contest_chargeback(*, act: Act, chargeback_id: int) -> ChargebackRow:
    """Keep the evidence as it stands now, and say that it is sent to the gateway. Raises Refusal after the deadline.

    The gateway takes it on its own page: its forms differ by network and reason. Raises NotFound, IllegalTransition.
    """
    row = get_chargeback(chargeback_id)
    if row.deadline is not None and act.at.date() > row.deadline:
        raise Refusal(
            "chargeback.too_late",
            _("Evidence was due by %(day)s.") % {"day": row.deadline.isoformat()},
            field="chargeback_id",
            cure=_("Accept it, or ask the gateway for more time and wait for its answer."),
        )
    file = keep_file(
        act=act,
        name=f"chargeback-{row.chargeback_key}.zip",
        media_type="application/zip",
        content=evidence_pack(chargeback_id),
        retention_class=RetentionClass.CORRESPONDENCE,
        about=f"chargeback:{chargeback_id}",
    )
    moved = operations.move_chargeback(act=act, chargeback_id=chargeback_id, verb="contest", evidence_file_id=file.id)
    note_change(after={"state": moved.state, "evidence": file.sha256})
    return moved


@verb("chargeback.accept", subject=_subject, amount=lambda arguments: get_chargeback(arguments["chargeback_id"]).amount)
def accept_chargeback(*, act: Act, chargeback_id: int) -> ChargebackRow:
    """Let the money go; the invoice stays open and is chased again. The act needs a reason."""
    act.require_reason("chargeback.without_reason", _("Say why it is accepted."))
    moved = operations.move_chargeback(act=act, chargeback_id=chargeback_id, verb="accept")
    note_change(after={"state": moved.state})
    return moved


def evidence_pack(chargeback_id: int) -> bytes:
    """What speaks for us, as a ZIP: a summary, the payment, its documents as PDF, what was sent, what the gateway told.

    Raises NotFound.
    """
    row = get_chargeback(chargeback_id)
    payment = get_payment(row.payment_id)
    allocations = list_allocations(payment_id=row.payment_id, limit=500)
    items = get_items({allocation.open_item_id for allocation in allocations})
    invoice_ids = sorted({item.invoice_id for item in items.values()})
    messages = list_messages(account_ref=row.account_id, limit=MESSAGES_MAX) if row.account_id is not None else []
    _source, key = key_of_receipt(row.payment_id)
    events = [event for event in list_events(gateway_ids=[row.gateway_id], text=key) if key]
    files = {
        "summary.txt": _summary(row, [file_name(invoice_id) for invoice_id in invoice_ids], len(messages)),
        "payment.json": _json(asdict(payment)),
        "gateway-events.json": _json([asdict(event) for event in events]),
        "correspondence.json": _json(
            [
                {"sent_at": one.sent_at, "to": one.to_address, "subject": one.subject, "body": one.body}
                | {"state": one.state, "message_id": one.message_id}
                for one in messages
            ]
        ),
        **{f"documents/{file_name(invoice_id)}": document_pdf(invoice_id) for invoice_id in invoice_ids},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), content)
    return packed.getvalue()


def _json(value: object) -> bytes:
    return TypeAdapter(object).dump_json(value, indent=2)


def _summary(row: ChargebackRow, documents: list[str], message_count: int) -> bytes:
    gateway = get_gateway(row.gateway_id)
    lines = [
        *(["SIMULATOR: no real money was moved."] if gateway.is_simulator else []),
        f"Chargeback {row.chargeback_key} at {gateway.name} ({gateway.kind})",
        f"Amount: {row.amount}",
        f"Reason: {row.reason_code} {row.reason}".rstrip(),
        f"Opened on: {row.opened_on.isoformat()}",
        f"Evidence due by: {row.deadline.isoformat() if row.deadline else 'not told'}",
        f"Documents: {', '.join(documents) or 'none'}",
        f"Messages to the customer: {message_count}",
    ]
    return "\n".join([*lines, ""]).encode()
