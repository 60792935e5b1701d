"""Sensitive data (data-model B.2, Sens 3): encrypted wherever it rests, plain for those who work with it.

吴桂芳 is a sole trader whose tax number is her resident ID; her mobile and her bank card are as private.
"""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from engine import drafts
from engine.clock import ManualClock
from engine.errors import FormInvalid, Misconfigured
from engine.transactions import connect
from engine.vault import MARK, Vault
from handlers.customers import queries
from handlers.customers.reports.criteria import Criteria
from handlers.customers.reports.listing import customers
from handlers.customers.values.secrets import is_personal
from tests.journeys.company import FORM, Company

ID = "110101199003070134"
MOBILE, CARD = "139 1158 6027", "6222021234567890128"
PERSON: dict[str, Any] = {
    **FORM,
    "customer_type": "个体工商户", "legal_name": "北京市东城区桂芳五金经营部", "tax_id_type": "legacy", "tax_id": ID,
    "invoice_title": "北京市东城区桂芳五金经营部",
    "contacts": [{**FORM["contacts"][0], "name": "吴桂芳", "mobile": MOBILE}],
    "banks": [{**FORM["banks"][0], "account_no": CARD, "account_kind": "个人卡", "account_name": "吴桂芳"}],
}  # fmt: skip
SECRETS = (ID, MOBILE, "13911586027", CARD)


@pytest.fixture
def served(each_company: Company) -> Company:
    """吴桂芳 has been applied for, returned once, searched for again, and posted; a draft lies beside it."""
    company = each_company
    case = company.sent(form=PERSON)
    company.do(case, "Task_check", "李志强", "incomplete", "缺税务登记证", reason_code="data", missing_items=["bank"])
    company.revise(case, tax_id=ID)
    company.approve(case)
    company.route(case, "FIN")
    company.complete_view(case, "FIN")
    company.sign_view(case, "FIN")
    company.search("郑凯", "桂芳五金", ID)
    company.release(case)
    with company.transactions.write() as tx:
        drafts.save(tx, company.clock.now(), company.cast.person("孙倩"), "start:x:1", {"contacts-0-mobile": [MOBILE]})
    return company


def rests(company: Company) -> bytes:
    """Everything the database keeps: the raw file on SQLite, every row of every table on PostgreSQL."""
    if company.url.startswith("sqlite"):
        path = Path(str(make_url(company.url).database))
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    engine = connect(company.url)
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        found = [str(row).encode() for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))]
        connection.connection.rollback()
    engine.dispose()
    return b"\n".join(found)


def encodings(secret: str) -> Iterator[bytes]:
    """The ways in which a text could stand in a file."""
    for plain in (secret.encode(), secret.encode("utf-16-le"), secret[::-1].encode()):
        yield plain
        yield plain.hex().encode()
        for shift in range(3):  # base64 of the text wherever it begins, without its edges
            yield base64.b64encode(b"\0" * shift + plain)[4:-4]
    yield urllib.parse.quote_plus(secret).encode()


def test_no_sensitive_value_rests_anywhere_in_plain_text(served: Company) -> None:
    """Not in the case, its events, drafts, searches, registers, indexes, versions, nor in freed pages."""
    kept = rests(served)

    found = [secret for secret in SECRETS for one in encodings(secret) if one in kept]

    assert MARK.encode() in kept
    assert "桂芳五金".encode() in kept or "桂芳五金" in kept.decode(errors="ignore"), "what is not sensitive is legible"
    assert found == []


def test_those_who_work_with_it_read_it(served: Company) -> None:
    with served.transactions.read() as tx:
        page = customers(tx, Criteria(text=ID))
        [row] = page.rows
        shown = queries.customer(tx, row.code)
        revealed = queries.customer(tx, row.code, reveal=True)
    masked, plain = (
        {value.name: value.text for view in one.views for line in view.rows for value in line}  # type: ignore[union-attr]
        for one in (shown, revealed)
    )

    assert served.form(1)["tax_id"] == ID
    assert served.form(1)["banks"][0]["account_no"] == CARD
    assert row.tax_id == "**************0134"
    assert (masked["mobile"], masked["account_no"]) == ("139****6027", "***************0128")
    assert (plain["mobile"], plain["account_no"], plain["tax_id"]) == (MOBILE, CARD, ID)


def test_one_persons_number_is_one_key_though_nobody_can_read_it(served: Company) -> None:
    """E-33 holds on fingerprints: the second application is refused, whatever the name."""
    with pytest.raises(FormInvalid) as error:
        served.apply("郑凯", "U2", form={**PERSON, "legal_name": "北京市西城区芳芳百货经营部"})
    told = "".join(problem.message for problem in error.value.problems)

    assert "同一税号的客户已存在：1000000" in told
    assert ID not in told


def test_a_signature_over_encrypted_sections_still_stands(served: Company) -> None:
    assert served.findings(1) == []
    assert served.engine.verify() == []


def test_what_looks_like_a_token_is_only_text(each_company: Company) -> None:
    """Somebody who copies a token out of the database into a remark does not get it decrypted."""
    with each_company.transactions.read() as tx:
        token = tx.vault.encrypt(CARD)

    case = each_company.apply(form={**FORM, "remarks": str(token)})

    assert each_company.form(case)["remarks"] == token


def test_without_the_key_the_data_cannot_be_read(served: Company, tmp_path: Path, clock: ManualClock) -> None:
    for key in (tmp_path / "keys").glob("vault-*.key"):
        key.rename(key.with_suffix(".lost"))
    served.restart()

    with pytest.raises(Misconfigured) as error:
        served.form(1)

    assert "密钥" in error.value.message


@pytest.mark.parametrize("number", [ID, f"L{ID}", f"{ID}01", "11010119900307 0134"])
def test_a_persons_number_is_known_in_every_form(number: str) -> None:
    assert is_personal(number)


@pytest.mark.parametrize("number", ["914403001922038216", "91441900MA4W5T5M1M", "", None, "IC0012"])
def test_an_organisations_number_is_public(number: str | None) -> None:
    assert not is_personal(number)


def test_after_a_rotation_old_values_are_read_and_new_ones_written_with_the_new_key(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    old = vault.encrypt("旧")
    another = Vault(tmp_path)

    vault.rotate()
    new = vault.encrypt("新")

    assert vault.decrypt(old) == "旧"
    assert another.decrypt(new) == "新", "a process that was running learns of the new key"
    assert old[:13] != new[:13]
    assert not vault.is_newest(old)
    assert vault.is_newest(new)
