"""Typing the commands over a real book and comparing what they print with the second opinion."""

import json
from datetime import date
from decimal import Decimal

from tests.realbooks.independent import ageing, claims, mapping_of, path_of
from typer.testing import CliRunner

from billwright.interfaces.cli import bill_run, imports, report


def type_in(app, *words):
    """Run a command; its output must be JSON and its exit code 0."""
    result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def take_over(kind, stem, *options):
    """Import a book; it must tie out."""
    answer = type_in(imports.app, kind, str(path_of(stem)), "--mapping", str(mapping_of(stem)), *options)
    assert answer["state"] == "TIED_OUT", answer
    assert all(Decimal(line["difference"]) == 0 for line in answer["tie_out"]), answer
    assert not answer["refused"]
    return answer


def compare_ageing(stem, entity, on: date):
    """Ageing as the product reports it must be the ageing worked out from the file, bucket by bucket."""
    answer = type_in(report.app, "ageing", "--as-of", on.isoformat(), "--entity", entity)
    expected = ageing(claims(stem), on)
    if not answer["totals"]:  # nothing is open and no money is held
        assert not expected["total"]
        assert not expected["unallocated"]
        return expected["total"]
    (total,) = answer["totals"]
    assert {name: Decimal(value) for name, value in total["buckets"].items()} == {
        name: expected[name] for name in total["buckets"]
    }, (on, total, expected)
    assert Decimal(total["total"]) == expected["total"] == Decimal(total["ledger"])
    assert Decimal(total["unallocated"]) == expected["unallocated"]
    assert Decimal(total["difference"]) == Decimal(total["cash_difference"]) == 0
    return expected["total"]


def bill(entity, on: date):
    """One bill run; the net of what it issued, as a decimal text."""
    page = type_in(bill_run.app, "run", "--as-of", on.isoformat(), "--entity", entity, "--yes", "--connections", "2")
    assert page["run"]["state"] == "ISSUED"
    issued = [total for total in page["totals"] if total["stage"] == "ISSUED"]
    return sum(total["net_minor"] for total in issued)
