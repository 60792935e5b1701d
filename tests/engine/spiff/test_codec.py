"""The state is small, complete, independent of order, and readable for ever."""

from pathlib import Path
from random import Random

import pytest

from engine.spiff import Model, Run, StateError, parse
from tests.engine.spiff.drawing_board import Board, many
from tests.engine.spiff.moves import at, do, model_of, standing
from tests.engine.spiff.player import shuffled

STATES = Path(__file__).parent / "states"
FROZEN = sorted(STATES.glob("version_*.state"))


def frozen_model() -> Model:
    """Everything a state may hold at once; the frozen states were written under this diagram."""
    return parse({"frozen.bpmn": (STATES / "frozen.bpmn").read_bytes()}, "frozen")


def in_flight(run: Run) -> list[tuple[str, str, object]]:
    return [(wait.task, wait.node, wait.item) for wait in run.waits]


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_a_state_of_every_format_version_loads_and_goes_on_to_the_end(path: Path) -> None:
    run = Run.load(frozen_model(), path.read_bytes())
    assert standing(run) == ["called_task", "detail", "detail", "sequential", "signed"]
    assert standing(run, "timer") == ["clock", "clock"]

    while work := [wait for wait in run.waits if wait.kind == "work"]:
        run.complete(work[0].task)

    assert run.completed
    assert run.ended_at == ("end",)


def test_there_is_a_frozen_state_for_the_version_written_today() -> None:
    model = model_of(Board("p").start().user("a").end().flow("start", "a", "end"))

    version = Run.start(model).dump()[0]

    assert STATES / f"version_{version}.state" in FROZEN


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_loading_and_saving_changes_nothing(path: Path) -> None:
    model = frozen_model()
    run = Run.load(model, path.read_bytes())

    again = Run.load(model, run.dump())

    assert again.dump() == run.dump()
    assert in_flight(again) == in_flight(run)
    assert again.scopes == run.scopes


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_keys_and_rows_and_a_fresh_parse_do_not_matter(seed: int) -> None:
    state = (STATES / "version_1.state").read_bytes()

    run = Run.load(frozen_model(), shuffled(state, Random(seed)))

    assert in_flight(run) == in_flight(Run.load(frozen_model(), state))


def test_a_value_shared_by_many_instances_is_stored_once() -> None:
    board = Board("p").start().end().node("userTask", "sign", many()).flow("start", "sign", "end")
    text = "0123456789" * 100

    run = Run.start(model_of(board), {"people": list(range(50)), "text": text})

    assert len(run.dump()) < 4_000


def test_a_case_that_has_ended_stores_only_its_decisions() -> None:
    run = Run.start(model_of(Board("p").start().user("a").end().flow("start", "a", "end")))

    do(run, "a", verdict="good")

    assert b"[]" in run.dump()[-20:]  # no token left
    loaded = Run.load(run.model, run.dump())
    assert (loaded.completed, loaded.data) == (True, {"verdict": "good"})


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (b"", "空"),
        (b"\x63\x00{}", "版本 99"),
        (b"\x01\x00{}", "损坏"),
        (b"\x01\x00not json", "损坏"),
        (b"\x01\x01not zlib", "损坏"),
        (b'\x01\x00{"data":[[{},null]],"top":0,"addresses":1,"completed":false,"parts":[],"tokens":[[1]]}', "损坏"),
    ],
)
def test_a_damaged_state_is_refused(state: bytes, reason: str) -> None:
    with pytest.raises(StateError, match=reason):
        Run.load(frozen_model(), state)


def test_a_state_that_stands_where_the_definition_has_nothing_left_is_refused_by_name() -> None:
    before = Run.start(model_of(Board("p").start().user("gone").end().flow("start", "gone", "end")))
    after = model_of(Board("p").start().user("new").end().flow("start", "new", "end"))

    with pytest.raises(StateError, match="gone"):
        Run.load(after, before.dump())


def test_a_state_survives_a_task_that_was_inserted_behind() -> None:
    before = Run.start(model_of(Board("p").start().user("a").end().flow("start", "a", "end")))
    after = model_of(Board("p").start().user("a", "b").end().flow("start", "a", "b", "end"))

    run = Run.load(after, before.dump())
    do(run, "a")

    assert standing(run) == ["b"]
    assert at(run, "b").task not in {wait.task for wait in before.waits}
