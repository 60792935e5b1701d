"""The key ring: every key an owner has sealed with, the newest last, each with the time in which it is valid.

Key folder: `<owner>.pem`, after a rotation `<owner>.2.pem` … and `seals.json`, which says from when until when each key
of a rotated owner holds, and which are revoked. An owner who is not in it has one key, valid from the beginning. An
old private key may be destroyed: its public half stays in `seals.json`.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import Misconfigured, NotFound
from engine.key_files import write_once
from engine.store import dumps, loads, stamp

REGISTER = "seals.json"
_RAW = serialization.Encoding.Raw, serialization.PublicFormat.Raw


@dataclass(frozen=True)
class SealKey:
    """One key: `since` ≤ moment < `until` (stamps; "" without limit), `revoked` says why it vouches for nothing."""

    owner: str
    key_id: str
    public: str  # base64 of the raw public key
    file: str
    since: str = ""
    until: str = ""
    revoked: str = ""

    def valid(self, at: str) -> bool:
        """Whether a seal given at this stamp holds; without a stamp only a revocation counts against it."""
        within = not at or (self.since <= at and (not self.until or at < self.until))
        return within and not self.revoked


class KeyRing:
    """The keys of all owners in one folder. A key is made the first time it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._private: dict[str, Ed25519PrivateKey] = {}
        self._register: tuple[tuple[int, int], dict[str, tuple[SealKey, ...]]] = ((0, 0), {})

    def owners(self) -> list[str]:
        """Everybody who has a key."""
        made = {path.name.removesuffix(".pem") for path in self.folder.glob("*.pem")}
        return sorted({one for one in made if not re.search(r"\.\d+$", one)} | set(self._registered()))

    def keys(self, owner: str, make: bool = False) -> tuple[SealKey, ...]:
        """The owner's keys, oldest first; none when he has never sealed and none is to be made."""
        found = self._registered().get(owner)
        if found is None:
            file = _file(owner, 1)
            found = (self._described(owner, file),) if make or (self.folder / file).exists() else ()
        return found

    def private(self, key: SealKey) -> Ed25519PrivateKey:
        """The private half; raises Misconfigured when its file is gone or is no Ed25519 key."""
        if key.file not in self._private:
            self._private[key.file] = self._read(key.file)
        return self._private[key.file]

    def rotate(self, owner: str, now: datetime) -> SealKey:
        """A new key from now on; the one before stays valid for the seals of its time."""
        before, at = self.keys(owner, make=True), stamp(now)
        new = replace(self._described(owner, _file(owner, len(before) + 1)), since=at)
        ended = replace(before[-1], until=before[-1].until or at)
        self._write({**self._registered(), owner: (*before[:-1], ended, new)})
        return new

    def revoke(self, key_id: str, now: datetime, reason: str) -> SealKey:
        """Declare a key lost or stolen; an owner whose newest key it is gets a new one. Raises NotFound."""
        key = next((one for owner in self.owners() for one in self.keys(owner) if one.key_id == key_id), None)
        if key is None:
            raise NotFound(what=f"印章密钥 {key_id}")
        if self.keys(key.owner)[-1] == key:
            self.rotate(key.owner, now)
        revoked = replace(key, until=key.until or stamp(now), revoked=reason)
        keys = tuple(revoked if one.key_id == key_id else one for one in self.keys(key.owner))
        self._write({**self._registered(), key.owner: keys})
        return revoked

    # --- files ------------------------------------------------------------------------------------------------

    def _registered(self) -> dict[str, tuple[SealKey, ...]]:
        """What `seals.json` says, read anew when another process has changed it."""
        path = self.folder / REGISTER
        try:
            found = path.stat()
        except FileNotFoundError:
            return {}
        if self._register[0] != (found.st_mtime_ns, found.st_ino):
            content = loads(path.read_text(encoding="utf-8"))
            keys = {owner: tuple(SealKey(**one) for one in listed) for owner, listed in content.items()}
            self._register = (found.st_mtime_ns, found.st_ino), keys
        return self._register[1]

    def _write(self, register: dict[str, tuple[SealKey, ...]]) -> None:
        path = self.folder / REGISTER
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(dumps({owner: [asdict(one) for one in keys] for owner, keys in register.items()}))
        temporary.chmod(0o600)
        os.replace(temporary, path)

    def _described(self, owner: str, file: str) -> SealKey:
        if file not in self._private:
            self._private[file] = self._read(file, make=True)
        public = self._private[file].public_key()
        return SealKey(owner, key_id(public), base64.b64encode(public.public_bytes(*_RAW)).decode(), file)

    def _read(self, file: str, make: bool = False) -> Ed25519PrivateKey:
        path = self.folder / file
        if make and not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            write_once(path, pem)
        if not path.exists():
            raise Misconfigured(what=f"缺少印章密钥文件 {file}", remedy="从保管的副本放回 keys 文件夹")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise Misconfigured(what=f"密钥文件 {file} 已损坏", remedy="用保管的副本替换它")
        return key


def fingerprint(public: Ed25519PublicKey) -> str:
    """The sha256 (hex) of a public key: what people compare."""
    return sha256(public.public_bytes(*_RAW)).hexdigest()


def key_id(public: Ed25519PublicKey) -> str:
    """A short name for a public key: the first 16 hex digits of its fingerprint."""
    return fingerprint(public)[:16]


def read_public(text: str) -> Ed25519PublicKey:
    """The public key behind its base64; raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def _file(owner: str, number: int) -> str:
    if not re.fullmatch(r"[\w.-]{1,60}", owner):
        raise ValueError(f"not a key owner: {owner!r}")
    return f"{owner}.pem" if number == 1 else f"{owner}.{number}.pem"
