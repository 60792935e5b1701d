"""The product as browsers see it: our application behind waitress, over a database of its own."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from waitress.server import create_server

from engine.settings import Settings
from engine.transactions import Transactions
from engine.vault import Vault
from tests import clocks
from tests.journeys.company import PROCESS, Company
from tests.served import Served
from webui import create_app, start_drafts
from webui.services import Services

C = TypeVar("C", bound=Company)
DATABASE = "countersign.db"


def settings_in(folder: Path) -> Settings:
    """The settings of an installation that keeps everything in one folder, in demo mode: one click signs in."""
    return Settings(
        database=f"sqlite:///{folder / DATABASE}",
        keys=str(folder / "keys"),
        exports=str(folder / "exports"),
        secret_key_file=str(folder / "secret_key"),
        demo=True,
        scheduler=False,
    )


class Site:
    """A copy of a prepared installation, served on a free port; its clock goes on from `start`."""

    def __init__(self, template: Path, folder: Path, start: datetime | None = None) -> None:
        self.folder = shutil.copytree(template, folder)
        self.settings = settings_in(self.folder)
        if start is not None:
            self._set_clock(start)
        app = create_app(self.settings)
        self.services: Services = app.extensions["countersign"]
        self._served = Served(create_server(app, host="127.0.0.1", port=0, threads=8))
        self.address = self._served.address

    @contextmanager
    def desk(self) -> Iterator[Company]:
        """The same company without a browser, for what has happened before a test begins."""
        with self.desk_of(Company) as company:
            yield company

    @contextmanager
    def desk_of(self, kind: type[C]) -> Iterator[C]:
        """The same with the words of another kind of company."""
        company = kind(self.settings.database, self.folder, self.services.clock, found=False)  # type: ignore[arg-type]
        yield company
        company.close()

    def move_to(self, moment: datetime) -> None:
        """The clock shows that moment, and what was due by then is done."""
        self._set_clock(moment)
        for _ in range(3):
            self.services.engine.sweep()

    def drafted(self, name: str, form: Mapping[str, Any]) -> str:
        """The address of an application that somebody has searched for and typed in, but not handed in."""
        key = uuid.uuid4().hex
        with self.desk() as desk:
            values = desk.filled_in(name, dict(form))
            person = desk.cast.person(name)
        typed = _typed(values) | {"search-search_ids": values["search"]["search_ids"]}
        with self.services.transactions.write() as tx:
            start_drafts.save(tx, self.services.clock.now(), person, PROCESS, key, typed)
        return f"/apply/{PROCESS}/{key}"

    def login(self, name: str) -> str:
        with self.services.transactions.read() as tx:
            found: str = next(p.login for p in self.services.people(tx).persons() if p.name == name)
        return found

    def close(self) -> None:
        self._served.close()
        self.services.transactions.close()

    def cases(self) -> int:
        """How many cases there are."""
        with self.services.transactions.read() as tx:
            return int(tx.all("SELECT count(*) FROM instance")[0][0])

    def first(self, process: str) -> int:
        """The first case of a procedure."""
        with self.services.transactions.read() as tx:
            return int(tx.all("SELECT min(id) FROM instance WHERE process = ?", (process,))[0][0])

    def _set_clock(self, start: datetime) -> None:
        transactions = Transactions(self.settings.database, Vault(Path(self.settings.keys)))
        clocks.show(transactions, start)
        transactions.close()


def _typed(form: Mapping[str, Any]) -> dict[str, list[str]]:
    """A form as the controls of the page hold it: a row of a table is `banks-0-account_no`."""
    typed: dict[str, list[str]] = {}
    for name, value in form.items():
        if isinstance(value, str):
            typed[name] = [value]
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            typed[name] = value
        elif isinstance(value, list):
            cells = ((f"{name}-{n}-{column}", cell) for n, row in enumerate(value) for column, cell in row.items())
            typed |= {cell_name: ["1" if cell is True else str(cell)] for cell_name, cell in cells}
    return typed
