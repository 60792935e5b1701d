"""One customer as a page: its head, the views by tab, what each posting changed, what is under way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.clock import LOCAL, local
from engine.errors import NotFound
from engine.forms import Catalogue
from engine.people import People
from engine.transactions import Tx
from handlers.customers import queries
from handlers.customers.queries import Customer
from handlers.customers.view_tables import ROWS
from webui.customers import aside, content, history
from webui.customers.actions import actions
from webui.customers.head import head
from webui.here import now, snapshot

POLICY = "SD-010"
TABS = {
    "": "概览",
    "sales": "销售视图",
    "accounting": "会计视图",
    "banks": "银行",
    "contacts": "联系人",
    "partners": "伙伴功能",
    "relations": "主体关系",
    "history": "历史",
}
FIRST = 5  # changes that the overview shows
END_OF_DAY = time(23, 59, 59, 999000)


@dataclass(frozen=True)
class CustomerPage:
    """What the page is drawn from; `day` is the day looked back to, `purpose` why nothing is masked."""

    tx: Tx
    people: People
    customer: Customer
    tab: str
    day: date | None
    purpose: str

    @classmethod
    def of(
        cls, tx: Tx, code: str, catalogue: Catalogue | None, *, tab: str = "", day: str = "", purpose: str = ""
    ) -> CustomerPage:
        """The page of a customer; raises NotFound."""
        looked = _day(day)
        at = datetime.combine(looked, END_OF_DAY, LOCAL) if looked else None
        most = snapshot(tx).policy(POLICY, now()).policy.one_time.uses
        found = queries.customer(
            tx, code, catalogue, reveal=bool(purpose), at=at, now=None if at else now(), most_uses=most
        )
        if found is None:
            raise NotFound(what=_("客户 %(code)s", code=code))
        return cls(tx, snapshot(tx).people, found, tab if tab in TABS else "", looked, purpose)

    def shown(self) -> dict[str, Any]:
        """The variables of customers/show.html."""
        versions, overview = self.customer.versions, self.tab == ""
        changes = history.changes(versions, now(), self._name)
        told = _("已记录您为“%(purpose)s”查看敏感信息。请勿外传，离开后需重新填写用途。", purpose=self.purpose)
        return {
            "customer": head(self.tx, self.people, self.customer, today=self.day is None),
            "actions": list(self._actions()),
            "moment": self._moment(),
            "warning": told if self.purpose else "",
            "tabs": [self._tab(key, label) for key, label in TABS.items()],
            "tab": self.tab,
            "groups": list(self._groups()),
            "tables": list(self._tables()),
            "history": changes if self.tab == "history" else changes[:FIRST] if overview else None,
            "history_total": len(changes),
            "history_url": self._address("history", self.day),
            "lanes": history.lanes(versions, now()) if overview or self.tab == "history" else None,
            "requests": aside.requests(self.customer),
            "quality": aside.quality(self.customer),
            "side": aside.boxes(self.customer, self.people),
            "list_url": url_for("customers.index"),
        }

    def _address(self, tab: str, day: date | None) -> str:
        at = day.isoformat() if day else None
        return url_for("customers.show", code=self.customer.row.code, tab=tab or None, at=at)

    def _name(self, person: int) -> str:
        return self.people.person(person).name

    def _actions(self) -> Iterator[dict[str, Any]]:
        if content.masked(self.customer):
            address = url_for("customers.purpose", code=self.customer.row.code)
            yield {"label": _("查看敏感信息"), "url": address, "icon": "eye"}
        if self.day is None:
            yield from actions(self.tx, self.people, self.customer.row.code, self.customer.row.status)

    def _moment(self) -> dict[str, Any]:
        """The day looked back to, and the days one looks back to most."""
        today = local(now()).date()
        month = today.replace(day=1) - timedelta(days=1)
        year = date(today.year - 1, 12, 31)
        days = [(_("现在"), None), (_("上月末"), month), (_("去年末"), year)]
        quick = [
            {"label": label, "url": self._address(self.tab, day), "current": day == self.day} for label, day in days
        ]
        return {"value": self.day.isoformat() if self.day else "", "note": self._looked_back(), "quick": quick}

    def _looked_back(self) -> str:
        if self.day is None:
            return ""
        if not self.customer.views:
            return _("%(day)s 这一天还没有建档。", day=self.day.isoformat())
        return _("以下是 %(day)s 日终时的资料，不是现在的。", day=self.day.isoformat())

    def _tab(self, key: str, label: str) -> dict[str, Any]:
        counts = {view.id: len(view.rows) for view in self.customer.views}
        count = len(self.customer.versions) if key == "history" else counts.get(key)
        return {"key": key, "label": _(label), "url": self._address(key, self.day), "count": count}

    def _groups(self) -> Iterator[dict[str, Any]]:
        if self.tab == "" and (parts := content.overview(self.customer)):
            yield {"title": _("基本资料"), "parts": parts}
        elif self.tab in ("sales", "accounting"):
            view = content.view_of(self.customer, self.tab)
            empty = {"title": _(TABS[self.tab]), "parts": [], "empty": _("还没有这个视图")}
            yield content.group(view) if view else empty

    def _tables(self) -> Iterator[dict[str, Any]]:
        if self.tab in ROWS:
            view = content.view_of(self.customer, self.tab)
            yield content.table(view) if view else {"title": _(TABS[self.tab]), "columns": [], "rows": []}
        elif self.tab == "" and (contacts := content.view_of(self.customer, "contacts")):
            yield content.table(contacts)
        elif self.tab == "history":
            yield history.postings(self.customer.versions, now(), self._name)


def _day(text: str) -> date | None:
    """The day typed; one that is none, today or to come means now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < local(now()).date() else None
