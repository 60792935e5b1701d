"""The sensitive values of a form: which they are, their stored form, and what stands for them in a hash.

In memory a form is plain. Stored, every sensitive value is a token of the vault; hashed, it is a salted commitment, so
that neither the log nor a signature helps anybody to guess a telephone number. The salt is made with the case, kept
in its form under SALT, and encrypted like the values. A form without one (of an earlier release) is hashed plainly.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from engine.forms.fields import Field, empty
from engine.operations import Registry, registry
from engine.store import dumps
from engine.vault import MARK, Token, Vault

SALT = "_salt"
_SALT_BYTES = 16

Hide = Callable[[str, Any], Any]  # path (`banks.0.account_no`) and value → what stands for it


def is_sensitive(one: Field, value: Any, known: Registry = registry) -> bool:
    """Whether this value of a field must not be stored or shown in full."""
    if isinstance(one.sensitive, bool) or empty(value):
        return bool(one.sensitive) and not empty(value)
    judge = known.sensitive.get(one.sensitive)
    return judge is None or judge(value)


def may_be_sensitive(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields that could hold a sensitive value, themselves or in a column."""
    return tuple(one for one in fields if one.sensitive or any(column.sensitive for column in one.columns))


def conceal(fields: Iterable[Field], values: Mapping[str, Any], hide: Hide) -> dict[str, Any]:
    """A copy of the values in which `hide` stands for every sensitive one."""
    found = dict(values)
    for one in fields:
        value = values.get(one.id)
        if one.columns and isinstance(value, list):
            found[one.id] = [_row(one, number, row, hide) for number, row in enumerate(value)]
        elif is_sensitive(one, value):
            found[one.id] = hide(one.id, value)
    return found


def _row(table: Field, number: int, row: Any, hide: Hide) -> Any:
    if not isinstance(row, Mapping):
        return row
    hidden = [column.id for column in table.columns if is_sensitive(column, row.get(column.id))]
    return {**row, **{name: hide(f"{table.id}.{number}.{name}", row[name]) for name in hidden}}


# --- stored ------------------------------------------------------------------------------------------------


def new_salt(fields: Iterable[Field]) -> dict[str, str]:
    """What a new case adds to its form when it could hold sensitive values."""
    return {SALT: secrets.token_hex(_SALT_BYTES)} if tuple(fields) else {}


def stored(vault: Vault, fields: Sequence[Field], values: Mapping[str, Any]) -> str:
    """The JSON text that goes into the database; `vault.reveal` gives the plain text back."""
    plain = dumps(values)
    if not fields and SALT not in values and MARK not in plain:  # nothing to hide
        return plain
    hidden = conceal(fields, values, lambda _, value: vault.encrypt(value))
    if SALT in values:
        hidden[SALT] = vault.encrypt(values[SALT])
    if MARK in plain:
        hidden = _guarded(vault, hidden)
    return dumps(hidden)


def _guarded(vault: Vault, value: Any) -> Any:
    """Texts that somebody typed like a token are encrypted too: nothing typed is ever taken for one."""
    if isinstance(value, Mapping):
        return {name: _guarded(vault, one) for name, one in value.items()}
    if isinstance(value, list):
        return [_guarded(vault, one) for one in value]
    typed = isinstance(value, str) and not isinstance(value, Token) and value.startswith(MARK)
    return vault.encrypt(value) if typed else value


# --- hashed ------------------------------------------------------------------------------------------------


def committed(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of these fields as they are hashed: a commitment stands for every sensitive one."""
    fields = tuple(fields)
    own = {one.id: values.get(one.id) for one in fields}
    salt = values.get(SALT)
    if not salt:
        return own
    return conceal(fields, own, lambda path, value: commitment(leaf_salt(salt, path), value))


def leaf_salt(salt: str, path: str) -> str:
    """The salt of one value: disclosing it helps to guess no other."""
    return sha256(f"{salt}:{path}".encode()).hexdigest()


def commitment(salt: str, value: Any) -> dict[str, str]:
    """What stands for a sensitive value in a hash; with salt and value anybody can check it."""
    return {"sha256": sha256(f"{salt}:{dumps(value)}".encode()).hexdigest()}
