"""A policy as one person sees it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _

from engine import policy_drafts
from engine.clock import local
from engine.people import People
from engine.policy_tables import Published
from engine.transactions import Tx


@dataclass(frozen=True)
class PolicyView:
    """A policy as one person sees it now."""

    tx: Tx
    name: str
    versions: Sequence[Published]  # newest first
    people: People
    me: int
    now: datetime

    @cached_property
    def owner(self) -> bool:
        return policy_drafts.owns(self.people, self.me, self.now)

    @cached_property
    def current(self) -> Published | None:
        """The version in force today."""
        today = local(self.now).date()
        return next((one for one in self.versions if one.policy.effective_from <= today), None)

    def person(self, person_id: int | None) -> str:
        return self.people.person(person_id).name if person_id else _("随系统安装")
