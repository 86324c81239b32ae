"""Run one benchmark by name, such as bill-run."""

import os
import sys
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billwright.project.testing.settings")


def main() -> None:
    import django

    django.setup()
    name, *arguments = sys.argv[1:] or ["bill-run"]
    import_module(f"tests.performance.{name.replace('-', '_')}").main(arguments)


if __name__ == "__main__":
    main()
