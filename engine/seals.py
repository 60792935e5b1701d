"""Seals and signatures: Ed25519 keys kept in files outside the database, one per department and one for the log.

A root key, made once and never rotated, certifies the others, so that somebody who knows its fingerprint can check a
seal without this system.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.key_ring import KeyRing, SealKey, fingerprint, key_id, read_public
from engine.store import dumps

LOG = "log"  # the key that signs the daily root, and attests what the system itself has seen
ROOT = "installation.root"  # the key that certifies the others; no department's code has a dot
RESERVED = (LOG,)  # no department may have this code

Seal = Mapping[str, str]


class Seals:
    """Sealing and checking with the keys of a folder. A payload says under `at` (or `signed_at`) when it is sealed:
    the owner's key of that moment counts.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.ring = folder, KeyRing(folder)

    def seal(self, owner: str, payload: Mapping[str, Any]) -> dict[str, str]:
        """Sign the canonical JSON of `payload` with the owner's key: {'key_id', 'value'} (base64)."""
        keys, at = self.ring.keys(owner, make=True), moment_of(payload)
        key = next((one for one in reversed(keys) if at and one.valid(at)), keys[-1])
        value = base64.b64encode(self.ring.private(key).sign(dumps(payload).encode())).decode()
        return {"key_id": key.key_id, "value": value}

    def verify(self, owner: str, payload: Mapping[str, Any], seal: Seal) -> bool:
        """Whether `seal` is this owner's seal over exactly this payload, with a key valid at its moment."""
        key = next((one for one in self.ring.keys(owner) if one.key_id == seal.get("key_id")), None)
        return key is not None and key.valid(moment_of(payload)) and holds(read_public(key.public), payload, seal)

    def certificate(self, key: SealKey, name: str) -> dict[str, Any]:
        """Whose key it is and for when, sealed by the root: what somebody else needs to trust it."""
        told = {
            "owner": key.owner, "name": name, "key_id": key.key_id, "public": key.public, "since": key.since,
            "until": key.until, "revoked": key.revoked,
        }  # fmt: skip
        return {**told, "seal": self.seal(ROOT, told)}

    def root(self) -> dict[str, str]:
        """The public root key with its fingerprint, which the company makes known."""
        [key] = self.ring.keys(ROOT, make=True)
        return {"public": key.public, "fingerprint": fingerprint(read_public(key.public))}


def moment_of(payload: Mapping[str, Any]) -> str:
    """The stamp a payload bears, or ""."""
    return str(payload.get("at") or payload.get("signed_at") or "")


def holds(public: Ed25519PublicKey, payload: Mapping[str, Any], seal: Seal) -> bool:
    """Whether this very seal was made over this payload with the private half of this key."""
    try:
        value = base64.b64decode(seal["value"], validate=True)
        public.verify(value, dumps(payload).encode())
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    unchanged = base64.b64encode(value).decode() == seal["value"]  # the last digit has bits that mean nothing
    return unchanged and seal.get("key_id") == key_id(public)
