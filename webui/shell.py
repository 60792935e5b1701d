"""The frame around every page: blueprints, navigation by rights, the clock, messages, error pages."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask import Flask, has_request_context, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.local import LocalProxy

from engine import inbox as items
from engine.people import POST_KINDS, People
from engine.transactions import Tx
from engine.workbench import may_draft
from handlers.notices import queries as notices
from webui import faults
from webui.clock_text import clock_text, end_of_day
from webui.here import holds, link, me, now, services, snapshot
from webui.sessions import init_sessions

# Each module holds a blueprint of its own name; a page that is wanted on top adds its module here.
BLUEPRINTS = (
    "auth",
    "inbox",
    "work",
    "cases",
    "more_time",
    "letters",
    "apply",
    "customers",
    "batches",
    "reports",
    "event_log",
    "assessment",
    "notices",
    "incidents",
    "attachments",
    "suggestions",
    "clock",
    "people",
    "workbench",
    "handbook",
    "what_if",
    "times",
    "policies",
)


OWNERS = "process owners"  # no kind of post: who may draw procedures (engine/workbench/rights.py)


@dataclass(frozen=True)
class Place:
    """An entry of the navigation; `posts` are the kinds of posts that see it, empty: everybody.

    `demo` marks what only the demonstration has.
    """

    key: str
    label: str
    icon: str
    endpoint: str
    posts: tuple[str, ...] = ()
    demo: bool = False


NAVIGATION = (
    (
        "工作",
        (
            Place("inbox", "待办", "inbox", "inbox.mine"),
            Place("apply", "发起", "file-plus", "apply.choose"),
            Place("started", "我发起的", "send", "inbox.started"),
            Place("done", "已办", "checks", "inbox.done"),
        ),
    ),
    (
        "数据",
        (
            Place("customers", "客户", "building", "customers.index"),
            Place("batches", "批量", "upload", "batches.index"),
            Place("assessment", "考核", "scale", "assessment.index"),
            Place("reports", "报表", "chart-bar", "reports.index"),
        ),
    ),
    (
        "管理",
        (
            Place("workbench", "流程", "sitemap", "workbench.index", (OWNERS,)),
            Place("what_if", "试算", "adjustments", "what_if.show", ("assessor", "admin")),
            Place("policies", "制度", "book", "policies.index"),
            Place("handbook", "手册", "list-details", "handbook.index"),
            Place("incidents", "异常", "alert-triangle", "incidents.index", ("admin", "maintainer")),
            Place("admin", "设置", "settings", "people.index", ("admin",)),
            Place("clock", "演示时钟", "clock", "clock.show", ("admin",), demo=True),
        ),
    ),
)
ON_PHONES = ("inbox", "apply", "started", "customers")


def register(app: Flask) -> None:
    """Everything a page needs around itself."""
    init_sessions(app)
    for name in BLUEPRINTS:
        app.register_blueprint(getattr(import_module(f"webui.{name}"), name))
    app.jinja_env.globals["_"] = gettext
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    app.context_processor(_context)
    faults.register(app)


def _context() -> dict[str, Any]:
    signed_in = has_request_context() and current_user and current_user.is_authenticated
    if not signed_in:
        return {}
    return {"shell": LocalProxy(_once()), "toasts": LocalProxy(_toasts())}


def _once() -> Any:
    """The frame is built when a template first asks for it: a fragment never does."""
    made: list[dict[str, Any]] = []

    def shell() -> dict[str, Any]:
        if not made:
            with services().transactions.read() as tx:
                made.append(_shell(tx))
        return made[0]

    return shell


def _toasts() -> Any:
    """The messages kept for the next whole page; a fragment leaves them."""
    taken: list[dict[str, Any]] = []

    def toasts() -> list[dict[str, Any]]:
        taken.extend(session.pop("toasts", []))
        return taken

    return toasts


def _shell(tx: Tx) -> dict[str, Any]:
    known, moment = snapshot(tx), now()
    people = known.people
    total, hot = _burden(tx, people)
    navigation = _navigation(people, {"inbox": (total, hot)} | _incidents(tx))
    places = {place["key"]: place for group in navigation for place in group["items"]}
    return {
        "nav": navigation,
        "bar": [places[key] for key in ON_PHONES if key in places],
        "me": _me(people),
        "clock": clock_text(known.calendar(_calendar_code(people)), moment),
        "unread": notices.unread_count(tx, me()),
        "home_url": url_for("inbox.mine"),
        "notices_url": url_for("notices.index"),
        "search_url": url_for("customers.index"),
        "logout_url": url_for("auth.logout"),
        "profile_url": url_for("auth.password"),
        "sandbox": gettext("演示时钟：时间可以前拨，数据都是虚构的。") if services().settings.demo else None,
        "sandbox_url": link("clock.show") if holds(people, "admin") else None,
    }


def _navigation(people: People, counts: dict[str, tuple[int, bool]]) -> list[dict[str, Any]]:
    kinds = {post.kind for post in people.posts_of(me(), now())}
    if may_draft(people, me(), now()):
        kinds.add(OWNERS)
    groups = []
    for title, places in NAVIGATION:
        if shown := [_place(place, counts) for place in places if _open_to(place, kinds)]:
            groups.append({"title": gettext(title), "items": shown})
    return groups


def _open_to(place: Place, kinds: set[str]) -> bool:
    if place.demo and not services().settings.demo:
        return False
    return not place.posts or bool(kinds & set(place.posts))


def _place(place: Place, counts: dict[str, tuple[int, bool]]) -> dict[str, Any]:
    count, hot = counts.get(place.key, (0, False))
    return {
        "key": place.key,
        "label": gettext(place.label),
        "icon": place.icon,
        "url": url_for(place.endpoint),
        "count": count or None,
        "hot": hot,
    }


def _burden(tx: Tx, people: People) -> tuple[int, bool]:
    """How many steps the person's posts owe, and whether one of them is overdue."""
    moment = now()
    counts = [items.counts(tx, post.id, moment, end_of_day(moment)) for post in people.posts_of(me(), moment)]
    return sum(one.total for one in counts), any(one.overdue for one in counts)


def _incidents(tx: Tx) -> dict[str, tuple[int, bool]]:
    row = tx.one("SELECT count(*) FROM incident WHERE status = 'open'")
    return {"incidents": (int(row[0]), True)} if row and row[0] else {}


def _me(people: People) -> dict[str, str]:
    person = people.person(me())
    posts = people.posts_of(person.id, now())
    department = people.department(person.department_id).name if person.department_id else ""
    kinds = dict.fromkeys(POST_KINDS[post.kind] for post in posts)
    return {
        "name": person.name,
        "initial": person.name[-1:],
        "department": department,
        "post": "、".join(kinds) or gettext("未任职"),
    }


def _calendar_code(people: People) -> str | None:
    person = people.person(me())
    return people.department(person.department_id).calendar if person.department_id else None
