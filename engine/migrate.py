"""Brings a database of any earlier release to the tables of this one (Alembic scripts in `migrations/`)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from engine.transactions import connect

FOLDER = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Create or upgrade the tables; a database that is up to date is left as it is."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = connect(url)
    try:
        command.upgrade(settings(engine), revision)
    finally:
        engine.dispose()


def head() -> str:
    """The revision this release works with."""
    revision = ScriptDirectory(str(FOLDER)).get_current_head()
    assert revision is not None
    return revision


def knows(revision: str) -> bool:
    """Whether this release can work on, or upgrade, tables of that revision."""
    return revision in {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}


def settings(engine: Engine) -> Config:
    """Alembic's settings, without a file: where the scripts are and which database."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config
