"""Worlds on the server that the tests already run."""

from billwright.workflow.scenarios.tests.conftest import act_out

__all__ = ["act_out"]
