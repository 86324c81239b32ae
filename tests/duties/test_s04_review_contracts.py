"""S04: Review contracts, agreements and service orders: versions, effective dates, price schedules, billing cycles,
signed document attached.

Played by Stella, team lead, who reads what Bea, billing specialist, recorded.
"""

import hashlib
import json

import pytest
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import contracts
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S04")]

PAPER = b"%PDF-1.7 signed in December"


@pytest.fixture
def contract(tmp_path):
    """Recorded by command with its paper, bound by program, amended a month later."""
    make_world()
    make_plan()
    subscription = subscribe(make_account("ANA"))
    paper, clauses = tmp_path / "c-7.pdf", tmp_path / "clauses.json"
    paper.write_bytes(PAPER)
    fee = {"number": "3", "text": "The fee is 100.00.", "parameter": "price", "value": "100", "charge_code": "fee"}
    clauses.write_text(json.dumps([fee, {"number": "9", "text": "Cape Town hears disputes."}]), encoding="utf-8")
    with on("2026-01-01"):
        words = ("record", "ANA", "C-7", "Hosting", "--starts", "2026-01-01", "--kind", "ORDER")
        made = type_in(contracts.app, *words, "--file", paper, "--clauses", clauses)
        bea = person("bea", Role.BILLING_SPECIALIST)
        bea.api(
            "post", f"/subscriptions/{subscription.id}/contract", {"contract_id": made["id"], "as_of": "2026-01-01"}
        )
        bill("2026-01-01")
    with on("2026-02-01"):
        type_in(contracts.app, "amend", made["id"], "--from", "2026-03-01", "--clauses", clauses)
    return made["id"]


def test_s04_versions_dates_prices_cycles_and_the_signed_document_stand_on_one_page(contract):
    with on("2026-02-02"):
        stella = person("stella", Role.TEAM_LEAD)
        listed = stella.reads("contracts", kind="ORDER")
        assert ("C-7" in listed, "Service order" in listed) == (True, True)
        first = stella.reads("contract", contract, version="1")
        assert hashlib.sha256(PAPER).hexdigest() in first
        assert "application/pdf" in first
        # Companies Act: seven whole years after the end of the year.
        assert "31 Dec 2033" in first
        assert "Earlier version 1" in first
        present = stella.reads("contract", contract)
        for words in ("Version 2", "01 Mar 2026", "Basic fee", "Every month, In advance", "on day 1", "Holds now"):
            assert words in present
        assert "this is that of version 1" in present
        assert "Not machine-checked" in present
        assert "Cape Town hears disputes." in present


def test_s04_the_same_is_told_to_programs_and_the_paper_comes_back_as_it_was(contract):
    stella = person("stella", Role.TEAM_LEAD)
    versions = stella.api("get", f"/contracts/{contract}/versions")
    assert [(one["version_no"], one["valid_from"], one["ends_before"]) for one in versions] == [
        (2, "2026-03-01", None),
        (1, "2026-01-01", "2026-03-01"),
    ]
    (price,) = stella.api("get", f"/contracts/{contract}/prices")
    assert (price["unit_price"], price["interval_unit"], price["timing"]) == ("100", "MONTH", "ADVANCE")
    assert stella.opens("kept-file", versions[1]["file_id"]).content == PAPER


def test_s04_another_companys_contract_is_not_shown(contract):
    stranger = person("adam", Role.ADMINISTRATOR)
    assert stranger.opens("contract", contract).status_code == 403
    assert stranger.opens("contract-new").status_code == 403
