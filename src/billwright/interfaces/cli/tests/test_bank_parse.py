"""billwright bank parse: the shape that it prints, its exit codes, and what it says of files that cannot be read."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.bank import app

STATEMENT = """:20:START
:25:NL91ABNA0417164300
:28C:17/1
:60F:C260302EUR100,00
:61:2603020302C12,3NTRFNONREF//BANK-1
:86:/EREF/INV-7//CNTP/NL20INGB0001234567/INGBNL2A/M. Voss/Delft//REMI/USTD//Factuur 7/
:62F:C260302EUR112,30
-
"""


def parse(*words):
    return CliRunner().invoke(app, ["parse", *map(str, words)], catch_exceptions=False)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "statement.txt"
    path.write_text(STATEMENT)
    return path


def test_what_is_printed_has_exactly_this_shape(file):
    result = parse(file, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "format": "MT940",
        "statements": [
            {
                "account": "NL91ABNA0417164300",
                "currency": "EUR",
                "number": "17",
                "opening": "100.00",
                "closing": "112.30",
                "ties": True,
                "entries": [
                    {
                        "booking_date": "2026-03-02",
                        "value_date": "2026-03-02",
                        "amount": "12.30",
                        "bank_reference": "BANK-1",
                        "end_to_end": "INV-7",
                        "counterparty": "M. Voss",
                        "counterparty_account": "NL20INGB0001234567",
                        "remittance": "Factuur 7",
                        "code": "NTRF",
                    }
                ],
            }
        ],
    }


def test_what_does_not_add_up_is_shown_and_ends_with_one(file):
    file.write_text(STATEMENT.replace("112,30", "112,31"))
    result = parse(file, "--json")
    assert (result.exit_code, json.loads(result.stdout)["statements"][0]["ties"]) == (1, False)
    assert "112.31" in result.stderr


def test_what_cannot_be_read_ends_with_two_and_says_where(file):
    file.write_text(STATEMENT.replace("C12,3N", "X"))
    result = parse(file, "--json")
    refused = json.loads(result.stdout)["refused"]
    assert (result.exit_code, refused["code"], refused["row"]) == (2, "bank_file.unreadable", 5)
    assert "line 5" in parse(file).stderr


def test_several_files_are_a_list_and_the_worst_code_is_the_answer(file, tmp_path):
    result = parse(file, tmp_path / "missing", "--json")
    shown = json.loads(result.stdout)
    assert (result.exit_code, shown[0]["format"], "refused" in shown[1]) == (2, "MT940", True)


def test_a_table_by_a_profile_of_the_users_own(tmp_path):
    profile, table = tmp_path / "my.yaml", tmp_path / "table.csv"
    profile.write_text(
        'name: my\nbank: Mine\ndates: ["%d.%m.%Y"]\nheading: [Tag, Betrag]\n'
        "columns: {booking_date: Tag, amount: Betrag}\n"
    )
    table.write_text("Tag,Betrag\n02.03.2026,12.3\n")
    result = parse(table, "--profile", profile, "--json")
    assert json.loads(result.stdout)["statements"][0]["entries"][0]["amount"] == "12.30"


def test_a_table_for_people(file):
    result = parse(file)
    assert (result.exit_code, "MT940" in result.stdout, "112.30" in result.stdout) == (0, True, True)


def test_standard_input():
    result = CliRunner().invoke(app, ["parse", "-", "--json"], input=STATEMENT, catch_exceptions=False)
    assert json.loads(result.stdout)["format"] == "MT940"
