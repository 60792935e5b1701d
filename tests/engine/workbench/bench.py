"""A company whose modify procedure is published, and short words for what its people do in the workbench."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from engine import calendar_tables, policy_tables, workbench
from engine.check import Rulebook, rulebooks
from engine.clock import ManualClock
from engine.definitions import DIAGRAM, build, publish, read_folder
from engine.engine import Engine
from engine.operations import registry
from engine.people import People
from engine.problems import DefinitionInvalid
from engine.seals import Seals
from engine.settings import Settings
from engine.transactions import Transactions
from engine.workbench import Draft, Impact, Saved
from tests.cast import Cast, move_in

PROCESS = "customer_modify"
FOLDER = Path("processes") / PROCESS
POLICIES = Path("processes/policies")


class Bench:
    """李志强 (维护员) draws, 郭建国 (主管领导) publishes; both are of the department that maintains the data."""

    def __init__(self, transactions: Transactions, clock: ManualClock, folder: Path) -> None:
        self.transactions, self.clock = transactions, clock
        self.engine = Engine(transactions, clock, registry, Seals(folder / "keys"), Settings())
        self.books: dict[str, Rulebook] = rulebooks(POLICIES)
        self.documents = read_folder(FOLDER)
        with transactions.write() as tx:
            self.cast: Cast = move_in(tx, clock.now())
            calendar_tables.seed(tx, (2026,))
            policy_tables.publish(tx, clock.now(), (POLICIES / "SD-010.yaml").read_text(encoding="utf-8"))
            self.first = publish(tx, clock.now(), None, build(PROCESS, self.documents), "随系统安装")

    def renamed(self, name: str = "核对、判断与分发") -> dict[str, str]:
        """The documents with another name for 核对与分发."""
        text = self.documents[DIAGRAM].replace('name="核对与分发"', f'name="{name}"')
        return self.documents | {DIAGRAM: text}

    def by(self, who: str) -> tuple[datetime, People, int]:
        """What every verb of the workbench wants to know of who acts."""
        return self.clock.now(), self.cast.people, self.cast.person(who)

    def opens(self, who: str = "李志强", process: str = PROCESS) -> Draft:
        with self.transactions.write() as tx:
            return workbench.open_(tx, self.clock.now(), self.cast.people, self.cast.person(who), process)

    def saves(self, who: str, revision: int, documents: dict[str, str]) -> Saved:
        with self.transactions.write() as tx:
            person = self.cast.person(who)
            return workbench.save(tx, self.clock.now(), self.cast.people, person, PROCESS, revision, documents)

    def impact(self) -> Impact | None:
        """What the draft means for the running cases, as the pages work it out before they publish."""
        with self.transactions.read() as tx:
            draft = workbench.find(tx, PROCESS)
            try:
                return workbench.impact_of(self.engine, tx, build(PROCESS, draft.documents)) if draft else None
            except DefinitionInvalid:
                return None

    def proposes(
        self, who: str, revision: int, reason: str = "名称更清楚", intended: dict[int, str] | None = None
    ) -> Draft:
        """Hand in the draft as it is."""
        impact = self.impact()
        with self.transactions.write() as tx:
            return workbench.propose(
                tx, self.clock.now(), self.cast.people, self.cast.person(who), PROCESS, revision, reason, self.books,
                registry, impact, intended,
            )  # fmt: skip

    def publishes(self, who: str, revision: int, opinion: str = "同意") -> int:
        impact = self.impact()
        with self.transactions.write() as tx:
            return workbench.publish(
                tx, self.clock.now(), self.cast.people, self.cast.person(who), PROCESS, revision, opinion, self.books,
                registry, impact,
            )  # fmt: skip

    def passes(self, revision: int) -> None:
        """Every scenario that has not been played on this text goes as expected."""
        draft = self.draft()
        assert draft is not None
        for name in workbench.scenarios(draft):
            if name not in draft.played:
                self.played(revision, name, "")

    def played(self, revision: int, scenario: str, wrong: str) -> Draft:
        with self.transactions.write() as tx:
            who, now = self.cast.person("李志强"), self.clock.now()
            return workbench.note_played(tx, now, self.cast.people, who, PROCESS, revision, scenario, wrong)

    def drawn(self, documents: dict[str, str] | None = None, who: str = "李志强") -> int:
        """A draft with a change in it, opened, saved and proposed; returns its revision."""
        draft = self.opens(who)
        saved = self.saves(who, draft.revision, documents or self.renamed())
        self.passes(saved.draft.revision)
        return self.proposes(who, saved.draft.revision).revision

    def draft(self) -> Draft | None:
        with self.transactions.read() as tx:
            return workbench.find(tx, PROCESS)
