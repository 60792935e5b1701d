"""`config.yaml` and the environment, read once at start into a frozen dataclass; complains precisely."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from engine.errors import Misconfigured


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; `config.yaml` and `COUNTERSIGN_*` variables override, in this order."""

    company: str = "示范集团"
    database: str = "sqlite:///var/countersign.db"  # or postgresql+psycopg://user:password@host/name
    processes: str = "processes"
    keys: str = "var/keys"  # seal and log keys: never inside the database
    exports: str = "var/exports"  # signed daily roots, outbox files
    secret_key_file: str = "var/secret_key"
    demo: bool = False  # sign-in choices on the login page, movable clock
    scheduler: bool = True  # tick the sweeps inside the web process
    tick_seconds: float = 5.0
    port: int = 8000
    secure_cookies: bool = False  # True behind HTTPS
    proxy: str = ""  # address of a reverse proxy in front, whose X-Forwarded-For and -Proto are believed
    session_minutes: int = 480
    upload_megabytes: int = 10
    outage_minutes: int = 10  # of working time without a beat: an outage, on record
    job_attempts: int = 4  # then an incident
    job_backoff_seconds: int = 30  # doubles with each attempt
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_sender: str = ""
    # From where on a way of working is listed as a sign (RP-20); meaning and units: handlers/signs/thresholds.py
    signs_quick_seconds: int = 10
    signs_last_minutes: int = 30
    signs_return_percent: int = 90
    signs_returns: int = 2
    signs_pauses: int = 5
    signs_paused_percent: int = 50
    signs_cluster: int = 3
    signs_burst: int = 5
    signs_burst_minutes: int = 5


def read(path: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this installation.

    Raises Misconfigured naming the key, when a key is unknown or its value has the wrong type.
    """
    given: dict[str, Any] = {}
    if path is not None and path.exists():
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        if not isinstance(given, dict):
            raise Misconfigured(what=f"{path.name} 不是“键: 值”的列表", remedy="对照 README 的设置一节改正")
    known = {field.name: type(field.default) for field in fields(Settings)}
    for key in given:
        if key not in known:
            raise Misconfigured(
                what=f"config.yaml 中有不认识的设置“{key}”", remedy=f"删去或改名；可用：{'、'.join(known)}"
            )
    for name in known:
        if (text := environment.get(f"COUNTERSIGN_{name.upper()}")) is not None:
            given[name] = text
    if environment.get("PORT"):
        given["port"] = environment["PORT"]
    return Settings(**{name: _typed(name, value, known[name]) for name, value in given.items()})


def _typed(name: str, value: Any, kind: type) -> Any:
    try:
        if kind is bool:
            return _boolean(value)
        return kind(value)
    except (TypeError, ValueError):
        raise Misconfigured(what=f"设置“{name}”的值 {value!r} 不对", remedy=f"应为 {kind.__name__}") from None


def _boolean(value: Any) -> bool:
    words = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }
    if isinstance(value, bool):
        return value
    return words[str(value).lower()] if str(value).lower() in words else bool(_not_boolean(value))


def _not_boolean(value: Any) -> bool:
    raise ValueError(value)
