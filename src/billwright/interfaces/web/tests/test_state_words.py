"""What a person reads when a button came too late."""

import pytest

from billwright.interfaces.web.acting import in_words
from billwright.interfaces.web.state_words import say_in_words
from billwright.kernel.states import IllegalTransition
from billwright.payments.states import COLLECTION, STORED_METHOD


def test_a_refused_move_speaks_as_the_pages_do_and_keeps_its_code():
    with pytest.raises(IllegalTransition) as refused:
        COLLECTION.enter("cancel", "SUBMITTED")
    assert "SUBMITTED" in str(refused.value)
    say_in_words(refused.value)
    assert (refused.value.code, refused.value.http_status) == ("state.illegal_transition", 409)
    assert str(refused.value) == (
        "This is not possible any more, or not yet: the state is “On its way”. It is possible from “Prepared”."
    )


def test_what_is_refused_inside_speaks_as_the_pages_do():
    with pytest.raises(IllegalTransition, match="“On its way”"), in_words():
        COLLECTION.enter("cancel", "SUBMITTED")


def test_several_states_are_named_each_and_one_without_words_is_written_as_a_word():
    several = IllegalTransition(STORED_METHOD.name, "x", "REVOKED", frozenset({"CREATED", "SUSPENDED"}))
    unknown = IllegalTransition("lamp", "x", "BURNT_OUT", frozenset({"ON"}))
    for refusal in (several, unknown):
        say_in_words(refusal)
    assert several.cure == "It is possible from “Not yet confirmed”, “Put aside”."
    assert ("“Burnt out”" in unknown.message, unknown.cure) == (True, "It is possible from “On”.")
