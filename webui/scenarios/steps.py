"""One step as processes/README.md writes it: somebody does something, time passes, or something is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import CountersignError, FormInvalid
from webui.scenarios.expecting import compare
from webui.scenarios.player import Player
from webui.scenarios.stage import Wrong


def happen(player: Player, entry: Any) -> None:
    """Let a step happen; raises Wrong, or what it was refused with unless the step says so."""
    if isinstance(entry, str):
        entry = {entry: {}}
    ((head, what),) = entry.items()
    if head == "预期":
        return compare(player.stage, what)
    who, _, rest = str(head).partition(" ")
    verb, _, object_ = rest.partition(" ")
    told = what if isinstance(what, Mapping) else {"结果": what} if what else {}
    if who == "过":
        return player.wait(verb, object_)
    refused = told.get("拒绝")
    try:
        _act(player, who, verb, object_, told)
    except CountersignError as error:
        if refused is None or str(refused) not in refusal(error):
            raise
        return None
    if refused is not None:
        raise Wrong(f"应被拒绝（{refused}），却通过了")
    return None


def _act(player: Player, who: str, verb: str, object_: str, told: Mapping[str, Any]) -> None:
    if (who, verb) == ("系统", "发起"):
        player.begun(object_, told)
    elif (who, verb) == ("财务", "导入"):
        player.import_figures(object_, told)
    elif verb == "发起":
        player.start(who, object_, told)
    elif verb == "办理":
        player.work(who, object_, told)
    else:
        player.steer(who, verb, told)


def refusal(error: CountersignError) -> str:
    """Everything a refused step says."""
    told = [error.message]
    if isinstance(error, FormInvalid):
        told += [one.message for one in error.problems]
    return "；".join(told)
