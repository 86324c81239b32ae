"""Mapping files: what is wrong is told with its line and its cure; the shipped ones are right."""

import pytest
from tests.realbooks.independent import MAPPINGS

from billwright.kernel.errors import Refusal
from billwright.workflow.book_import import read_mapping
from billwright.workflow.book_import.tests.builders import ENTITY, INVOICES

GOOD = ENTITY + INVOICES


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_mappings_are_right_and_named_after_their_file(path):
    assert read_mapping(path.read_text(encoding="utf-8")).name == path.stem


@pytest.mark.parametrize(
    ("wrong", "field", "line"),
    [
        (GOOD.replace("kind: invoices", "kind: bills"), "kind", 6),
        (GOOD.replace("  due_date: due", "  due: due"), "columns", 8),
        (GOOD.replace("  total: total", ""), "columns", 8),
        (GOOD + "colour: red\n", "colour", 15),
        (GOOD + "numbers: {decimal: ',', thousands: ','}\n", "numbers", 15),
        (GOOD + "dates: month first\n", "dates", 15),
        (GOOD + "identity: {content: true, columns: [no]}\n", "mapping", 15),
        (GOOD.replace("{columns: [no]}", "{}"), "identity", 7),
        (GOOD + "values: {status: {x: paid}}\n", "values", 15),
        (GOOD + "tax: {code: VAT, percent: high}\n", "tax.percent", 15),
        (GOOD + "currency: zar\n", "currency", 15),
        (GOOD + "file: {delimiter: ';;'}\n", "file.delimiter", 15),
        (GOOD + "file: {quote: '\"', delimiter: '\"'}\n", "file", 15),
        (GOOD + "cut_over: {on: 2026-13-45}\n", "mapping", None),
        (GOOD + 'currency: "\0"\n', "mapping", None),
        (GOOD + "options: &a {negative: refuse}\nvalues: {status: *a}\n", "mapping", 16),
        (GOOD + "options: " + "[" * 3000 + "]" * 3000 + "\n", "mapping", 15),
        ("mapping: [1\n", "mapping", 2),
        ("just words", "mapping", 1),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_line(wrong, field, line):
    with pytest.raises(Refusal) as refused:
        read_mapping(wrong)
    assert (refused.value.field, refused.value.row) == (field, line)
    assert refused.value.cure
