"""A process of the running system that may die at any moment: `python -m tests.faults.worker ROLE URL FOLDER NAME`.

The program itself only forks; the child does the work and is what gets killed. A child that dies is replaced at
once. `office` children do what pages do and write down what they have been promised, after the commit and to the
disk; `scheduler` children tick as `countersign schedule` does.
"""

from __future__ import annotations

import os
import random
import sys
import time
import traceback
from pathlib import Path

from engine.engine import Application, Completion
from engine.errors import CountersignError
from engine.settings import Settings
from handlers.customers.matching.search import search
from tests.journeys.company import ACCOUNTING, PROCESS, attach, firm
from webui.services import Services

OPEN = "SELECT id, instance_id, node, post_id, department_id FROM work_item WHERE status IN ('open', 'claimed')"
CALL = {"called": "某人", "called_number": "8001"}
MOST_OPEN = 12


class Diary:
    """What a process was told is done: on the disk before anybody relies on it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, *words: object) -> None:
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())
        os.fsync(self._file)


class Office:
    """People at their desks: they apply and complete whatever lies in the inboxes."""

    def __init__(self, services: Services, diary: Diary, seed: str) -> None:
        self.services, self.engine, self.diary = services, services.engine, diary
        self.chance = random.Random(seed)

    def turn(self) -> None:
        with self.services.transactions.read() as tx:
            people = self.services.people(tx)
            items = tx.all(OPEN)
        try:
            if len(items) < MOST_OPEN:
                self._apply(people)
            else:
                self._complete(people, self.chance.choice(items))
        except CountersignError:
            pass  # somebody else was first, the clock has moved on: nothing was promised

    def _apply(self, people) -> None:
        unit = people.by_code(self.chance.choice(("U1", "U2", "MKT")))
        focal = people.answering("focal", unit.id, self.engine.clock.now()).acting.person.id
        form = firm(self.chance.randrange(1_000_000))
        with self.services.transactions.write() as tx:
            now = self.engine.clock.now()
            found, licence = search(tx, now, focal, form["legal_name"], form["tax_id"]), attach(tx, now, focal)
        reason = {"reason": "法人不同", "evidence": "执照"}
        evidence = {"search_ids": [str(found.id)], "dismissals": {hit.candidate: reason for hit in found.hits}}
        values = {**form, "search": evidence, "attachments": [licence], "outcome": "submit"}
        stepped = self.engine.start(Application(PROCESS, focal, unit.id, values))
        self.diary.note("started", stepped.case_id)

    def _complete(self, people, item) -> None:
        item_id, _, node, post, department = item
        actor = people.acting(post, self.engine.clock.now())[0].person.id
        code = people.department(department).code
        outcome, values = self._answer(people, node, code)
        self.engine.finish(item_id, actor, Completion(outcome, values, "请补正"))
        self.diary.note("completed", item_id)

    def _answer(self, people, node: str, code: str) -> tuple[str, dict]:
        finance = str(people.by_code("FIN").id)
        return {
            "Task_approve": ("approve", {}),
            "Task_revise": ("submit", {}),
            "Task_phone_maintainer": ("answered", CALL),
            "Task_phone_departments": ("answered", CALL),
            "Task_check": ("route", {"reason_code": "views", "departments": [finance]}),
            "Task_complete_view": ("complete", ACCOUNTING if code == "FIN" else {}),
            "Task_sign_view": ("approve", {}),
            "Task_release": ("post", {"entry_checked": True}),
            "Task_confirm": ("confirm", {}),
        }[node]


def live(role: str, services: Services, folder: Path, name: str) -> None:
    """One life: until somebody kills it."""
    office = Office(services, Diary(folder / f"{name}.diary"), f"{name}-{os.getpid()}")
    while True:
        if role == "scheduler":
            services.tick()
            time.sleep(0.05)
        else:
            office.turn()


def supervise(role: str, url: str, folder: Path, name: str) -> None:
    """Fork a life, wait for its death, fork the next; what takes long is read before the first fork."""
    settings = Settings(database=url, keys=str(folder / "keys"), exports=str(folder / f"exports-{name}"), demo=True)
    services = Services.build(settings)
    with services.transactions.read() as tx:
        services.snapshot(tx)
        services.engine.definitions.newest(tx, PROCESS)
    services.transactions.close()  # no connection survives a fork
    while True:
        child = os.fork()
        if child == 0:
            try:
                live(role, services, folder, name)
            except BaseException:
                (folder / f"{name}.failure").write_text(traceback.format_exc())
                os._exit(1)
        (folder / f"{name}.pid").write_text(str(child))
        os.waitpid(child, 0)


if __name__ == "__main__":
    supervise(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
