import pytest

from billwright.kernel.states import IllegalTransition, Machine, verb

LAMP = Machine(
    "lamp", {"light": verb("OFF", to="ON"), "dim": verb("ON", to="DIM"), "quench": verb("ON", "DIM", to="OFF")}
)


def test_a_verb_enters_its_state():
    assert LAMP.enter("light", "OFF") == "ON"


def test_an_illegal_move_names_the_states_it_is_possible_from():
    with pytest.raises(IllegalTransition, match="possible from DIM, ON"):
        LAMP.enter("quench", "OFF")


def test_the_pages_offer_what_the_database_allows():
    assert {(state, LAMP.verbs[name][1]) for state in ("OFF", "ON", "DIM") for name in LAMP.offered(state)} == set(
        LAMP.pairs()
    )


def test_the_diagram_shows_every_move():
    assert LAMP.mermaid().count("-->") == 4
