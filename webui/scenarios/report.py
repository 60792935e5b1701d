"""What `countersign scenarios` prints: how each scenario went, then what of its procedure they pass together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.definitions import read_folder
from engine.workbench.coverage import FLOW, NODE, Plays, coverage, drawn
from webui.process_folders import laid_over, procedures
from webui.scenarios.playing import Result, find, play


def report(source: Path, installed: Path, missed: bool) -> Iterator[tuple[str, bool]]:
    """Each line as soon as it is known, and whether it says that a scenario failed.

    The scenarios of `source` run on the diagrams, forms and policies of `source`; what it lacks is as `installed`.
    """
    names = [one.name for one in procedures(source)]
    with laid_over(source, installed) as processes:
        for name in names:
            played = []
            for file in find(processes / name):
                result = play(file, processes)
                played.append(result)
                yield f"{'不符' if result.wrong else '符合'} {name}：{result.title}", bool(result.wrong)
                if result.wrong:
                    yield f"    {result.wrong}", False
            for line in _covered(processes / name, played, missed):
                yield line, False


def _covered(folder: Path, played: list[Result], missed: bool) -> Iterator[str]:
    """What the scenarios pass of the procedure and of the shared steps it calls."""
    if not played:
        yield f"{folder.name}：没有情景"
        return
    nodes = frozenset(node for one in played for node in one.nodes)
    flows = frozenset(flow for one in played for flow in one.flows)
    found = coverage(drawn(folder.name, read_folder(folder)), Plays(nodes, flows))
    (steps, all_steps), (ways, all_ways) = found.count(NODE), found.count(FLOW)
    yield f"走过 {folder.name}：{found.percent}%（环节 {steps}/{all_steps}，连线 {ways}/{all_ways}，连同共用环节）"
    for one in found.missed if missed else ():
        yield f"    没有走过：{one.words}"
