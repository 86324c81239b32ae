"""H18: Run debit orders end to end: mandate register, collection file, submission cut-offs, unpaids and later
disputes/returns, re-presentment limits, and cash reversal that reopens the invoice. H17: a queue of failed recurring
payments with normalised reason codes and a plan per reason. H20: warn before the end, fall back to another method.
"""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.duties.people import Person, on, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import collect, mandate, method
from billwright.interfaces.jobs.collecting import watch_mandates
from billwright.kernel.errors import NotFound
from billwright.kernel.models import OutboxEvent
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.models import OwnBankAccount
from billwright.org.queries import get_legal_entity
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.operations import AgreementIn, MandateIn, add_mandate, set_agreement
from billwright.payments.queries.collections import get_run, list_collections
from billwright.payments.states import BankDetailsKind
from billwright.receivables.queries import chaseable
from billwright.receivables.tests.builders import make_ana, make_boris, make_item, reload

pytestmark = [pytest.mark.django_db]

ANA = {"branch": "250655", "number": "62001234567", "account_type": "1"}


def agreed(entity_id):
    """The company collects by EFT debit order; its processor wants the file two business days before."""
    bank = OwnBankAccount.objects.create(
        legal_entity_id=entity_id, label="Current", holder="Harbour Water", account_number="4051234567",
        branch_code="632005", currency_id="ZAR",
    )  # fmt: skip
    set_agreement(
        act=make_act(),
        agreement=AgreementIn(
            legal_entity_id=entity_id, scheme="za-eft", bank_account_id=bank.id, creditor_id="HW001",
            creditor_name="Harbour Water", valid_from=date(2026, 1, 1), notice_days=3,
            terms={"service_key": "KEY", "lead_days": "2"},
        ),
    )  # fmt: skip


def signed(account, reference, number="62001234567", **values):
    return add_mandate(
        act=make_act(at="2026-01-06T08:00:00"),
        mandate=MandateIn(
            account_id=account.id, scheme="za-eft", reference=reference, signed_on=date(2026, 1, 6),
            holder="An account holder", frequency="MONTHLY", collection_day=25,
            details=BankDetails(kind=BankDetailsKind.ZA, branch="250655", number=number, account_type="1"), **values,
        ),
    )  # fmt: skip


def unpaid(*answers):
    """A processor's statement of (day, code, amount in cents, reference)."""
    lines = [f"{day}\tDRU\t1\t{code} UNPAID\t{cents}\t-\t0\t{reference}" for day, code, cents, reference in answers]
    return SimpleUploadedFile("unpaid.txt", "\r\n".join(["SH\t20260225\t1\tKEY", *lines, "SF\t1", ""]).encode())


def presses(person, run_id, *names):
    for name in names:
        answer = person.browser.post(reverse("web:collection-run-act", args=[run_id, name]))
        assert answer.status_code < 400, answer.content[:500]


def brings(person, file):
    answer = person.browser.post(reverse("web:collection-results"), {"file": file})
    assert answer.status_code in (200, 204, 302), answer.content[:500]


def collected(carla, faisal, entity_code, day, *, at):
    """A run from the first press of a button to the file at the bank."""
    with on(at):
        carla.browser.post(
            reverse("web:collection-run-new") + f"?entity={entity_code}", {"scheme": "za-eft", "action_day": day}
        )
        [row, *_rest] = type_in(collect.app, "list")
        presses(carla, row["id"], "check")
        assert carla.browser.post(reverse("web:collection-run-act", args=[row["id"], "approve"])).status_code == 403
        presses(faisal, row["id"], "approve")
        presses(carla, row["id"], "submit")
    return row["id"]


def clearing(entity_id):
    return control_balance(legal_entity_id=entity_id, role=LedgerRole.BANK_CLEARING, as_of=date(2026, 12, 31)).get(
        "ZAR", 0
    )


@pytest.fixture
def world():
    ana = make_ana()
    agreed(ana.legal_entity_id)
    return ana, Person("carla", (Role.CASH_APPLIER,)), Person("faisal", (Role.FINANCE_MANAGER,))


@pytest.mark.duty("H18")
def test_h18_from_the_mandate_to_the_return_weeks_later(world):
    ana, carla, faisal = world
    with on("2026-01-06"):
        carla.browser.post(
            reverse("web:mandate-new", args=[ana.id]),
            {"scheme": "za-eft", "reference": "HW-1", "signed_on": "2026-01-06", "holder": "Ana Botha",
             "frequency": "MONTHLY", "collection_day": "25", **ANA},
        )  # fmt: skip
    [row] = type_in(mandate.app, "list")
    assert (row["state"], "62001234567" in str(row)) == ("ACTIVE", False), "masked wherever it is shown"
    item = make_item(ana, "115.00", due="2026-02-20", dated="2026-02-02")
    with on("2026-02-24"):
        late = carla.browser.post(reverse("web:collection-run-new"), {"scheme": "za-eft", "action_day": "2026-02-25"})
        assert (late.status_code, "2026-02-26" in late.content.decode()) == (422, True), "past the cut-off"
    run_id = collected(carla, faisal, "KAROO", "2026-02-25", at="2026-02-20")
    with on("2026-02-20"):
        file = carla.opens("collection-run-file", run_id)
        assert b"62001234567" in file.content
    [debit] = list_collections(run_id=run_id)
    with on("2026-02-25", hour=22):
        type_in(collect.app, "settle", "--on", "2026-02-25")
    assert (reload(item).open_minor, get_run(run_id).state, clearing(ana.legal_entity_id)) == (0, "CLOSED", 11500)
    with on("2026-03-30"):
        brings(carla, unpaid(("20260330", "30", "11500", debit.end_to_end)))
        brings(carla, unpaid(("20260330", "30", "11500", debit.end_to_end)))
        page = carla.reads("failed-debits", view="disputed")
    assert (reload(item).open_minor, clearing(ana.legal_entity_id)) == (11500, 0), "open again, its due date kept"
    assert "Answer the dispute" in page
    [row] = type_in(mandate.app, "list")
    assert row["state"] == "REVOKED", "a disputed debit needs a new mandate"
    assert OutboxEvent.objects.filter(topic="collection.failed", payload__kind="disputed").count() == 1


def chased(account):
    """What of an account is chased, in cents."""
    return sum(one.chaseable.amount_minor for one in chaseable(as_of=date(2026, 2, 24), account_ids=[account.id]))


@pytest.mark.duty("H18")
def test_h18_one_debit_is_taken_out_of_a_run_that_nobody_agreed_to(world):
    ana, carla, faisal = world
    others = [make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id)) for _other in range(3)]
    for number, account in enumerate((ana, *others)):
        signed(account, f"HW-{number}", number=f"6200123456{number}")
        make_item(account, "100.00", due="2026-02-20", dated="2026-02-02")
    with on("2026-02-20"):
        run = type_in(collect.app, "prepare", "KAROO", "za-eft", "--on", "2026-02-25")[0]["id"]
        first, second, third, _last = (debit.id for debit in list_collections(run_id=run))
        assert chased(ana) == 0
        assert ana.shown_name in carla.reads("collection-cancel", first)
        carla.sends("collection-cancel", first)
        page = carla.reads("collection-run", run)
        assert ("Taken out: what it was for is free again." in page, page.count("Take out<")) == (True, 3)
        again = carla.sends("collection-cancel", first, expecting=422)
        assert "It is possible from “Prepared”" in again.content.decode()
        presses(carla, run, "check")
        answer = carla.api("post", f"/collections/{second}/cancel")
        assert (answer["state"], answer["collection_count"], answer["total"]["amount"]) == ("CHECKED", 2, "200.00")
        assert chased(ana) + chased(others[0]) == 20000
        presses(faisal, run, "approve")
        assert "Take out<" not in carla.reads("collection-run", run)
        agreed_to = carla.sends("collection-cancel", third, expecting=422)
        assert "The run was agreed to as it is." in agreed_to.content.decode()
        carla.api("post", f"/collections/{third}/cancel", status=422)
        presses(carla, run, "submit")
        assert b"62001234562" in carla.opens("collection-run-file", run).content
        assert b"62001234560" not in carla.opens("collection-run-file", run).content


@pytest.mark.duty("H17")
def test_h17_each_reason_has_its_own_plan(world):
    ana, carla, faisal = world
    names = ("02", "12", "18", "30")
    accounts = {code: make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id)) for code in names}
    items = {
        code: make_item(account, "100.00", due="2026-02-20", dated="2026-02-02") for code, account in accounts.items()
    }
    for number, (code, account) in enumerate(accounts.items()):
        signed(account, f"HW-{code}", number=f"6200123456{number}", pay_day=28 if code == "02" else None)
    run_id = collected(carla, faisal, "KAROO", "2026-02-25", at="2026-02-20")
    by_account = {debit.account_id: debit for debit in list_collections(run_id=run_id)}
    with on("2026-02-26"):
        brings(
            carla, unpaid(*(("20260226", code, "10000", by_account[accounts[code].id].end_to_end) for code in names))
        )
    queue = {row["code"]: row for row in type_in(collect.app, "failed")}
    assert {code: (row["kind"], row["plan"]) for code, row in queue.items()} == {
        "02": ("retry_later", "RETRY"), "12": ("needs_customer", "CONTACT"), "18": ("never_again", "STOP"),
        "30": ("disputed", "ANSWER"),
    }  # fmt: skip
    # Not before the mandate's next date, the 25th of March, and then the payer's pay day, a Saturday: the Monday.
    assert queue["02"]["retry_on"] == "2026-03-30"
    with on("2026-02-27"):
        refused = carla.browser.post(reverse("web:failed-debit-retry", args=[queue["02"]["id"]]), {"day": "2026-03-02"})
        assert (refused.status_code, "next date" in refused.content.decode()) == (422, True)
        carla.browser.post(
            reverse("web:failed-debit-resolve", args=[queue["12"]["id"]]), {"reason": "Pays by transfer."}
        )
        assert "Ask the customer" not in carla.reads("failed-debits")
    retried = collected(carla, faisal, "KAROO", "2026-03-30", at="2026-03-24")
    [again] = list_collections(run_id=retried)
    assert (again.attempt_no, again.account_id, again.amount.amount_minor) == (2, accounts["02"].id, 10000)
    with on("2026-03-31"):
        brings(carla, unpaid(("20260331", "02", "10000", again.end_to_end)))
    [row] = [row for row in type_in(collect.app, "failed") if row["code"] == "02"]
    assert row["plan"] == "CONTACT", "two in a row need a new mandate: the limit of the scheme is not exceeded"
    assert [reload(item).open_minor for item in items.values()] == [10000] * 4


@pytest.mark.duty("H20")
def test_h20_a_warning_before_the_end_and_the_next_method_after_a_failure(world):
    ana, carla, faisal = world
    signed(ana, "HW-1", ends_on=date(2026, 3, 10))
    second = signed(ana, "HW-2", number="62009999999")
    with on("2026-02-20"):
        watch_mandates(timestamp=0)
        watch_mandates(timestamp=0)
        assert "HW-1" in carla.reads("mandates", view="expiring")
    assert [event.payload["reference"] for event in OutboxEvent.objects.filter(topic="mandate.expiring")] == ["HW-1"]
    item = make_item(ana, "115.00", due="2026-02-20", dated="2026-02-02")
    [first] = list_collections(run_id=collected(carla, faisal, "KAROO", "2026-02-25", at="2026-02-20"))
    with on("2026-02-26"):
        brings(carla, unpaid(("20260226", "12", "11500", first.end_to_end)))
        assert "Next method" in carla.reads("failed-debits")
    run_id = collected(carla, faisal, "KAROO", "2026-03-03", at="2026-02-26")
    [debit] = list_collections(run_id=run_id)
    assert (debit.mandate_id, debit.takes_up_id) == (second.id, first.id)
    with on("2026-03-03", hour=22):
        type_in(collect.app, "settle", "--on", "2026-03-03")
    assert reload(item).open_minor == 0
    with on("2026-03-12"):
        watch_mandates(timestamp=0)
    assert {row["reference"]: row["state"] for row in type_in(mandate.app, "list")} == {
        "HW-1": "REVOKED", "HW-2": "ACTIVE",
    }  # fmt: skip


@pytest.mark.duty("H18")
def test_h18_what_was_agreed_with_the_bank_is_entered_listed_and_ended(world):
    ana, _carla, faisal = world
    bank = OwnBankAccount.objects.get(legal_entity_id=ana.legal_entity_id)
    given = {
        "scheme": "za-eft", "bank_account": bank.id, "creditor_id": "HW002", "creditor_name": "Harbour Water",
        "valid_from": "2026-02-01", "notice_days": "5", "fee": "", "terms": "service_key=KEY\nlead_days=2",
    }  # fmt: skip
    with on("2026-02-01"):
        faisal.sends("collection-agreement-new", **{**given, "terms": "nonsense"}, expecting=422)
        faisal.sends("collection-agreement-new", **given)
        assert "HW002" in faisal.reads("collection-agreements")
        [newest, _first] = type_in(mandate.app, "agreements", "--entity", "KAROO")
        faisal.sends("collection-agreement-end", newest["id"], on="2026-03-01", reason="Another bank from March on.")
        assert "ended" in faisal.reads("collection-agreements")
    signed(ana, "HW-1")
    make_item(ana, "115.00", due="2026-02-20", dated="2026-02-02")
    with on("2026-03-20"), pytest.raises(NotFound) as refused:
        type_in(collect.app, "prepare", "KAROO", "za-eft", "--on", "2026-03-25")
    assert refused.value.code == "collection_agreement.not_found"
    kept = type_in(
        method.app, "add-account", ana.number, "--holder", "Ana", "--branch", "250655", "--number", "62007777777",
        "--type", "1",
    )  # fmt: skip
    assert type_in(method.app, "order", kept["id"], "1")["rank"] == 1
    assert type_in(method.app, "suspend", kept["id"])["state"] == "SUSPENDED"
