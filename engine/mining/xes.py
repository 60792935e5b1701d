"""XES, IEEE 1849-2016: one trace per case, extensions concept, time, org, lifecycle; deadlines as attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any

from lxml import etree

from engine.clock import local
from engine.mining.traces import Happening, Names, Trace
from engine.store import moment

NAMESPACE = "http://www.xes-standard.org/"
AS_DEFAULT: Any = {None: NAMESPACE}
EXTENSIONS = {
    "concept": "Concept", "time": "Time", "org": "Organizational", "lifecycle": "Lifecycle",
}  # fmt: skip
UNKNOWN = "UNKNOWN"
GLOBALS: Mapping[str, Mapping[str, Any]] = {
    "trace": {"concept:name": UNKNOWN},
    "event": {
        "concept:name": UNKNOWN, "time:timestamp": moment("1970-01-01T00:00:00.000+00:00"),
        "lifecycle:transition": UNKNOWN, "kind": UNKNOWN, "seq": 0,
    },
}  # fmt: skip
CLASSIFIERS = {"环节": "concept:name", "环节与动作": "concept:name lifecycle:transition", "经办人": "org:resource"}
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold


def write(out: IO[bytes], traces: Iterable[Trace], names: Names, title: str) -> int:
    """Write the log, trace by trace; returns how many there were."""
    count = 0
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        features = {"xes.version": "1849-2016", "xes.features": ""}
        with file.element(f"{{{NAMESPACE}}}log", features, nsmap=AS_DEFAULT):
            for one in _head(title):
                file.write(one, pretty_print=True)
            for trace in traces:
                file.write(_trace(trace, names), pretty_print=True)
                count += 1
    return count


def _head(title: str) -> Iterable[etree._Element]:
    """Extensions, globals, classifiers, attributes: in the order that the standard's schema wants."""
    for prefix, name in EXTENSIONS.items():
        yield _element("extension", name=name, prefix=prefix, uri=f"{NAMESPACE}{prefix}.xesext")
    for scope, attributes in GLOBALS.items():
        yield _filled(_element("global", scope=scope), attributes)
    for name, keys in CLASSIFIERS.items():
        yield _element("classifier", name=name, keys=keys)
    yield from _filled(_element("log"), {"concept:name": title, "lifecycle:model": "standard"})


def _trace(trace: Trace, names: Names) -> etree._Element:
    department = names.department(trace.department) if trace.department else ""
    applicant = names.person(trace.applicant) if trace.applicant else ""
    told = {
        "concept:name": trace.number, "process": trace.process, "started": trace.started, "org:group": department,
        "applicant": applicant, "customer": trace.customer or "",
    }  # fmt: skip
    found = _filled(_element("trace"), told)
    for one in trace.happenings:
        found.append(_event(one, names))
    return found


def _event(one: Happening, names: Names) -> etree._Element:
    told = {
        "concept:name": one.name, "time:timestamp": one.at, "lifecycle:transition": one.transition,
        "org:resource": names.person(one.person) if one.person else "", "org:role": one.role,
        "org:group": names.department(one.department) if one.department else "",
        "kind": one.kind, "seq": one.seq, "item": one.item or "", "deadline": one.deadline or "", "clock": one.clock,
        "due": moment(one.due) if one.due else "", **one.attributes,
    }  # fmt: skip
    return _filled(_element("event"), told)


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{NAMESPACE}}}{tag}", attributes, nsmap=AS_DEFAULT)


def _filled(parent: etree._Element, values: Mapping[str, Any]) -> etree._Element:
    """Attributes by their type; what is empty is left out."""
    for key, value in values.items():
        if value == "" and not isinstance(value, bool):
            continue
        kind, written = _typed(value)
        etree.SubElement(parent, f"{{{NAMESPACE}}}{kind}", {"key": key, "value": written})
    return parent


def _typed(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", str(value).lower()
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, datetime):
        return "date", local(value).isoformat(timespec="milliseconds")
    return "string", FORBIDDEN.sub("", str(value))
