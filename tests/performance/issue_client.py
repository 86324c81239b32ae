"""The client that gets killed: issues a run on two connections of a server it is told."""

import sys

import django


def main(host: str, database: str, run_id: int) -> None:
    django.setup()
    from django.db import connection
    from tests.performance.killing import ACT

    from billwright.project.runtime.postgres import APP_ROLE, SUPERUSER
    from billwright.workflow.bill_run import issue_bill_run

    connection.settings_dict.update({"HOST": host, "NAME": database, "USER": SUPERUSER, "PASSWORD": "", "PORT": ""})
    connection.settings_dict["OPTIONS"] = {"assume_role": APP_ROLE, "application_name": "bill-run-client"}
    issue_bill_run(act=ACT, run_id=run_id, connections=2)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
