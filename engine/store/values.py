"""How values are kept: instants as text of fixed width, data as canonical JSON; the same bytes on every database."""

from __future__ import annotations

from collections.abc import Sized
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# A due moment that never comes sorts after all others, so that one index serves the inbox.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """The stored form of an instant: UTC, milliseconds, fixed width, so that text order is time order."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")


UNTIMED = stamp(NEVER)


def moment(stored: str) -> datetime:
    """The aware UTC instant behind its stored form."""
    return datetime.fromisoformat(stored)


def dumps(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks; the form that is hashed and stored."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def placeholders(values: Sized) -> str:
    """A question mark for each of the values, for the `IN (…)` of prepared SQL."""
    return ", ".join("?" * len(values))


def loads(stored: str) -> Any:
    return orjson.loads(stored)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant kept as fixed-width text, the same bytes on every database."""

    impl = String(29)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else stamp(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


class Json(TypeDecorator[Any]):
    """Plain data as canonical JSON text (never `jsonb`, which reorders keys)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else loads(value)
