"""Laying down the tables of an app at once.

Django renders every model that hangs together with a changed one again after each operation. Our tables all hang
together, so the time to make them one by one grows with the square of their number. Here each model is rendered when it
is made, and again when it is itself changed; the models that refer to it keep what they knew.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState, StateApps
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# What leaves the keys of a table, and its name, as others refer to them.
OF_THEIR_OWN_TABLE = (
    AddConstraint,
    AddField,
    AddIndex,
    AddTrigger,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RemoveTrigger,
    RunSQL,
)
# What is put back from the definition in the state before.
PUT_BACK = (AlterField, RemoveConstraint, RemoveField, RemoveIndex, RemoveTrigger)


class LayDown(Operation):
    """Apply the operations of a migration, rendering the models that they touch once.

    Each operation finds the models as they are after the last one: a table is made with the fields,
    indexes and constraints that the list adds to it. Nothing in a list is renamed or changed twice.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Take note of all models, then render those that the operations touch, where any were rendered before."""
        rendered = state.__dict__.pop("apps", None)
        stays_at_home = True
        for operation in self.operations:
            stays_at_home = stays_at_home and _stays_at_home(operation, app_label, state)
            operation.state_forwards(app_label, state)
        if rendered is not None and stays_at_home:
            state.__dict__["apps"] = rendered
            self._render(app_label, state, rendered)

    def _render(self, app_label: str, state: ProjectState, rendered: StateApps) -> None:
        """Render the models that the operations touch among those that stay.

        Changing tables needs no more. Where a model that stays does not know the new ones, the state is marked as
        Django marks such: what works with rows (RunPython) then renders everything anew.
        """
        touched = sorted({name for name in map(_model_name, self.operations) if name})
        changed = [name for name in touched if name in rendered.all_models[app_label]]
        with rendered.bulk_update():
            for name in changed:
                rendered.unregister_model(app_label, name)
        rendered.render_multiple([state.models[app_label, name] for name in touched])
        # Models of a copied registry (Django copies it to go back) look for what refers to them in the one copied.
        if changed or any(model._meta.apps is not rendered for model in rendered.get_models()):
            state.is_delayed = True

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make everything; the schema editor itself leaves foreign keys and indexes for the end."""
        for operation in self._steps():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def _steps(self) -> list[Operation]:
        made = {_model_name(operation) for operation in self.operations if isinstance(operation, CreateModel)}
        return [
            operation
            for operation in self.operations
            if not (isinstance(operation, (AddField, AddIndex, AddConstraint)) and _model_name(operation) in made)
        ]

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Remove everything, the last first; ``from_state`` is the one that still has the tables."""
        for operation in reversed(self._steps()):
            until = to_state if isinstance(operation, PUT_BACK) else from_state
            operation.database_backwards(app_label, schema_editor, from_state, until)

    def describe(self) -> str:
        """What ``migrate --plan`` says."""
        return f"Make {len(self.operations)} tables, fields and triggers"


def _stays_at_home(operation: Operation, app_label: str, before: ProjectState) -> bool:
    """Whether models that refer to the one touched may keep what they know of it; otherwise all are rendered anew."""
    if isinstance(operation, AlterField):
        old = before.models[app_label, operation.model_name_lower].fields[operation.name]
        return not any(field.primary_key or field.unique or field.is_relation for field in (old, operation.field))
    return isinstance(operation, OF_THEIR_OWN_TABLE)


def _model_name(operation: Operation) -> str:
    """The model that an operation touches, in lower case; empty where it is none."""
    name: object = getattr(operation, "model_name", None) or (
        operation.name if isinstance(operation, CreateModel) else ""
    )
    return str(name).lower()
