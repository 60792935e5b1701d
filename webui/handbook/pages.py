"""What all pages of 操作手册 share: the blueprint, the texts a handbook is made of, its cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from engine import workbench as bench
from engine.check import Rulebook
from engine.clock import local
from engine.errors import NotAllowed, NotFound
from engine.handbook import Handbook, compose
from engine.operations import registry
from engine.people import People
from engine.transactions import Tx
from webui.here import me, now, snapshot
from webui.workbench.pages import books, person_name

handbook = Blueprint("handbook", __name__, url_prefix="/handbook")

MINUTE = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Edition:
    """The texts of one version, or of the draft, of a procedure; `before` are those of the version it replaces."""

    process: str
    documents: Mapping[str, str]
    before: Mapping[str, str] | None
    version: bench.Version | None = None
    draft: bench.Draft | None = None

    @property
    def fingerprint(self) -> str:
        return self.version.fingerprint if self.version else ""


def published(tx: Tx, process: str, version: int | None = None) -> Edition:
    """The newest version of a procedure, or the one of this number; raises NotFound."""
    known = bench.versions(tx, process)
    wanted = [one for one in known if version in (None, one.version)]
    if not wanted:
        raise NotFound(what=_("流程 %(process)s 的这个版本", process=process))
    one = wanted[0]
    earlier = next((before for before in known if before.version < one.version), None)
    before = bench.documents_of(tx, process, earlier.id) if earlier else None
    return Edition(process, bench.documents_of(tx, process, one.id), before, version=one)


def drafted(tx: Tx, process: str) -> Edition:
    """The draft of a procedure; raises NotAllowed for those who may not draft, NotFound."""
    if not bench.may_draft(snapshot(tx).people, me(), now()):
        why = _("草稿只给起草流程的人看；已发布的手册人人可以看")
        raise NotAllowed(what=_("看流程草稿的手册"), why=why)
    draft = bench.read(tx, process)
    before = bench.documents_of(tx, process, draft.base) if draft.base else None
    return Edition(process, draft.documents, before, draft=draft)


def composed(tx: Tx, edition: Edition, rules: Mapping[str, Rulebook] | None = None) -> Handbook:
    """The handbook of an edition under the policy in force today; `rules` are the published ones, if read already."""
    today = local(now()).date()

    def called(source: str, value: str) -> str:
        listing = registry.listings.get(source)
        return listing.label(tx, value) if listing else value

    return compose(edition.process, edition.documents, registry, rules or books(tx), today, edition.before, called)


def cover(tx: Tx, edition: Edition, book: Handbook) -> list[dict[str, Any]]:
    """What the first page states about the edition."""
    people = snapshot(tx).people
    policy = _("%(name)s %(version)s 版，%(since)s 起生效", name=book.policy, version=book.policy_version,
               since=book.policy_since) if book.policy_version else "–"  # fmt: skip
    rows = _of_draft(edition.draft, people) if edition.draft else _of_version(edition.version, people)
    return [*rows, {"label": _("依据的制度"), "value": policy}, {"label": _("编制"), "value": _said(now())}]


def _of_version(version: bench.Version | None, people: People) -> list[dict[str, Any]]:
    assert version is not None
    approver = person_name(people, version.approver_id) if version.approver_id else _("随系统安装")
    return [
        {"label": _("版本"), "value": _("第 %(n)s 版", n=version.version)},
        {"label": _("发布并生效"), "value": _said(version.published_at)},
        {"label": _("起草"), "value": person_name(people, version.author_id)},
        {"label": _("批准"), "value": approver},
        {"label": _("发布原因"), "value": version.reason or "–"},
        {"label": _("指纹"), "value": version.fingerprint, "mono": True},
    ]


def _of_draft(draft: bench.Draft, people: People) -> list[dict[str, Any]]:
    return [
        {"label": _("版本"), "value": _("草稿，尚未发布，不得据以办理")},
        {"label": _("保存"), "value": _said(draft.saved_at)},
        {"label": _("起草"), "value": "、".join(person_name(people, one) for one in sorted(draft.authors))},
        {"label": _("批准"), "value": _("未批准")},
    ]


def running_head(edition: Edition, book: Handbook) -> str:
    """What stands at the head of every printed page."""
    if edition.version is None:
        return _("%(name)s操作手册　草稿", name=book.name)
    return _("%(name)s操作手册　第 %(n)s 版", name=book.name, n=edition.version.version)


def _said(moment: datetime) -> str:
    return f"{local(moment):{MINUTE}}"
