"""What all tables are made with: the metadata, keys of rows, indexes over a part of a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

TOKENS = {"tokens": True}  # of a column into which prepared SQL writes encrypted values

# What belongs to a case has the case first in its key: its rows lie together, and a new case adds at the end of the
# tree. A row's id carries its case (`cases.case_of`), so whoever has the id has the whole key.

# Small rows kept in their key, without a second tree: on SQLite every touched page is written at each commit.
# Not for work items: rows above a quarter of a page spill over and cost more than the second tree. Nor for events: many
# that only ever come at the end would split the pages in the middle.
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def id_column() -> Column[int]:
    """The key of a table whose rows belong to no case."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def case_column(**options: Any) -> Column[int]:
    """The case a row belongs to."""
    return Column("instance_id", ForeignKey("instance.id"), nullable=False, **options)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that a query asks for again and again; the others cost it nothing."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
