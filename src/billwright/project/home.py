"""The home of an installation: where it lies, its folders and the keys kept in it."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from billwright.project.config import Config

# src/billwright/project/home.py -> the root of a clone is three folders above the package's own.
SOURCE_ROOT = Path(__file__).resolve().parents[3]


def clone_root() -> Path | None:
    """The clone that this code runs from, or None when Billwright is an installed package."""
    return SOURCE_ROOT if (SOURCE_ROOT / "pyproject.toml").is_file() and SOURCE_ROOT.name != "site-packages" else None


def default_home() -> Path:
    """``./.billwright`` of the clone; otherwise the data folder of the user (of the machine for root)."""
    clone = clone_root()
    if clone is not None:
        return clone / ".billwright"
    if os.geteuid() == 0:
        return Path("/var/lib/billwright/home")
    return Path(platformdirs.user_data_dir("billwright", appauthor=False))


@dataclass(frozen=True, slots=True)
class Home:
    """One installation's folder and the places inside it. It may not exist yet."""

    path: Path

    @classmethod
    def of(cls, config: Config) -> "Home":
        """The home that the settings name."""
        return cls((config.home or default_home()).absolute())

    @property
    def files(self) -> Path:
        """Stored documents: contracts, evidence, bank files, letters."""
        return self.path / "files"

    @property
    def logs(self) -> Path:
        """What the supervised processes wrote."""
        return self.path / "logs"

    @property
    def secret_key_file(self) -> Path:
        """The key that signs sessions."""
        return self.path / "secret.key"

    @property
    def master_key_file(self) -> Path:
        """The key that encrypts personal values; a backup leaves it out unless asked."""
        return self.path / "master.key"

    @property
    def state_file(self) -> Path:
        """What the running supervisor says about itself."""
        return self.path / "run.json"

    @property
    def unfinished_demo_file(self) -> Path:
        """There for as long as the demo book is being loaded; left behind when that was ended in between."""
        return self.path / "demo.unfinished"

    def prepare(self) -> None:
        """Make the folder and its sub-folders.

        The home itself is passable (0711) when made by root, because the account of the embedded server must reach its
        cluster inside; otherwise it is private (0700). A folder that exists keeps its mode.
        """
        if not self.path.exists():
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.files, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)

    def secret(self, file: Path) -> str:
        """The key kept in ``file``, made on first use and readable by its owner alone.

        The link step makes the file appear whole or not at all, so two processes that start together agree on one key.
        """
        with contextlib.suppress(FileNotFoundError):
            return file.read_text(encoding="ascii").strip()
        self.prepare()
        draft = file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
        return file.read_text(encoding="ascii").strip()
