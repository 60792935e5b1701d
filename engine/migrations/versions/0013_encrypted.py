"""sensitive values encrypted; a person's key and a bank account looked up by fingerprint"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import context, op

from engine.vault import Vault

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ALWAYS = {"mobile", "account_no", "birthday"}
OF_PERSONS = {"tax_id", "taxpayer_no"}
# table → column → (old type, new type, may be empty)
WIDER: dict[str, dict[str, tuple[int, int | None, bool]]] = {
    "party": {"key": (60, 80, True), "tax_id": (40, None, True)},
    "key_reservation": {"key": (60, 80, False)},
    "applied": {"key": (60, 80, True)},
    "search_log": {"key": (60, 80, True), "tax_id": (60, None, False)},
    "general_view": {"tax_id": (40, None, True)},
    "company_code_view": {"taxpayer_no": (40, None, True)},
    "contact": {"mobile": (40, None, True), "birthday": (10, None, True)},
    "bank_account": {"account_no": (40, None, True)},
}
# table → key columns, columns of JSON with values in it
DOCUMENTS = {"instance": (("id",), ("form",)), "work_item": (("instance_id", "id"), ("submission", "replaced")),
             "account_version": (("id",), ("snapshot",)), "import_row": (("batch_id", "row"), ("cells", "form"))}  # fmt: skip
COLUMNS = {
    "party": (("id",), ("tax_id",)),
    "search_log": (("id",), ("tax_id",)),
    "general_view": (("account_id",), ("tax_id",)),
    "company_code_view": (("id",), ("taxpayer_no",)),
    "contact": (("account_id", "line"), ("mobile", "birthday")),
    "bank_account": (("account_id", "line"), ("account_no",)),
}
WHOLE = {
    "instance": (("id",), ("base",)),
    "change_item": (("id",), ("old", "new")),
    "draft": (("person_id", "subject"), ("data",)),
}
KEYS = {
    "party": ("id",),
    "key_reservation": ("id",),
    "search_log": ("id",),
    "import_row": ("batch_id", "row"),
    "applied": ("instance_id",),
}


def upgrade() -> None:
    for table, columns in WIDER.items():
        with op.batch_alter_table(table) as batch:
            for name, (old, new, nullable) in columns.items():
                wide = sa.String(new) if new else sa.Text()
                batch.alter_column(name, existing_type=sa.String(old), type_=wide, existing_nullable=nullable)
    with op.batch_alter_table("bank_account") as batch:
        batch.add_column(sa.Column("account_key", sa.String(64), nullable=True))
        batch.drop_index("ix_bank_account_account_no")
        batch.create_index("ix_bank_account_account_key", ["account_key"])
    _encrypt(context.config.attributes.get("vault") or Vault())


def downgrade() -> None:
    raise NotImplementedError("restore a backup of the earlier release")


def _encrypt(vault: Vault) -> None:
    _change("bank_account", ("account_id", "line"), ("account_no",), vault.fingerprint, into="account_key")
    for table, (key, columns) in COLUMNS.items():
        _change(table, key, columns, partial(_column, vault, columns[0]))
    for table, key in KEYS.items():
        _change(table, key, ("key",), lambda text: _key(vault, text))
    _change("account_version", ("id",), ("snapshot",), lambda text: _snapshot_hash(vault, text), into="hash")
    for table, (key, columns) in DOCUMENTS.items():
        _change(table, key, columns, lambda text: _document(vault, text))
    for table, (key, columns) in WHOLE.items():
        _change(table, key, columns, lambda text: vault.encrypt(orjson.loads(text)))


def _change(
    table: str, key: tuple[str, ...], columns: tuple[str, ...], change: Callable[[str], str], into: str = ""
) -> None:
    """Rewrite the filled columns of a table row by row."""
    connection = op.get_bind()
    for name in columns:
        rows = connection.execute(sa.text(f"SELECT {', '.join(key)}, {name} FROM {table} WHERE {name} IS NOT NULL"))
        where = " AND ".join(f"{one} = :{one}_" for one in key)
        write = sa.text(f"UPDATE {table} SET {into or name} = :new WHERE {where}")
        for row in rows.fetchall():
            old, ids = row[-1], {f"{one}_": row[place] for place, one in enumerate(key)}
            if old and (new := change(old)) != old:
                connection.execute(write, {"new": str(new), **ids})


def _column(vault: Vault, name: str, text: str) -> str:
    return vault.encrypt(text) if name not in OF_PERSONS or _personal(text) else text


def _key(vault: Vault, key: str) -> str:
    country, _, number = key.partition("/")
    return f"{country}/#{vault.fingerprint(number)}" if _personal(number) else key


def _document(vault: Vault, text: str) -> str:
    return _dumps(_replaced(orjson.loads(text), lambda name, one: _hidden(vault, name, one)))


def _snapshot_hash(vault: Vault, text: str) -> str:
    def hide(name: str, one: str) -> Any:
        if name == "key":
            return _key(vault, one)
        return {"hmac": vault.fingerprint(one)} if _secret(name, one) else one

    return sha256(_dumps(_replaced(orjson.loads(text), hide)).encode()).hexdigest()


def _hidden(vault: Vault, name: str, text: str) -> str:
    if name == "key":
        return _key(vault, text)
    return vault.encrypt(text) if _secret(name, text) else text


def _secret(name: str, text: str) -> bool:
    field = re.split(r"[.-]", name)[-1]
    return field in ALWAYS or (field in OF_PERSONS and _personal(text))


def _replaced(value: Any, hide: Callable[[str, str], Any], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _replaced(one, hide, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, hide, name) for one in value]
    return hide(name, value) if isinstance(value, str) and value else value


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _personal(number: str) -> bool:
    """A resident's ID or a tax number made of it; what could be a USCC as well is a person's when its check holds."""
    code = re.sub(r"[^0-9A-Z]", "", number.upper()).removeprefix("L")
    code = code[:18] if len(code) == 20 else code
    if re.fullmatch(r"[1-8]\d{5}(?:18|19|20)\d{9}[\dX]", code) is None:
        return False
    total = sum(int(one) * pow(2, 17 - place, 11) for place, one in enumerate(code[:17]))
    return "10X98765432"[total % 11] == code[17] or not _uscc(code)


def _uscc(code: str) -> bool:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if any(one not in alphabet for one in code):
        return False
    total = sum(alphabet.index(one) * pow(3, place, 31) for place, one in enumerate(code[:17]))
    return alphabet[-total % 31] == code[17]
