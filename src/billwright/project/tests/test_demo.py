"""`billwright demo` on an installation that has a book already."""

from dataclasses import replace

import pytest

from billwright.kernel.errors import Refusal
from billwright.org.tests.builders import make_entity
from billwright.project.demo import demo
from billwright.project.home import Home
from billwright.workflow.demo.cast import COMPANIES

pytestmark = pytest.mark.django_db


def open_again(settings, home):
    settings.BILLWRIGHT = replace(settings.BILLWRIGHT, home=home)
    demo(load_only=True, as_json=False, accounts=8, months=1, last_day=None, port=None)


def test_a_book_of_its_own_is_left_alone(settings, tmp_path):
    make_entity(code="OURS")
    with pytest.raises(Refusal) as refused:
        open_again(settings, tmp_path)
    assert refused.value.code == "demo.not_empty"


def test_a_demo_book_whose_load_was_ended_in_between_is_not_taken_for_whole(settings, tmp_path):
    make_entity(code=COMPANIES[0].code)
    Home(tmp_path).unfinished_demo_file.touch()
    with pytest.raises(Refusal) as refused:
        open_again(settings, tmp_path)
    assert refused.value.code == "demo.unfinished"
    assert str(tmp_path) in refused.value.cure
    Home(tmp_path).unfinished_demo_file.unlink()
    with pytest.raises(Refusal) as refused:
        open_again(settings, tmp_path)
    assert refused.value.code == "demo.loaded"
