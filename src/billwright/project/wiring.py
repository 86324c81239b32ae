"""Joins what domains declare with what implements it. Imported once Django knows all models."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.conf import settings
from django.urls import reverse

import billwright
from billwright.catalog.ports import wire_meters
from billwright.comms import ports
from billwright.connectors.aeb43 import SpanishReader
from billwright.connectors.bai2 import BaiReader
from billwright.connectors.camt import CamtReader
from billwright.connectors.coda import CodaReader
from billwright.connectors.csv_statements import CsvStatementReader, reader_of_text
from billwright.connectors.hosted_page import HostedPageGateway
from billwright.connectors.in_nach import NachAnswerReader, NachDebitWriter
from billwright.connectors.nacha import NachaDebitWriter
from billwright.connectors.nacha_returns import NachaChangeReader, NachaReturnReader
from billwright.connectors.ofx import OfxReader
from billwright.connectors.payfast_style import PayfastStyleGateway
from billwright.connectors.qif import QifReader
from billwright.connectors.remittances import RemittanceReader
from billwright.connectors.sepa_debits import SepaDebitWriter, SepaTransferFiles, StatusReportReader
from billwright.connectors.smtp import SmtpCarrier, SmtpSettings
from billwright.connectors.stripe import StripeGateway
from billwright.connectors.swift_mt import SwiftReader
from billwright.connectors.za_eft import DebitOrderWriter, UnpaidReader
from billwright.kernel import acts, outbox, vault
from billwright.payments.bank_results import ReturnsInBankFiles
from billwright.payments.ports import BankFileReader, wire_bank_files
from billwright.payments.ports.collection_files import wire_collection_files
from billwright.payments.ports.gateways import wire_gateways
from billwright.payments.ports.methods import wire_methods
from billwright.payments.ports.pages import wire_pages
from billwright.payments.ports.refunds import wire_refunds
from billwright.payments.ports.remittances import wire_advice
from billwright.project.entities import wire_entities
from billwright.project.methods import METHODS
from billwright.project.runtime.scratch import ScratchWorlds
from billwright.reporting.coverage import count_uncovered
from billwright.reporting.mail_files import REPORT_FILES
from billwright.workflow import collection_news, documents
from billwright.workflow.gateway_intake import GatewayRefunds
from billwright.workflow.rebilling import wire_coverage
from billwright.workflow.refunding import ask_source_of
from billwright.workflow.scenarios.ports import wire_scratch

# The most particular first; tables of text fit almost anything and come last.
BANK_FILE_READERS: tuple[BankFileReader, ...] = (
    CamtReader(),
    OfxReader(),
    SwiftReader(),
    BaiReader(),
    CodaReader(),
    SpanishReader(),
    NachaReturnReader(),
    QifReader(),
    CsvStatementReader(),
)

# Journeys that act out what other rooms declare: nothing of them is asked for by name, and they are long to load.
WITHOUT_VERBS = frozenset({"billwright.workflow.demo", "billwright.workflow.scenarios"})


def wire() -> None:
    """Give the vault its keys, the verbs their one Authority, and the registry every verb there is."""
    from billwright.access.authority import AUTHORITY
    from billwright.accounts.keys import KEY_STORE
    from billwright.usage.queries import meters_by_code

    vault.configure(master_key=settings.MASTER_KEY.encode(), store=KEY_STORE)
    acts.wire_authority(AUTHORITY)
    load_verbs()
    wire_entities()
    wire_meters(meters_by_code)
    wire_scratch(ScratchWorlds())
    wire_coverage(count_uncovered)
    wire_mail_out()
    wire_pages(pay_page_of if settings.PUBLIC_URL else None)
    wire_methods(METHODS)
    wire_bank_files(BANK_FILE_READERS, tables=reader_of_text)
    outbox.subscribe("refund_order.sent", ask_source_of)
    wire_refunds(to_source=GatewayRefunds(), files=SepaTransferFiles())
    wire_gateways((StripeGateway(), PayfastStyleGateway(), HostedPageGateway()))
    wire_collection_files(
        writers=(SepaDebitWriter(), NachaDebitWriter(), DebitOrderWriter(), NachDebitWriter()),
        readers=(
            StatusReportReader(),
            NachAnswerReader(),
            UnpaidReader(),
            ReturnsInBankFiles((CamtReader(), NachaReturnReader()), formats=("camt.054", "NACHA")),
        ),
        changes={"NACHA": NachaChangeReader()},
    )
    wire_advice([RemittanceReader()])
    outbox.subscribe("stored_method.expiring", collection_news.tell_of_method)
    outbox.subscribe("mandate.expiring", collection_news.tell_of_mandate)
    outbox.subscribe("collection.failed", collection_news.tell_of_failure)
    outbox.subscribe("bill_run.shard_issued", documents.queue_documents_of_shard)


def wire_mail_out() -> None:
    """Hand mail to the configured SMTP server; without one it stays queued and can be read."""
    config = settings.BILLWRIGHT
    carrier = None
    if config.mail_host:
        carrier = SmtpCarrier(
            SmtpSettings(
                host=config.mail_host,
                port=config.mail_port,
                user=config.mail_user,
                password=config.mail_password,
                security=config.mail_security,
            )
        )
    files = ports.AllFiles((documents.DOCUMENT_FILES, REPORT_FILES))
    ports.wire_mail(carrier=carrier, files=files, from_address=config.mail_from)


def pay_page_of(token: str) -> str:
    """The whole address of the page that a payment link opens, as customers type it."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('portal:pay', args=[token])}"


def load_verbs() -> None:
    """Import every module that declares verbs, so that an approval can run any of them by name."""
    for app in iter_modules(billwright.__path__, "billwright."):
        if app.ispkg and find_spec(f"{app.name}.operations"):
            _import_with_parts(f"{app.name}.operations")
    if find_spec("billwright.workflow"):
        _import_with_parts("billwright.workflow")


def _import_with_parts(name: str) -> None:
    module = import_module(name)
    for part in iter_modules(getattr(module, "__path__", ()), f"{name}."):
        if not part.name.endswith(".tests") and part.name not in WITHOUT_VERBS:
            _import_with_parts(part.name)
