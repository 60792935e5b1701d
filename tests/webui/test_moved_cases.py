"""A case that was moved to another version: its pages tell what was done before by the diagram it was done in."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from engine import casefile, migration, signed_check, signed_form
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
    return move(desk, case, documents | {DIAGRAM: renamed})


def move(desk: Desk, case: int, documents: dict[str, str], **mapping: str) -> int:
    """Publish this as the second version and move the case there."""
    target, chief = released(desk, documents), desk.cast.person("郭建国")
    batch = migration.begin(desk.engine, chief, PROCESS, target, [case], mapping, "批文")
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


SECTIONS = "forms/fields.yaml"


def test_the_signed_file_lists_what_was_signed_by_the_version_it_was_signed_in(desk: Desk) -> None:
    """
    Given 马国栋 signed 一般和基本视图 with the city in it
    When the new version calls it 基本视图, keeps the city elsewhere, and the case is moved
    Then the file names what he signed as it was, and his signature stands.
    """
    case, documents = desk.routed(), read_folder(CREATE)
    city = next(line for line in documents[SECTIONS].splitlines() if "{id: city," in line)
    fields = documents[SECTIONS].replace(f"{city}\n", "").replace("title: 一般和基本视图", "title: 基本视图")
    first = next(line for line in fields.splitlines() if "{id: apply_reason," in line)
    move(desk, case, documents | {SECTIONS: fields.replace(first, f"{first}\n{city}")})

    with desk.transactions.read() as tx:
        file, people = casefile.read(tx, desk.engine.definitions, case), desk.engine.snapshots.at(tx).people
        written = signed_form.write(tx, file, people, desk.engine.seals, desk.clock.now(), frozenset())
        code = signed_form.code_of(file)

    verdict, told = signed_check.check(written), json.loads(written)
    assert verdict.fault == ""
    assert ("一般和基本视图" in "".join(verdict.lines), code in "".join(verdict.lines)) == (True, True)
    assert told["sections"]["general"]["labels"]["city"] == "城市"
    assert "city" not in told["sections"]["application"]["labels"]
    assert [one["version"] for one in told["signatures"]] == [1]
    assert "第 1 版" in "".join(verdict.lines)


def test_the_gate_counts_what_was_approved_checked_and_signed_under_other_names(desk: Desk) -> None:
    """
    Given 华为 is approved, checked, completed and signed, and waits for 李志强 to post it
    When the new version gives every one of these steps another id, and the case is moved
    Then it is posted: nothing that was signed is lost.
    """
    case = desk.approved()
    desk.completed(case)
    names = {old: f"{old}_2" for old in ("Task_approve", "Task_complete_view", "Task_sign_view", "Task_release")}
    told = dict(zip(("approval", "completion", "signature", "release"), names.values(), strict=True))
    given = "".join(f'<cs:parameter name="{name}" value="\'{node}\'" />' for name, node in told.items())
    post = '<cs:parameter name="release" value="\'Task_release_2\'" />'
    operations = {"customers.gate": given, "customers.post": post}

    def renamed(path: str, text: str) -> str:
        for old, new in names.items() if path.endswith(".bpmn") else ():
            text = re.sub(rf"\b{old}\b", new, text)
        for operation, parameters in operations.items():
            added = rf"\1<bpmn:extensionElements>{parameters}</bpmn:extensionElements>"
            text = re.sub(rf'(<bpmn:serviceTask [^>]*cs:operation="{operation}"[^>]*>)', added, text)
        return text

    move(desk, case, {path: renamed(path, text) for path, text in read_folder(CREATE).items()}, **names)
    desk.do(case, "Task_release_2", "李志强", "post", entry_checked=True)

    assert desk.form(case).get("customer_code")
