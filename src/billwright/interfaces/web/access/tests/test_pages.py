"""The access pages through Django's client: log-in, security, users, roles, approvals, audit trail."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from billwright.access import totp
from billwright.access.approvals import arguments_of, get_approval, list_approvals
from billwright.access.models import RoleGrant, SecondFactor, StaffSession, User
from billwright.access.operations import roles
from billwright.access.states import Role
from billwright.access.tests.builders import AT, PASSWORD, make_entity, make_user, operator_act
from billwright.interfaces.web.access import approvals
from billwright.interfaces.web.templatetags.access_tags import browser_in_words
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.models import AuditEvent
from billwright.workflow.approvals import request_approval

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(AT):
        yield


@pytest.fixture
def ana():
    return make_user("ana", Role.ADMINISTRATOR, password=PASSWORD)


@pytest.fixture
def felix():
    return make_user("felix", Role.FINANCE_MANAGER, password=PASSWORD)


def log_in(client, user, *, password=PASSWORD, **kwargs):
    return client.post(reverse("web:log-in"), {"username": user.username, "password": password, **kwargs})


def page(client, name, *args, **query):
    answer = client.get(reverse(f"web:{name}", args=args), query)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_without_anybody_the_first_run_comes_first(client):
    answer = client.get(reverse("web:log-in"))
    assert answer["Location"] == reverse("web:first-run")
    given = {"display_name": "Ana", "username": "ana", "password": PASSWORD, "password_again": PASSWORD}
    assert client.post(reverse("web:first-run"), given)["Location"] == "/"
    assert client.get(reverse("web:profile")).status_code == 200
    assert client.post(reverse("web:first-run"), given)["Location"] == reverse("web:log-in")


def test_the_first_password_is_judged(client):
    given = {"display_name": "Ana", "username": "ana", "password": "short", "password_again": "short"}
    answer = client.post(reverse("web:first-run"), given)
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert not User.objects.filter(username="ana").exists()


def test_logging_in_leads_back_and_leaves_its_circumstances(client, ana):
    answer = log_in(client, ana, next="/profile/")
    assert answer["Location"] == "/profile/"
    session = StaffSession.objects.get(user=ana)
    assert (session.address, session.started_at) == ("127.0.0.1", AT)


def test_logging_in_never_leads_elsewhere(client, ana):
    assert log_in(client, ana, next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_says_no_more_than_that(client, ana):
    answers = [log_in(client, ana, password="wrong"), client.post("/login/", {"username": "x", "password": "wrong"})]
    texts = [answer.content.decode() for answer in answers]
    assert all(answer.status_code == 422 for answer in answers)
    assert all("This name and password do not fit together." in text for text in texts)


def test_the_lock_is_told(client, ana):
    for _ in range(5):
        log_in(client, ana, password="wrong")
    assert "Too many attempts. Try again at 09:15." in log_in(client, ana).content.decode()


def test_pages_ask_for_the_log_in(client, ana):
    answer = client.get(reverse("web:users"))
    assert answer["Location"] == "/login/?next=%2Fusers%2F"


def test_logging_out_ends_the_session(client, ana):
    log_in(client, ana)
    assert client.get(reverse("web:log-out")).status_code == 405
    client.post(reverse("web:log-out"))
    assert not StaffSession.objects.filter(user=ana).exists()


def enroll_on_page(client):
    text = client.post(reverse("web:profile-factor"), {"name": "Phone"}).content.decode()
    secret = re.search(r'name="secret" value="(\w+)"', text).group(1)
    address = reverse("web:profile-factor-confirm", args=[SecondFactor.objects.get().pk])
    wrong = client.post(address, {"code": "000000", "secret": secret, "uri": "otpauth://x"})
    assert wrong.status_code == 422
    right = client.post(address, {"code": totp.code_at(secret, at=AT), "secret": secret, "uri": "otpauth://x"})
    codes = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", right.content.decode())
    return secret, codes


def test_a_second_factor_from_the_qr_code_to_the_next_log_in(client, ana):
    log_in(client, ana)
    secret, codes = enroll_on_page(client)
    assert len(codes) == 10
    client.post(reverse("web:log-out"))
    assert log_in(client, ana)["Location"].startswith(reverse("web:log-in-code"))
    assert client.get(reverse("web:profile"))["Location"].startswith("/login/")
    with clock.standing_at(AT + timedelta(minutes=1)):
        code = totp.code_at(secret, at=AT + timedelta(minutes=1))
        assert client.post(reverse("web:log-in-code"), {"code": "000000"}).status_code == 422
        assert client.post(reverse("web:log-in-code"), {"code": code})["Location"] == "/"
        assert client.get(reverse("web:profile")).status_code == 200


def test_the_second_step_does_not_wait_for_ever(client, ana):
    log_in(client, ana)
    _secret, codes = enroll_on_page(client)
    client.post(reverse("web:log-out"))
    log_in(client, ana)
    with clock.standing_at(AT + timedelta(minutes=6)):
        answer = client.post(reverse("web:log-in-code"), {"code": codes[0]})
    assert answer["Location"] == reverse("web:log-in")


def test_a_demanded_second_factor_comes_before_anything_else(client, ana):
    roles.require_second_factor(act=operator_act(), role="ADMINISTRATOR", required=True)
    log_in(client, ana)
    assert client.get(reverse("web:users"))["Location"] == reverse("web:profile-factor")
    enroll_on_page(client)
    assert client.get(reverse("web:users")).status_code == 200


def test_a_given_password_is_changed_first_and_other_sessions_end(client, ana):
    User.objects.filter(pk=ana.pk).update(password_change_due=True)
    log_in(client, ana)
    assert client.get(reverse("web:users"))["Location"] == reverse("web:profile-password")
    new = "six blue lanterns fell"
    form = {"old_password": PASSWORD, "new_password": new, "new_password_again": "other"}
    assert "differ" in client.post(reverse("web:profile-password"), form).content.decode()
    form["new_password_again"] = new
    assert client.post(reverse("web:profile-password"), form).status_code == 302
    assert client.get(reverse("web:users")).status_code == 200


def test_a_stolen_session_cannot_guess_the_password_or_the_code(client, ana):
    log_in(client, ana)
    enroll_on_page(client)
    removal = reverse("web:profile-factor-remove", args=[SecondFactor.objects.get().pk])
    new = {"new_password": "quite another pass-phrase 7", "new_password_again": "quite another pass-phrase 7"}
    wrong = [client.post(reverse("web:profile-password"), {"old_password": "guess", **new}) for _number in range(3)]
    wrong += [client.post(removal, {"code": "1"}) for _number in range(2)]
    assert {answer.status_code for answer in wrong} == {422}
    right = client.post(reverse("web:profile-password"), {"old_password": PASSWORD, **new})
    assert "Too many attempts" in right.content.decode()
    assert User.objects.get(pk=ana.pk).check_password(PASSWORD)


def test_every_page_opens_for_the_administrator(client, ana):
    boris = make_user("boris", Role.COLLECTOR)
    log_in(client, ana)
    for name, args in [
        ("profile", ()),
        ("profile-change", ()),
        ("profile-password", ()),
        ("profile-factor", ()),
        ("token-new", ()),
        ("users", ()),
        ("user-new", ()),
        ("user", (boris.pk,)),
        ("user-change", (boris.pk,)),
        ("user-password", (boris.pk,)),
        ("role-new", (boris.pk,)),
        ("roles", ()),
        ("role-limit-new", ()),
        ("audit", ()),
    ]:
        page(client, name, *args)


def test_a_collector_sees_no_users_and_is_told_who_does(client):
    boris = make_user("boris", Role.COLLECTOR, password=PASSWORD)
    log_in(client, boris)
    answer = client.get(reverse("web:users"))
    assert answer.status_code == 403
    assert "Administrator" in answer.content.decode()


def test_a_user_is_made_given_a_role_and_barred(client, ana):
    log_in(client, ana)
    given = {
        "display_name": "Boris",
        "username": "boris",
        "password": PASSWORD,
        "language": "bg",
        "timezone": "Europe/Sofia",
    }
    client.post(reverse("web:user-new"), given)
    boris = User.objects.get(username="boris")
    again = client.post(reverse("web:user-new"), given)
    assert "There is already a user named boris." in again.content.decode()
    client.post(reverse("web:role-new", args=[boris.pk]), {"role": "COLLECTOR", "legal_entity_id": ""})
    grant = RoleGrant.objects.get(user=boris)
    assert "Collector" in page(client, "user", boris.pk)
    client.post(reverse("web:role-end", args=[grant.pk]))
    client.post(reverse("web:user-deactivate", args=[boris.pk]))
    assert "Reactivate" in page(client, "user", boris.pk)


def test_nobody_offers_or_does_what_is_refused(client, ana):
    log_in(client, ana)
    assert "Grant role" not in page(client, "user", ana.pk)
    answer = client.post(reverse("web:role-new", args=[ana.pk]), {"role": "FINANCE_MANAGER", "legal_entity_id": ""})
    assert "Nobody changes their own roles." in answer.content.decode()
    assert client.post(reverse("web:user-deactivate", args=[ana.pk])).status_code == 422


def test_limits_and_the_matrix(client, felix):
    log_in(client, felix)
    form = {"role": "TEAM_LEAD", "verb_pattern": "price.*", "currency": "zar", "amount": "500.00"}
    client.post(reverse("web:role-limit-new"), {**form, "valid_from": "2026-03-01"})
    text = page(client, "roles")
    assert "500.00" in text
    assert "personal.reveal" in text
    bad = client.post(reverse("web:role-limit-new"), {**form, "valid_from": "2026-03-02", "amount": "500.001"})
    assert bad.status_code == 422
    answer = client.get(reverse("web:roles"), {"export": "xlsx"})
    assert answer.content.startswith(b"PK")


def test_a_token_is_shown_once(client, ana):
    log_in(client, ana)
    form = {"name": "sync", "scopes": "read, write:access", "expires_on": ""}
    shown = client.post(reverse("web:token-new"), form).content.decode()
    secret = re.search(r"bw_\w+\.[\w-]{43}", shown).group(0)
    assert secret not in page(client, "profile")
    assert (
        "There is no scope plums."
        in client.post(reverse("web:token-new"), {**form, "scopes": "plums"}).content.decode()
    )


def test_sessions_elsewhere_are_ended(client, ana):
    log_in(client, ana)
    StaffSession.objects.create(session_key="there", session_data="", expire_date=AT + timedelta(days=1), user=ana)
    client.post(reverse("web:profile-sessions-end"))
    assert list(StaffSession.objects.filter(session_key="there")) == []
    assert client.get(reverse("web:profile")).status_code == 200


@pytest.fixture
def request_of_boris():
    boris = make_user("boris", Role.COLLECTOR, password=PASSWORD)
    act = Act(actor=boris.actor, at=AT, reason="Ana is on leave")
    carla = make_user("carla")
    return request_approval(act=act, verb="role.grant", arguments={"user_id": carla.pk, "role": "COLLECTOR"})


@pytest.mark.duty("C05")
def test_a_request_is_decided_on_its_page(client, ana, request_of_boris):
    log_in(client, ana)
    assert "Ana is on leave" in page(client, "approvals")
    assert "Decide" in page(client, "approval", request_of_boris.id)
    address = reverse("web:approval-decide", args=[request_of_boris.id])
    assert "Say why you refuse." in client.post(address, {"decision": "refuse", "note": ""}).content.decode()
    client.post(address, {"decision": "approve", "note": ""})
    assert get_approval(request_of_boris.id).state == "EXECUTED"
    assert "Decide" not in page(client, "approval", request_of_boris.id)


def test_the_requester_cannot_decide_but_withdraw(client, request_of_boris):
    log_in(client, User.objects.get(username="boris"))
    text = page(client, "approval", request_of_boris.id)
    assert "Withdraw" in text
    assert "Agree" not in text
    address = reverse("web:approval-decide", args=[request_of_boris.id])
    assert client.post(address, {"decision": "approve"}).status_code == 403
    client.post(reverse("web:approval-withdraw", args=[request_of_boris.id]))
    assert get_approval(request_of_boris.id).state == "WITHDRAWN"


def test_the_audit_trail_is_filtered_opened_and_exported(client, felix, request_of_boris):
    log_in(client, felix)
    assert "Approval: request" in page(client, "audit", actor="boris", since="2026-03-10", until="2026-03-10")
    assert "Approval: request" not in page(client, "audit", until="2026-03-09")
    event = AuditEvent.objects.get(verb="approval.request")
    assert "role.grant" in page(client, "audit-event", event.pk)
    its_page = f'href="{reverse("web:approval", args=[request_of_boris.id])}"'
    assert its_page in page(client, "audit")
    assert its_page in page(client, "audit-event", event.pk)
    answer = client.get(reverse("web:audit"), {"export": "xlsx", "verb": "approval.*"})
    assert answer.content.startswith(b"PK")
    row = AuditEvent.objects.get(verb="export.run")
    assert (row.subject, row.after["filters"]) == ("report:audit", {"verb": "approval.*"})


def test_the_audit_trail_costs_the_same_whatever_its_length(client, felix, django_assert_max_num_queries):
    log_in(client, felix)
    AuditEvent.objects.bulk_create(
        [AuditEvent(verb="role.end", actor=felix.actor, subject=f"user:{n}", recorded_at=AT) for n in range(60)]
    )
    with django_assert_max_num_queries(14):
        page(client, "audit")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/17 Safari/605", "Safari on macOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_in_words(user_agent, words):
    assert browser_in_words(user_agent) == words


def test_a_refused_act_is_asked_for_by_its_button(client, ana):
    boris = make_user("boris", Role.COLLECTOR, password=PASSWORD)
    log_in(client, boris)
    refused = client.post(reverse("web:user-deactivate", args=[ana.pk]))
    address = re.search(r'formaction="(/approvals/ask/[^"]+)"', refused.content.decode()).group(1)
    shown = client.post(address)
    assert shown.status_code == 200
    assert "It waits for Ana" in shown.content.decode()
    assert "reason" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "Left the house", "case_text": "Mail of today"})
    (row,) = list_approvals()
    assert (row.verb, row.reason) == ("user.deactivate", "Left the house")
    assert arguments_of(row.id) == {"user_id": ana.pk}


def test_the_page_of_requests_ends_and_its_spreadsheet_does_not(client, ana, request_of_boris, monkeypatch):
    monkeypatch.setattr(approvals, "LIST_MAX", 1)
    act = Act(actor=request_of_boris.requester, at=AT, reason="Left the house")
    request_approval(act=act, verb="user.deactivate", arguments={"user_id": ana.pk})
    log_in(client, ana)
    assert len(client.get(reverse("web:approvals")).context["table"].rows) == 1
    book = load_workbook(io.BytesIO(client.get(reverse("web:approvals"), {"export": "xlsx"}).content))
    assert len(book.get_sheet_by_index(0).to_python()) == 1 + 2


def test_an_altered_address_asks_for_nothing(client, ana):
    log_in(client, ana)
    assert client.get(reverse("web:approval-ask"), {"act": "altered"}).status_code == 422


def test_a_secret_is_never_signed_into_an_address(client):
    boris = make_user("boris", Role.TEAM_LEAD, password=PASSWORD)
    log_in(client, boris)
    given = {"display_name": "C", "username": "c", "password": PASSWORD, "language": "en", "timezone": "UTC"}
    refused = client.post(reverse("web:user-new"), given)
    assert refused.status_code == 403
    assert "/approvals/ask/" not in refused.content.decode()


@pytest.mark.duty("H40")
def test_a_list_leaves_the_house_only_with_the_right(client):
    sven = make_user("sven", Role.SALES_READ_ONLY, password=PASSWORD)
    log_in(client, sven)
    answer = client.get(reverse("web:approvals"), {"export": "xlsx"})
    assert answer.status_code == 403
    assert not AuditEvent.objects.filter(verb="export.run").exists()


def test_a_role_for_one_company_exports_there(client):
    karoo = make_entity("KAROO")
    felix = make_user("felix", Role.FINANCE_MANAGER, legal_entity=karoo, password=PASSWORD)
    log_in(client, felix)
    answer = client.get(reverse("web:approvals"), {"export": "xlsx"})
    assert answer.content.startswith(b"PK")
    assert AuditEvent.objects.get(verb="export.run").after["legal_entity_id"] == karoo.pk
