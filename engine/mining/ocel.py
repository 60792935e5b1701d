"""OCEL 2.0 as JSON: events related to cases, customers, work items, deadlines, departments and people.

Events are written as they are read; the objects they name go to a temporary file meanwhile and follow them, with the
types last, which the format allows.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from engine.mining.traces import Happening, Names, Reader, Trace
from engine.store import moment

CASE, CUSTOMER, ITEM, DEADLINE, DEPARTMENT, PERSON = "案件", "客户", "待办", "时限", "部门", "人员"
OBJECTS: Mapping[str, Mapping[str, str]] = {
    CASE: {"process": "string", "started": "time"}, CUSTOMER: {}, ITEM: {"step": "string", "role": "string"},
    DEADLINE: {"clock": "string", "due": "time"}, DEPARTMENT: {}, PERSON: {},
}  # fmt: skip
EVENT = {"seq": "integer", "kind": "string", "transition": "string", "role": "string"}
BEGINNING = "1970-01-01T00:00:00Z"  # of an attribute that has held since the object exists
DID = {
    "schedule": "送达", "assign": "签收", "start": "查看", "reassign": "转办", "withdraw": "取消",
    "ate_abort": "未通过",
}  # fmt: skip
Object = dict[str, Any]


def write(out: IO[bytes], reader: Reader, names: Names) -> int:
    """Write the log of the reader's month; returns the number of cases."""
    log = _Log(reader, names)
    with TemporaryFile() as objects:
        out.write(b'{"events":[')
        log.stream(out, objects)
        out.write(b'],"objects":[')
        objects.seek(0)
        shutil.copyfileobj(objects, out)
        out.write(b'],"eventTypes":' + orjson.dumps(_types({name: log.events[name] for name in sorted(log.events)})))
        out.write(b',"objectTypes":' + orjson.dumps(_types(OBJECTS)) + b"}")
    return log.cases


def _types(types: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": one, "type": kind} for one, kind in attributes.items()]}
        for name, attributes in types.items()
    ]


@dataclass
class _Log:
    """What the writing keeps in mind: event types with their attributes, and the objects that many cases share."""

    reader: Reader
    names: Names
    events: dict[str, dict[str, str]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    cases: int = 0

    def stream(self, events: IO[bytes], objects: IO[bytes]) -> None:
        between, apart = b"", b""
        for trace in self.reader.traces():
            self.cases += 1
            for one in trace.happenings:
                events.write(between + orjson.dumps(self._event(trace, one)))
                between = b",\n"
            for thing in self._objects(trace):
                objects.write(apart + orjson.dumps(thing))
                apart = b",\n"

    # --- events -----------------------------------------------------------------------------------------------

    def _event(self, trace: Trace, one: Happening) -> Object:
        told = {"seq": one.seq, "kind": one.kind, "transition": one.transition, "role": one.role, **one.attributes}
        name = f"{one.name}·{DID[one.transition]}" if one.transition in DID else one.name
        known = self.events.setdefault(name, dict(EVENT))
        attributes = []
        for key, value in told.items():
            kind = known.setdefault(key, _kind(value))
            if value != "" or isinstance(value, bool):
                attributes.append({"name": key, "value": value if _kind(value) == kind else str(value)})
        return {
            "id": f"{trace.number}-{one.seq}", "type": name, "time": _time(one.at), "attributes": attributes,
            "relationships": [{"objectId": key, "qualifier": how} for key, how in self._related(trace, one)],
        }  # fmt: skip

    def _related(self, trace: Trace, one: Happening) -> Iterator[tuple[str, str]]:
        yield _case(trace), "所属案件"
        customer = one.customer or trace.customer
        if customer:
            yield _customer(customer), "所涉客户"
        if one.item:
            yield _item(one.item), "所办待办"
        if one.deadline:
            yield _deadline(one.deadline), "所计时限"
        if one.department:
            yield self._department(one.department), "责任部门"
        if one.person:
            yield self._person(one.person), "经办人"

    # --- objects ----------------------------------------------------------------------------------------------

    def _objects(self, trace: Trace) -> Iterator[Object]:
        """The objects that this case brings in."""
        related = [(_customer(trace.customer), "所涉客户")] if trace.customer else []
        related += [(self._department(trace.department), "申请部门")] if trace.department else []
        related += [(self._person(trace.applicant), "申请人")] if trace.applicant else []
        about = [("process", BEGINNING, trace.process), ("started", BEGINNING, _time(trace.started))]
        yield _object(_case(trace), CASE, about, related)
        yield from self._customers(trace)
        yield from _items(trace)
        yield from _deadlines(trace)
        yield from self._common(trace)

    def _customers(self, trace: Trace) -> Iterator[Object]:
        """A customer belongs to the first case of the month that is about it, else to the one that names its code."""
        if trace.customer and self.reader.first_about(trace.customer) == trace.id:
            yield _object(_customer(trace.customer), CUSTOMER)
        named = {one.customer for one in trace.happenings if one.customer} - {trace.customer}
        for code in sorted(named):
            if self.reader.first_about(code) is None:
                yield _object(_customer(code), CUSTOMER)

    def _common(self, trace: Trace) -> Iterator[Object]:
        """Departments and people, when they are met for the first time."""
        departments = {trace.department, *(one.department for one in trace.happenings)} - {None}
        persons = {trace.applicant, *(one.person for one in trace.happenings)} - {None}
        found = [(self._department(one), DEPARTMENT) for one in departments if one]
        found += [(self._person(one), PERSON) for one in persons if one]
        for key, kind in sorted(found):
            if key not in self.shared:
                self.shared.add(key)
                yield _object(key, kind)

    def _department(self, number: int) -> str:
        return f"部门 {self.names.department(number)}"

    def _person(self, number: int) -> str:
        return self.names.person(number)


def _items(trace: Trace) -> Iterator[Object]:
    met: set[str] = set()
    for one in trace.happenings:
        if one.item and one.item not in met:
            met.add(one.item)
            related = [(_case(trace), "所属案件")] + ([(_deadline(one.deadline), "所计时限")] if one.deadline else [])
            about = [("step", BEGINNING, one.name), ("role", BEGINNING, one.role)]
            yield _object(_item(one.item), ITEM, about, related)


def _deadlines(trace: Trace) -> Iterator[Object]:
    """A deadline with every due moment it has had, each since when it held."""
    dues: dict[str, list[tuple[str, str, str]]] = {}
    for one in trace.happenings:
        if one.deadline:
            known = dues.setdefault(one.deadline, [("clock", BEGINNING, one.clock)])
            due = _time(moment(one.due)) if one.due else ""
            if due and due != known[-1][2]:
                known.append(("due", _time(one.at) if len(known) > 1 else BEGINNING, due))
    for key, about in dues.items():
        yield _object(_deadline(key), DEADLINE, about, [(_case(trace), "所属案件")])


def _object(
    key: str, kind: str, about: Iterable[tuple[str, str, Any]] = (), related: Iterable[tuple[str, str]] = ()
) -> Object:
    return {
        "id": key, "type": kind,
        "attributes": [{"name": name, "time": since, "value": value} for name, since, value in about if value],
        "relationships": [{"objectId": other, "qualifier": how} for other, how in related],
    }  # fmt: skip


def _case(trace: Trace) -> str:
    return f"案件 {trace.number}"


def _customer(code: str) -> str:
    return f"客户 {code}"


def _item(key: str) -> str:
    return f"待办 {key}"


def _deadline(key: str) -> str:
    return f"时限 {key}"


def _kind(value: Any) -> str:
    return "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "string"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
