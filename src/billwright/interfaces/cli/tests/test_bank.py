"""billwright bank import, list, show, gaps: as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.bank import app
from billwright.kernel import clock
from billwright.kernel.errors import NotFound
from billwright.kernel.tests.builders import make_act
from billwright.workflow.bank_inbox.tests.builders import IBAN, make_bank_account, mt940

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(make_act(at="2026-04-01T09:00:00").at):
        yield


def bank(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "march.sta"
    path.write_text(mt940(("260302", "12.30", "INV 7"), ("260303", "-2.30", "FEE")))
    return path


def test_a_file_is_imported_listed_and_shown(file):
    make_bank_account()
    [row] = json.loads(bank("import", file, "--json"))
    assert (row["state"], row["new_count"]) == ("TAKEN", 2)
    assert [entry["remittance"] for entry in json.loads(bank("list", "--account", IBAN, "--json"))] == ["FEE", "INV 7"]
    shown = json.loads(bank("show", row["id"], "--json"))
    assert shown["statements"][0]["entry_count"] == 2
    assert json.loads(bank("gaps", "--json")) == []
    assert "march.sta" in bank("files")


def test_receipts_are_recorded_at_once_where_asked(file):
    make_bank_account()
    bank("import", file, "--receive")
    assert [entry["state"] for entry in json.loads(bank("list", "--json"))] == ["NEW", "RECEIVED"]


def test_a_file_that_is_set_aside_ends_with_one(file):
    make_bank_account(iban="NL20INGB0001234567")
    assert "none of ours" in json.loads(bank("import", file, "--json", code=1))[0]["reason"]


def test_an_account_that_is_not_ours():
    with pytest.raises(NotFound, match="none of our"):
        bank("list", "--account", "NL20INGB0001234567")
