"""H37: Issue credit notes and debit notes linked to the original, with reason code, own numbering and tax effect."""

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import invoices
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.receivables.queries.items import open_amounts
from billwright.receivables.queries.ties import untied

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H37")]


def test_h37_credit_and_debit_notes_have_original_reason_number_and_tax():
    payer = make_payer(make_company())
    draft = type_in(invoices.app, "draft", payer.number, "--line", "Hosting=3x100.00", "--date", "2026-01-15")
    invoice = type_in(invoices.app, "issue", draft["id"])
    words = ("--date", "2026-01-20")
    credit = type_in(
        invoices.app, "credit", invoice["number"], "--reason-code", "QUANTITY", "--line", "1=100.00", *words
    )
    debit = type_in(invoices.app, "debit", invoice["number"], "--reason-code", "PRICE", "--line", "Support=20", *words)
    credit, debit = (type_in(invoices.app, "issue", row["id"]) for row in (credit, debit))
    assert (credit["number"], debit["number"]) == ("CN-000001", "DN-000001")
    assert {row["corrects_id"] for row in (credit, debit)} == {invoice["id"]}
    assert [row["tax"]["amount_minor"] for row in (credit, debit)] == [-1500, 300]
    assert str(open_amounts([invoice["id"]])[invoice["id"]]) == "230.00 ZAR"
    assert untied() == []
