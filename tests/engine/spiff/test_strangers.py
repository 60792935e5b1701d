"""Whatever a diagram looks like: parsing ends in a model or in problems, running in waits or in a DoorError."""

from contextlib import suppress
from random import Random

import pytest
from lxml import etree

from engine.spiff import DiagramError, DoorError, Model, Run, parse
from engine.spiff.drawing import KINDS
from tests.engine.spiff.drawing_board import HEAD, Board, many, parameter, timer

TAGS = sorted(KINDS)


def rich() -> bytes:
    """A bit of everything."""
    inside = Board("in").start("s").user("fill").timer("late", "fill", "PT4H", interrupting=False).end("e").end("x")
    inside.flow("s", "fill", "e").flow("late", "x")
    error = '<errorEventDefinition errorRef="E"/>'
    board = Board("p").root('<error id="E" name="e" errorCode="X"/><message id="M" name="m"/>').start().end()
    board.sub("work", inside, many(), cs_clock="T2").timer("due", "work", "P1D").user("fix", "a", "b")
    board.service("post", "test.post", parameter(n="1 + 1")).boundary("bad", "post", error).parallel("fork", "join")
    board.xor("which", default="flow_which_a").inclusive("some", default="flow_some_fork").node(
        "eventBasedGateway", "wait"
    )
    board.node("intermediateCatchEvent", "mail", '<messageEventDefinition messageRef="M"/>')
    board.node("intermediateCatchEvent", "pause", timer("PT1H")).xor("meet")
    board.flow("start", "work", "some", "fork", "post", "join", "which", "a", "end").flow(
        "fork", "wait", "mail", "meet"
    )
    board.flow("wait", "pause", "meet", "join").flow("some", "b", when="urgent").flow("b", "end")
    board.flow("which", "fix", when="level > 1").flow("fix", "meet").flow("due", "end").flow("bad", "end")
    return board.xml()


def mangled(random: Random) -> bytes:
    """The rich diagram with a few elements or attributes dropped, doubled, swapped or renamed."""
    root = etree.fromstring(rich())
    for _ in range(random.randint(1, 3)):
        elements = [element for element in root.iter() if element is not root]
        one, other = random.choice(elements), random.choice(elements)
        match random.randrange(6):
            case 0:
                one.getparent().remove(one)
            case 1:
                one.getparent().append(etree.fromstring(etree.tostring(one)))
            case 2 if one.attrib:
                del one.attrib[random.choice(list(one.attrib))]
            case 3 if one.attrib and other.attrib:
                one.attrib[random.choice(list(one.attrib))] = random.choice(list(other.attrib.values()))
            case 4:
                one.tag = f"{{{etree.QName(one).namespace}}}{random.choice(TAGS)}"
            case 5:
                one.text = random.choice(["", "x.y", "deadline", "P1D", "people", "missing"])
    return etree.tostring(root)


@pytest.mark.parametrize("hundred", range(6))
def test_a_mangled_diagram_is_a_model_or_a_list_of_problems(hundred: int) -> None:
    outcomes = [_parsed(Random(seed)) for seed in range(hundred * 100, hundred * 100 + 100)]
    models = [outcome for outcome in outcomes if isinstance(outcome, Model)]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, DiagramError)]

    for seed, model in enumerate(models):
        _play(Random(seed), model)

    assert models
    assert refusals
    assert all(problem.what and problem.remedy for error in refusals for problem in error.problems)


def _parsed(random: Random) -> Model | DiagramError:
    try:
        return parse({"p.bpmn": mangled(random)}, "p")
    except DiagramError as error:
        return error


def _play(random: Random, model: Model) -> None:
    """Up to thirty random moves; only a DoorError may end them early."""
    with suppress(DoorError):
        run = Run.start(model, {"people": ["李伟", "王芳"], "urgent": True, "level": 2})
        for _ in range(30):
            waits = run.waits
            if not waits:
                return
            run, wait = Run.load(model, run.dump()), random.choice(waits)
            move = {"work": run.complete, "job": run.perform, "timer": run.fire}[wait.kind]
            move(wait.task)


def test_the_rich_diagram_itself_is_sound() -> None:
    assert HEAD.encode() in rich()
    assert len(parse({"p.bpmn": rich()}, "p").nodes) > 20
