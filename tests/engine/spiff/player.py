"""Plays a random process on the engine and on the oracle side by side, and on stock SpiffWorkflow."""

import json
import zlib
from collections import Counter
from random import Random
from typing import Any

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from engine.spiff import NotPossible, Run, Stuck, parse
from tests.engine.spiff.oracle import ITEMS, Game, Gardener, Open, draw

SOON = 25  # moves after which rework ends
LIMIT = 400  # moves after which a game is a defect of the test
Key = tuple[str, tuple[str, ...], bool]


def expected(game: Game) -> Counter[Key]:
    return Counter((one.name, one.place.items, one.timer) for one in game.open)


def shown(run: Run) -> Counter[Key]:
    return Counter(_keys(run).values())


def _keys(run: Run) -> dict[str, Key]:
    """By address: the node, the items around it (from its clocked scopes), and whether it is a timer."""
    items = {scope.task: scope.item for scope in run.scopes}
    return {
        wait.task: (wait.node, tuple(items[scope] for scope in wait.scopes), wait.kind == "timer") for wait in run.waits
    }


def deviation(seed: int, kinds: str, depth: int) -> str | None:
    """What the engine does differently from the oracle; None when nothing."""
    gardener, chance = Gardener(Random(seed), kinds), Random(seed)
    process = gardener.grow(depth)
    xml = draw(process)
    model = parse({"random": xml}, "random")
    decisions = gardener.decide(end_soon=False)
    game, run = Game(process, decisions), Run.start(model, {**ITEMS, **decisions})
    for moves in range(LIMIT):
        if (expected(game), game.done) != (shown(run), run.completed):
            return f"seed {seed}, move {moves}: expected {expected(game)}, got {shown(run)}"
        if game.done:
            return None
        model = parse({"random": xml}, "random") if moves % 8 == 7 else model
        if run.model is not model or chance.random() < 0.6:  # else it goes on in memory, as a kept run does
            run = Run.load(model, shuffled(run.dump(), gardener.random))
        decisions = gardener.decide(end_soon=moves > SOON)
        choice = _choose(game, gardener.random, moves)
        _move(run, choice, decisions)
        game.move(choice, decisions)
    return f"seed {seed}: no end after {LIMIT} moves"


def _choose(game: Game, random: Random, moves: int) -> Open:
    tasks = [one for one in game.open if not one.timer]
    return random.choice(tasks if moves > SOON else game.open)


def _move(run: Run, choice: Open, decisions: dict[str, Any]) -> None:
    wanted = (choice.name, choice.place.items, choice.timer)
    task = next(task for task, key in _keys(run).items() if key == wanted)
    run._case.decisions.update(decisions)  # for all to see, also when a timer fires or an item completes
    if choice.timer:
        run.fire(task)
    else:
        run.complete(task)


def shuffled(state: bytes, random: Random) -> bytes:
    """The same state with the keys of every object, and the rows of tokens, in another order."""
    text = zlib.decompress(state[2:]) if state[1] else state[2:]
    body = _shuffle(json.loads(text), random)
    random.shuffle(body["tokens"])
    random.shuffle(body["parts"])
    return bytes((state[0], 0)) + json.dumps(body).encode()


def _shuffle(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: _shuffle(value[key], random) for key in keys}
    return [_shuffle(entry, random) for entry in value] if isinstance(value, list) else value


def stock_deviates(seed: int, kinds: str, depth: int) -> bool:
    """Whether SpiffWorkflow as it comes opens other tasks than the oracle, or crashes."""
    gardener = Gardener(Random(seed), kinds)
    process = gardener.grow(depth)
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(draw(process)))
    workflow = BpmnWorkflow(parser.get_spec("random"), parser.get_subprocess_specs("random"))
    decisions = gardener.decide(end_soon=False)
    game = Game(process, decisions)
    workflow.task_tree.data.update(ITEMS, **decisions)
    workflow.do_engine_steps()
    for moves in range(LIMIT):
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        if Counter(task.task_spec.name for task in ready) != Counter(one.name for one in game.open):
            return True
        if game.done:
            return False
        decisions = gardener.decide(end_soon=moves > SOON)
        choice = _choose(game, gardener.random, moves)
        for task in workflow.get_tasks():  # every task sees the new decisions, as on our side
            task.data.update(decisions)
        try:
            next(task for task in ready if task.task_spec.name == choice.name).run()
            workflow.do_engine_steps()
        except AttributeError:  # a defect of the stock join
            return True
        game.move(choice, decisions)
    return True


def unsafe_jump(seed: int, kinds: str, depth: int) -> tuple[str | None, int]:
    """Returns at random to random tasks; what broke (a token lost or doubled), and how many were permitted.

    In these processes no task can be open twice for the same items, and no join can wait for ever.
    """
    gardener = Gardener(Random(seed), kinds)
    model = parse({"random": draw(gardener.grow(depth))}, "random")
    run, jumps = Run.start(model, {**ITEMS, **gardener.decide(end_soon=False)}), 0
    tasks = [node.id for node in model.nodes.values() if node.kind == "user"]
    try:
        for moves in range(LIMIT):
            if run.completed:
                return None, jumps
            standing = shown(run)
            if max(standing.values()) > 1:
                return f"seed {seed}, move {moves}: doubled {standing}", jumps
            run._case.decisions.update(gardener.decide(end_soon=moves > SOON))
            wait = gardener.random.choice(run.waits)
            jumps += _try_jump(run, wait.task, gardener.random.choice(tasks)) if moves < SOON else 0
            if any(one.task == wait.task for one in run.waits):
                run.complete(wait.task)
    except Stuck as error:
        return f"seed {seed}: {error}", jumps
    return f"seed {seed}: no end after {LIMIT} moves", jumps


def _try_jump(run: Run, task: str, to: str) -> int:
    try:
        run.jump(task, to)
    except NotPossible:
        return 0
    return 1
