"""Every reader of what others send, each with samples, and how far a reading may go: read, or refused by name."""

import dataclasses
import io
import json

from tests.contracts.accidents import assert_storable
from tests.gateways import builders as gateways

from billwright.connectors.aeb43.tests import test_reader as aeb43
from billwright.connectors.bai2.tests import test_reader as bai
from billwright.connectors.camt.tests import test_reader as camt
from billwright.connectors.coda.tests import test_reader as coda
from billwright.connectors.csv_statements.tests import test_reader as tables
from billwright.connectors.hosted_page import HostedPageGateway
from billwright.connectors.hosted_page.gateway import sign
from billwright.connectors.in_nach.tests import test_files as in_nach
from billwright.connectors.nacha_returns.tests import test_reader as nacha
from billwright.connectors.ofx.tests import test_reader as ofx
from billwright.connectors.payfast_style import PayfastStyleGateway, signing
from billwright.connectors.qif.tests import test_reader as qif
from billwright.connectors.remittances.tests.samples import SAMPLES as ADVICE
from billwright.connectors.sepa_debits.tests import test_files as sepa
from billwright.connectors.stripe import StripeGateway
from billwright.connectors.swift_mt.tests import test_reader as swift
from billwright.connectors.za_eft.tests import test_files as za_eft
from billwright.kernel.errors import Refusal
from billwright.payments.bank_reading import open_reading
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import result_reader
from billwright.payments.ports.gateways import Delivery, GatewayConfig, UnableToVerify
from billwright.payments.ports.remittances import UnreadableAdvice
from billwright.project.wiring import BANK_FILE_READERS
from billwright.workflow.cash_application import read_advice
from billwright.workflow.gateway_intake.receiving import read_delivery

GERMAN = ":86:166?00X?20EREF+E-1?21SVWZ+Rechnung 7?31DE89370400440532013000?32Mira Voss"
DUTCH = ":86:/EREF/E-9//CNTP/NL20INGB0001234567/INGBNL2A/M. Voss/Delft//REMI/USTD//Factuur 7/"
BANK_FILES = {
    "camt": camt.statement(
        camt.entry(inside=f"<NtryDtls>{camt.transaction('4.30')}{camt.transaction('8.00')}</NtryDtls>"),
        *[camt.entry("1.00", inside=f"<NtryDtls>{camt.transaction()}</NtryDtls>")] * 3,
        closing="115.30",
    ),
    "MT940": swift.mt940(swift.ENTRY, GERMAN, swift.ENTRY, DUTCH, closing="C260302EUR124,60"),
    "OFX 1": ofx.SGML,
    "OFX 2": ofx.XML,
    "BAI2": bai.FILE,
    "CODA": coda.coda(coda.movement()),
    "AEB43": aeb43.aeb43(aeb43.entry(), aeb43.concept("TRANSFERENCIA")),
    "QIF": qif.FILE,
    "NACHA": nacha.returns(nacha.entry(), nacha.addenda()),
    **{f"CSV {name}": content for name, content in tables.LAYOUTS.items()},
}
AMOUNT = '<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">115.00</InstdAmt></Amt></OrgnlTxRef>'
RESULTS = {
    "pain.002": (
        sepa.REPORT
        % (
            f"<GrpSts>RJCT</GrpSts>{sepa.REASON}",
            sepa.ANSWER % f"<TxSts>RJCT</TxSts>{sepa.REASON}<AccptncDtTm>2026-03-01T10:00:00</AccptncDtTm>{AMOUNT}",
        )
    ).encode(),
    "ZA unpaid": (za_eft.UNPAID + "SF\t20260312\r\n").encode(),
    "IN NACH": in_nach.answered("0", "04"),
    "NACHA of debits": BANK_FILES["NACHA"].encode(),
    "camt.054 of debits": BANK_FILES["camt"]
    .replace("camt.053", "camt.054")
    .replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
    .replace("Stmt>", "Ntfctn>")
    .encode(),
}
AT = gateways._instant(gateways.AT)
HOSTED = gateways.told(
    "payment.succeeded", key="e-1", payment="p-1", reference="BW1", amount=11500, asked=11500, deadline="2026-03-01"
).body
NOTICE = gateways.notified(reference="BW1", amount="115.00").body.partition(b"&signature=")[0]
INTENT = {
    "id": "pi_1", "status": "succeeded", "amount": 11500, "amount_received": 11500, "currency": "zar", "created": 1,
    "metadata": {"reference": "BW1"}, "latest_charge": {"payment_method_details": {"card": {"brand": "visa"}}},
}  # fmt: skip
DISPUTE = {
    "id": "dp_1", "status": "lost", "payment_intent": {"id": "pi_1"}, "amount": 500, "currency": "zar",
    "evidence_details": {"due_by": 1772000000},
}  # fmt: skip


def _of_stripe(kind, subject):
    event = {"id": "evt_1", "type": kind, "created": 1770800000, "data": {"object": subject}}
    return json.dumps(event).encode()


WEBHOOKS = {
    "hosted page": HOSTED,
    "redirect": NOTICE,
    "stripe intent": _of_stripe("payment_intent.succeeded", INTENT),
    "stripe failure": _of_stripe("payment_intent.payment_failed", {**INTENT, "status": "canceled"}),
    "stripe refund": _of_stripe("refund.updated", {**INTENT, "payment_intent": "pi_1"}),
    "stripe dispute": _of_stripe("charge.dispute.closed", DISPUTE),
    "stripe payout": _of_stripe("payout.paid", {"id": "po_1", "amount": 5, "currency": "zar"}),
}


def read_bank_file(content):
    refusal = None
    try:
        for part in open_reading(io.BytesIO(content), readers=BANK_FILE_READERS).read():
            assert_storable(*(part if isinstance(part, tuple) else (part.account, part.number, part.currency)))
    except UnableToRead as refused:
        refusal = refused
    assert refusal is None or (refusal.message and refusal.where)


def read_remittance(content):
    refusal = None
    try:
        read = read_advice(content, name="")
        assert read.lines
        assert_storable(read.reference, read.payer, read.currency, *(value for line in read.lines for value in line))
    except UnreadableAdvice as refused:
        refusal = refused
    assert refusal is None or (refusal.message and refusal.where)


def read_results(content):
    refusal = None
    try:
        _name, reader = result_reader(content)
        for entry in reader.read(content):
            assert_storable(*dataclasses.astuple(entry))
    except UnableToRead as refused:
        refusal = refused
        assert refusal.where
    except Refusal as refused:
        refusal = refused
        assert refusal.code == "collection_file.not_known"
    assert refusal is None or refusal.message


def _config(kind, settings, secrets):
    return GatewayConfig(name=kind, is_simulator=False, base_url="", currency="ZAR", settings=settings, secrets=secrets)


def _signed(name, body):
    """A connector and a delivery whose signature is right, whatever its body has become."""
    seconds, headers = str(int(AT.timestamp())), {}
    if name == "redirect":
        try:
            signature = signing.notification_signature(signing.pairs_of(body), gateways.PASSPHRASE)
            body += b"&signature=" + signature.encode()
        except ValueError:
            pass
        settings = {"merchant_id": "10000100", "sources": gateways.SOURCE}
        config = _config(name, settings, {"merchant_key": "k", "passphrase": gateways.PASSPHRASE})
        return PayfastStyleGateway(), config, Delivery(headers={}, body=body, source_address=gateways.SOURCE, at=AT)
    text = f"t={seconds},v1={sign(gateways.KEY, seconds.encode() + b'.' + body)}"
    headers = {"x-signature": text, "stripe-signature": text}
    kind = HostedPageGateway() if name == "hosted page" else StripeGateway()
    config = _config(name, {}, {"signing_key": gateways.KEY, "webhook_secret": gateways.KEY})
    return kind, config, Delivery(headers=headers, body=body, source_address="203.0.113.7", at=AT)


def read_webhook(name):
    """The reading of one kind of webhooks, signed as they come."""

    def read(content):
        refusal = None
        try:
            event = read_delivery(*_signed(name, content))
            assert_storable(*dataclasses.astuple(event))
            assert event.amount is None or len(event.amount.currency) == 3
        except UnableToVerify as refused:
            refusal = refused
        assert refusal is None or (refusal.message and refusal.code)

    return read


# Every sample with the reading of it.
READINGS = {
    **{name: (content.encode(), read_bank_file) for name, content in BANK_FILES.items()},
    **{name: (content, read_remittance) for name, content in ADVICE.items()},
    **{name: (content, read_results) for name, content in RESULTS.items()},
    **{name: (content, read_webhook(name)) for name, content in WEBHOOKS.items()},
}
