"""What the owner's scenarios pass of a drawing, and what none of them does, in words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.definitions import DIAGRAM, read_folder
from engine.workbench.coverage import FLOW, NODE, Place, Plays, coverage, drawn
from tests.engine.workbench.bench import FOLDER, PROCESS, Bench

PLACES = drawn(PROCESS, read_folder(FOLDER))
A_PLAY = {"nodes": ["Start_modify", "Task_check"], "flows": [["Task_check", "Gw_complete"]]}


def test_everything_drawn_can_be_passed_shared_steps_included(bench: Bench) -> None:
    places = drawn(PROCESS, bench.documents)

    assert {one.process for one in places if one.kind == NODE} >= {PROCESS, "shared_departments", "shared_maintain"}
    assert len({one.id for one in places}) == len(places)


def test_what_no_scenario_passes_is_named_as_people_call_it(bench: Bench) -> None:
    places = drawn(PROCESS, bench.documents)

    words = [one.words for one in coverage(places, Plays.of([A_PLAY])).missed]

    assert "人工办理“主管领导审批”" in words
    assert "人工办理“核对与分发”" not in words
    assert any(one.startswith("从“") and "”到“" in one for one in words)


def test_no_play_covers_nothing_and_all_of_it_covers_everything(bench: Bench) -> None:
    places = drawn(PROCESS, bench.documents)
    all_of_it = Plays(frozenset(one.id for one in places), frozenset((one.source, one.target) for one in places))

    nothing, everything = coverage(places, Plays()), coverage(places, all_of_it)

    assert (nothing.percent, len(nothing.missed)) == (0, len(places))
    assert (everything.percent, everything.missed) == (100, [])


def test_a_diagram_that_cannot_be_read_has_nothing_to_cover(bench: Bench) -> None:
    assert coverage(drawn(PROCESS, {DIAGRAM: "<no"}), Plays()).percent == 0


@given(st.data())
def test_two_scenarios_cover_what_either_does(data: st.DataObject) -> None:
    places = PLACES
    nodes = st.sets(st.sampled_from([one.id for one in places if one.kind == NODE]))
    flows = st.sets(st.sampled_from([(one.source, one.target) for one in places if one.kind == FLOW]))
    one, other = (Plays(frozenset(data.draw(nodes)), frozenset(data.draw(flows))) for _ in "ab")

    both = coverage(places, Plays(one.nodes | other.nodes, one.flows | other.flows))

    assert both.passed == coverage(places, one).passed | coverage(places, other).passed
    assert both.percent >= max(_percent(places, one), _percent(places, other))


def _percent(places: tuple[Place, ...], plays: Plays) -> int:
    return coverage(places, plays).percent
