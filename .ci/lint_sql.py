"""Holds the SQL steps to the house's form with sqlfluff; without any step there is nothing to hold."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Exit code of sqlfluff over every step."""
    steps = [str(path) for path in sorted(ROOT.glob("src/billwright/**/sql/*.sql"))]
    if not steps:
        return 0
    command = [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "--processes", "2", *steps]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
