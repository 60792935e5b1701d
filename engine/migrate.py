"""Brings a database of any earlier release to the tables of this one (Alembic scripts in `migrations/`)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from engine.transactions import connect
from engine.vault import Vault

FOLDER = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head", vault: Vault | None = None) -> None:
    """Create or upgrade the tables; a database that is up to date is left as it is.

    `vault` encrypts what an earlier release kept in plain text; the space it stood in is then given back.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = connect(url)
    try:
        before = _revision(engine)
        config = settings(engine)
        config.attributes["vault"] = vault
        command.upgrade(config, revision)
        if before not in (None, _revision(engine)):
            _vacuum(engine)
    finally:
        engine.dispose()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        connection.connection.rollback()
    return revision


def _vacuum(engine: Engine) -> None:
    """Write the tables anew: rows that were replaced are otherwise still legible in the file."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            connection.execute(text("VACUUM (FULL)"))


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
