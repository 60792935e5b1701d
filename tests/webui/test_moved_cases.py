"""A case that was moved to another version: its pages tell what was done before by the diagram it was done in."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from engine import migration
from engine.definitions import DIAGRAM, read_folder
from engine.evidence import verify
from tests.webui.desk import CREATE, Desk, text
from tests.webui.test_migration_pages import PROCESS, released
from webui.evidence_pack import evidence_pack


@pytest.fixture
def moved(desk: Desk) -> int:
    """华为 is with the departments; 李志强's step, done in the first version, is called another id in the second."""
    case = desk.routed()
    documents = read_folder(CREATE)
    renamed = re.sub(r'(?<=[">])Task_check(?=["<])', "Task_verify", documents[DIAGRAM])
    target = released(desk, documents | {DIAGRAM: renamed})
    chief = desk.cast.person("郭建国")
    batch = migration.begin(desk.engine, chief, PROCESS, target, [case], {}, "批文")
    migration.carry_on(desk.engine, batch)
    with desk.transactions.read() as tx:
        told = [(one.status, one.told) for one in migration.results(tx, batch)]
    assert told[0][0] == "moved", told
    return case


@pytest.mark.parametrize("tab", ["form", "diagram", "log", "changes"])
def test_every_tab_of_its_page_opens_and_names_the_former_step(desk: Desk, moved: int, tab: str) -> None:
    page = desk.browser_of("李志强").get(f"/cases/{moved}?tab={tab}")

    assert page.status_code == 200
    assert tab == "changes" or "核对" in text(page)
    assert desk.browser_of("李志强").get(f"/cases/{moved}/print").status_code == 200


def test_the_former_version_is_drawn_below_with_what_was_done_in_it(desk: Desk, moved: int) -> None:
    browser = desk.browser_of("李志强")

    page = browser.get(f"/cases/{moved}?tab=diagram").get_data(as_text=True)
    drawn = browser.get(f"/cases/{moved}/diagram.bpmn?version=1").get_data(as_text=True)
    current = browser.get(f"/cases/{moved}/diagram.bpmn").get_data(as_text=True)

    marks = {name: json.loads(found) for name, found in re.findall(r'id="(k-marks[^"]*)">(.*?)</script>', page)}
    assert marks["k-marks-1"]["nodes"]["Task_check"] == "done"
    assert "Task_check" not in marks["k-marks"]["nodes"]
    assert ('"Task_check"' in drawn, '"Task_check"' in current) == (True, False)


def test_its_evidence_holds_both_versions_and_is_found_whole(desk: Desk, moved: int) -> None:
    desk.at("2026-11-17", "09:00")
    with desk.transactions.read() as tx:
        content = evidence_pack(tx, desk.app.extensions["countersign"], moved, frozenset())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    assert verify.Check(files, "").fault == ""
    assert [one["version"] for one in json.loads(files["case.json"])["earlier"]] == [1]
    assert b"Task_check" in files["definition-1/process.bpmn"]
    assert b'"Task_check"' not in files["definition/process.bpmn"]
    steps = [one["step"] for one in json.loads(files["versions.json"])]
    assert all(one["proved"] for one in json.loads(files["versions.json"]))
    assert any("核对" in one for one in steps)

    changed = files | {"definition-1/process.bpmn": files["definition-1/process.bpmn"] + b" "}
    assert verify.Check(changed, "").fault.startswith("流程定义（definition-1/）与其指纹不符")
