"""Who is at the keyboard: the signed-in person, how long a session lasts, and which pages need none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from engine.people import Person, Post
from webui.here import now, services

V = TypeVar("V", bound=Callable[..., Any])
SEEN = "seen"


class SignedIn(UserMixin):
    """The person of this request with the posts they hold or deputise now."""

    def __init__(self, person: Person, posts: tuple[Post, ...]) -> None:
        self.person, self.posts = person, posts
        self.id, self.login, self.name = person.id, person.login, person.name
        self.department_id, self.must_change = person.department_id, person.must_change
        self.is_admin = any(post.kind == "admin" for post in posts)

    def get_id(self) -> str:
        """Id and session epoch: when the epoch grows, every session begun before is over."""
        return f"{self.person.id}.{self.person.session_epoch}"


def open_page(view: V) -> V:
    """Mark a view that needs no sign-in; every other page does."""
    view.open_page = True  # type: ignore[attr-defined]
    return view


def begin_session(user: SignedIn) -> None:
    """Start a fresh session, so that nothing planted before the sign-in survives it."""
    session.clear()
    login_user(user)
    session[SEEN] = int(now().timestamp())


def init_sessions(app: Flask) -> None:
    """Load the person of each request and ask everybody else to sign in."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)
    app.before_request(_gate)


def _load(stored: str) -> SignedIn | None:
    number, _, epoch = stored.partition(".")
    with services().transactions.read() as tx:
        people = services().people(tx)
    person = people.find_person(int(number)) if number.isdigit() else None
    if person is None or not person.active or str(person.session_epoch) != epoch:
        return None
    return SignedIn(person, people.posts_of(person.id, now()))


def _gate() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return None
    if current_user.is_authenticated and _idle_too_long():
        logout_user()
        session.clear()
    g.person = current_user
    if getattr(view, "open_page", False):
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if current_user.must_change and request.blueprint != "auth":
        return redirect(url_for("auth.password", next=request.full_path.rstrip("?")))
    return None


def _idle_too_long() -> bool:
    """Whether nobody has used this session for `session_minutes`; in the demo the clock jumps, so never there."""
    settings, seconds = services().settings, int(now().timestamp())
    idle = seconds - session.get(SEEN, 0)
    if not settings.demo and idle > settings.session_minutes * 60:
        return True
    # An htmx GET may be the page polling by itself while nobody is there: it keeps no session alive.
    polled = request.method == "GET" and "HX-Request" in request.headers
    if idle >= 60 and not polled:
        session[SEEN] = seconds
    return False


def _ask_to_sign_in() -> ResponseReturnValue:
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    if "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": url_for("auth.login")}
    return redirect(url_for("auth.login", next=target))
