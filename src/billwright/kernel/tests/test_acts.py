from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from billwright.kernel import acts
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotAllowed, Refusal
from billwright.kernel.models import AuditEvent
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act


@dataclass(frozen=True, slots=True)
class Painted:
    wall: str
    cost: Money
    on: date
    layers: Decimal


painted: list[str] = []


class Foreman:
    """An authority for these tests alone: nothing dearer than 100."""

    def require(self, *, act, verb, amount, arguments):
        if amount is not None and amount > Money.of("100", amount.currency):
            raise NotAllowed("authority.limit", "Too dear.", rule="100 at most", who_may=("owner",))


@pytest.fixture
def foreman(monkeypatch):
    painted.clear()
    monkeypatch.setattr(acts._Wiring, "authority", Foreman())


@pytest.fixture(scope="module")
def paint():
    @verb("test.paint", subject=lambda arguments, _: f"wall:{arguments['wall']}", amount=lambda args: args["cost"])
    def paint(*, act: Act, wall: str, cost: Money, on: date, layers: Decimal = Decimal(2)) -> Painted:
        if wall == "glass":
            raise Refusal("paint.glass", "Glass is not painted.", field="wall")
        painted.append(wall)
        note_change(before={"color": "bare"}, after={"color": "white"})
        return Painted(wall, cost, on, layers)

    yield paint
    del acts.VERBS["test.paint"]


COST = Money.of("12.30", "ZAR")
ON = date(2026, 1, 31)


@pytest.mark.django_db
def test_an_act_leaves_one_audit_row(foreman, paint):
    paint(act=make_act(reason="it was bare"), wall="north", cost=COST, on=ON)
    event = AuditEvent.objects.get(verb="test.paint")
    assert (event.subject, event.reason, event.before, event.after) == (
        "wall:north",
        "it was bare",
        {"color": "bare"},
        {"color": "white"},
    )


@pytest.mark.django_db
def test_the_same_key_answers_again_and_does_nothing(foreman, paint):
    first = paint(act=make_act(key="k1"), wall="north", cost=COST, on=ON)
    again = paint(act=make_act(key="k1"), wall="north", cost=COST, on=ON)
    assert (first, painted, AuditEvent.objects.filter(verb="test.paint").count()) == (again, ["north"], 1)


@pytest.mark.django_db
def test_the_same_key_with_another_input_is_refused(foreman, paint):
    paint(act=make_act(key="k1"), wall="north", cost=COST, on=ON)
    with pytest.raises(Conflict) as refused:
        paint(act=make_act(key="k1"), wall="south", cost=COST, on=ON)
    assert refused.value.code == "idempotency.other_input"


@pytest.mark.django_db
def test_a_refused_act_may_be_repeated_with_its_key(foreman, paint):
    with pytest.raises(Refusal), transaction.atomic():
        paint(act=make_act(key="k1"), wall="glass", cost=COST, on=ON)
    assert paint(act=make_act(key="k1"), wall="north", cost=COST, on=ON).wall == "north"


@pytest.mark.django_db
def test_the_authority_is_asked_about_the_amount_before_anything_happens(foreman, paint):
    with pytest.raises(NotAllowed) as refused:
        paint(act=make_act(), wall="north", cost=Money.of("100.01", "ZAR"), on=ON)
    assert (refused.value.who_may, painted) == (("owner",), [])


@pytest.mark.django_db
def test_arguments_freeze_and_thaw_unchanged(foreman, paint):
    arguments = {"wall": "north", "cost": COST, "on": ON, "layers": Decimal("2.50")}
    registered = acts.VERBS["test.paint"]
    assert registered.thaw(registered.freeze(arguments)) == arguments


def test_a_verb_outside_a_transaction_is_a_bug(foreman, paint, django_db_blocker):
    with django_db_blocker.unblock(), pytest.raises(AssertionError, match="open the transaction"):
        paint(act=make_act(), wall="north", cost=COST, on=ON)


def test_blanks_are_no_reason():
    make_act(reason="it was bare").require_reason("wall.without_reason", "Why?")
    with pytest.raises(Refusal) as refused:
        make_act(reason=" \n").require_reason("wall.without_reason", "Why?", cure="Say it.")
    assert (refused.value.code, refused.value.field, refused.value.cure) == ("wall.without_reason", "reason", "Say it.")
