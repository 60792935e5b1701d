"""The configuration check: departments and posts with which a case would get stuck or lose its four eyes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.posts import POST_KINDS, Department

if TYPE_CHECKING:
    from engine.people import People

# Which posts somebody must fill, by kind of department (SD-010 3.3.1, 2.3).
REQUIRED = {
    "marketing": ("focal", "leader"),
    "unit": ("focal", "leader"),
    "finance": ("focal", "leader"),
    "legal": ("focal", "leader"),
    "maintaining": ("maintainer", "leader"),
    "audit": ("assessor",),
}
REMEDY = {
    "focal": "到“岗位任职”任命归口人员；任命之前，转到该部门的单据由主管领导代办",
    "leader": "到“岗位任职”任命主管领导；任命之前，该部门的申请和签字都不能提交，系统不会自行通过",
    "maintainer": "到“岗位任职”任命维护员及其副岗；任命之前，任何单据都不能核对和建档",
    "assessor": "到“岗位任职”任命考核人员；任命之前，月度考核无人可办",
}


@dataclass(frozen=True)
class ConfigProblem:
    """What is wrong and how to mend it; `target` is what a page links to: ('department' | 'post', id)."""

    code: str
    what: str
    remedy: str
    level: str  # error: a case will get stuck; warning: it works, but look at it
    target: tuple[str, int] | None = None


def configuration_problems(people: People, now: datetime) -> tuple[ConfigProblem, ...]:
    """All problems in force at `now`, errors first."""
    found = [*_company(people, now)]
    for department in people.departments(now=now):
        found += _required(people, department, now)
        found += _four_eyes(people, department, now)
        found += _deputised(people, department, now)
    return tuple(sorted(found, key=lambda problem: problem.level))


def _company(people: People, now: datetime) -> Iterator[ConfigProblem]:
    if not people.departments("maintaining", now):
        yield ConfigProblem(
            "no_maintaining_department",
            "没有主数据维护部门，申请无处送达（SD-010 1.2）",
            "到“部门”新建一个类别为“主数据维护”的部门，并任命维护员",
            "error",
        )
    admins = {a.person.id for p in people.posts() if p.kind == "admin" for a in people.acting(p.id, now)}
    if len(admins) < 2:
        what = "只有一位系统管理员" if admins else "没有系统管理员"
        remedy = "到“岗位任职”再任命一位系统管理员，以免一人缺席时无人能改设置"
        yield ConfigProblem("few_admins", what, remedy, "warning" if admins else "error")


def _required(people: People, department: Department, now: datetime) -> Iterator[ConfigProblem]:
    for kind in REQUIRED.get(department.kind, ()):
        post = people.post(kind, department.id)
        acting = people.acting(post.id, now) if post else ()
        target = ("post", post.id) if post else ("department", department.id)
        if not acting:
            what = f"{department.name}没有{POST_KINDS[kind]}"
            yield ConfigProblem(f"no_{kind}", what, REMEDY[kind], "error", target)
        elif kind == "maintainer" and len(acting) < 2:
            what = f"{department.name}只有一位维护员{acting[0].person.name}，没有副岗，他一缺席单据即告逾期"
            yield ConfigProblem("single_maintainer", what, "到“岗位任职”为维护员设置副岗", "error", target)


def _four_eyes(people: People, department: Department, now: datetime) -> Iterator[ConfigProblem]:
    focal, leader = (people.post(kind, department.id) for kind in ("focal", "leader"))
    if focal is None or leader is None:
        return
    person = people.holder(focal.id, now)
    if person is not None and person == people.holder(leader.id, now):
        yield ConfigProblem(
            "same_person",
            f"{department.name}的归口人员和主管领导都是{person.name}，自己填的表不能自己批（E-22）",
            "到“岗位任职”改任其中一人，或为主管领导设置副岗；此前该部门的申请将停在审批一步",
            "error",
            ("post", leader.id),
        )


def _deputised(people: People, department: Department, now: datetime) -> Iterator[ConfigProblem]:
    for post in people.posts(department.id):
        acting = people.acting(post.id, now)
        name = people.post_name(post.id)
        if acting and acting[0].rank > 0:
            what = f"{name}岗位没有正职，由副岗{acting[0].person.name}代行"
            yield ConfigProblem("deputy_only", what, "到“岗位任职”任命正职", "warning", ("post", post.id))
        elif not acting and people.appointments(post.id) and post.kind not in REQUIRED.get(department.kind, ()):
            what = f"{name}岗位空缺"
            remedy = "到“岗位任职”任命接任者；不再需要该岗位时可不理会"
            yield ConfigProblem("vacant", what, remedy, "warning", ("post", post.id))
