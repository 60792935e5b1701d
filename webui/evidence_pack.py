"""证据包 put together: the files of the engine and of the notices, and `index.html`, which tells them to a reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from engine import casefile
from engine.casefile import CaseFile
from engine.clock import local
from engine.errors import NotFound
from engine.evidence.package import pack
from engine.evidence.parts import applied, of_engine, signatures
from engine.evidence.proofs import proofs
from engine.evidence.source import Source, text
from engine.forms import Context
from engine.store import moment, stamp
from engine.transactions import Tx
from engine.wording import WEEKDAYS
from handlers.notices import evidence, formal
from webui import texts
from webui.changes import Values
from webui.log import Teller
from webui.pills import limit_text
from webui.services import Services

ZIP, EXPORTED = "application/zip", "evidence.exported"  # its media type; how the audit list calls a download
TEMPLATES = Path(__file__).parent / "templates"
CHANNELS = {"inbox": "站内通知", "outbound": "待发", "smtp": "邮件", "file": "文件"}
DELIVERY = {"queued": "待发", "sending": "发送中", "sent": "已发出", "failed": "未能发出"}
DEADLINES = {
    "met": "按时", "late": "超时", "open": "计时中", "paused": "暂停", "void": "不再计",
    "continued": "由下一环节接着计",
}  # fmt: skip
BY_NUMBER = "SELECT id FROM instance WHERE number = ?"


def by_number(tx: Tx, number: str) -> int:
    """The id of the case with that number; raises NotFound."""
    row = tx.one(BY_NUMBER, (number.strip(),))
    if row is None:
        raise NotFound(what=f"单号为 {number} 的流程")
    return int(row[0])


def evidence_pack(tx: Tx, services: Services, case_id: int, clear: frozenset[str]) -> bytes:
    """The 证据包 of a case for a reader who may see these sensitive fields in full.

    The same state of the case and the same reader give the same bytes.
    """
    file, known, seals = (
        casefile.read(tx, services.engine.definitions, case_id),
        services.snapshot(tx),
        services.engine.seals,
    )
    source = Source(tx, file, known, seals, clear)
    parts = {**of_engine(source), **evidence.files(tx, case_id)}
    for day, proof in proofs(
        Path(services.settings.exports), file.case.number, stamp(file.case.started_at), len(file.events)
    ):
        parts[f"roots/{day}.json"] = text(proof)
    as_of = max([stamp(one.recorded_at) for one in file.events] + [evidence.newest(tx, case_id)])
    parts |= signatures(source, moment(as_of), formal.signed_letters(tx, case_id))
    parts["index.html"] = _Page(source, services, parts, as_of).drawn()
    return pack(seals, file.case.number, as_of, parts)


@dataclass(frozen=True)
class _Page:
    """`index.html`, drawn from the other files: it says nothing that is not in them."""

    source: Source
    services: Services
    parts: Mapping[str, bytes]
    as_of: str

    @property
    def file(self) -> CaseFile:
        return self.source.file

    def drawn(self) -> bytes:
        env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
        env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
        return env.get_template("evidence/index.html").render(self._context()).encode()

    def _json(self, name: str) -> Any:
        return json.loads(self.parts[name])

    def _context(self) -> dict[str, Any]:
        case = self._json("case.json")
        status = texts.status_tag(case["status"], case["outcome"])["text"]
        signed = self._json("signed.json")["signatures"] if "signed.json" in self.parts else []
        roots = [self._json(name) for name in sorted(self.parts) if name.startswith("roots/")]
        return {
            "case": case | {"status": status, "started": at(case["started_at"]), "ended": at(case["ended_at"])},
            "as_of": at(self.as_of),
            "root": self.source.seals.root()["fingerprint"],
            "versions": [self._version(one) for one in self._json("versions.json")],
            "signatures": [self._signature(one) for one in signed],
            "deadlines": [self._deadline(one) for one in self._json("deadlines.json")],
            "calendars": [self._calendar(one) for one in self._json("calendars.json")],
            "notices": [self._notice(one) for one in self._json("notices.json")],
            "letters": [one | {"issued": at(one["issued_at"]), "read": self._receipts(one)}
                        for one in self._json("letters.json")],
            "attachments": [one | {"at": at(one["uploaded_at"])} for one in self._json("attachments.json")],
            "events": self._events(),
            "roots": [{"day": one["payload"]["day"], "signed": at(one["payload"]["signed_at"]),
                       "count": one["leaf"][0], "cases": one["payload"]["cases"]} for one in roots],
        }  # fmt: skip

    def _version(self, one: dict[str, Any]) -> dict[str, Any]:
        """What a step filled in, as people read it; masked as the reader's rights demand."""
        context = Context(
            self.source.tx, self._now, self.source.people, None, None, self.services.engine.registry,
            self.file.case.department_id, self.file.case.id,
        )  # fmt: skip
        values, plain = Values(self.file, context, self.source.clear), self._plain(one["seq"])
        item = self._item(one["seq"])
        fields = self.file.passed.at(one["seq"]).catalogue.fields | (self._own(item) if item else {})
        told = [
            (fields[name].label, values.told(fields[name], value)) for name, value in plain.items() if name in fields
        ]
        outcome = self._teller.outcome(item, one["outcome"]) if item else "提交"
        return one | {"at": at(one["at"]), "told": [pair for pair in told if pair[1]], "outcome": outcome}

    def _plain(self, seq: int) -> Mapping[str, Any]:
        item = self._item(seq)
        return item.submission if item else applied(self.source, self.file.events[seq - 1])

    def _item(self, seq: int) -> Any:
        subject = self.file.events[seq - 1].subject
        return next((one for one in self.file.items if one.id == subject), None)

    def _own(self, item: Any) -> Any:
        form = self.file.definition_of(item).forms.get(item.form or "")
        return form.fields if form else {}

    def _signature(self, one: dict[str, Any]) -> dict[str, Any]:
        signed, passed = one["signed"], self.file.passed
        catalogue = passed.earlier.get(one.get("version", 0), passed.current).catalogue
        titles = [catalogue.by_id[name].title for name in signed["sections"] if name in catalogue.by_id]
        how = "纸质签字盖章（扫描件）" if signed.get("scan") else "签字并盖章" if signed.get("seal") else "签字"
        return one | {"at": at(signed["at"]), "covers": "、".join(titles), "how": how, "hash": signed["hash"]}

    def _deadline(self, one: dict[str, Any]) -> dict[str, Any]:
        told = {"received": at(one["received_at"]), "due": at(one["due"]), "closed": at(one["closed_at"])}
        clock = self._teller.clock(one["clock"])
        return one | told | {"limit": limit_text(one["limit"]), "result": DEADLINES[one["status"]], "name": clock}

    def _calendar(self, one: dict[str, Any]) -> dict[str, Any]:
        used = {found["calendar_version"].removesuffix("/duty") for found in self._json("deadlines.json")
                if found["calendar"] == one["code"]}  # fmt: skip
        days = [day | {"weekday": WEEKDAYS[_date(day["day"]).weekday()]} for day in one["days"]]
        return one | {"days": days, "changed": used != {one["version"]}}

    def _notice(self, one: dict[str, Any]) -> dict[str, Any]:
        kind = texts.NOTICES.get(one["kind"], "通知")
        told = {"created": at(one["created_at"]), "sent": at(one["sent_at"]), "read": at(one["read_at"]), "kind": kind}
        medium = CHANNELS.get(one["channel"], one["channel"])
        return one | told | {"channel": medium, "status": DELIVERY.get(one["status"], one["status"])}

    def _receipts(self, letter: dict[str, Any]) -> str:
        found = [f"{one['person']} {at(one['read_at']) or '未阅'}" for one in letter["receipts"]]
        return "、".join(found)

    def _events(self) -> list[dict[str, Any]]:
        return [
            {
                "seq": one.seq, "occurred": at(stamp(one.occurred_at), seconds=True), "who": self._teller.who(one),
                "recorded": at(stamp(one.recorded_at), seconds=True), "step": self._teller.step(one),
                "text": self._teller.sentence(one), "hash": one.hash,
            }
            for one in self.file.events
        ]  # fmt: skip

    @property
    def _teller(self) -> Teller:
        return Teller(self.file, self.source.known, self._now)

    @property
    def _now(self) -> datetime:
        return moment(self.as_of)


def at(stamped: str | None, seconds: bool = False) -> str:
    """A stamp as local time, with its year: the file is read at any time."""
    if not stamped or stamped.startswith("9999"):
        return ""
    return f"{local(moment(stamped)):{'%Y-%m-%d %H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}}"


def _date(day: str) -> datetime:
    return datetime.fromisoformat(day)
