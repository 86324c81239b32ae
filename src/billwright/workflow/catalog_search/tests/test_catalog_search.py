"""The catalog is searched by words, by meter and by amount."""

import pytest

from billwright.usage.operations import NewMeter, define_meter
from billwright.workflow.bill_run.tests.builders import make_act, make_plan, make_world
from billwright.workflow.catalog_search import search_catalog

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalog():
    make_world()
    make_plan(price="80.50")
    make_plan("gold", price="120")
    define_meter(act=make_act(), meter=NewMeter(code="minutes", name="Minutes called", aggregate="sum"))


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("gold", [("plan", "gold"), ("charge", "gold fee")]),
        ("80.5", [("price", "basic fee")]),
        ("80,50", [("price", "basic fee")]),
        ("MINUTES", [("meter", "minutes")]),
        ("hosting", [("charge", "basic fee"), ("charge", "gold fee"), ("product", "hosting")]),
        ("nothing of it", []),
        (" ", []),
    ],
)
def test_what_a_text_finds(text, hits):
    assert [(hit.kind, hit.code) for hit in search_catalog(text)] == hits
