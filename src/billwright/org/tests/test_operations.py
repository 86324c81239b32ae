from datetime import date

import pytest
from django.db import transaction

from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.tests.builders import make_act
from billwright.org import operations, queries
from billwright.org.states import DocumentKind
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 15)


def test_an_entity_starts_with_a_series_per_kind():
    entity = make_entity()
    taken = operations.take_numbers(legal_entity_id=entity.id, kind=DocumentKind.INVOICE, on=DAY, count=3)
    assert [taken.shown(index) for index in range(3)] == ["INV-000001", "INV-000002", "INV-000003"]


def test_a_rollback_gives_the_numbers_back():
    entity = make_entity()
    with transaction.atomic():
        operations.take_numbers(legal_entity_id=entity.id, kind=DocumentKind.INVOICE, on=DAY)
        transaction.set_rollback(True)
    taken = operations.take_numbers(legal_entity_id=entity.id, kind=DocumentKind.INVOICE, on=DAY)
    assert taken.first == 1


def test_a_new_series_takes_over_on_its_day():
    entity = make_entity()
    operations.set_series(
        act=make_act(),
        legal_entity_id=entity.id,
        kind=DocumentKind.INVOICE,
        prefix="2026/",
        width=5,
        valid_from=date(2026, 4, 1),
    )
    before = operations.take_numbers(legal_entity_id=entity.id, kind=DocumentKind.INVOICE, on=date(2026, 3, 31))
    after = operations.take_numbers(legal_entity_id=entity.id, kind=DocumentKind.INVOICE, on=date(2026, 4, 1))
    assert (before.shown(), after.shown()) == ("INV-000001", "2026/00001")


def test_india_refuses_a_number_of_more_than_sixteen_characters():
    entity = make_entity("SURYA", country="IN", currency="INR", timezone="Asia/Kolkata")
    with pytest.raises(Refusal, match="longer than the 16") as refused:
        operations.set_series(
            act=make_act(),
            legal_entity_id=entity.id,
            kind=DocumentKind.INVOICE,
            prefix="SURYA/26/INV/",
            width=6,
            valid_from=DAY,
        )
    assert refused.value.field == "prefix"


def test_a_second_entity_with_the_same_code_is_refused():
    make_entity()
    with pytest.raises(Conflict):
        make_entity()


def test_south_africa_corrects_by_credit_note_from_the_start():
    entity = make_entity()
    assert queries.get_convention(legal_entity_id=entity.id, option="correction", on=DAY) == "credit_note"


def test_an_unknown_convention_names_the_known_ones():
    entity = make_entity()
    with pytest.raises(Refusal, match="negative_line, credit_note"):
        operations.set_convention(
            act=make_act(), legal_entity_id=entity.id, option="correction", value="guess", valid_from=DAY
        )


def choose(entity, option, value, since):
    operations.set_convention(
        act=make_act(), legal_entity_id=entity.id, option=option, value=value, valid_from=date.fromisoformat(since)
    )


def test_only_documents_are_not_rounded_on_any_day_on_which_electronic_invoices_are_owed():
    entity = make_entity()
    choose(entity, "e_invoice", "organizations", "2027-01-01")
    choose(entity, "rounding", "line_half_even", "2026-06-01")
    choose(entity, "rounding", "sum_then_round", "2026-01-01")  # Until June, before they are owed.
    with pytest.raises(Refusal, match="must add up") as refused:
        choose(entity, "rounding", "sum_then_round", "2026-09-01")
    assert (refused.value.code, refused.value.field) == ("convention.e_invoice_rounding", "value")
    with pytest.raises(Refusal, match="must add up"):
        choose(entity, "e_invoice", "everybody", "2026-05-31")
    choose(entity, "e_invoice", "everybody", "2026-06-01")


def test_a_missing_rate_is_refused_with_the_cure():
    with pytest.raises(Refusal, match="Enter the exchange rate first"):
        queries.get_rate(from_currency="USD", to_currency="ZAR", on=DAY)
