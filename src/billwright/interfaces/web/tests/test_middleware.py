"""What nobody types by hand is refused in words, and is no error of ours."""

import pytest

from billwright.access.states import Role
from billwright.interfaces.web.tests.builders import logged_in
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db
HUGE = 99999999999999999999


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/search/?q=%00", 422),
        ("/mandates/?q=%00", 422),
        ("/catalog/?find=%00", 422),
        (f"/matching/{HUGE}/", 404),
        (f"/bank/entries/{HUGE}/ignore/", 404),
        (f"/collection-runs/{HUGE}/check/", 404),
        ("/audit/?since=0001-01-01&until=9999-12-31", 200),
    ],
)
def test_an_address_that_nobody_types_is_refused_in_words(address, status):
    make_entity()
    assert logged_in(*Role).get(address).status_code == status


def test_a_form_with_a_character_of_no_keyboard_is_refused():
    make_entity()
    assert logged_in(*Role).post("/profile/change/", {"display_name": "A\0na"}).status_code == 422
