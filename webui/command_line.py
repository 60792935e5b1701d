"""What the commands share: settings, the database, errors that end with their Chinese message and exit code 1."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from sqlalchemy import inspect

from engine import settings as settings_file
from engine.errors import CountersignError
from engine.settings import Settings
from engine.transactions import Transactions
from engine.vault import Vault

CONFIG = Path("config.yaml")


def teaching(command: Callable[..., Any]) -> Callable[..., Any]:
    """Print an error as its Chinese message and end with exit code 1: no traceback for what a person can mend."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except CountersignError as error:
            raise click.ClickException(error.message) from None

    return wrapped


def read_settings(**overrides: Any) -> Settings:
    environment = dict(os.environ) | {f"COUNTERSIGN_{k.upper()}": str(v) for k, v in overrides.items()}
    return settings_file.read(CONFIG, environment)


def vault_of(settings: Settings) -> Vault:
    return Vault(Path(settings.keys))


def opened(settings: Settings) -> Transactions:
    """The database of this installation; says what to do when there is none."""
    transactions = Transactions(settings.database, vault_of(settings))
    if not inspect(transactions.engine).has_table("instance"):
        raise CountersignError(
            "数据库还没有建立。请先运行 countersign init（新装）、restore（恢复）或 run --demo（演示）。"
        )
    return transactions


def fingerprint(typed: str) -> str:
    """A root key's fingerprint as somebody typed it, "" when none was; raises CountersignError."""
    pinned = "".join(typed.split()).lower()
    if pinned and (len(pinned) != 64 or pinned.strip("0123456789abcdef")):
        raise CountersignError("--root 要写完整的指纹：64 位十六进制数字。运行 countersign keys 可以看到。")
    return pinned
