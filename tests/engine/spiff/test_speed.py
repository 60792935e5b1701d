"""One completion (load, complete, list the waits, dump) costs little processor time and few bytes."""

import json
import time
from pathlib import Path

from engine.spiff import Model, Run, parse

WORKLOAD = Path(__file__).parents[2] / "benchmarks" / "workload"
BUDGET = 4.0  # yardsticks of processor time for each completion; about 1.1 when this was written
PAYLOADS = json.loads((WORKLOAD / "payloads.json").read_text("utf-8"))


def yardstick() -> float:
    """Seconds of processor time that a plain piece of Python takes on this machine: writing forms as indented JSON."""
    began = time.process_time()
    for _ in range(100):
        json.loads(json.dumps(PAYLOADS, indent=1))
    return (time.process_time() - began) / 100


def play(model: Model) -> tuple[int, float, int]:
    """One case from start to end: completions, seconds, the most bytes a state had."""
    run = Run.start(model, PAYLOADS["start"])
    state, moves, spent, largest = run.dump(), 0, 0.0, 0
    while work := [wait for wait in run.waits if wait.kind != "timer"]:
        began = time.process_time()
        run = Run.load(model, state)
        move = run.complete if work[0].kind == "work" else run.perform
        move(work[0].task, PAYLOADS.get(work[0].node, {}))
        assert run.waits is not None
        state = run.dump()
        spent += time.process_time() - began
        moves, largest = moves + 1, max(largest, len(state))
    assert run.completed
    return moves, spent, largest


def test_a_completion_stays_within_its_budget() -> None:
    model = parse({"process.bpmn": (WORKLOAD / "process.bpmn").read_bytes()}, "create_customer")
    play(model)

    rounds = [(yardstick(), [play(model) for _ in range(20)]) for _ in range(5)]

    best = min(sum(spent for _, spent, _ in games) / sum(moves for moves, _, _ in games) for _, games in rounds)
    assert best <= BUDGET * min(measure for measure, _ in rounds)


def test_an_open_case_takes_less_than_four_kilobytes() -> None:
    model = parse({"process.bpmn": (WORKLOAD / "process.bpmn").read_bytes()}, "create_customer")

    moves, _, largest = play(model)

    assert moves == 7
    assert largest <= 4_096
