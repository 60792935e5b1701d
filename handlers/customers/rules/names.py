"""The fields a rule may name: those of the forms, and those of a stored customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.forms import Catalogue
from handlers.customers.tables import party
from handlers.customers.view_tables import ROWS, VIEWS, fields


def field_names(catalogues: Iterable[Catalogue]) -> frozenset[str]:
    """Ids of fields; columns of tables as `banks.account_no`."""
    return frozenset([*(name for one in catalogues for name in _of_forms(one)), *_of_store()])


def _of_forms(catalogue: Catalogue) -> Iterator[str]:
    for one in catalogue.fields.values():
        yield one.id
        yield from (f"{one.id}.{column.id}" for column in one.columns)


def _of_store() -> Iterator[str]:
    yield from (str(column.name) for table in (party, *VIEWS.values()) for column in table.columns)
    yield from (f"{name}.{column.name}" for name, table in ROWS.items() for column in fields(table))
