"""Laying down the tables of an app at once.

Django renders every model that hangs together with a changed one again after each operation. Our tables all hang
together, so the time to make them one by one grows with the square of their number: 14 s of 17 s were spent on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class LayDown(Operation):
    """Apply operations that only make things (tables with all their fields, triggers), rendering models once.

    Each operation finds the models as they are after the last one, so fields are never added to a table of this list.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Take note of all models; they are rendered when the first table is made."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make everything; the schema editor itself leaves foreign keys and indexes for the end."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002 - Django's signature
    ) -> None:
        """Remove everything, the last first; ``from_state`` is the one that still has the tables."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, from_state)

    def describe(self) -> str:
        """What ``migrate --plan`` says."""
        return f"Make {len(self.operations)} tables and triggers"
