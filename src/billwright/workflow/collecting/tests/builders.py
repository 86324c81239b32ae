"""A company that collects by SEPA, customers with mandates, and the answers of their banks."""

from __future__ import annotations

from datetime import date

from billwright.access.models import User
from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.models import OwnBankAccount
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.operations import AgreementIn, MandateIn, add_mandate, set_agreement
from billwright.payments.states import BankDetailsKind
from billwright.workflow.collecting import approve_run, check_run, prepare_run, submit_run

OWN_IBAN = "DE89370400440532013000"
CREDITOR_ID = "DE98ZZZ09999999999"
ANA_IBAN = "NL91ABNA0417164300"
BORIS_IBAN = "FR1420041010050500013M02606"
# A Monday; the file is out by the Friday before.
ACTION_DAY = date(2026, 3, 9)


def make_company(code="SEPA", scheme="sepa-core", currency="EUR", **terms):
    """A company with its agreement with a bank."""
    entity = make_books(code, currency=currency, country="DE")
    bank = OwnBankAccount.objects.create(
        legal_entity_id=entity.id, label="Current", holder="Harbour Water", iban=OWN_IBAN, currency_id=currency
    )
    agree(entity, bank, scheme=scheme, **terms)
    return entity, bank


def agree(entity, bank, *, scheme="sepa-core", creditor_id=CREDITOR_ID, notice_days=5, fee_minor=None, **terms):
    set_agreement(
        act=make_act(at="2026-01-02T08:00:00"),
        agreement=AgreementIn(
            legal_entity_id=entity.id,
            scheme=scheme,
            bank_account_id=bank.id,
            creditor_id=creditor_id,
            creditor_name="Harbour Water",
            valid_from=date(2026, 1, 1),
            notice_days=notice_days,
            fee_minor=fee_minor,
            terms=terms,
        ),
    )


def iban(number):
    return BankDetails(kind=BankDetailsKind.IBAN, iban=number)


def make_payer(entity, name="Ana Botha"):
    return make_account(entity, make_customer(name), currency=entity.base_currency)


def make_mandate(account, number=ANA_IBAN, *, reference="M-1", scheme="sepa-core", details=None, **values):
    """A mandate of an account, with its bank account."""
    return add_mandate(
        act=make_act(at="2026-01-05T08:00:00"),
        mandate=MandateIn(
            account_id=account.id,
            scheme=scheme,
            reference=reference,
            signed_on=date(2026, 1, 5),
            holder="Ana Botha",
            details=details or iban(number),
            **values,
        ),
    )


def prepared(entity, *, scheme="sepa-core", day=ACTION_DAY, at="2026-03-05T09:00:00"):
    return prepare_run(act=make_act(at=at), legal_entity_id=entity.id, scheme=scheme, action_day=day)


def another_person():
    """Who may agree to what the first one prepared."""
    return User.objects.filter(username="bo").first() or make_user("bo", Role.FINANCE_MANAGER)


def submitted(entity, *, scheme="sepa-core", day=ACTION_DAY, at="2026-03-05T09:00:00"):
    """A run on its way: prepared by one person, agreed to by another."""
    run = prepared(entity, scheme=scheme, day=day, at=at)
    check_run(act=make_act(at=at), collection_run_id=run.id)
    approve_run(act=make_act(actor=another_person().actor, at=at), collection_run_id=run.id)
    return submit_run(act=make_act(at=at), collection_run_id=run.id)


def status_report(*answers, message_id="BW"):
    """A pain.002 of (reference, status, code, amount)."""
    entries = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        + (f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else "")
        + f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>'
        for reference, status, code, amount in answers
    )
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts>{entries}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()
