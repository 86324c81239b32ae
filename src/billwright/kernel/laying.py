"""Laying down the tables of an app at once.

Django renders every model that hangs together with a changed one again after each operation. Our tables all hang
together, so the time to make them one by one grows with the square of their number: 14 s of 17 s were spent on it.
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
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

RELOADED_MODELS_MAX = 5


class LayDown(Operation):
    """Apply the operations of a migration, rendering the models that they touch once.

    Each operation finds the models as they are after the last one: a table is made with the fields,
    indexes and constraints that the list adds to it. Nothing in a list is renamed or changed twice.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Take note of all models. Those that the operations touch are rendered again together, at the end."""
        rendered = state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if rendered is not None and not self._makes_many():
            state.__dict__["apps"] = rendered
            state.reload_models(sorted({(app_label, name) for name in map(_model_name, self.operations) if name}))

    def _makes_many(self) -> bool:
        """Whether rendering everything anew, later and once, is less work than finding what hangs together."""
        return sum(isinstance(operation, CreateModel) for operation in self.operations) > RELOADED_MODELS_MAX

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
            until = to_state if isinstance(operation, (AlterField, RemoveField, RemoveConstraint)) else from_state
            operation.database_backwards(app_label, schema_editor, from_state, until)

    def describe(self) -> str:
        """What ``migrate --plan`` says."""
        return f"Make {len(self.operations)} tables, fields and triggers"


def _model_name(operation: Operation) -> str:
    """The model that an operation touches, in lower case; empty where it is none."""
    name: object = getattr(operation, "model_name", None) or (
        operation.name if isinstance(operation, CreateModel) else ""
    )
    return str(name).lower()
