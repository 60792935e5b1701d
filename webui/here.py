"""What every view asks first: the services, the moment, who is signed in, where to go back to."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from urllib.parse import urlsplit

from flask import Response, current_app, request, send_file, session, url_for
from flask_login import current_user

from engine.people import People
from engine.snapshots import Snapshot
from engine.transactions import Tx
from webui.services import Services


def services() -> Services:
    """The services of this application."""
    found: Services = current_app.extensions["countersign"]
    return found


def now() -> datetime:
    return services().clock.now()


def me() -> int:
    """Id of the person who is signed in."""
    return int(current_user.id)


def snapshot(tx: Tx) -> Snapshot:
    return services().snapshot(tx)


def holds(people: People, *kinds: str) -> bool:
    """Whether the person signed in holds or deputises a post of one of these kinds."""
    return any(post.kind in kinds for post in people.posts_of(me(), now()))


def my_departments(people: People) -> frozenset[int]:
    """The departments the person signed in belongs to or holds a post in."""
    home = people.person(me()).department_id
    held = {post.department_id for post in people.posts_of(me(), now())}
    return frozenset(held | ({home} if home else set()))


def holds_any() -> bool:
    """Whether the person signed in has any post: the others have no work that needs data in bulk."""
    with services().transactions.read() as tx:
        return bool(snapshot(tx).people.posts_of(me(), now()))


def number(text: str) -> int:
    """The id or count a request names in a text; 0 for everything that is none (`²` is a digit to Python)."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def toast(text: str, undo_url: str | None = None) -> None:
    """A short message on the next page; with `undo_url` it offers to take the act back."""
    session["toasts"] = [*session.get("toasts", []), {"text": text, "undo_url": undo_url}]


def back(default: str) -> str:
    """The page of ours the request came from, else `default`; never another site's."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or came.scheme not in ("http", "https"):
        return default
    return came.path + (f"?{came.query}" if came.query else "")


def download(content: bytes, name: str, media: str = "application/json") -> Response:
    """Bytes as a file to keep, JSON unless said otherwise; nobody in between does."""
    response = send_file(BytesIO(content), media, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def link(endpoint: str, **values: object) -> str | None:
    """The address of an endpoint, None when this installation has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]
