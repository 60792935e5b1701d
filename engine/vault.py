"""The vault: sensitive values are encrypted before they reach the database, with keys that never do.

A value becomes a token, `enc1.<key id>.<nonce and AES-256-GCM ciphertext>`, that says which key opens it: after a
rotation old tokens are still read, new ones are written with the newest key. Equality (one party per key, the same
bank account twice) is asked of a fingerprint, HMAC-SHA256 under a key of its own.

Key folder: `vault-0001.key`, `vault-0002.key` … (the highest number writes) and `lookup.key`, 32 bytes each.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import Misconfigured
from engine.key_files import write_once
from engine.store import dumps, loads

MARK = "enc1."
_TOKEN = re.compile(r"enc1\.([0-9a-f]{8})\.([\w-]{38,})")
_IN_JSON = re.compile(r'"(enc1\.[0-9a-f]{8}\.[\w-]{38,})"')
_NONCE = 12  # bytes, random: good for 2^32 values per key


class Token(str):
    """An encrypted value, as opposed to a text somebody typed that looks like one."""

    __slots__ = ()


class Vault:
    """The keys of this installation. They are made when first needed; without a folder nothing can be encrypted."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._keys: dict[str, AESGCM] = {}
        self._newest = ""
        self._seen = 0  # when the folder last changed, as far as is known here
        self._lookup: bytes | None = None

    def encrypt(self, value: Any) -> Token:
        """The token of a plain value (text, number, list …)."""
        self._freshen()
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._keys[self._newest].encrypt(nonce, dumps(value).encode(), None)
        return Token(f"{MARK}{self._newest}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}")

    def decrypt(self, token: str) -> Any:
        """The value behind a token; raises Misconfigured when its key is not in the folder."""
        return loads(self._json(token))

    def plain(self, text: Any) -> Any:
        """What a column holds: the value behind a token, anything else as it is."""
        return self.decrypt(text) if is_token(text) else text

    def reveal(self, text: str) -> str:
        """JSON text with every token in it replaced by its value."""
        return _IN_JSON.sub(lambda found: self._json(found[1]), text) if MARK in text else text

    def fingerprint(self, text: str) -> str:
        """What equal texts have in common and nobody without the key can compute: 64 hex digits."""
        if self._lookup is None:
            self._lookup = self._read(self._path("lookup.key"), make=True)
        return hmac.new(self._lookup, text.encode(), sha256).hexdigest()

    def rotate(self) -> str:
        """Make a new key, with which all is written from now on; returns its id."""
        self._load()
        numbers = [int(path.stem.removeprefix("vault-")) for path in self._path("").glob("vault-*.key")]
        self._read(self._path(f"vault-{max(numbers, default=0) + 1:04d}.key"), make=True)
        self._load()
        return self._newest

    def renewed(self, text: str) -> str:
        """A stored text with every token in it written anew with the newest key, where it is not already."""
        return _TOKEN.sub(lambda found: found[0] if self.is_newest(found[0]) else self._anew(found[0]), text)

    def _anew(self, token: str) -> str:
        return str(self.encrypt(self.decrypt(token)))

    def is_newest(self, token: str) -> bool:
        """Whether a token was written with the newest key."""
        self._freshen()
        return token.startswith(f"{MARK}{self._newest}.")

    # --- keys -------------------------------------------------------------------------------------------------

    def _json(self, token: str) -> str:
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise Misconfigured(what="一项加密的数据已损坏", remedy="从备份恢复数据库")
        if found[1] not in self._keys:
            self._load()  # another process may have rotated
        key, sealed = self._keys.get(found[1]), base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
        if key is None:
            remedy = "把与数据库同时保管的密钥文件（vault-*.key）放回 keys 文件夹；没有它，这些数据无法读出"
            raise Misconfigured(what=f"缺少解密用的密钥 {found[1]}", remedy=remedy)
        try:
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
        except InvalidTag:
            raise Misconfigured(what="一项加密的数据被改动，与其密钥不符", remedy="从备份恢复数据库") from None

    def _freshen(self) -> None:
        """Write with the newest key there is: another process may have made one."""
        folder = self._path("")
        changed = folder.stat().st_mtime_ns if folder.exists() else 0
        if not self._newest or changed != self._seen:
            self._load(make=True)
            self._seen = changed

    def _load(self, make: bool = False) -> None:
        paths = sorted(self._path("").glob("vault-*.key"))
        if not paths and make:
            paths = [self._path("vault-0001.key")]
        for path in paths:
            key = self._read(path, make)
            self._newest = sha256(key).hexdigest()[:8]
            self._keys[self._newest] = AESGCM(key)

    def _read(self, path: Path, make: bool = False) -> bytes:
        if make and not path.exists():
            write_once(path, base64.b64encode(os.urandom(32)))
        key = base64.b64decode(path.read_bytes())
        if len(key) != 32:
            raise Misconfigured(what=f"密钥文件 {path.name} 已损坏", remedy="用保管的副本替换它")
        return key

    def _path(self, name: str) -> Path:
        if self.folder is None:
            raise Misconfigured(what="没有指定密钥文件夹，敏感字段无法加密", remedy="在设置中指定 keys 文件夹")
        return self.folder / name


def is_token(value: Any) -> bool:
    """Whether a stored text is an encrypted value."""
    return isinstance(value, str) and value.startswith(MARK) and _TOKEN.fullmatch(value) is not None
