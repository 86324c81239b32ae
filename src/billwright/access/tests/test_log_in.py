"""Passwords, lock-out, second factor, tokens: what lets somebody in, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from billwright.access import totp
from billwright.access.models import ApiToken, LoginAttempt, RecoveryCode, SecondFactor
from billwright.access.operations import log_in, roles, second_factor, tokens, users
from billwright.access.states import LoginOutcome, Role
from billwright.access.tests.builders import AT, PASSWORD, act_of, make_user, operator_act
from billwright.kernel.errors import NotAllowed, NotFound, Refusal

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ana():
    return make_user("ana", Role.ADMINISTRATOR, password=PASSWORD)


def attempt(password=PASSWORD, *, username="ana", at=AT, address="192.0.2.7"):
    return log_in.try_password(username=username, password=password, address=address, at=at)


def enroll(user, *, at=AT):
    enrollment = second_factor.enroll_second_factor(act=act_of(user, at=at), name="Phone")
    code = totp.code_at(enrollment.secret, at=at)
    codes = second_factor.confirm_second_factor(act=act_of(user, at=at), factor_id=enrollment.factor_id, code=code)
    return enrollment.secret, codes.codes


def test_the_right_password_lets_in_whatever_the_case_of_the_name(ana):
    assert attempt(username=" ANA ").user_id == ana.pk


@pytest.mark.parametrize(
    ("username", "password"), [("ana", "wrong"), ("nobody", PASSWORD), ("operator", "!"), ("", "")]
)
def test_what_does_not_let_in_looks_the_same(ana, username, password):
    assert attempt(password, username=username).outcome == LoginOutcome.WRONG_PASSWORD


def test_a_barred_person_looks_like_a_wrong_password(ana):
    make_user("other", Role.ADMINISTRATOR)
    users.deactivate_user(act=operator_act(), user_id=ana.pk)
    assert attempt().outcome == LoginOutcome.WRONG_PASSWORD


def test_five_failures_lock_the_name_even_for_the_right_password(ana):
    for number in range(5):
        attempt("wrong", at=AT + number * MINUTE)
    locked = attempt(at=AT + 5 * MINUTE)
    assert (locked.outcome, locked.user_id) == (LoginOutcome.LOCKED, None)
    assert locked.locked_until == AT + 19 * MINUTE


def test_the_lock_ends(ana):
    for _ in range(5):
        attempt("wrong")
    assert attempt(at=AT + 15 * MINUTE).user_id == ana.pk


def test_an_unknown_name_is_locked_alike():
    for _ in range(5):
        attempt("wrong", username="nobody")
    assert attempt("wrong", username="nobody").outcome == LoginOutcome.LOCKED


def test_another_name_is_not_locked(ana):
    make_user("boris", password=PASSWORD)
    for _ in range(5):
        attempt("wrong")
    assert attempt(username="boris").user_id is not None


def test_an_address_that_guesses_many_names_is_locked(ana):
    for number in range(50):
        attempt("wrong", username=f"guess{number}")
    assert attempt().outcome == LoginOutcome.LOCKED
    assert attempt(address="192.0.2.8").user_id == ana.pk


def test_attempts_do_not_keep_what_was_typed(ana):
    attempt("wrong", username="my secret password")
    assert "secret" not in "".join(str(value) for value in LoginAttempt.objects.values_list().get())


def test_attempts_are_append_only(ana, as_owner):
    attempt()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), as_owner():
        LoginAttempt.objects.update(outcome=LoginOutcome.LOCKED)


def test_a_second_factor_asks_for_its_code(ana):
    secret, _ = enroll(ana)
    later = AT + MINUTE
    first = attempt(at=later)
    assert first.needs_code
    assert not LoginAttempt.objects.filter(outcome=LoginOutcome.SUCCEEDED).exists()
    done = log_in.try_code(user_id=ana.pk, code=totp.code_at(secret, at=later), address=None, at=later)
    assert done.outcome == LoginOutcome.SUCCEEDED


def test_a_code_works_once(ana):
    secret, _ = enroll(ana)
    later = AT + MINUTE
    code = totp.code_at(secret, at=later)
    assert second_factor.accept_code(user_id=ana.pk, code=code, at=later)
    assert not second_factor.accept_code(user_id=ana.pk, code=code, at=later)


@pytest.mark.parametrize(("seconds", "accepted"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_clocks_may_differ_by_one_step(ana, seconds, accepted):
    secret, _ = enroll(ana)
    later = AT + 10 * MINUTE
    code = totp.code_at(secret, at=later + timedelta(seconds=seconds))
    assert second_factor.accept_code(user_id=ana.pk, code=code, at=later) is accepted


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345"])
def test_strange_codes(ana, code):
    enroll(ana)
    assert not second_factor.accept_code(user_id=ana.pk, code=code, at=AT + MINUTE)


def test_wrong_codes_lock_too(ana):
    enroll(ana)
    for _ in range(5):
        log_in.try_code(user_id=ana.pk, code="abcdef", address=None, at=AT + MINUTE)
    assert attempt(at=AT + MINUTE).outcome == LoginOutcome.LOCKED


def test_a_recovery_code_works_once_and_not_after_new_ones(ana):
    _, codes = enroll(ana)
    assert len(set(codes)) == 10
    assert second_factor.accept_code(user_id=ana.pk, code=codes[0].upper(), at=AT)
    assert not second_factor.accept_code(user_id=ana.pk, code=codes[0], at=AT)
    fresh = second_factor.renew_recovery_codes(act=act_of(ana))
    assert not second_factor.accept_code(user_id=ana.pk, code=codes[1], at=AT)
    assert second_factor.accept_code(user_id=ana.pk, code=fresh.codes[0], at=AT)


def test_secrets_are_sealed_and_codes_hashed(ana):
    secret, codes = enroll(ana)
    factor = SecondFactor.objects.get()
    assert secret.encode() not in bytes(factor.sealed_secret)
    stored = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert stored.isdisjoint(codes)


def test_an_unconfirmed_factor_does_not_count(ana):
    enrollment = second_factor.enroll_second_factor(act=act_of(ana), name="Phone")
    assert not second_factor.has_factor(ana.pk)
    with pytest.raises(Refusal, match="not right"):
        second_factor.confirm_second_factor(act=act_of(ana), factor_id=enrollment.factor_id, code="000000")


def test_nobody_confirms_or_removes_the_factor_of_another(ana):
    secret, _ = enroll(ana)
    boris = make_user("boris")
    factor_id = SecondFactor.objects.get().pk
    code = totp.code_at(secret, at=AT + MINUTE)
    for verb in (second_factor.confirm_second_factor, second_factor.remove_second_factor):
        with pytest.raises(NotFound), transaction.atomic():
            verb(act=act_of(boris, at=AT + MINUTE), factor_id=factor_id, code=code)


def test_removing_needs_a_code(ana):
    secret, _ = enroll(ana)
    factor_id = SecondFactor.objects.get().pk
    later = act_of(ana, at=AT + MINUTE)
    with pytest.raises(Refusal), transaction.atomic():
        second_factor.remove_second_factor(act=later, factor_id=factor_id, code="000000")
    code = totp.code_at(secret, at=AT + MINUTE)
    second_factor.remove_second_factor(act=later, factor_id=factor_id, code=code)
    assert not second_factor.has_factor(ana.pk)


def test_a_role_can_demand_a_second_factor(ana):
    make_user("other", Role.ADMINISTRATOR)
    assert not second_factor.must_enroll(ana.pk)
    roles.require_second_factor(act=act_of(ana), role="ADMINISTRATOR", required=True)
    assert second_factor.must_enroll(ana.pk)
    enroll(ana)
    assert not second_factor.must_enroll(ana.pk)


def test_an_administrator_resets_a_lost_factor_of_another(ana):
    boris = make_user("boris", Role.COLLECTOR)
    _, codes = enroll(boris)
    users.reset_second_factor(act=act_of(ana), user_id=boris.pk)
    assert not second_factor.has_factor(boris.pk)
    assert not second_factor.accept_code(user_id=boris.pk, code=codes[0], at=AT)
    with pytest.raises(Refusal, match="another administrator"):
        users.reset_second_factor(act=act_of(ana), user_id=ana.pk)


def test_the_uri_of_the_qr_code(ana):
    uri = totp.enrollment_uri("ABC", username="ana@x")
    assert uri == "otpauth://totp/Billwright%3Aana%40x?secret=ABC&issuer=Billwright&digits=6&period=30"


def issue(ana, **changed):
    values = {"user_id": ana.pk, "name": "sync", "scopes": ("read", "write:access")} | changed
    return tokens.issue_token(act=act_of(ana), **values)


def test_a_token_acts_as_its_user_within_its_scopes(ana):
    issued = issue(ana)
    holder = tokens.authenticate_token(issued.secret, at=AT)
    assert (holder.actor, holder.token_id) == (ana.actor, issued.token.id)
    holder.require_scope("user.create")
    with pytest.raises(NotAllowed, match="open_item"):
        holder.require_scope("open_item.allocate")


def test_only_the_hash_of_a_token_is_kept(ana):
    issued = issue(ana)
    secret = issued.secret.split(".")[1]
    assert len(secret) == 43
    assert secret not in str(ApiToken.objects.values_list().get())


def test_tokens_that_do_not_open(ana):
    issued = issue(ana, expires_at=AT + MINUTE)
    presented = [issued.secret + "x", issued.secret[:-1], issued.token.prefix, "", ".", "bw_none.secret"]
    assert [tokens.authenticate_token(text, at=AT) for text in presented] == [None] * 6
    assert tokens.authenticate_token(issued.secret, at=AT + MINUTE) is None


def test_a_revoked_token_does_not_open(ana):
    issued = issue(ana)
    row = tokens.revoke_token(act=act_of(ana), token_id=issued.token.id)
    assert row == tokens.revoke_token(act=act_of(ana, at=AT + MINUTE), token_id=issued.token.id)
    assert tokens.authenticate_token(issued.secret, at=AT) is None


def test_one_revokes_ones_own_token_only(ana):
    boris = make_user("boris", Role.COLLECTOR)
    other, mine = issue(ana), issue(ana, user_id=boris.pk)
    tokens.revoke_token(act=act_of(boris), token_id=mine.token.id)
    with pytest.raises(NotFound):
        tokens.revoke_token(act=act_of(boris), token_id=other.token.id)


def test_the_use_of_a_token_is_seen_at_times(ana):
    issued = issue(ana)
    for at in (AT, AT + MINUTE, AT + 6 * MINUTE):
        tokens.authenticate_token(issued.secret, at=at)
    assert tokens.list_tokens(user_id=ana.pk)[0].last_used_at == AT + 6 * MINUTE


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scopes": ()}, "token.no_scope"),
        ({"scopes": ("write:plums",)}, "token.unknown_scope"),
        ({"name": " "}, "token.name_missing"),
        ({"expires_at": AT}, "token.expired_at_birth"),
    ],
)
def test_tokens_that_are_not_issued(ana, changed, code):
    with pytest.raises(Refusal) as refused:
        issue(ana, **changed)
    assert refused.value.code == code


def test_the_database_keeps_scopes_as_issued(ana):
    issue(ana)
    with pytest.raises(DatabaseError, match="only revoked"), transaction.atomic():
        ApiToken.objects.update(scopes=["write"])
