"""Asking, deciding, carrying out: Clara may write off 500, Felix everything, Boris nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from billwright.access.approvals import arguments_of, count_waiting, get_approval, list_approvals
from billwright.access.matrix import MATRIX, Right
from billwright.access.models import Approval
from billwright.access.states import Role
from billwright.access.tests.builders import AT, act_of, make_limit, make_user, operator_act
from billwright.accounts.models import CustomerKey
from billwright.kernel import acts, outbox, vault
from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, NotAllowed, NotFound, Refusal
from billwright.kernel.models import AuditEvent, OutboxEvent
from billwright.kernel.money import Money
from billwright.kernel.states import IllegalTransition
from billwright.workflow.approvals import decide_approval, expire_approvals, request_approval, withdraw_approval

pytestmark = pytest.mark.django_db

VERB = "plum.write_off"


@dataclass(frozen=True, slots=True)
class WrittenOff:
    item_id: int


@pytest.fixture(autouse=True)
def plums(monkeypatch):
    """A verb of the test's own, with rules. It marks what it did in the outbox; item 13 is closed, 14 is gone."""
    done: list[Act] = []

    def write_off(*, act: Act, item_id: int, amount: Money) -> WrittenOff:
        outbox.emit(topic="plum.gone", subject=f"plum:{item_id}", at=act.at)
        if item_id == 13:
            raise Refusal("plum.closed", "The plum is closed.", cure="Open it first.")
        if item_id == 14:
            raise IllegalTransition("plum", "write_off", "WRITTEN_OFF", frozenset({"RIPE"}))
        done.append(act)
        return WrittenOff(item_id)

    cells = dict.fromkeys(Role, ".") | {Role.TEAM_LEAD: "L", Role.FINANCE_MANAGER: "Y"}
    for name, kind in {VERB: "w", "plum.journal": "2"}.items():
        monkeypatch.setitem(MATRIX, name, Right(name, kind, "plums", cells))
        monkeypatch.setitem(acts.VERBS, name, None)
        monkeypatch.delitem(acts.VERBS, name)
        acts.verb(name, subject=lambda given, _: f"plum:{given['item_id']}", amount=lambda given: given["amount"])(
            write_off
        )
    return done


@pytest.fixture
def boris():
    return make_user("boris", Role.CASH_APPLIER)


@pytest.fixture
def clara():
    make_limit(Role.TEAM_LEAD, VERB, 50_000)
    return make_user("clara", Role.TEAM_LEAD)


@pytest.fixture
def felix():
    return make_user("felix", Role.FINANCE_MANAGER)


def ask(user, *, amount="400.00", item_id=7, verb=VERB, at=AT, **kwargs):
    arguments = {"item_id": item_id, "amount": Money.of(amount, "ZAR")}
    return request_approval(
        act=act_of(user, at=at, reason="The customer is gone"), verb=verb, arguments=arguments, **kwargs
    )


def decide(user, approval, *, approve=True, note="", at=AT):
    return decide_approval(act=act_of(user, at=at), approval_id=approval.id, approve=approve, note=note)


def test_another_person_agrees_and_the_act_runs_under_them(boris, clara, plums):
    approval = ask(boris, case_text="Letter returned twice")
    decided = decide(clara, approval, note="seen")
    assert decided.state == "EXECUTED"
    assert [(act.actor, act.on_behalf_of, act.reason) for act in plums] == [
        (clara.actor, boris.actor, "The customer is gone")
    ]


def test_the_audit_trail_names_both(boris, clara):
    decide(clara, ask(boris))
    row = AuditEvent.objects.get(verb=VERB)
    assert (row.actor, row.on_behalf_of, row.subject) == (clara.actor, boris.actor, "plum:7")


def test_a_request_knows_its_amount_subject_and_case(boris):
    approval = ask(boris, case_text="Letter returned twice", attachment_keys=("file:3",))
    assert approval.amount == Money.of("400.00", "ZAR")
    assert (approval.subject, approval.attachment_keys) == ("plum:7", ("file:3",))
    assert approval.expires_at == AT + timedelta(days=7)


def test_nobody_decides_on_their_own_request(felix, clara):
    approval = ask(felix)
    with pytest.raises(NotAllowed) as refused:
        decide(felix, approval)
    assert refused.value.code == "access.own_request"
    assert refused.value.who_may == ("Clara",)


def test_the_database_refuses_it_too(felix):
    approval = ask(felix)
    with pytest.raises(DatabaseError, match="nobody_decides_on_their_own_request"), transaction.atomic():
        Approval.objects.filter(pk=approval.id).update(state="APPROVED", decided_by=felix, decided_at=AT)


def test_above_the_limit_of_the_decider_nothing_happens(boris, clara, felix, plums):
    approval = ask(boris, amount="500.01")
    with pytest.raises(NotAllowed) as refused, transaction.atomic():
        decide(clara, approval)
    assert refused.value.who_may == ("Felix",)
    assert get_approval(approval.id).state == "PENDING"
    assert decide(felix, approval).state == "EXECUTED"
    assert len(plums) == 1


def test_refusing_needs_the_authority_and_a_word(boris, clara):
    with pytest.raises(NotAllowed), transaction.atomic():
        decide(clara, ask(boris, amount="500.01"), approve=False, note="no")
    approval = ask(boris)
    with pytest.raises(Refusal, match="why you refuse"), transaction.atomic():
        decide(clara, approval, approve=False)
    refused = decide(clara, approval, approve=False, note="Call once more")
    assert (refused.state, refused.decision_note) == ("REFUSED", "Call once more")


def test_who_may_not_decide_at_all(boris):
    anton = make_user("anton", Role.AUDITOR)
    with pytest.raises(NotAllowed) as refused:
        decide(anton, ask(boris))
    assert refused.value.code == "access.no_permission"


def test_deciding_twice_runs_once(boris, clara, plums):
    approval = ask(boris)
    assert decide(clara, approval) == decide(clara, approval)
    assert len(plums) == 1


def test_a_second_decider_is_too_late(boris, clara, felix):
    approval = ask(boris)
    decide(clara, approval)
    with pytest.raises(Conflict):
        decide(felix, approval)


def test_a_rule_of_the_verb_leaves_the_decision_and_undoes_the_work(boris, clara):
    decided = decide(clara, ask(boris, item_id=13))
    assert (decided.state, decided.failure) == ("APPROVED", "The plum is closed. Open it first.")
    assert not OutboxEvent.objects.filter(topic="plum.gone").exists()


def test_the_words_of_tables_are_not_written_on_a_request(boris, clara):
    decided = decide(clara, ask(boris, item_id=14))
    assert decided.state == "APPROVED"
    assert "another state" in decided.failure
    assert "WRITTEN_OFF" not in decided.failure


def test_what_could_not_be_carried_out_can_be_tried_again_or_withdrawn(boris, clara, felix):
    approval = decide(clara, ask(boris, item_id=13))
    again = decide(felix, approval)
    assert (again.state, again.decided_by_name) == ("APPROVED", "Felix")
    assert withdraw_approval(act=act_of(boris), approval_id=approval.id).state == "WITHDRAWN"


def test_asking_twice_is_one_request(boris):
    assert ask(boris).id == ask(boris).id
    assert ask(boris).id != ask(boris, amount="401.00").id


def test_a_request_expires(boris, clara):
    approval = ask(boris, valid_days=1)
    late = AT + timedelta(days=1)
    with pytest.raises(Conflict, match="in time"), transaction.atomic():
        decide(clara, approval, at=late)
    scheduler = Act(actor="system:scheduler", at=late)
    assert expire_approvals(act=scheduler).approval_ids == (approval.id,)
    assert expire_approvals(act=scheduler).approval_ids == ()
    assert get_approval(approval.id).state == "EXPIRED"


def test_what_could_not_be_carried_out_expires_too(boris, clara, felix):
    approval = decide(clara, ask(boris, item_id=13, valid_days=1))
    late = AT + timedelta(days=1)
    with pytest.raises(Conflict, match="in time"), transaction.atomic():
        decide(felix, approval, at=late)
    assert expire_approvals(act=Act(actor="system:scheduler", at=late)).approval_ids == (approval.id,)


def test_before_its_time_nothing_expires(boris):
    ask(boris, valid_days=1)
    early = AT + timedelta(days=1, microseconds=-1)
    assert expire_approvals(act=Act(actor="system:scheduler", at=early)).approval_ids == ()


def test_only_the_requester_takes_it_back(boris, clara):
    approval = ask(boris)
    with pytest.raises(NotFound), transaction.atomic():
        withdraw_approval(act=act_of(clara), approval_id=approval.id)
    assert withdraw_approval(act=act_of(boris), approval_id=approval.id).state == "WITHDRAWN"
    with pytest.raises(Conflict):
        decide(clara, approval)


@pytest.mark.parametrize(
    "column", ["sealed = ''", "sealed_for = 'customer:1'", "verb = 'plum.journal'", "amount_minor = 1", "digest = ''"]
)
def test_the_database_keeps_what_was_asked(boris, column):
    approval = ask(boris)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update access_approval set {column} where id = %s", [approval.id])


def test_a_request_changed_behind_the_trigger_is_not_carried_out(boris, clara, plums):
    approval = ask(boris)
    other = vault.seal("approvals", arguments_of(approval.id) | {"item_id": 8})
    with pgtrigger.ignore("access.Approval:frozen"), connection.cursor() as cursor:
        cursor.execute("update access_approval set sealed = %s where id = %s", [other, approval.id])
    with pytest.raises(Conflict) as refused:
        decide(clara, approval)
    assert (refused.value.code, plums) == ("approval.altered", [])


def ask_about(monkeypatch, user, customer_id):
    """A request about a customer, with a value that says who somebody is."""
    monkeypatch.setitem(MATRIX, "plum.rename", replace(MATRIX[VERB], code="plum.rename"))
    monkeypatch.setitem(acts.VERBS, "plum.rename", None)
    monkeypatch.delitem(acts.VERBS, "plum.rename")
    acts.verb("plum.rename", subject=lambda given, _: f"customer:{given['customer_id']}")(rename)
    arguments = {"customer_id": customer_id, "name": "Ana Botha"}
    return request_approval(
        act=replace(act_of(user, reason="As she wrote"), key="ask-once"), verb="plum.rename", arguments=arguments
    )


def rename(*, act: Act, customer_id: int, name: str) -> WrittenOff:
    return WrittenOff(customer_id)


def test_what_an_act_is_told_is_sealed_under_the_key_of_its_customer(boris, monkeypatch):
    approval = ask_about(monkeypatch, boris, 7)
    row = Approval.objects.get()
    assert (row.sealed_for, arguments_of(approval.id)["name"]) == ("customer:7", "Ana Botha")
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(t, '') from (select a::text as t from access_approval as a"
            " union all select k::text from kernel_idempotency_key as k"
            " union all select e::text from kernel_audit_event as e) as x"
        )
        assert "Botha" not in cursor.fetchone()[0]


def test_after_the_customer_was_erased_nobody_can_agree_to_it(boris, felix, monkeypatch):
    approval = ask_about(monkeypatch, boris, 7)
    CustomerKey.objects.filter(owner="customer:7").update(wrapped=None)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        decide(felix, approval)
    assert refused.value.code == "vault.erased"
    assert withdraw_approval(act=act_of(boris), approval_id=approval.id).state == "WITHDRAWN"


def test_a_request_is_never_deleted(boris, as_owner):
    ask(boris)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), as_owner():
        Approval.objects.all().delete()


def test_a_verb_for_two_runs_only_from_an_approval(boris, felix, plums):
    clara = make_user("clara", Role.FINANCE_MANAGER)
    act = act_of(felix)
    amount = Money.of("10.00", "ZAR")
    with pytest.raises(NotAllowed) as refused, transaction.atomic():
        acts.VERBS["plum.journal"].call(act=act, item_id=7, amount=amount)
    assert refused.value.code == "access.second_person"
    assert refused.value.who_may == ("Clara",)
    forged = replace(act, on_behalf_of=boris.actor)
    with pytest.raises(NotAllowed), transaction.atomic():
        acts.VERBS["plum.journal"].call(act=forged, item_id=7, amount=amount)
    assert decide(clara, ask(felix, verb="plum.journal")).state == "EXECUTED"
    assert len(plums) == 1


@pytest.mark.parametrize(
    ("verb", "arguments", "code"),
    [
        ("plum.unheard_of", {}, "approval.unknown_verb"),
        ("user.create", {}, "approval.not_by_approval"),
        ("password.change", {}, "approval.not_by_approval"),
        ("approval.decide", {}, "approval.not_by_approval"),
        (VERB, {"item_id": "seven"}, "approval.bad_arguments"),
        (VERB, {"item_id": 7, "amount": {"amount_minor": 1, "currency": "ZAR"}, "more": 1}, "approval.bad_arguments"),
    ],
)
def test_what_cannot_be_asked_for(boris, verb, arguments, code):
    with pytest.raises(Refusal) as refused:
        request_approval(act=act_of(boris, reason="because"), verb=verb, arguments=arguments)
    assert refused.value.code == code


@pytest.mark.parametrize("days", [0, 61, -1])
def test_how_long_a_request_may_wait(boris, days):
    with pytest.raises(Refusal) as refused:
        ask(boris, valid_days=days)
    assert refused.value.field == "valid_days"


def test_a_request_without_a_reason(boris):
    with pytest.raises(Refusal) as refused:
        request_approval(act=act_of(boris), verb=VERB, arguments={})
    assert refused.value.field == "reason"


def test_the_queue(boris, clara):
    first, second = ask(boris), ask(boris, item_id=8)
    decide(clara, first)
    assert [row.id for row in list_approvals(states=["PENDING"])] == [second.id]
    assert count_waiting(except_requested_by=boris.pk) == 0
    assert count_waiting() == 1
    assert [row.id for row in list_approvals(before_id=second.id)] == [first.id]


def test_the_operator_decides_for_the_command_line(boris):
    decided = decide_approval(act=operator_act(), approval_id=ask(boris).id, approve=True)
    assert (decided.state, decided.decided_by_name) == ("EXECUTED", "Operator")
