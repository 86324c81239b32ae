"""The receivables of a real-looking company, read, tied out and aged; twice gives the same book."""

from datetime import date

import pytest
from tests.realbooks.independent import absent
from tests.realbooks.playing import compare_ageing, take_over, type_in

from billwright.interfaces.cli import imports
from billwright.reporting.reconciliation import reconcile

STEM = "ibm-accounts-receivable"

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(bool(absent(STEM)), reason=absent(STEM))]


def test_the_book_ties_out_ages_as_the_file_says_and_comes_in_once():
    first = take_over("invoices", STEM)
    assert (first["created"], first["tie_out"][1]["ours"]) == (2466, "147703.18")
    for on in (date(2012, 2, 29), date(2012, 12, 31), date(2013, 6, 30), date(2014, 12, 31)):
        compare_ageing(STEM, "IBM-AR", on)
    assert reconcile().ties
    again = take_over("invoices", STEM)
    assert (again["created"], again["repeated"]) == (0, 2466)
    assert len(type_in(imports.app, "list")) == 2
