"""The import commands, as they are typed: exit codes, error files, and what is printed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.imports import app
from billwright.invoicing.models import Invoice
from billwright.kernel.errors import NotFound, Refusal
from billwright.workflow.book_import.tests.builders import BOOK, ENTITY, INVOICES, make_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.csv").write_bytes(make_csv())
    (tmp_path / "book.yaml").write_text(ENTITY + INVOICES, encoding="utf-8")
    return tmp_path


def type_in(*words, exit_code=0):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


def test_a_book_that_ties_out_ends_with_0(book):
    answer = json.loads(type_in("invoices", "book.csv", "--mapping", "book.yaml", "--json"))
    assert (answer["state"], answer["created"], answer["errors"]) == ("TIED_OUT", 3, None)
    assert answer["read_as"]["dates"] == "Y-m-d"
    assert "TIED_OUT" in type_in("list")


def test_refused_rows_end_with_1_and_go_to_a_file(book):
    (book / "book.csv").write_bytes(make_csv(BOOK.replace("40.50", "x")))
    said = type_in("invoices", "book.csv", "--mapping", "book.yaml", exit_code=1)
    assert "row 3, total" in said
    assert "error_cure" in (book / "book.errors.csv").read_text(encoding="utf-8-sig")


def test_a_dry_run_leaves_nothing_behind(book):
    (book / "book.csv").write_bytes(make_csv(BOOK.replace("40.50", "x")))
    type_in("invoices", "book.csv", "--mapping", "book.yaml", "--dry-run", exit_code=1)
    assert sorted(path.name for path in book.iterdir()) == ["book.csv", "book.yaml"]
    assert not Invoice.objects.exists()


def test_a_wrong_mapping_ends_with_2_and_names_the_line(book):
    (book / "book.yaml").write_text(ENTITY + INVOICES.replace("total: total", "sum: total"), encoding="utf-8")
    answer = json.loads(type_in("invoices", "book.csv", "--mapping", "book.yaml", "--json", exit_code=2))
    assert (answer["refused"]["code"], answer["refused"]["row"]) == ("mapping.wrong", 8)
    with pytest.raises(Refusal, match="sum"):
        type_in("invoices", "book.csv", "--mapping", "book.yaml")


@pytest.mark.parametrize("words", [("nothing.csv", "book.yaml"), ("book.csv", "nothing.yaml")])
def test_a_file_that_is_not_there_is_refused(book, words):
    with pytest.raises(Refusal) as refused:
        type_in("invoices", words[0], "--mapping", words[1])
    assert refused.value.cure


def test_an_unknown_user_is_refused(book):
    with pytest.raises(NotFound):
        type_in("invoices", "book.csv", "--mapping", "book.yaml", "--as", "nobody")


def test_a_file_is_looked_at_before(book):
    answer = json.loads(type_in("inspect", "book.csv", "--json"))
    assert (answer["encoding"], answer["delimiter"], answer["row_count"]) == ("utf-8", ",", 3)
    assert answer["columns"][2]["date_formats"] == ["Y-m-d"]
    assert "Y-m-d" in type_in("inspect", "book.csv")
