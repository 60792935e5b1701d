"""客户主数据修改 in three versions: adapted in August, put back as delivered today, with cases running on the second.

So the pages of 迁移 have something to show: cases that can move, some that need a person's word (the timer has another
id and another name), one that stays (the form it is filled in with has lost a field).
"""

from __future__ import annotations

from pathlib import Path

from engine.definitions import DIAGRAM, Approval, build, publish, read_folder
from engine.workbench import changes
from webui.demo.desk import Desk
from webui.demo.player import Story

PROCESS = "customer_modify"
CALLBACK = "forms/callback.yaml"
TIMER = (
    ('id="Timer_check" name="到期未办"', 'id="Timer_check_due" name="审核到期"'),
    ('sourceRef="Timer_check"', 'sourceRef="Timer_check_due"'),
    ('bpmnElement="Timer_check"', 'bpmnElement="Timer_check_due"'),
    ("<bpmn:flowNodeRef>Timer_check<", "<bpmn:flowNodeRef>Timer_check_due<"),
)
HOW = "fields:\n  - {id: callback_how, label: 回拨方式, max: 20, help: 座机或手机}\n"


def adapted(desk: Desk) -> Story:
    """The company's own version: another field on the form of the call back, another name for a timer."""
    documents = _delivered(desk)
    for old, new in TIMER:
        documents[DIAGRAM] = documents[DIAGRAM].replace(old, new)
    documents[CALLBACK] = documents[CALLBACK].replace("fields:\n", HOW)
    _release(desk, documents, "回拨核实登记回拨方式")
    yield desk.clock.now()


def put_back(desk: Desk) -> Story:
    """The delivered version again."""
    _release(desk, _delivered(desk), "回拨方式改在核实经过里写明，不再单列")
    yield desk.clock.now()


def _delivered(desk: Desk) -> dict[str, str]:
    return read_folder(Path(desk.services.settings.processes) / PROCESS)


def _release(desk: Desk, documents: dict[str, str], reason: str) -> None:
    with desk.services.transactions.write() as tx:
        _id, before = desk.services.engine.definitions.newest(tx, PROCESS)
        told = [str(one) for one in changes(PROCESS, before.documents, documents)]
        approval = Approval(desk.person("hanzhiyuan"), "同意", {"changes": told})
        publish(tx, desk.clock.now(), desk.person("lizhiqiang"), build(PROCESS, documents), reason, approval)
