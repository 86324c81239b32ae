"""Where the worker looks for jobs: each module of jobs is imported here."""

from billwright.interfaces.jobs import access, bill_runs, collecting, daily, gateways, imports, matching, messages, sums

__all__ = ["access", "bill_runs", "collecting", "daily", "gateways", "imports", "matching", "messages", "sums"]
