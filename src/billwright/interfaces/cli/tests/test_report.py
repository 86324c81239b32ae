"""The report commands, as they are typed."""

import json
from datetime import datetime

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.report import app
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.receivables.models import OpenItem
from billwright.receivables.tests.builders import make_ana, make_cash, make_item

pytestmark = pytest.mark.django_db


def type_in(*words, exit_code=0):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.fixture
def ana():
    account = make_ana()
    make_item(account, "100.00", due="2026-02-01")
    make_cash(account, "30.00")
    return account


def test_ageing_as_json(ana):
    answer = json.loads(type_in("ageing", "--as-of", "2026-03-10", "--entity", "KAROO", "--json"))
    buckets = {"not_due": "0.00", "1-30": "0.00", "31-60": "100.00", "61-90": "0.00", "91+": "0.00"}
    common = {
        "currency": "ZAR",
        "total": "100.00",
        "buckets": buckets,
        "unallocated": "30.00",
        "held": "0.00",
        "disputed": "0.00",
    }
    tie = {"suspense": "0.00", "ledger": "100.00", "difference": "0.00", "cash_difference": "0.00"}
    assert answer == {
        "as_of": "2026-03-10",
        "by": "due",
        "known_at": None,
        "buckets": list(buckets),
        "totals": [{"entity": "KAROO", **common, **tie}],
        "accounts": [{"account": ana.number, "name": "Ana Botha", "entity": "KAROO", **common}],
    }


def test_without_a_day_reports_take_that_of_the_company(ana):
    with clock.standing_at(datetime.fromisoformat("2026-03-09T22:30:00+00:00")):
        assert json.loads(type_in("ageing", "--entity", "KAROO", "--json"))["as_of"] == "2026-03-10"
        [answer] = json.loads(type_in("statement", ana.number, "--json"))
        assert answer["to"] == "2026-03-10"


def test_ageing_for_people_and_as_a_workbook(ana, tmp_path):
    file = tmp_path / "ageing.xlsx"
    shown = type_in("ageing", "--as-of", "2026-03-10", "--by", "document", "--buckets", "7,14", "--xlsx", str(file))
    assert "KAROO" in shown
    assert file.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    "words", [("--buckets", "30,x"), ("--buckets", "30,0"), ("--known-at", "soon"), ("--entity", "NOBODY")]
)
def test_a_question_that_makes_no_sense_is_refused(ana, words):
    with pytest.raises(Refusal):
        type_in("ageing", "--as-of", "2026-03-10", *words)


def test_reconcile_says_that_it_ties(ana):
    answer = json.loads(type_in("reconcile", ana.number, "--json"))
    assert answer["ties"] is True
    assert answer["accounts"][0]["open_items"] == "100.00"


@pytest.mark.unties
def test_reconcile_names_what_differs(ana):
    item = OpenItem.objects.get()
    OpenItem.objects.filter(pk=item.pk).update(open_minor=1)
    answer = json.loads(type_in("reconcile", "--json", exit_code=1))
    assert f"open_item:{item.pk}" in [difference["subject"] for difference in answer["differences"]]


def test_a_statement_as_json_paper_and_workbook(ana, tmp_path):
    paper, book = tmp_path / "statement.pdf", tmp_path / "statement.xlsx"
    files = ["--pdf", str(paper), "--xlsx", str(book)]
    [answer] = json.loads(type_in("statement", ana.number, "--as-of", "2026-03-01", *files, "--json"))
    assert (answer["opening"], answer["closing"], answer["owed"], answer["unallocated"]) == (
        "0.00",
        "70.00",
        "100.00",
        "30.00",
    )
    assert [movement["balance"] for movement in answer["movements"]] == ["100.00", "70.00"]
    assert paper.read_bytes().startswith(b"%PDF")
    assert book.read_bytes().startswith(b"PK")
    assert "70.00" in type_in("statement", ana.number, "--as-of", "2026-03-01")


@pytest.mark.parametrize("words", [("NOBODY",), ("--since", "2026-04-01")])
def test_a_statement_that_makes_no_sense_is_refused(ana, words):
    with pytest.raises(Refusal):
        type_in("statement", ana.number, "--as-of", "2026-03-01", *words)
