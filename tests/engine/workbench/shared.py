"""Procedures that call 异议复核, and short words for how their shared steps are redrawn and published."""

from __future__ import annotations

from pathlib import Path

from engine import workbench
from engine.definitions import DIAGRAM, build, publish, read_folder
from engine.operations import registry
from engine.workbench import Draft, Impact
from tests.engine.workbench.bench import PROCESS, Bench

FREEZE = "customer_freeze"
CALLERS = (FREEZE, PROCESS)
SHARED = "shared_review"
PLACE = f"called/{SHARED}.bpmn"
OLD, NEW = 'name="登记并比对"', 'name="逐项比对并登记"'


class Shared:
    """Modify and freeze, without their scenarios, both call 异议复核; words for what is done with that."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.published: dict[str, int] = {}
        for caller in CALLERS:
            self.publish(caller, plain(read_folder(Path("processes") / caller)))

    def publish(self, caller: str, documents: dict[str, str]) -> None:
        with self.bench.transactions.write() as tx:
            now = self.bench.clock.now()
            self.published[caller] = publish(tx, now, None, build(caller, documents), "随系统安装")

    def opens(self, process: str = SHARED, like: str = "") -> Draft:
        with self.bench.transactions.write() as tx:
            return workbench.open_(tx, *self.bench.by("李志强"), process, like=like)

    def saves(self, draft: Draft, *changes: tuple[str, str], who: str = "李志强", process: str = SHARED) -> Draft:
        text = draft.documents[DIAGRAM]
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        with self.bench.transactions.write() as tx:
            documents = {**draft.documents, DIAGRAM: text}
            return workbench.save(tx, *self.bench.by(who), process, draft.revision, documents).draft

    def impacts(self) -> dict[str, Impact | None]:
        with self.bench.transactions.read() as tx:
            texts = workbench.texts_of(tx, workbench.read(tx, SHARED))
            return {
                caller: workbench.impact_of(self.bench.engine, tx, build(caller, one.documents))
                for caller, one in texts.items()
            }

    def proposes(self, draft: Draft, impacts: dict[str, Impact | None] | None = None) -> Draft:
        found = self.impacts() if impacts is None else impacts
        with self.bench.transactions.write() as tx:
            return workbench.propose_shared(
                tx, *self.bench.by("李志强"), SHARED, draft.revision, "叫法更准", self.bench.books, registry, found
            )

    def publishes(self, draft: Draft, who: str = "郭建国") -> dict[str, int]:
        found = self.impacts()
        with self.bench.transactions.write() as tx:
            return workbench.publish_shared(
                tx, *self.bench.by(who), SHARED, draft.revision, "同意", self.bench.books, registry, found
            )

    def redrawn(self) -> dict[str, int]:
        """Drawn, proposed and published."""
        return self.publishes(self.proposes(self.saves(self.opens(), (OLD, NEW))))

    def held(self, caller: str) -> str:
        """The drawing in the newest version of a caller."""
        with self.bench.transactions.read() as tx:
            return workbench.documents_of(tx, caller, workbench.versions(tx, caller)[0].id)[PLACE]

    def draft(self, process: str) -> Draft:
        with self.bench.transactions.read() as tx:
            return workbench.read(tx, process)


def plain(documents: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in documents.items() if not path.startswith("scenarios/")}
