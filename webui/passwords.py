"""Passwords: what makes one acceptable, hashing and checking (werkzeug's scrypt, 0.1 s each on purpose)."""

from __future__ import annotations

import secrets
from functools import lru_cache

from werkzeug.security import check_password_hash, generate_password_hash

from engine.errors import FieldProblem

SHORTEST, LONGEST = 10, 200
# No 0/O, 1/l/I: one-time passwords are read out on the telephone.
LEGIBLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def problems(password: str, repeated: str, login: str) -> list[FieldProblem]:
    """Why a new password is not acceptable: length counts, a mix of character kinds does not (SP 800-63B)."""
    if len(password) < SHORTEST:
        return [FieldProblem("password", f"密码至少 {SHORTEST} 位，可以是一句容易记的话", "新密码")]
    if len(password) > LONGEST:
        return [FieldProblem("password", f"密码最多 {LONGEST} 位", "新密码")]
    if len(set(password)) < 5 or login.casefold() in password.casefold():
        text = "这个密码太容易猜到：不要含登录名，也不要只用几个重复的字符"
        return [FieldProblem("password", text, "新密码")]
    if password != repeated:
        return [FieldProblem("repeated", "两次输入的密码不一样，请重新输入", "再输一次")]
    return []


def hashed(password: str) -> str:
    """The stored form of a password; compute it outside any transaction."""
    return generate_password_hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; as slow for somebody unknown, so that time betrays no login."""
    right = check_password_hash(password_hash or _nobody(), password[:LONGEST])
    return right and bool(password_hash)


def one_time() -> str:
    """A password an administrator reads out once; the person must change it at the first sign-in."""
    return "-".join("".join(secrets.choice(LEGIBLE) for _ in range(4)) for _ in range(3))


@lru_cache(1)
def _nobody() -> str:
    return generate_password_hash(secrets.token_hex())
