"""What is rendered again when the tables of an app are laid down or changed."""

from django.db import models
from django.db.migrations import AddField, AlterField, CreateModel
from django.db.migrations.state import ProjectState

from billwright.kernel.laying import LayDown

HOUSE = CreateModel("House", [("id", models.BigAutoField(primary_key=True)), ("number", models.IntegerField())])
DOOR = CreateModel(
    "Door",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("house", models.ForeignKey("street.house", on_delete=models.PROTECT, related_name="doors")),
    ],
)


def rendered_street() -> ProjectState:
    state = ProjectState()
    LayDown([HOUSE]).state_forwards("street", state)
    assert "apps" not in state.__dict__
    assert state.apps.get_model("street", "house")
    return state


def test_a_new_model_is_rendered_alone_and_found_from_the_one_it_refers_to():
    state = rendered_street()
    house = state.apps.get_model("street", "house")
    LayDown([DOOR]).state_forwards("street", state)
    assert state.apps.get_model("street", "house") is house
    assert [relation.name for relation in house._meta.related_objects] == ["doors"]
    assert not state.is_delayed


def test_in_a_copy_of_the_state_rows_are_worked_with_after_rendering_everything_anew():
    copy = rendered_street().clone()
    LayDown([DOOR]).state_forwards("street", copy)
    assert copy.is_delayed


def test_a_changed_model_is_rendered_again_and_what_refers_to_it_is_not():
    state = rendered_street()
    LayDown([DOOR]).state_forwards("street", state)
    house, door = state.apps.get_model("street", "house"), state.apps.get_model("street", "door")
    LayDown([AddField("House", "colour", models.TextField(null=True))]).state_forwards("street", state)
    assert state.apps.get_model("street", "door") is door
    assert state.apps.get_model("street", "house") is not house
    assert state.is_delayed


def test_everything_is_rendered_again_when_what_others_refer_to_changes():
    state = rendered_street()
    LayDown([AlterField("House", "id", models.AutoField(primary_key=True))]).state_forwards("street", state)
    assert "apps" not in state.__dict__
