"""Who may see whose assessment, and appeal against it (E-99): one's own, one's department's, or all of it by post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.errors import CountersignError, NotAllowed
from engine.operations import readers
from engine.people import People
from engine.transactions import Tx
from handlers.penalties import basis as bases
from handlers.penalties import findings
from handlers.penalties.findings import Finding
from handlers.penalties.pricing import Line

OWN = ("focal", "leader", "executive")  # posts that answer for their department and see what is charged to it
EVERYTHING = ("assessor", "admin")  # posts of the whole company
CONFIRMING = ("focal", "leader")  # posts of finance and of the assessing department, which confirm the month


@dataclass(frozen=True)
class Viewer:
    """What a person may see at a moment: everything, or what is his and that of the departments he answers for."""

    person: int
    everything: bool
    departments: frozenset[int]

    def sees(self, finding: Finding) -> bool:
        return self.everything or self.concerned(finding)

    def concerned(self, finding: Finding) -> bool:
        """Whether it is charged to him, or to a department he answers for."""
        return self.person in charged(finding) or finding.department in self.departments

    def sees_line(self, line: Line) -> bool:
        return self.everything or self.person == line.person or line.department in self.departments


def viewer(people: People, person: int, now: datetime) -> Viewer:
    """What a person may see now, by the posts he fills or deputises."""
    posts, assessing = people.posts_of(person, now), people.assessing(now)
    confirming = {one.id for one in people.departments("finance", now)} | ({assessing.id} if assessing else set())
    everything = any(
        post.kind in EVERYTHING or (post.kind in CONFIRMING and post.department_id in confirming) for post in posts
    )
    return Viewer(person, everything, frozenset(post.department_id for post in posts if post.kind in OWN))


def charged(finding: Finding) -> frozenset[int]:
    """The persons a finding is charged to."""
    payers = (finding.payer, finding.leader)
    return frozenset(one.person for one in payers if one is not None and one.person is not None)


def must_see(who: Viewer, finding: Finding) -> None:
    """Raises NotAllowed for somebody else's finding (E-99)."""
    if not who.sees(finding):
        raise NotAllowed(
            what=f"查看考核事项 {finding.name}",
            why="只能查看本人的和本部门的考核建议；主管领导、归口人员看本部门的，考核人员和财务部看全部",
        )


def must_appeal(who: Viewer, finding: Finding) -> None:
    """Raises NotAllowed unless it is charged to him or to a department he answers for."""
    if not who.concerned(finding):
        raise NotAllowed(
            what=f"对考核事项 {finding.name} 提出申诉",
            why="申诉由被考核人本人，或其部门的归口人员、主管领导提出",
        )


@readers("penalty_assessment")
def reads_assessment(tx: Tx, people: People, now: datetime, person: int, case_id: int) -> bool:
    """A month's case names everybody: only who sees everything."""
    return viewer(people, person, now).everything


@readers("penalty_appeal")
def reads_appeal(tx: Tx, people: People, now: datetime, person: int, case_id: int) -> bool:
    """An appeal: whoever made it, and who may see its finding."""
    row = tx.one("SELECT applicant_id, subject FROM instance WHERE id = ?", (case_id,))
    if row is None or row[0] == person:
        return row is not None
    who = viewer(people, person, now)
    if who.everything:
        return True
    try:
        return who.sees(findings.found(tx, str(row[1]), bases.live(tx, bases.known(tx, people), now)))
    except CountersignError:
        return False
