from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Has no tables; the worker finds the jobs in `tasks`."""

    name = "billwright.interfaces.jobs"
    label = "jobs"
