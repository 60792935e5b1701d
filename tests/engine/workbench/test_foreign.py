"""Diagrams drawn elsewhere: repaired and listed where they have one meaning, refused where they would lose it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from engine import workbench
from engine.check import check_documents, rulebooks
from engine.definitions import DIAGRAM, read_folder
from engine.problems import DefinitionInvalid, Problem
from engine.workbench.documents import accepted
from engine.workbench.foreign import TakenIn, take_in
from tests.engine.workbench.bench import PROCESS, Bench

# The reference diagrams lie beside the project (in ../shared), not in it.
BESIDE = (folder / "shared" / "miwg" for folder in Path.cwd().parents)
MIWG = next((folder for folder in BESIDE if folder.is_dir()), Path("../shared/miwg"))
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' targetNamespace="t" id="d">'
)
STEPS = (
    '<startEvent id="a"/><userTask id="b" name="审核"/><endEvent id="c"/>'
    '<sequenceFlow id="f" sourceRef="a" targetRef="b"/><sequenceFlow id="g" sourceRef="b" targetRef="c"/>'
)


def taken(body: str, process: str = "legal_review", before: str = "") -> TakenIn:
    text = f'{HEAD}{before}<process id="P_1" name="法务审核">{body}</process></definitions>'
    return take_in(text.encode(), process)


def said(found: TakenIn) -> list[tuple[str, str]]:
    return [(one.element, one.what) for one in found.repairs]


def test_a_diagram_is_renamed_made_executable_and_laid_out() -> None:
    found = taken(STEPS)

    assert found.name == "法务审核"
    assert said(found) == [
        ("legal_review", "流程编号 P_1 改为 legal_review"),
        ("legal_review", "标为可执行"),
        ("legal_review", "文件里没有图形的位置，已自动排版"),
    ]
    assert found.text.count("BPMNShape ") == 3


def test_a_diagram_of_more_steps_than_anybody_reads_is_refused_at_every_door() -> None:
    steps = "".join(f'<userTask id="s{number}" name="审核"/>' for number in range(1001))

    with pytest.raises(DefinitionInvalid, match="有 1001 个节点，最多 1000 个"):
        taken(steps)
    with pytest.raises(DefinitionInvalid, match="请把成段的步骤画成共用环节"):
        accepted({DIAGRAM: f'{HEAD}<process id="P_1">{steps}</process></definitions>'}, {})


def test_a_long_way_is_laid_out_step_by_step_to_the_right() -> None:
    names = [f"s{number}" for number in range(500)]
    steps = "".join(f'<userTask id="{name}" name="{name}"/>' for name in names)
    flows = (f'<sequenceFlow id="f_{a}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(["a", *names, "c"]))

    text = taken(f'<startEvent id="a"/>{steps}<endEvent id="c"/>{"".join(flows)}').text

    lefts = [float(x) for x in re.findall(r'<dc:Bounds x="([\d.]+)" y="[\d.]+" width="110"', text)]
    assert len(set(lefts)) == len(names)


@pytest.mark.parametrize(
    ("body", "repair"),
    [
        (STEPS.replace('name="审核"', 'camunda:assignee="x"'),
         ("", "别的软件的设置 1 处已去掉（http://camunda.org/schema/1.0/bpmn），请在这里重新设置")),
        (STEPS + '<sequenceFlow id="h" sourceRef="b" targetRef="nowhere"/>',
         ("h", "连线的一端没有接到任何环节，已去掉")),
        (STEPS.replace('targetRef="b"/>', 'targetRef="b"><conditionExpression> </conditionExpression></sequenceFlow>'),
         ("f", "空的条件已去掉")),
        (STEPS.replace("userTask", "subProcess"), ("b", "子流程里没有环节，按一个人工环节收下")),
        (STEPS.replace('<endEvent id="c"/>', '<endEvent id="c"><errorEventDefinition errorRef="e"/></endEvent>'),
         ("c", "所引用的 e 不在文件里，引用已去掉")),
    ],
)  # fmt: skip
def test_what_has_one_meaning_is_repaired_and_told_with_its_element(body: str, repair: tuple[str, str]) -> None:
    assert repair in said(taken(body))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (STEPS.replace('id="c"', 'id="b"'), "编号 b 用了 2 次"),
        (STEPS + '</process><process id="Q" name="另一个"><task id="z"/>', "文件里有 2 个流程"),
        ("", "没有任何环节"),
    ],
)
def test_what_would_lose_its_meaning_is_refused_with_the_reason(body: str, reason: str) -> None:
    with pytest.raises(DefinitionInvalid, match=reason):
        taken(body)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "没有内容"),
        (b"\x00\x01", "不是 XML 文件"),
        (b"<html/>", "不是 BPMN"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "DOCTYPE"),
        (b"<a>" + b" " * 20_000_000 + b"</a>", "超过上限"),
        (b"<a>" * 200 + b"</a>" * 200, "嵌套超过"),
    ],
)
def test_files_that_are_no_diagram_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(DefinitionInvalid, match=reason):
        take_in(data, "legal_review")


@pytest.mark.parametrize("process", ["", "Legal", "1a", "../x", "policies", "a" * 90])
def test_an_id_that_is_no_folder_name_is_refused(process: str) -> None:
    with pytest.raises(DefinitionInvalid, match="流程编号"):
        taken(STEPS, process)


@pytest.mark.parametrize("process", ["customer_modify", "customer_create", "customer_annual_freeze"])
def test_a_drawing_made_by_us_keeps_our_own_rules(process: str) -> None:
    documents = read_folder(Path("processes") / process)
    bare = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", documents[DIAGRAM], flags=re.DOTALL)

    found = take_in(bare.encode(), process)

    assert said(found) == [(process, "文件里没有图形的位置，已自动排版")]
    laid_out = documents | {DIAGRAM: found.text}
    assert check_documents(process, laid_out, rulebooks(Path("processes/policies"))) == []
    assert [one.what for one in workbench.changes(process, documents, laid_out)] == ["图形"]


def miwg() -> Iterator[Path]:
    yield from sorted(MIWG.glob("*.bpmn"))


@pytest.mark.skipif(not MIWG.is_dir(), reason="BPMN MIWG 的参考图不在 ../shared/miwg")
@pytest.mark.parametrize("file", list(miwg()), ids=lambda file: file.stem)
def test_a_reference_diagram_is_taken_in_or_refused_with_element_and_reason(file: Path) -> None:
    found, refused = _tried(file.read_bytes())

    assert found is not None or refused
    assert all(one.element and one.what and one.remedy for one in refused)
    if found:
        problems = check_documents("reference_one", {DIAGRAM: found.text}, rulebooks(Path("processes/policies")))
        assert found.repairs
        assert all(one.what and one.remedy for one in problems)


def _tried(data: bytes) -> tuple[TakenIn | None, tuple[Problem, ...]]:
    try:
        return take_in(data, "reference_one"), ()
    except DefinitionInvalid as error:
        return None, error.problems


def test_an_uploaded_diagram_begins_a_new_procedure(bench: Bench) -> None:
    found = taken(STEPS)

    with bench.transactions.write() as tx:
        who, now = bench.cast.person("李志强"), bench.clock.now()
        saved = workbench.take_in(tx, now, bench.cast.people, who, "legal_review", found.text)

        assert (saved.draft.base, saved.draft.documents) == (None, {DIAGRAM: found.text})
        assert [one.process for one in workbench.overview(tx)] == [PROCESS, "legal_review"]


def test_a_diagram_uploaded_to_a_procedure_keeps_its_forms_and_puts_the_old_draft_aside(bench: Bench) -> None:
    draft = bench.opens()
    bench.saves("李志强", draft.revision, bench.renamed())

    with bench.transactions.write() as tx:
        who, now = bench.cast.person("吴晓东"), bench.clock.now()
        saved = workbench.take_in(tx, now, bench.cast.people, who, PROCESS, bench.documents[DIAGRAM])

        assert saved.draft.documents == bench.documents
        assert [one.why for one in workbench.asides.read(tx, PROCESS)] == ["replaced"]
