"""Addresses somebody has changed by hand: every page answers, with words, whatever stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from flask import Flask

from engine.definitions import read_folder
from tests.webui.desk import CREATE, Desk
from tests.webui.office import token

HUGE = "9" * 30
VALUES = (HUGE, "0000-01", "9999-12-31", "²", "a\x00b", "../x")
QUERY = (
    f"page={HUGE}&department={HUGE}&version={HUGE}&person={HUGE}&open={HUGE}&aside={HUGE}&post={HUGE}&of={HUGE}&case={HUGE}",
    "month=9999-12&since=0001-01-01&until=9999-12-31&year=²&sort=x&tab=x&scope=x&which=x&q=%00&measure=x",
    "month=0000-01&page=²&department=²&of=²&sort=&scope=department&q=" + quote("😀" * 300) + "&since=%ED%A0%80",
)


def addresses(app: Flask) -> Iterator[str]:
    """Every page there is, with odd values in its path, then with an odd query."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in ("static", "auth.login"):
            continue
        shapes = [re.sub(r"<[^>]+>", quote(value, safe=""), rule.rule) for value in VALUES]
        yield from dict.fromkeys(shapes)
        yield from (f"{shapes[0]}?{query}" for query in QUERY)


def test_no_address_ends_in_a_defect(database: str, tmp_path: Path) -> None:
    """赵磊 is an administrator and gets nearly everywhere."""
    with closing(Desk(database, tmp_path)) as desk:
        desk.routed()
        browser = desk.browser_of("赵磊")

        broken = [address for address in addresses(desk.app) if browser.get(address).status_code >= 500]

    assert broken == []


def test_a_character_no_database_keeps_is_refused_with_words(database: str, tmp_path: Path) -> None:
    """Somebody's login holds a NUL, which PostgreSQL cannot keep."""
    with closing(Desk(database, tmp_path)) as desk:
        browser = desk.app.test_client()
        form = {"username": "sunqian\0", "password": "x", "csrf_token": token(browser.get("/login"))}

        answer = browser.post("/login", data=form)

        assert answer.status_code == (400 if desk.transactions.postgres else 422)


def test_half_a_character_in_a_draft_is_refused_with_words(desk: Desk) -> None:
    """JSON can say half a surrogate pair; 李志强's editor never does."""
    browser = desk.browser_of("李志强")
    headers = {"X-CSRFToken": token(browser.get("/")), "Accept": "application/json"}
    browser.post("/workbench/customer_create/draft", headers=headers)
    body = {"revision": 1, "documents": read_folder(CREATE) | {"letters/result.j2": "\ud800"}}

    answer = browser.post("/workbench/customer_create/save", json=body, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.json["text"]
