"""What the three roles of the database may do (rule 24 of the model).

``owner`` migrates. ``app`` (web and worker) writes, but cannot UPDATE, DELETE or TRUNCATE what is append-only, so that
a mistake above cannot rewrite history. ``read`` sees documented views: those that carry a comment.
"""

from collections.abc import Callable

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from billwright.project.runtime.postgres import APP_ROLE, READ_ROLE


def _has_trigger(model: type[Model], name: str) -> bool:
    return any(trigger.name == name for trigger in getattr(model._meta, "triggers", ()))


def append_only_tables() -> list[str]:
    """Tables whose rows are never changed: they declare it by the trigger ``append_only`` or a class attribute."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if getattr(model, "append_only", False) is True or _has_trigger(model, "append_only")
    )


def undeletable_tables() -> list[str]:
    """Tables whose rows may change state and are never deleted."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if _has_trigger(model, "not_deleted")
    )


def grant(connection: BaseDatabaseWrapper) -> None:
    """Give each role its rights, taking away what an earlier version gave; asked again after every migration.

    On an own server the roles may not exist: then the one role of ``DATABASE_URL`` does everything, and ``doctor``
    says so.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("select rolname from pg_roles where rolname = any(%s)", [[APP_ROLE, READ_ROLE]])
        present = {name for (name,) in cursor.fetchall()}
        if APP_ROLE in present:
            for statement in _app_rights(quote):
                cursor.execute(statement)
        if READ_ROLE in present:
            cursor.execute(f"grant usage on schema public to {READ_ROLE}")
            cursor.execute(f"revoke all on all tables in schema public from {READ_ROLE}")
            for view in _documented_views(connection):
                cursor.execute(f"grant select on {quote(view)} to {READ_ROLE}")


def _app_rights(quote: Callable[[str], str]) -> list[str]:
    rights = [
        f"grant usage on schema public to {APP_ROLE}",
        f"revoke all on all tables in schema public from {APP_ROLE}",
        f"grant select, insert, update, delete on all tables in schema public to {APP_ROLE}",
        f"grant usage, select on all sequences in schema public to {APP_ROLE}",
        f"grant execute on all functions in schema public to {APP_ROLE}",
    ]
    rights += [f"revoke update, delete on {quote(table)} from {APP_ROLE}" for table in append_only_tables()]
    rights += [f"revoke delete on {quote(table)} from {APP_ROLE}" for table in undeletable_tables()]
    rights.append(f"revoke insert, update, delete on django_migrations from {APP_ROLE}")
    return rights


def _documented_views(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.relname
            from pg_class as c
            inner join pg_namespace as n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind in ('v', 'm') and obj_description(c.oid, 'pg_class') is not null
            order by c.relname
            """
        )
        return [name for (name,) in cursor.fetchall()]
