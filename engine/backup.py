"""Backup and restore: all tables of one moment in one file, the same for both databases.

A ZIP with a manifest (schema revision, row counts, SHA-256 of every part) and one JSON-lines part per table. Keys
are not in it: they live outside the database and are kept apart, or a thief of the backup could seal.
"""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Integer, MetaData, Table, func, insert, select, text

from engine import migrate
from engine.errors import CountersignError, NotPossible
from engine.transactions import Transactions, connect
from engine.vault import Vault

VERSION_TABLE = "alembic_version"
BATCH = 500


class BackupInvalid(CountersignError):
    """备份文件不能用。"""

    template = "备份文件“{file}”不能恢复：{why}。请换一份备份，或用生成它的版本恢复。"


def backup(transactions: Transactions, file: Path) -> str:
    """Write everything as of one moment to `file`; returns a line that says how much."""
    counts: dict[str, int] = {}
    digests: dict[str, str] = {}
    temporary = file.with_suffix(".tmp")
    with (
        transactions.engine.connect() as connection,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        _one_moment(connection)
        tables = _tables(connection)
        revision = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
        for table in tables:
            name, part = str(table.name), b"".join(_lines(connection, table))  # reflected names are no plain str
            counts[name], digests[name] = part.count(b"\n"), sha256(part).hexdigest()
            archive.writestr(f"{name}.jsonl", part)
        manifest = {"revision": revision, "tables": list(counts), "rows": counts, "sha256": digests}
        archive.writestr("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        connection.connection.rollback()
    temporary.replace(file)
    return f"已备份 {len(counts)} 张表、{sum(counts.values())} 行到 {file.name}（结构版本 {revision}）。"


def restore(url: str, file: Path, vault: Vault | None = None) -> str:
    """Fill an empty database from a backup and bring it to this release's tables.

    `vault` encrypts what a backup of an earlier release holds in plain text.
    Raises BackupInvalid for a damaged file, NotPossible when the database already holds data.
    """
    with _opened(file) as archive:
        manifest = _checked(archive, file.name)
        migrate.upgrade(url, manifest["revision"])
        engine = connect(url)
        try:
            with engine.connect() as connection:
                _fill(connection, archive, manifest)
                connection.connection.commit()
        finally:
            engine.dispose()
    migrate.upgrade(url, vault=vault)
    return f"已恢复 {len(manifest['tables'])} 张表、{sum(manifest['rows'].values())} 行。"


def _one_moment(connection: Connection) -> None:
    cursor = connection.connection.cursor()
    postgres = connection.dialect.name == "postgresql"
    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY" if postgres else "BEGIN")


def _tables(connection: Connection) -> list[Table]:
    """The tables as they stand in the database, parents before children."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
        yield orjson.dumps([_plain(value) for value in row]) + b"\n"


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(bytes(value)).decode()} if isinstance(value, (bytes, memoryview)) else value


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(file.read_bytes()))
    except zipfile.BadZipFile:
        raise BackupInvalid(file=file.name, why="不是备份文件，或没有复制完整") from None


def _checked(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """The manifest, when every part is there as it was written and this release knows the tables."""
    try:
        manifest: dict[str, Any] = orjson.loads(archive.read("manifest.json"))
        found = {table: sha256(archive.read(f"{table}.jsonl")).hexdigest() for table in manifest["tables"]}
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, zlib.error):
        raise BackupInvalid(file=name, why="清单或某张表的内容缺失或损坏") from None
    for table, digest in found.items():
        if digest != manifest["sha256"].get(table):
            raise BackupInvalid(file=name, why=f"表 {table} 的内容与清单不符，文件已损坏")
    if not migrate.knows(manifest["revision"]):
        raise BackupInvalid(file=name, why=f"结构版本 {manifest['revision']} 比本程序新")
    return manifest


def _fill(connection: Connection, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    tables = {table.name: table for table in _tables(connection)}
    occupied = [t.name for t in tables.values() if connection.execute(select(func.count()).select_from(t)).scalar()]
    if set(occupied) - {"config"}:
        raise NotPossible(what="恢复备份", why=f"数据库里已有数据（{occupied[0]}）；请先指向一个空的数据库")
    for name in manifest["tables"]:
        table = tables[name]
        if name in occupied:
            connection.execute(table.delete())
        _insert(connection, table, archive.read(f"{name}.jsonl").splitlines())
        _continue_numbers(connection, table)


def _insert(connection: Connection, table: Table, lines: list[bytes]) -> None:
    names = [column.name for column in table.columns]
    for start in range(0, len(lines), BATCH):
        rows = [dict(zip(names, map(_raw, orjson.loads(line)), strict=True)) for line in lines[start : start + BATCH]]
        connection.execute(insert(table), rows)


def _raw(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def _continue_numbers(connection: Connection, table: Table) -> None:
    """PostgreSQL's sequences must go on after the ids that were written."""
    key = table.c.get("id")
    if connection.dialect.name == "postgresql" and key is not None and isinstance(key.type, Integer):
        last = connection.execute(select(func.max(key))).scalar()
        if last:
            name = connection.execute(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": table.name}).scalar()
            connection.execute(text("SELECT setval(:s, :v)"), {"s": name, "v": last})
