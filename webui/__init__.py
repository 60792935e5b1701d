"""The pages, and the composition root: `create_app(settings, clock)` builds everything."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect

from engine.clock import Clock
from engine.settings import Settings
from webui.services import Services

csrf = CSRFProtect()

# Nothing inline: a page runs no script and applies no style that does not come from our own files.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self';"
    " form-action 'self'"
)


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """The Flask application over one database; `clock` replaces the computer's in tests."""
    app = Flask(__name__)
    services = Services.build(settings, clock)
    app.extensions["countersign"] = services
    app.config.update(
        SECRET_KEY=_secret(Path(settings.secret_key_file)),
        MAX_CONTENT_LENGTH=(settings.upload_megabytes + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,  # a table of thousands of given rows
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_minutes),
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        WTF_CSRF_TIME_LIMIT=None,
    )
    csrf.init_app(app)
    Babel(app)
    app.after_request(_harden)
    _register(app, services)
    return app


def _register(app: Flask, services: Services) -> None:
    from webui import shell
    from webui.db import init_db

    init_db(app, services.transactions.engine)
    shell.register(app)


def _harden(response):  # type: ignore[no-untyped-def]
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if "text/html" in (response.content_type or ""):
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("HX-Request")
    return response


def _secret(path: Path) -> str:
    """The session key of this installation: made once, kept in a file beside the database, never in it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        if not path.read_text():
            path.write_text(secrets.token_hex(32))
    return path.read_text().strip()
