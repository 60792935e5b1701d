"""Seals and signatures: Ed25519 keys kept in files outside the database, one per department and one for the log."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.key_files import write_once
from engine.store import dumps

LOG = "log"  # the key that signs the daily root


class Seals:
    """The key folder. A key is made the first time its owner seals; its id is a digest of the public key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys: dict[str, Ed25519PrivateKey] = {}

    def seal(self, owner: str, payload: dict[str, Any]) -> dict[str, str]:
        """Sign the canonical JSON of `payload` with the owner's key: {'key_id', 'value'} (base64)."""
        key = self._key(owner)
        value = base64.b64encode(key.sign(dumps(payload).encode())).decode()
        return {"key_id": key_id(key.public_key()), "value": value}

    def verify(self, owner: str, payload: dict[str, Any], seal: dict[str, str]) -> bool:
        """Whether `seal` is this owner's seal over exactly this payload."""
        public = self.public(owner)
        if public is None or key_id(public) != seal.get("key_id"):
            return False
        try:
            public.verify(base64.b64decode(seal.get("value", "")), dumps(payload).encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def public(self, owner: str) -> Ed25519PublicKey | None:
        path = self._path(owner)
        return self._key(owner).public_key() if owner in self._keys or path.exists() else None

    def _path(self, owner: str) -> Path:
        if not re.fullmatch(r"[\w.-]{1,60}", owner):
            raise ValueError(f"not a key owner: {owner!r}")
        return self.folder / f"{owner}.pem"

    def _key(self, owner: str) -> Ed25519PrivateKey:
        if owner not in self._keys:
            self._keys[owner] = self._read_or_make(self._path(owner))
        return self._keys[owner]

    def _read_or_make(self, path: Path) -> Ed25519PrivateKey:
        if not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            write_once(path, pem)
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path.name}: not an Ed25519 key")
        return key


def key_id(public: Ed25519PublicKey) -> str:
    """A short name for a public key: the first 16 hex digits of its digest."""
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw).hexdigest()[:16]
