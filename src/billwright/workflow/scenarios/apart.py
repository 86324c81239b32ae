"""Acting a scenario out in a process of its own, for callers that answer people meanwhile.

A world points the process's database connection at a scratch database; a server with several threads must not. The
process is the command itself, so that a page shows what the command would print.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from billwright.kernel.errors import Conflict, Refusal

# The first world of a version is preceded by the making of its empty database.
SECONDS_MAX = 120
TEXT_LENGTH_MAX = 100_000
# One world at a time: it is a trial of prices, and the machine has bills to write.
_ONE_AT_A_TIME = threading.Lock()


def run_apart(text: str, *, seconds_max: float = SECONDS_MAX) -> dict[str, Any]:
    """The object that `billwright scenario run --json` prints for a file with this text.

    Raises Refusal `scenario.too_long`, `scenario.too_slow` (after `seconds_max` seconds), `scenario.failed`, and
    Conflict `scenario.busy` while another world is acted out.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise Refusal(
            "scenario.too_long",
            _("The scenario is longer than %(most)s characters.") % {"most": TEXT_LENGTH_MAX},
            field="text",
            cure=_("Use the command: billwright scenario run FILE."),
        )
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise Conflict("scenario.busy", _("Another scenario is being acted out."), cure=_("Try again in a moment."))
    try:
        return _run(text, seconds_max)
    finally:
        _ONE_AT_A_TIME.release()


def _run(text: str, seconds_max: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="billwright-scenario-") as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "billwright", "scenario", "run", str(file), "--json"]
        try:
            # The command line is ours alone: what a person wrote is in the file.
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds_max, check=False)
        except subprocess.TimeoutExpired as error:
            raise Refusal(
                "scenario.too_slow",
                _("The world was not finished within %(seconds)s seconds.") % {"seconds": int(seconds_max)},
                field="text",
                cure=_("Shorten its timeline, or use the command: billwright scenario run FILE."),
            ) from error
    lines = done.stdout.splitlines()
    if not lines:
        raise Refusal("scenario.failed", _("The scenario could not be acted out on this machine."), field="text")
    result: dict[str, Any] = json.loads(lines[-1])
    return result
