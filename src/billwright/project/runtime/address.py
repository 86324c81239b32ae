"""Where the web server listens: a port that is free, and the same one as last time when it can be."""

import contextlib
import socket

from billwright.project.config import Config
from billwright.project.home import Home, clone_root
from billwright.project.runtime.refusals import AddressTaken

USUAL_PORT = 8000


def choose_port(config: Config, home: Home, *, asked: int | None) -> int:
    """The port to listen on: the one asked for, the one set, or (in a clone) any free one, kept for the next start.

    Raises AddressTaken when a port that was asked for or set, or the usual one outside a clone, is not free.
    """
    fixed = asked or config.port or (0 if clone_root() else USUAL_PORT)
    if fixed:
        if not is_free(config.host, fixed):
            raise AddressTaken(
                f"Port {fixed} of {config.host} belongs to another program.",
                cure="Stop that program, or choose another with --port or BILLWRIGHT_PORT.",
            )
        return fixed
    kept = home.path / "port"
    with contextlib.suppress(FileNotFoundError, ValueError):
        before = int(kept.read_text(encoding="ascii"))
        if is_free(config.host, before):
            return before
    port = free_port(config.host)
    kept.write_text(f"{port}\n", encoding="ascii")
    return port


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str) -> int:
    """Any port that is free now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def address(host: str, port: int) -> str:
    """What a person types to get there from this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{shown}:{port}/"
