"""What a person reads when a button came too late."""

import pytest

from billwright.interfaces.web.state_words import WORDS, say_in_words
from billwright.kernel.states import IllegalTransition
from billwright.payments import states
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


def test_several_states_are_named_each_and_one_without_words_is_written_as_a_word():
    several = IllegalTransition(STORED_METHOD.name, "x", "REVOKED", frozenset({"CREATED", "SUSPENDED"}))
    unknown = IllegalTransition("lamp", "x", "BURNT_OUT", frozenset({"ON"}))
    for refusal in (several, unknown):
        say_in_words(refusal)
    assert several.cure == "It is possible from “Not yet confirmed”, “Put aside”."
    assert ("“Burnt out”" in unknown.message, unknown.cure) == (True, "It is possible from “On”.")


def test_every_state_of_a_machine_that_pages_show_has_words():
    machines = [one for one in vars(states).values() if isinstance(one, states.Machine) and one.name in WORDS]
    named = {one.name: {state for pair in one.pairs() for state in pair} - set(WORDS[one.name]) for one in machines}
    assert len(machines) > 8
    assert {name: missing for name, missing in named.items() if missing} == {}
