"""The event log as XES and OCEL 2.0: files that process-mining tools read, with nobody's name in them unasked."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from engine.mining.traces import MonthInvalid
from engine.store import dumps
from tests.handlers.office import ACCOUNTING
from tests.webui.desk import Desk, press, text
from webui import log_export
from webui.cli import main

XES = "{http://www.xes-standard.org/}"
ATTRIBUTES = {"string", "date", "int", "float", "boolean", "id", "list"}
LIFECYCLE = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete",
    "autoskip", "manualskip", "unknown",
}  # fmt: skip
OCEL_TYPES = {"string": str, "time": str, "integer": int, "float": float, "boolean": bool}


def exported(desk: Desk, kind: str, month: str = "2026-11", pseudonyms: bool = True) -> bytes:
    out, services = io.BytesIO(), desk.app.extensions["countersign"]
    with desk.transactions.read() as tx:
        log_export.write(tx, services, out, kind, month, pseudonyms)
    return out.getvalue()


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """华为: applied for by 孙倩, overdue with 李志强, sent to finance, posted; and an application begun afterwards."""
    folder = tmp_path_factory.mktemp("mining")
    (folder / "test.db").write_bytes(sqlite_template.read_bytes())
    opened = Desk(f"sqlite:///{folder / 'test.db'}", folder)
    travelled(opened)
    yield opened
    opened.close()


def travelled(desk: Desk) -> None:
    case = desk.approved()
    desk.at("2026-11-16", "15:30")
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=[str(desk.cast.department("FIN"))])
    desk.engine.suspend(case, desk.cast.person("李志强"), "补正材料", "等客户补开户证明")
    desk.at("2026-11-17", "09:30")
    desk.engine.resume(case, desk.cast.person("李志强"), "已补")
    desk.do(case, "Task_complete_view", "黄雅琴", "complete", **ACCOUNTING)
    desk.do(case, "Task_sign_view", "陈立", "approve", "同意<&>")
    desk.do(case, "Task_release", "李志强", "post", entry_checked=True)


def values(element: Any) -> dict[str, str]:
    return {one.get("key"): one.get("value") for one in element if etree.QName(one).localname in ATTRIBUTES}


# --- XES ----------------------------------------------------------------------------------------------------------


def test_the_xes_file_has_the_structure_of_the_standard(office: Desk) -> None:
    """Order and content of elements as the standard's schema wants them; declared extensions, globals in each event."""
    log = etree.fromstring(exported(office, "xes"))

    assert log.tag == f"{XES}log"
    assert log.get("xes.version") == "1849-2016"
    tags = [etree.QName(one).localname for one in log]
    ranks = {"extension": 0, "global": 1, "classifier": 2, "trace": 4}
    order = [ranks.get(tag, 3) for tag in tags]
    assert order == sorted(order)
    assert {one.get("prefix") for one in log.iter(f"{XES}extension")} == {"concept", "time", "org", "lifecycle"}
    scopes = {one.get("scope"): set(values(one)) for one in log.iter(f"{XES}global")}
    for trace in log.iter(f"{XES}trace"):
        inner = [etree.QName(one).localname for one in trace]
        assert inner == sorted(inner, key=lambda tag: tag == "event"), "attributes come before events"
        assert scopes["trace"] <= set(values(trace))
        for event in trace.iter(f"{XES}event"):
            assert {etree.QName(one).localname for one in event} <= ATTRIBUTES
            assert len({one.get("key") for one in event}) == len(event), "a key stands once"
            found = values(event)
            assert scopes["event"] <= set(found)
            assert found["lifecycle:transition"] in LIFECYCLE
            assert datetime.fromisoformat(found["time:timestamp"]).tzinfo is not None
            for key in found:
                assert ":" not in key or key.split(":")[0] in {"concept", "time", "org", "lifecycle"}
    keys = {key for one in log.iter(f"{XES}classifier") for key in one.get("keys").split()}
    assert keys <= {"concept:name", "lifecycle:transition", "org:resource"}


def test_a_trace_tells_the_case_in_chinese_with_its_clocks(office: Desk) -> None:
    [trace] = etree.fromstring(exported(office, "xes")).iter(f"{XES}trace")
    events = [values(one) for one in trace.iter(f"{XES}event")]

    assert values(trace)["concept:name"] == office.column("instance", "number", 1)
    assert values(trace)["process"] == "客户主数据创建"
    assert len(events) == len(office.log(1)), "every event of the log is in it"
    assert [one["time:timestamp"] for one in events] == sorted(one["time:timestamp"] for one in events)
    done = [one for one in events if one["kind"] == "item.completed" and one["concept:name"] == "主管领导审批"]
    assert [(one["lifecycle:transition"], one["org:role"], one["org:group"]) for one in done] == [
        ("complete", "主管领导", "经营一部")
    ]
    [late] = [one for one in events if one["kind"] == "deadline.breached" and one["clock"] == "T1"]
    assert late["concept:name"] == "到期未办"
    assert late["due"] == late["time:timestamp"]
    assert {"suspend", "resume"} <= {one["lifecycle:transition"] for one in events}


def test_a_resumed_deadline_shows_the_due_moment_it_has_then(office: Desk) -> None:
    [trace] = etree.fromstring(exported(office, "xes")).iter(f"{XES}trace")
    events = [values(one) for one in trace.iter(f"{XES}event")]

    dues = [one.get("due", "") for one in events if one.get("clock") == "T2"]
    assert len({due for due in dues if due}) == 2
    assert "" in dues, "while it stands still nothing is due"


# --- OCEL ---------------------------------------------------------------------------------------------------------


def check_ocel(log: Any) -> None:
    """The rules of the published JSON schema, and what it cannot say: types are declared, relations lead somewhere."""
    assert set(log) == {"eventTypes", "objectTypes", "events", "objects"}
    declared: dict[str, dict[str, dict[str, str]]] = {}
    for kind in ("eventTypes", "objectTypes"):
        for one in log[kind]:
            assert set(one) == {"name", "attributes"}
            assert all(set(attribute) == {"name", "type"} for attribute in one["attributes"])
            assert all(attribute["type"] in OCEL_TYPES for attribute in one["attributes"])
        names = [one["name"] for one in log[kind]]
        assert len(names) == len(set(names))
        declared[kind] = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in log[kind]}
    objects = {one["id"] for one in log["objects"]}
    assert len(objects) == len(log["objects"]), "an object stands once"
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for one in log["events"]:
        assert set(one) == {"id", "type", "time", "attributes", "relationships"}
        assert datetime.fromisoformat(one["time"]).tzinfo is not None
        for attribute in one["attributes"]:
            assert set(attribute) == {"name", "value"}
            kind = declared["eventTypes"][one["type"]][attribute["name"]]
            assert type(attribute["value"]) is OCEL_TYPES[kind]
        assert one["relationships"], "an event that concerns no object says nothing"
    for one in log["objects"]:
        assert set(one) == {"id", "type", "attributes", "relationships"}
        for attribute in one["attributes"]:
            assert set(attribute) == {"name", "value", "time"}
            assert attribute["name"] in declared["objectTypes"][one["type"]]
            assert datetime.fromisoformat(attribute["time"]).tzinfo is not None
    for one in [*log["events"], *log["objects"]]:
        for related in one["relationships"]:
            assert set(related) == {"objectId", "qualifier"}
            assert related["objectId"] in objects, related


def test_the_ocel_file_keeps_the_rules_of_its_schema(office: Desk) -> None:
    log = json.loads(exported(office, "ocel"))

    check_ocel(log)
    types = {one["type"] for one in log["objects"]}
    assert types == {"案件", "客户", "待办", "时限", "部门", "人员"}
    assert len(log["events"]) == len(office.log(1))
    assert "主管领导审批" in {one["type"] for one in log["events"]}
    assert "主管领导审批·送达" in {one["type"] for one in log["events"]}


def test_both_files_are_the_same_on_each_database(database: str, tmp_path: Path) -> None:
    desk = Desk(database, tmp_path)
    try:
        travelled(desk)
        log = json.loads(exported(desk, "ocel"))
        traces = list(etree.fromstring(exported(desk, "xes")).iter(f"{XES}trace"))
    finally:
        desk.close()

    check_ocel(log)
    assert len(traces) == 1
    customers = [one["id"] for one in log["objects"] if one["type"] == "客户"]
    assert len(customers) == 1


# --- who and when -------------------------------------------------------------------------------------------------


def test_nobody_is_named_unless_asked_and_nothing_typed_is_in_it(office: Desk) -> None:
    for kind in ("xes", "ocel"):
        hidden, named = exported(office, kind).decode(), exported(office, kind, pseudonyms=False).decode()

        for name in ("孙倩", "李志强", "黄雅琴", "陈立", "sunqian"):
            assert name not in hidden
        for typed in ("同意", "等客户补开户证明", "华为", "请尽快建档"):
            assert typed not in named
        assert "孙倩（sunqian）" in named
        assert "人员 " in hidden


def test_a_month_that_is_over_gives_the_same_file_for_good(desk: Desk) -> None:
    """
    Given a case of November that is still open
    When it goes on in December
    Then November says what it said, and December has the whole case.
    """
    case = desk.approved()
    desk.at("2026-12-01", "09:00")
    before = exported(desk, "xes", "2026-11")
    desk.do(case, "Task_check", "李志强", "route", reason_code="views", departments=[str(desk.cast.department("FIN"))])

    after, december = exported(desk, "xes", "2026-11"), exported(desk, "xes", "2026-12")

    assert before == after
    assert december.count(b"<event>") > before.count(b"<event>")
    assert exported(desk, "xes", "2026-10").count(b"<trace>") == 0


def test_a_month_written_otherwise_is_refused_with_an_example(office: Desk) -> None:
    with pytest.raises(MonthInvalid, match="2026-09"):
        exported(office, "xes", "九月")


def test_only_those_who_assess_or_administrate_take_it_and_are_on_record(office: Desk) -> None:
    page = office.browser_of("赵磊").get("/reports").get_data(as_text=True)
    taken = press(office.browser_of("赵磊"), "/event-log", "/event-log", month="2026-11", format="ocel")
    refused = office.browser_of("李志强").get("/event-log")

    assert 'href="/event-log"' in page
    assert 'href="/event-log"' not in office.browser_of("李志强").get("/reports").get_data(as_text=True)
    assert taken.status_code == 200, text(taken)
    check_ocel(json.loads(taken.data))
    taken.close()
    assert refused.status_code == 403
    with office.transactions.read() as tx:
        rows = tx.all("SELECT actor_id, subject, data FROM admin_log WHERE kind = 'log.exported'")
    told = dumps({"cases": 1, "format": "ocel", "names": False})
    assert [tuple(row) for row in rows] == [(office.cast.person("赵磊"), "2026-11", told)]


def test_the_command_writes_it_too(office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE", office.settings.database)
    monkeypatch.setenv("COUNTERSIGN_KEYS", office.settings.keys)
    file = tmp_path / "log.xes"

    answer = CliRunner().invoke(main, ["export-log", "--format", "xes", "--month", "2026-11", str(file)])

    assert answer.exit_code == 0, answer.output
    assert "1 件流程" in answer.output
    assert file.read_bytes() == exported(office, "xes")


# --- how it grows -------------------------------------------------------------------------------------------------


def many(desk: Desk, cases: int) -> None:
    """Copies of the first case, as many as asked for."""
    with desk.transactions.write() as tx:
        own = ("id", "number", "request_key")
        listed = ", ".join(row[1] for row in tx.all("PRAGMA table_info(instance)") if row[1] not in own)
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {cases})"
        tx.run(
            f"{numbers} INSERT INTO instance (id, number, {listed})"
            f" SELECT 1000 + i, 'X-' || i, {listed} FROM instance, n WHERE id = 1"
        )
        tx.run(
            f"{numbers} INSERT INTO event (instance_id, seq, kind, occurred_at, recorded_at, actor_id, node, subject,"
            " data, hash) SELECT 1000 + i, seq, kind, occurred_at, recorded_at, actor_id, node, subject, data, hash"
            " FROM event, n WHERE instance_id = 1"
        )


def test_memory_does_not_grow_with_the_number_of_cases(desk: Desk, tmp_path: Path) -> None:
    desk.approved()
    services = desk.app.extensions["countersign"]
    peaks = []
    for cases in (450, 900):
        with desk.transactions.write() as tx:
            tx.run("DELETE FROM event WHERE instance_id > 1")
            tx.run("DELETE FROM instance WHERE id > 1")
        many(desk, cases)
        for kind in ("xes", "ocel"):
            with desk.transactions.read() as tx, (tmp_path / f"{kind}-{cases}").open("wb") as out:
                tracemalloc.start()
                count = log_export.write(tx, services, out, kind, "2026-11", True)
                peaks.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.stop()
            assert count == cases + 1

    assert peaks[2] < peaks[0] * 1.2
    assert peaks[3] < peaks[1] * 1.2
