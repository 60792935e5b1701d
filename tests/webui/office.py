"""One application with its clock and its people, and the browsers they sit at."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from engine.settings import Settings
from engine.transactions import Transactions
from engine.vault import Vault
from tests.cast import MONDAY, Cast, move_in
from webui import create_app
from webui.passwords import hashed

PASSWORD = "correct horse"
HASH = hashed(PASSWORD)


class Office:
    """One application with its clock, its people, and browsers to open."""

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.clock = ManualClock(MONDAY)
        self.transactions = Transactions(url, Vault(folder / "keys"))
        with self.transactions.write() as tx:
            self.cast: Cast = move_in(tx, MONDAY, HASH)
        paths = {name: str(folder / name) for name in ("keys", "exports", "secret_key_file")}
        self.settings = replace(Settings(database=url, scheduler=False, **paths), **settings)
        self.app: Flask = create_app(self.settings, self.clock)

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def change(self, verb: Any, *args: Any, **values: Any) -> Any:
        """What an administrator does meanwhile at another desk."""
        with self.transactions.write() as tx:
            return verb(tx, self.clock.now(), self.cast.person("赵磊"), *args, **values)

    def close(self) -> None:
        self.app.extensions["countersign"].transactions.close()
        self.transactions.close()


def token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    assert found is not None
    return found.group(1)


def post(browser: FlaskClient, url: str, form_page: str = "", **fields: Any) -> TestResponse:
    """Fill in the form on a page and send it, as a browser does."""
    page = browser.get(form_page or url)
    return browser.post(url, data=fields | {"csrf_token": token(page)})


def sign_in(browser: FlaskClient, login: str, password: str = PASSWORD, **more: Any) -> TestResponse:
    return post(browser, "/login", username=login, password=password, **more)
