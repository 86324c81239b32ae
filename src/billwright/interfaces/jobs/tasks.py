"""Where the worker looks for jobs: each module of jobs is imported here."""

from billwright.interfaces.jobs import access

__all__ = ["access"]
