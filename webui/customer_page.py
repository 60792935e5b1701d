"""One customer as a page: its views, contacts and accounts, what each posting changed, what is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.clock import LOCAL, local
from engine.errors import NotFound
from engine.forms import Catalogue
from engine.people import People
from engine.transactions import Tx
from engine.wording import moment_text
from handlers.customers import queries
from handlers.customers.queries import Customer, View
from handlers.customers.tables import NAME_KINDS
from handlers.customers.versions import Version
from handlers.customers.view_tables import ROWS
from webui.choices import ICONS
from webui.customer_list import group_text, status_tag
from webui.here import now, snapshot
from webui.procedures import about_subjects

LONG = 24  # a longer value takes the whole width
TABS = {"": "客户资料", "history": "维护记录"}
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
        found = queries.customer(tx, code, catalogue, reveal=bool(purpose), at=at)
        if found is None:
            raise NotFound(what=_("客户 %(code)s", code=code))
        return cls(tx, snapshot(tx).people, found, tab if tab in TABS else "", looked, purpose)

    def shown(self) -> dict[str, Any]:
        """The variables of customers/show.html."""
        history = self.tab == "history"
        looked = self.day.isoformat() if self.day else ""
        return {
            "customer": self._head(),
            "actions": [*self._procedures(), *([self._reveal()] if self._masked and not history else [])],
            "moment": None if history else {"value": looked, "note": self._looked_back()},
            "warning": _("已记录您为“%(purpose)s”查看敏感信息。请勿外传，离开后需重新填写用途。", purpose=self.purpose)
            if self.purpose
            else "",
            "tabs": [{"key": key, "label": _(label), "url": self._address(key)} for key, label in TABS.items()],
            "tab": self.tab,
            "groups": [] if history else [_group(view) for view in self._views(rows=False)],
            "tables": [self._postings()] if history else [_table(view) for view in self._views(rows=True)],
            "versions": self._changes() if history else None,
            "requests": self._requests(),
            "side": [self._names(), self._newest()],
            "list_url": url_for("customers.index"),
        }

    def _address(self, tab: str) -> str:
        return url_for("customers.show", code=self.customer.row.code, tab=tab or None)

    def _views(self, rows: bool) -> list[View]:
        return [view for view in self.customer.views if (view.id in ROWS) == rows]

    @property
    def _masked(self) -> bool:
        return any(value.masked for view in self.customer.views for row in view.rows for value in row)

    def _head(self) -> dict[str, Any]:
        row = self.customer.row
        meta = [
            (_("编码"), row.code, True),
            (_("税号"), row.tax_id, True),
            (_("账户组"), group_text(row.group, queries.group_names(self.tx)), False),
            (_("归属单位"), row.department, False),
            (_("建档"), moment_text(row.created_at, now()), False),
        ]
        told = [{"label": label, "value": value, "mono": mono} for label, value, mono in meta if value]
        return {"code": row.code, "name": row.name, "tags": [status_tag(row)], "meta": told}

    def _reveal(self) -> dict[str, Any]:
        address = url_for("customers.purpose", code=self.customer.row.code)
        return {"label": _("查看敏感信息"), "url": address, "icon": "eye"}

    def _procedures(self) -> list[dict[str, Any]]:
        """The applications about this customer that the person may begin."""
        code = self.customer.row.code
        return [
            {"label": definition.name, "icon": ICONS.get(definition.model.extensions.get("kind", ""), "edit"),
             "url": url_for("apply.begin", process=definition.process, customer=code)}
            for definition in about_subjects(self.tx, self.people)
        ]  # fmt: skip

    def _looked_back(self) -> str:
        if self.day is None:
            return ""
        if not self.customer.views:
            return _("%(day)s 这一天还没有建档。", day=self.day.isoformat())
        return _("以下是 %(day)s 日终时的资料，不是现在的。", day=self.day.isoformat())

    # --- history ------------------------------------------------------------------------------------------------

    def _postings(self) -> dict[str, Any]:
        columns = [_("版本"), _("写入时间"), _("申请单"), _("维护人"), _("改动"), _("内容校验码")]
        rows = [
            [f"v{one.number}", *self._signed(one), self._extent(one), one.hash[:12]] for one in self.customer.versions
        ]
        return {"title": _("写入记录"), "note": _("每次写入留一份完整快照"), "columns": columns, "rows": rows}

    def _signed(self, one: Version) -> tuple[str, str, str]:
        return moment_text(one.posted_at, now()), one.case_number, self.people.person(one.posted_by).name

    @staticmethod
    def _extent(one: Version) -> str:
        return _("建档") if one.number == 1 else _("%(n)s 项", n=len(one.changes))

    def _changes(self) -> list[dict[str, Any]]:
        found = []
        for one in self.customer.versions:
            at, number, who = self._signed(one)
            address = url_for("cases.show", case_id=one.instance_id)
            head = {"at": at, "number": number, "url": address, "who": who, "reason": ""}
            found += [head | {"field": c.label, "old": c.old, "new": c.new} for c in one.changes]
        return found

    # --- beside the views ---------------------------------------------------------------------------------------

    def _requests(self) -> list[dict[str, Any]]:
        return [
            {
                "number": one.number,
                "url": url_for("cases.show", case_id=one.instance_id),
                "text": one.title,
                "note": _("%(who)s，%(at)s 申请", who=one.department, at=moment_text(one.started_at, now())),
            }
            for one in self.customer.open_requests
        ]

    def _names(self) -> dict[str, Any]:
        pairs = [{"label": _(NAME_KINDS.get(kind, kind)), "value": name} for kind, name in self.customer.names]
        return {"title": _("名称"), "pairs": pairs}

    def _newest(self) -> dict[str, Any]:
        newest = self.customer.versions[0]
        at, number, who = self._signed(newest)
        pairs = [
            {"label": _("版本"), "value": f"v{newest.number}"},
            {"label": _("申请单"), "value": number, "url": url_for("cases.show", case_id=newest.instance_id)},
            {"label": _("维护人"), "value": who},
            {"label": _("写入"), "value": at},
        ]
        return {"title": _("最近维护"), "pairs": pairs}


def _group(view: View) -> dict[str, Any]:
    several = len(view.rows) > 1
    parts = [
        {
            "title": _("第 %(n)s 组", n=number) if several else "",
            "facts": [{"label": one.label, "value": one.text, "wide": len(one.text) > LONG} for one in row],
        }
        for number, row in enumerate(view.rows, start=1)
    ]
    return {"title": _(view.title), "parts": parts}


def _table(view: View) -> dict[str, Any]:
    """Rows side by side; a column appears when any row has a value in it."""
    labels = {value.name: value.label for row in view.rows for value in row}
    rows = [{value.name: value.text for value in row} for row in view.rows]
    return {
        "title": _(view.title),
        "columns": [_(label) for label in labels.values()],
        "rows": [_cells(row, list(labels)) for row in rows],
    }


def _cells(row: dict[str, str], names: Sequence[str]) -> list[str]:
    return [row.get(name, "") for name in names]


def _day(text: str) -> date | None:
    """The day typed; one that is none, today or to come means now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < local(now()).date() else None
