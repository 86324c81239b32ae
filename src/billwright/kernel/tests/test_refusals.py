"""What the database refused, in words; and refusals as problem documents."""

import pytest
from django.db import DatabaseError, connection, transaction

from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.refusals import problem, refusal_of


def raised(state):
    """The error as Django hands it up when a trigger raises this state."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"do $$ begin raise exception 'no' using errcode = '{state}'; end $$")
    return error.value


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "code", "status"),
    [
        ("BW001", "database.append_only", 409),
        ("BW002", "database.frozen", 409),
        ("BW003", "database.unbalanced", 422),
        ("BW004", "database.closed", 409),
        ("40P01", "database.busy", 409),
    ],
)
def test_the_words_for_what_the_database_refused(state, code, status):
    refusal = refusal_of(raised(state))
    assert (refusal.code, refusal.http_status) == (code, status)


@pytest.mark.django_db
def test_a_bug_stays_a_bug():
    assert refusal_of(raised("22012")) is None


def test_a_problem_names_field_row_and_cure():
    refusal = Refusal("money.not_a_number", "'x' is not an amount.", field="amount", row=3, cure="Write it as 12.30.")
    assert problem(refusal) == {
        "type": "urn:billwright:money.not_a_number",
        "title": "'x' is not an amount.",
        "status": 422,
        "code": "money.not_a_number",
        "detail": "row 3: amount: 'x' is not an amount. Write it as 12.30.",
        "field": "amount",
        "row": 3,
        "cure": "Write it as 12.30.",
    }


def test_a_problem_names_who_may():
    refusal = NotAllowed("access.above_limit", "Too much.", rule="Too much.", who_may=("Felix",))
    assert problem(refusal)["who_may"] == ["Felix"]
    assert problem(refusal)["status"] == 403
