"""Files of debits answered by the simulated bank, with its faults: our books equal its ledger to the cent."""

from dataclasses import dataclass
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.catalog.tests.builders import make_product
from billwright.connectors.payment_simulator import BankFaultKind, Faults, SimulatedBank
from billwright.kernel.errors import Refusal
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance, make_books
from billwright.org.models import OwnBankAccount
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.models import Payment
from billwright.payments.operations import authenticate_mandate, see_change
from billwright.payments.queries.collections import get_run, list_collections, list_failed
from billwright.payments.queries.mandates import count_changed, details_of_method, get_method
from billwright.payments.states import BankDetailsKind
from billwright.project.simulator import register
from billwright.rating.models import PendingCharge
from billwright.receivables.queries import chaseable
from billwright.receivables.tests.builders import make_item
from billwright.workflow.collecting import read_run_file, settle_run, take_results
from billwright.workflow.collecting.tests.builders import (
    ACTION_DAY,
    ANA_IBAN,
    CREDITOR_ID,
    OWN_IBAN,
    agree,
    iban,
    make_mandate,
    submitted,
)

pytestmark = pytest.mark.django_db
PAYERS = 12
SHARES = {
    BankFaultKind.REFUSED: 0.25,
    BankFaultKind.RETURNED: 0.3,
    BankFaultKind.DISPUTED: 0.25,
    BankFaultKind.CHANGED: 0.3,
    BankFaultKind.REPEATED: 0.7,
}


@dataclass
class Scheme:
    """What a company and its payers need for a scheme."""

    name: str
    currency: str
    own: dict
    details: BankDetails
    terms: dict


SCHEMES = [
    Scheme("sepa-core", "EUR", {"iban": OWN_IBAN}, iban(ANA_IBAN), {}),
    Scheme(
        "nacha", "USD", {"branch_code": "011000015", "account_number": "4051234567"},
        BankDetails(kind=BankDetailsKind.US, branch="021000021", number="12345678", account_type="checking"),
        {"creditor_id": "123456789", "lead_days": "1"},
    ),
    Scheme(
        "za-eft", "ZAR", {"branch_code": "632005", "account_number": "4051234567"},
        BankDetails(kind=BankDetailsKind.ZA, branch="250655", number="62001234567", account_type="1"),
        {"service_key": "KEY", "lead_days": "2"},
    ),
    Scheme(
        "in-nach", "INR", {"branch_code": "HDFC0000001", "account_number": "50100099999999"},
        BankDetails(kind=BankDetailsKind.IN, branch="ICIC0000001", number="50100012345678"),
        {"creditor_id": "NACH00000000012345", "sponsor_ifsc": "HDFC0000001", "lead_days": "1", "presume": "no"},
    ),
]  # fmt: skip


def collected(scheme):
    """A submitted run of a company with a dozen payers, each of whom owes another amount."""
    entity = make_books("BANK", currency=scheme.currency, country="DE")
    bank = OwnBankAccount.objects.create(
        legal_entity_id=entity.id, label="Current", holder="Harbour", currency_id=scheme.currency, **scheme.own
    )
    terms = {"creditor_id": CREDITOR_ID, **scheme.terms}
    agree(entity, bank, scheme=scheme.name, fee_minor=500, fee_product=make_product().code, **terms)
    for number in range(1, PAYERS + 1):
        account = make_account(entity, make_customer(f"Payer {number}"), currency=scheme.currency)
        mandate = make_mandate(account, details=scheme.details, reference=f"M-{number}", scheme=scheme.name)
        if scheme.name == "in-nach":
            authenticate_mandate(
                act=make_act(), mandate_id=mandate.id, on=date(2026, 1, 6), how="e-mandate",
                bank_reference=f"HDFC{number:016d}",
            )  # fmt: skip
        make_item(account, f"{100 + number}.{number:02d}", due="2026-02-01")
    return entity, submitted(entity, scheme=scheme.name)


def answered(run, answers):
    """Take the files as they come, and what was presumed on the action day in between."""
    counts = []
    settled = False
    for answer in answers:
        if answer.day >= ACTION_DAY and not settled:
            settle_run(act=make_act(at="2026-03-09T20:00:00"), collection_run_id=run.id, on=ACTION_DAY)
            settled = True
        taken = take_results(act=make_act(at=f"{answer.day}T21:00:00"), name=answer.name, content=answer.content)
        assert taken.aside == (), taken.aside
        counts.append(taken)
    return counts


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_our_books_equal_the_ledger_of_the_bank(scheme):
    entity, run = collected(scheme)
    bank = SimulatedBank(Faults(5, SHARES))
    content = read_run_file(run.id)[1]
    answers = bank.take(content)
    assert [one.content for one in bank.take(content)] == [one.content for one in answers], "it takes a debit once"
    counts = answered(run, answers)
    sums = bank.sums()
    assert sums["ASKED"] == run.total.amount_minor
    assert sums["REFUSED"] + sums["CAME_BACK"] > 0
    assert sums["KEPT"] > 0
    received = Payment.objects.filter(source="collection")
    assert sum(received.values_list("amount_minor", flat=True)) == sums["TAKEN"]
    returned = received.filter(state="RETURNED")
    assert sum(returned.values_list("amount_minor", flat=True)) == sums["CAME_BACK"]
    clearing = control_balance(legal_entity_id=entity.id, role=LedgerRole.BANK_CLEARING)
    assert clearing.get(scheme.currency, 0) == sums["KEPT"]
    opened = sum(row.open.amount_minor for row in chaseable(as_of=date(2026, 5, 1)))
    assert opened == sums["REFUSED"] + sums["CAME_BACK"]
    failed = list_failed(limit=100)
    struck = [one for one in bank.ledger.values() if one.fault not in (None, BankFaultKind.CHANGED)]
    assert (PendingCharge.objects.count(), len(failed)) == (len(struck), len(struck)), "a fee for each"
    assert get_run(run.id).state == "CLOSED"
    repeats = [count for count, answer in zip(counts, answers, strict=True) if "-again" in answer.name]
    assert repeats, "the seed repeats a file"
    told = {one.debit.reference for one in bank.ledger.values() if one.fault == BankFaultKind.CHANGED}
    assert sum(count.changed_count for count in counts) == len(told)
    assert bool(told) == (scheme.name == "nacha")
    corrected = {row.end_to_end: get_method(row.stored_method_id) for row in list_collections(run_id=run.id)}
    assert {reference for reference, method in corrected.items() if method.bank_change} == told
    assert count_changed() == len(told)
    for reference in told:
        method = see_change(act=make_act(), stored_method_id=corrected[reference].id)
        assert details_of_method(method.id) != scheme.details
    assert count_changed() == 0
    assert all(count.paid_count + count.failed_count + count.returned_count == 0 for count in repeats)


def test_the_command_answers_a_file_and_says_what_its_ledger_holds(tmp_path):
    _entity, run = collected(SCHEMES[0])
    name, content = read_run_file(run.id)
    (tmp_path / name).write_bytes(content)
    app = typer.Typer()
    register(app)
    said = CliRunner().invoke(
        app, ["simulator", "bank", str(tmp_path / name), "--out", str(tmp_path / "out"), "--seed", "5"]
    )
    assert said.exit_code == 0, said.output
    assert "SIMULATOR: 12 debits: asked 1278.78" in said.output
    assert all(one.name.startswith("SIMULATOR-") for one in (tmp_path / "out").iterdir())
    with pytest.raises(Refusal) as refused:
        SimulatedBank(Faults(1)).take(b"no file of debits")
    assert refused.value.code == "simulator.unknown_file"
