"""One customer as a page: its head, the views by tab, what each posting changed, what is under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from engine.wording import moment_text
from handlers.customers import queries
from handlers.customers.changes.partners import FUNCTIONS
from handlers.customers.changes.states import scope_text
from handlers.customers.changes.tables import BLOCKS, FREEZE_KINDS
from handlers.customers.queries import Block, Customer, View
from handlers.customers.reports import classes, listing
from handlers.customers.tables import ACCOUNT_STATUS, NAME_KINDS
from handlers.customers.values.show import Value
from handlers.customers.versions import Version
from handlers.customers.view_tables import ROWS
from handlers.reporting import share_text
from webui import customer_actions, customer_history
from webui.customer_list import TONES, group_text
from webui.here import now, snapshot

POLICY = "SD-010"
LONG = 24  # a longer value takes the whole width
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
END_OF_DAY = time(23, 59, 59, 999000)
# What the overview shows of the general view, by subject; what no subject names follows at the end.
SUBJECTS = {
    "身份": (
        "legal_name", "short_name", "name_en", "name_trad", "customer_type", "is_internal", "trading_partner",
        "lifecycle", "tax_id_type", "tax_id", "legal_representative", "industry_code", "scale", "group_parent",
        "parent_code", "licence_status", "registered_capital", "established_on", "business_term",
    ),
    "地址与联系": (
        "country", "region_code", "city", "district", "street_address", "registered_address", "postcode", "phone",
        "fax", "website",
    ),
    "来源与核验": ("source_channel", "source_note", "verified_against", "verified_on", "verified_by", "remarks"),
}  # fmt: skip


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
        history = customer_history.changes(self.customer.versions, now(), self._name)
        return {
            "customer": self._head(),
            "actions": list(self._actions()),
            "moment": self._moment(),
            "warning": _("已记录您为“%(purpose)s”查看敏感信息。请勿外传，离开后需重新填写用途。", purpose=self.purpose)
            if self.purpose
            else "",
            "tabs": [self._tab(key, label) for key, label in TABS.items()],
            "tab": self.tab,
            "groups": list(self._groups()),
            "tables": list(self._tables()),
            "history": history if self.tab == "history" else history[:5] if self.tab == "" else None,
            "history_total": len(history),
            "history_url": self._address("history"),
            "lanes": customer_history.lanes(self.customer.versions, now()) if self.tab in ("", "history") else None,
            "requests": self._requests(),
            "quality": self._quality(),
            "side": [
                box
                for box in (*self._frozen(), self._partners(), self._relations(), self._names(), self._newest())
                if box
            ],
            "list_url": url_for("customers.index"),
        }

    def _address(self, tab: str, day: date | None = None) -> str:
        day = day or self.day
        at = day.isoformat() if day else None
        return url_for("customers.show", code=self.customer.row.code, tab=tab or None, at=at)

    def _name(self, person: int) -> str:
        return self.people.person(person).name

    # --- the head -----------------------------------------------------------------------------------------------

    def _head(self) -> dict[str, Any]:
        row, newest = self.customer.row, self.customer.versions[0]
        general, status = self._values("general"), self.customer.status
        tags = [{"text": ACCOUNT_STATUS[status], "tone": TONES[status]}] if status else []
        if status == "active":
            tags += [{"text": _(BLOCKS[kind]), "tone": "late"} for kind in self._kinds()]
        if self.customer.open_requests:
            tags.append({"text": _("在办 %(n)s", n=len(self.customer.open_requests)), "tone": "accent"})
        former = "、".join(name for kind, name in self.customer.names if kind == "former")
        maintained = f"{moment_text(newest.posted_at, now())} {self._name(newest.posted_by)}，v{newest.number}"
        verified = "，".join(general[name] for name in ("verified_against", "verified_on") if general.get(name))
        sales = self._values("sales")
        meta = (
            (_("客户编码"), row.code, True),
            (_("税号"), row.tax_id, True),
            (_("账户组"), group_text(row.group, listing.group_names(self.tx)), False),
            (_("合作方式"), sales.get("cooperation_mode", ""), False),
            (_("责任业务员"), sales.get("salesperson", ""), False),
            (_("法定代表人"), general.get("legal_representative", ""), False),
            (_("曾用名"), former, False),
            (_("归属单位"), row.department, False),
            (_("ABC 分类"), self._class(), False),
            (_("建档"), moment_text(row.created_at, now()), False),
            (_("最近维护"), maintained, False),
            (_("来源核验"), verified, False),
        )
        return {
            "code": row.code,
            "name": general.get("legal_name") or row.name,
            "tags": tags,
            "meta": [{"label": label, "value": value, "mono": mono} for label, value, mono in meta if value],
            "blocks": self._blocks() if status else [],
        }

    def _class(self) -> str:
        """Class A, B or C with its grounds, by the figures of now."""
        found = classes.rating(self.tx, self.customer.account_id) if self.day is None else None
        if found is None:
            return ""
        shares = share_text(found.share), share_text(found.cumulative)
        return _("%(letter)s 类（占交易额 %(share)s，累计 %(cumulative)s，%(as_of)s 的数据）",
                 letter=found.name, share=shares[0], cumulative=shares[1], as_of=found.as_of)  # fmt: skip

    def _kinds(self) -> list[str]:
        """The kinds of business that are blocked somewhere."""
        blocked = {block.kind for block in self.customer.blocks}
        return [kind for kind in BLOCKS if kind in blocked]

    def _blocks(self) -> list[dict[str, Any]]:
        blocked = self._kinds()
        return [
            {
                "label": _(title.removesuffix("冻结")),
                "text": _("冻结") if kind in blocked else _("未冻结"),
                "frozen": kind in blocked,
            }
            for kind, title in BLOCKS.items()
        ]

    def _actions(self) -> Iterator[dict[str, Any]]:
        if self._masked:
            address = url_for("customers.purpose", code=self.customer.row.code)
            yield {"label": _("查看敏感信息"), "url": address, "icon": "eye"}
        if self.day is None:
            yield from customer_actions.actions(self.tx, self.people, self.customer.row.code, self.customer.row.status)

    @property
    def _masked(self) -> bool:
        return any(value.masked for view in self.customer.views for row in view.rows for value in row)

    def _moment(self) -> dict[str, Any]:
        today = local(now()).date()
        month = today.replace(day=1) - timedelta(days=1)
        year = date(today.year - 1, 12, 31)
        days = [(_("现在"), None), (_("上月末"), month), (_("去年末"), year)]
        quick = [
            {
                "label": label,
                "url": url_for(
                    "customers.show", code=self.customer.row.code, tab=self.tab or None,
                    at=day.isoformat() if day else None,
                ),
                "current": day == self.day,
            }
            for label, day in days
        ]  # fmt: skip
        return {"value": self.day.isoformat() if self.day else "", "note": self._looked_back(), "quick": quick}

    def _looked_back(self) -> str:
        if self.day is None:
            return ""
        if not self.customer.views:
            return _("%(day)s 这一天还没有建档。", day=self.day.isoformat())
        return _("以下是 %(day)s 日终时的资料，不是现在的。", day=self.day.isoformat())

    # --- the views ----------------------------------------------------------------------------------------------

    def _tab(self, key: str, label: str) -> dict[str, Any]:
        counts = {view.id: len(view.rows) for view in self.customer.views}
        count = len(self.customer.versions) if key == "history" else counts.get(key)
        return {"key": key, "label": _(label), "url": self._address(key), "count": count}

    def _view(self, name: str) -> View | None:
        return next((view for view in self.customer.views if view.id == name), None)

    def _values(self, name: str) -> dict[str, str]:
        """The values of a view's first row by field."""
        view = self._view(name)
        return {value.name: value.text for value in view.rows[0]} if view else {}

    def _groups(self) -> Iterator[dict[str, Any]]:
        if self.tab == "" and (general := self._view("general")):
            yield {"title": _("基本资料"), "parts": [*_subjects(general.rows[0]), *self._money()]}
        elif self.tab in ("sales", "accounting"):
            view = self._view(self.tab)
            yield _group(view) if view else {"title": _(TABS[self.tab]), "parts": [], "empty": _("还没有这个视图")}

    def _money(self) -> Iterator[dict[str, Any]]:
        """Tax, bank and credit in short, from the first row of each."""
        accounting, bank = self._view("accounting"), self._view("banks")
        wanted = (
            "vat_payer_kind",
            "invoice_type",
            "reconciliation_account",
            "payment_terms",
            "credit_limit",
            "risk_class",
        )
        facts = [_fact(value) for value in (accounting.rows[0] if accounting else ()) if value.name in wanted]
        facts += [_fact(value) for value in (bank.rows[0] if bank else ()) if value.name in ("bank_name", "account_no")]
        if facts:
            yield {"title": _("税务、银行与信用"), "facts": facts}

    def _tables(self) -> Iterator[dict[str, Any]]:
        if self.tab in ROWS:
            view = self._view(self.tab)
            yield _table(view) if view else {"title": _(TABS[self.tab]), "columns": [], "rows": []}
        elif self.tab == "" and (contacts := self._view("contacts")):
            yield _table(contacts)
        elif self.tab == "history":
            yield self._postings()

    def _postings(self) -> dict[str, Any]:
        columns = [_("版本"), _("写入时间"), _("申请单"), _("维护人"), _("改动"), _("内容校验码")]
        rows = [
            [f"v{one.number}", *self._signed(one), self._extent(one), one.hash[:12]] for one in self.customer.versions
        ]
        return {"title": _("写入记录"), "note": _("每次写入留一份完整快照"), "columns": columns, "rows": rows}

    def _signed(self, one: Version) -> tuple[str, str, str]:
        return moment_text(one.posted_at, now()), one.case_number, self._name(one.posted_by)

    @staticmethod
    def _extent(one: Version) -> str:
        return _("建档") if one.number == 1 else _("%(n)s 项", n=len(one.changes))

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

    def _quality(self) -> list[dict[str, Any]]:
        return [
            {
                "text": _(hint.text),
                "note": hint.note,
                "tag": {"text": _(hint.dimension), "tone": "warn" if hint.serious else ""},
            }
            for hint in self.customer.hints
        ]

    def _frozen(self) -> Iterator[dict[str, Any]]:
        """One box per request that froze something."""
        for number, blocks in _by_request(self.customer.blocks).items():
            first = blocks[0]
            scopes = dict.fromkeys(scope_text(block.scope) for block in blocks)
            kinds = [_(BLOCKS[kind]) for kind in BLOCKS if kind in {block.kind for block in blocks}]
            pairs = [
                {"label": _("冻结项"), "value": "、".join(kinds)},
                {"label": _("范围"), "value": "、".join(scopes)},
                {"label": _("原因"), "value": first.reason},
                {"label": _("自"), "value": moment_text(first.since, now())},
                {
                    "label": _("依据"),
                    "value": number,
                    "url": url_for("cases.show", case_id=first.instance_id),
                },
            ]
            yield {"title": _(FREEZE_KINDS.get(first.freeze_kind, "冻结")), "pairs": pairs}

    def _partners(self) -> dict[str, Any] | None:
        own = self.customer.row.code
        pairs = [
            {
                "label": _(FUNCTIONS.get(one.function, one.function)),
                "value": _("本客户") if one.code == own else f"{one.code} {one.name}".strip(),
                "url": url_for("customers.show", code=one.code) if one.code not in ("", own) else None,
            }
            for one in self.customer.partners
        ]
        return {"title": _("伙伴功能"), "pairs": pairs} if pairs else None

    def _relations(self) -> dict[str, Any] | None:
        pairs = [
            {
                "label": _(one.title),
                "value": f"{one.code} {one.name}",
                "url": url_for("customers.show", code=one.code),
            }
            for one in self.customer.relations
        ]
        return {"title": _("主体关系"), "pairs": pairs} if pairs else None

    def _names(self) -> dict[str, Any] | None:
        pairs = [{"label": _(NAME_KINDS[kind]), "value": name} for kind, name in self.customer.names]
        return {"title": _("名称"), "pairs": pairs} if pairs else None

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


def _by_request(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = {}
    for block in blocks:
        found.setdefault(block.number, []).append(block)
    return found


def _fact(value: Value) -> dict[str, Any]:
    return {"label": _(value.label), "value": value.text, "wide": len(value.text) > LONG}


def _subjects(row: Sequence[Value]) -> list[dict[str, Any]]:
    """The general view by subject."""
    by_name = {value.name: value for value in row}
    named = {name for names in SUBJECTS.values() for name in names}
    parts = [
        {"title": _(title), "facts": [_fact(by_name[name]) for name in names if name in by_name]}
        for title, names in SUBJECTS.items()
    ]
    parts.append({"title": _("其他"), "facts": [_fact(value) for value in row if value.name not in named]})
    return [part for part in parts if part["facts"]]


def _group(view: View) -> dict[str, Any]:
    several = len(view.rows) > 1
    parts = [
        {"title": _("第 %(n)s 组", n=number) if several else "", "facts": [_fact(one) for one in row]}
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
        "rows": [[row.get(name, "") for name in labels] for row in rows],
    }


def _day(text: str) -> date | None:
    """The day typed; one that is none, today or to come means now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < local(now()).date() else None
