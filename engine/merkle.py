"""A Merkle tree (RFC 9162, 2.1): one hash over many leaves, of which each can be proved without the others."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def root(leaves: Sequence[str]) -> str:
    """The hash (hex) over all leaves in their order."""
    return _root([_leaf(one) for one in leaves]).hex()


def path(leaves: Sequence[str], index: int) -> list[str]:
    """The hashes (hex), from the leaf upwards, with which that leaf alone gives the root."""
    return [one.hex() for one in _path([_leaf(one) for one in leaves], index)]


def _leaf(text: str) -> bytes:
    return sha256(b"\x00" + text.encode()).digest()


def _join(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashed leaves; an odd one out moves up a level as it is."""
    if not hashes:
        return sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        level = [_join(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)] + odd
    return level[0]


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    if len(hashes) < 2:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1  # the largest power of two below the number of leaves
    if index < half:
        return [*_path(hashes[:half], index), _root(hashes[half:])]
    return [*_path(hashes[half:], index - half), _root(hashes[:half])]
