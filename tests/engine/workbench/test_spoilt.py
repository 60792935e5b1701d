"""Diagrams spoilt at random are answered with problems, never with a crash."""

from __future__ import annotations

import copy
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.check import check_documents, rulebooks
from engine.definitions import DIAGRAM, read_folder
from engine.problems import DefinitionInvalid
from engine.spiff.xml import Element, bpmn
from engine.workbench import changes
from engine.workbench.foreign import take_in

PROCESS = "customer_modify"
DOCUMENTS = read_folder(Path("processes") / PROCESS)
BOOKS = rulebooks(Path("processes/policies"))
VALUES = ("", "abc", "1e999", "-1", "x y", "Task_check", "NaN", "'", "(", "1/0", "a.b", "__import__('os')", "x" * 2000)
TAGS = ("userTask", "subProcess", "boundaryEvent", "laneSet", "scriptTask", "callActivity", "sequenceFlow")


def spoilt(seed: int) -> str:
    """The modify diagram with a few of its elements removed, doubled, renamed, moved or filled with nonsense."""
    dice = Random(seed)
    root = etree.fromstring(DOCUMENTS[DIAGRAM].encode())
    for _ in range(dice.randint(1, 5)):
        _spoil(dice, root)
    return etree.tostring(root, encoding="unicode")


def _spoil(dice: Random, root: Element) -> None:
    elements = [one for one in root.iter() if one.getparent() is not None]
    one, other, parent = dice.choice(elements), dice.choice(elements), None
    parent = one.getparent()
    kind = dice.randrange(6)
    if kind == 0:
        parent.remove(one)
    elif kind == 1 and one.attrib:
        one.set(dice.choice(list(one.attrib)), dice.choice(VALUES))
    elif kind == 2 and one.attrib:
        del one.attrib[dice.choice(list(one.attrib))]
    elif kind == 3:
        one.text = dice.choice(VALUES)
    elif kind == 4:
        parent.append(copy.deepcopy(one))
    elif other is not one and one not in list(other.iterancestors()):
        one.tag = bpmn(dice.choice(TAGS))
        other.append(one)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_spoilt_diagram_is_checked_compared_and_taken_in_without_a_crash(seed: int) -> None:
    documents = DOCUMENTS | {DIAGRAM: spoilt(seed)}

    problems = check_documents(PROCESS, documents, BOOKS)
    changes(PROCESS, DOCUMENTS, documents)
    try:
        take_in(documents[DIAGRAM].encode(), PROCESS)
    except DefinitionInvalid as error:
        problems += error.problems

    assert all(one.what and one.remedy for one in problems)


@pytest.mark.parametrize("old", ['x="680"', 'width="110"'])
def test_a_coordinate_that_is_no_number_is_a_problem_of_the_diagram(old: str) -> None:
    spoilt_text = DOCUMENTS[DIAGRAM].replace(old, old.partition("=")[0] + '="here"', 1)

    problems = check_documents(PROCESS, DOCUMENTS | {DIAGRAM: spoilt_text}, BOOKS)

    assert any("不符合 BPMN 2.0" in one.what for one in problems)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("forms/check.yaml", "title: [1"),
        ("forms/check.yaml", "- 1\n- 2"),
        ("forms/check.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]"),
        ("forms/check.yaml", "title: 5\noutcomes: {a: 1}"),
        ("forms/fields.yaml", "sections: 3"),
        ("forms/fields.yaml", ""),
        ("letters/result.j2", "{% for x in %}"),
        ("letters/result.j2", "{{ x.__class__ }}"),
    ],
)
def test_other_documents_that_make_no_sense_are_problems_too(path: str, text: str) -> None:
    documents = DOCUMENTS | {path: text}

    problems = check_documents(PROCESS, documents, BOOKS)
    changes(PROCESS, DOCUMENTS, documents)

    assert all(one.what and one.remedy for one in problems)
