"""Rotating the keys of the vault: new rows with the newest key, old rows readable, and written anew bit by bit.

吴桂芳 of `test_sensitive` has been served; her ID, mobile and bank card rest encrypted.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import rotation, store
from engine.errors import Misconfigured
from engine.transactions import Transactions
from engine.vault import Vault
from tests.journeys.company import Company
from tests.journeys.test_sensitive import CARD, ID, PERSON, SECRETS, encodings, rests, served

__all__ = ["served"]  # the fixture
ID_OF_ANOTHER = "110101198501012346"


def keys_used(company: Company) -> set[str]:
    """Ids of the keys with which something in the database is encrypted."""
    found: set[str] = set()
    with company.transactions.read() as tx:
        for table, column in rotation.columns():
            rows = tx.all(f"SELECT {column.name} FROM {table.name} WHERE {column.name} LIKE '%enc1.%'")
            found |= {key for (text,) in rows for key in re.findall(r"enc1\.([0-9a-f]{8})\.", text)}
    return found


def test_what_old_keys_encrypted_is_written_anew_and_reads_the_same(served: Company) -> None:
    company, old = served, keys_used(served)
    form = company.form(1)
    newest = company.transactions.vault.rotate()

    told = list(rotation.reencrypt(company.transactions, chunk=1))

    assert len(old) == 1
    assert newest not in old
    assert keys_used(company) == {newest}
    assert sum(written for _, _, written in told) == 10
    assert company.form(1) == form
    assert [secret for secret in SECRETS for one in encodings(secret) if one in rests(company)] == []


def test_the_old_keys_are_needed_no_more(served: Company, tmp_path: Path) -> None:
    served.transactions.vault.rotate()
    list(rotation.reencrypt(served.transactions))

    (tmp_path / "keys" / "vault-0001.key").unlink()
    served.restart()

    assert (served.form(1)["tax_id"], served.form(1)["banks"][0]["account_no"]) == (ID, CARD)
    assert served.findings(1) == []
    assert served.engine.verify() == []


def test_a_rewriting_that_was_interrupted_goes_on_where_it_stood(served: Company) -> None:
    newest = served.transactions.vault.rotate()
    first = rotation.reencrypt(served.transactions, chunk=1)
    done = sum(next(first)[2] for _ in range(3))
    first.close()  # the process was killed
    assert keys_used(served) > {newest}

    rest = sum(written for _, _, written in rotation.reencrypt(served.transactions))

    assert done > 0
    assert rest > 0
    assert keys_used(served) == {newest}
    assert sum(written for _, _, written in rotation.reencrypt(served.transactions)) == 0


def test_a_process_that_runs_on_writes_with_the_new_key(served: Company, tmp_path: Path) -> None:
    """The pages' process has its keys in memory when somebody rotates on the command line."""
    newest = Vault(tmp_path / "keys").rotate()

    case = served.sent("郑凯", "U2", form={**PERSON, "legal_name": "北京市东城区桂芳五金二部", "tax_id": ID_OF_ANOTHER})

    with served.transactions.read() as tx:
        [(form,)] = tx.all("SELECT form FROM instance WHERE id = ?", (case,))
    assert set(re.findall(r"enc1\.([0-9a-f]{8})\.", form)) == {newest}


def test_a_step_that_comes_between_keeps_its_values(served: Company) -> None:
    """What a chunk has read and somebody has changed since is not overwritten."""
    served.transactions.vault.rotate()
    with served.transactions.write() as tx:
        tx.run("UPDATE draft SET data = ?", (tx.vault.encrypt({"contacts-0-mobile": ["今天改过"]}),))

    list(rotation.reencrypt(served.transactions))

    with served.transactions.read() as tx:
        [(data,)] = tx.all("SELECT data FROM draft")
        assert tx.vault.decrypt(data) == {"contacts-0-mobile": ["今天改过"]}


def test_without_the_old_key_the_rewriting_says_which_is_missing(served: Company, tmp_path: Path) -> None:
    [old] = keys_used(served)
    served.transactions.vault.rotate()
    (tmp_path / "keys" / "vault-0001.key").unlink()
    fresh = Transactions(served.url, Vault(tmp_path / "keys"))

    with pytest.raises(Misconfigured) as error:
        list(rotation.reencrypt(fresh))
    fresh.close()

    assert f"缺少解密用的密钥 {old}" in error.value.message


def test_every_column_that_holds_tokens_is_gone_through(served: Company) -> None:
    """The tables of the database are searched, not the list the rewriting goes by."""
    known = {(table.name, column.name) for table, column in rotation.columns()}
    found = set()
    with served.transactions.read() as tx:
        for table in store.metadata.sorted_tables:
            for column in table.columns:
                sql = f"SELECT 1 FROM {table.name} WHERE CAST({column.name} AS TEXT) LIKE '%enc1.%' LIMIT 1"
                if tx.one(sql):
                    found.add((table.name, column.name))

    assert len(found) > 5
    assert found <= known
