"""``billwright`` and ``python -m billwright``."""

import os
import sys


def main() -> None:
    """Prepare Django, then run the command that was typed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billwright.project.settings")
    from billwright.project.collector import keeping_what_is_made
    from billwright.project.config import SettingRefused

    with keeping_what_is_made():
        try:
            import django

            django.setup()
        except SettingRefused as refused:
            sys.exit(f"Settings: {refused}")
        from billwright.project.cli import run

    run()


if __name__ == "__main__":
    main()
