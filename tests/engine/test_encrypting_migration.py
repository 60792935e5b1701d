"""A database that the first release filled in plain text is encrypted when it is upgraded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, select

from engine import migrate
from engine.errors import Misconfigured
from engine.store import dumps, loads
from engine.transactions import Transactions, connect
from engine.vault import Vault, is_token
from handlers.customers.values.secrets import stored_key
from tests.engine.older import database_of, filling
from tests.journeys.test_sensitive import encodings, rests

ID, MOBILE, CARD, COMPANY = "110101199003070134", "+8613911586027", "6222021234567890128", "914403001922038216"
FORM = {
    "legal_name": "桂芳五金", "tax_id": ID, "contacts": [{"name": "吴桂芳", "mobile": MOBILE}],
    "banks": [{"account_no": CARD}],
}  # fmt: skip
SNAPSHOT = {"party": {"key": f"CN/{ID}", "tax_id": ID}, **{name: FORM[name] for name in ("contacts", "banks")}}


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """吴桂芳's application and customer as the first release kept them, and a draft; many rows were changed since."""
    with database_of("0001", request, tmp_path) as url:
        _fill(url)
        yield url


def _fill(url: str) -> None:
    with filling(url) as put:
        put("person", id=1)
        put("department", id=1)
        put("definition", id=1)
        put("number_range", account_group="C001")
        put("instance", id=1, definition_id=1, form=dumps(FORM))
        put("work_item", id="1.1", instance_id=1, submission=dumps(FORM), replaced=dumps({"tax_id": ID}))
        put("draft", person_id=1, subject="start:x:1", data=dumps({"contacts-0-mobile": [MOBILE]}))
        put("party", id=1, key=f"CN/{ID}", tax_id=ID, status="active")
        put("party", id=2, key=f"CN/{COMPANY}", tax_id=COMPANY, status="active")
        put("key_reservation", id=1, key=f"CN/{ID}", instance_id=1, department_id=1)
        put("search_log", id=1, person_id=1, tax_id=ID, key=f"CN/{ID}")
        put("account", id=1, account_group="C001", party_id=1, department_id=1)
        put("account_version", id=1, account_id=1, instance_id=1, posted_by=1, snapshot=dumps(SNAPSHOT))
        put("general_view", account_id=1, tax_id=ID)
        put("contact", account_id=1, line=1, mobile=MOBILE, birthday="1990-03-07")
        put("bank_account", account_id=1, line=1, account_no=CARD)


def _one(url: str, vault: Vault, sql: str) -> list[Any]:
    opened = Transactions(url, vault)
    with opened.read() as tx:
        row = tx.one(sql)
    opened.close()
    assert row is not None
    return list(row)


def test_the_upgrade_leaves_no_sensitive_value_behind(old: str, tmp_path: Path) -> None:
    """Also not in the space where the rows stood before."""

    class There:
        url = old

    before = rests(There())  # type: ignore[arg-type]
    migrate.upgrade(old, vault=Vault(tmp_path / "keys"))
    after = rests(There())  # type: ignore[arg-type]

    assert all(secret.encode() in before for secret in (ID, MOBILE, CARD))
    assert [secret for secret in (ID, MOBILE, CARD) for one in encodings(secret) if one in after] == []


def test_what_was_encrypted_is_read_as_it_was(old: str, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")

    migrate.upgrade(old, vault=vault)

    [form, submission, replaced, snapshot] = (
        loads(vault.reveal(text))
        for text in _one(
            old, vault,
            "SELECT i.form, w.submission, w.replaced, v.snapshot FROM instance i, work_item w, account_version v",
        )
    )  # fmt: skip
    [draft, mobile, card, same] = _one(
        old, vault,
        "SELECT d.data, c.mobile, b.account_no, b.account_key FROM draft d, contact c, bank_account b",
    )  # fmt: skip
    assert form == submission == FORM
    assert replaced == {"tax_id": ID}
    assert snapshot["contacts"] == FORM["contacts"]
    assert vault.decrypt(draft) == {"contacts-0-mobile": [MOBILE]}
    assert (vault.decrypt(mobile), vault.decrypt(card), same) == (MOBILE, CARD, vault.fingerprint(CARD))


def test_a_person_is_found_by_fingerprint_and_an_organisation_as_before(old: str, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")

    migrate.upgrade(old, vault=vault)

    [person] = _one(old, vault, "SELECT tax_id FROM party WHERE key LIKE 'CN/#%'")
    [company] = _one(old, vault, f"SELECT tax_id FROM party WHERE key = 'CN/{COMPANY}'")
    [reserved] = _one(old, vault, "SELECT key FROM key_reservation")
    assert vault.decrypt(person) == ID
    assert company == COMPANY
    assert reserved == stored_key(vault, f"CN/{ID}")
    assert not is_token(company)


def test_without_a_place_for_the_keys_nothing_is_upgraded(old: str) -> None:
    with pytest.raises(Misconfigured) as error:
        migrate.upgrade(old)

    engine = connect(old)
    with engine.connect() as connection:
        revision = connection.execute(select(Table("alembic_version", MetaData(), autoload_with=engine))).scalar()
        connection.connection.rollback()
    engine.dispose()
    assert "密钥文件夹" in error.value.message
    assert revision == "0001"
