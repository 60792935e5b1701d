"""What a case holds for the gate to judge: who approved, signed and sealed which sections, and what still stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine import scans, signing
from engine.forms import section_hashes
from engine.operations import Context
from handlers.customers.steps import StepDone, steps_done

REROUTE = "reroute"  # outcome of the release step that routes anew
DIRECT = "complete"  # outcome of the check that routes to nobody


@dataclass(frozen=True)
class Nodes:
    """The nodes whose completions the gate reads."""

    approval: str = "Task_approve"
    check: str = "Task_check"
    completion: str = "Task_complete_view"
    signature: str = "Task_sign_view"
    release: str = "Task_release"


class Evidence:
    """What people did in the case, and what each required department's last word was."""

    def __init__(self, ctx: Context, nodes: Nodes) -> None:
        self.ctx, self.nodes = ctx, nodes
        self.done = steps_done(ctx.tx, ctx.case.id)
        applicant = ctx.case.department_id
        self.words = {applicant: self.last(nodes.approval, department=applicant)}
        for department in self._routed():
            self.words[department] = self._last_word(department)

    def last(self, *nodes: str, department: int | None = None, outcome: str | None = None) -> StepDone | None:
        """The last completion of one of the nodes, by this department and with this outcome where they are named."""
        return next(
            (
                step
                for step in reversed(self.done)
                if step.was(*nodes) and department in (None, step.department_id) and outcome in (None, step.outcome)
            ),
            None,
        )

    def name(self, department: int) -> str:
        return self.ctx.people.department(department).name

    def title(self, section: str) -> str:
        """A section by its title; the version may lack one that was signed before the case was moved there."""
        found = self.ctx.definition.catalogue.by_id.get(section)
        return found.title if found else section

    @cached_property
    def covered(self) -> set[str]:
        """Sections that stand as somebody signed and sealed them."""
        return {name for step in self._sealed for name in self.intact(step)}

    @cached_property
    def kinds(self) -> set[str]:
        """Kinds of the departments that signed and sealed."""
        return {self.ctx.people.department(step.department_id or 0).kind for step in self._sealed}

    @property
    def _sealed(self) -> list[StepDone]:
        return [step for step in self.words.values() if step and step.signature and self.genuine(step)]

    def genuine(self, step: StepDone) -> bool:
        """Whether the department's own seal is on the signature, or a scan of the paper that bears it is kept, and the
        signature was given on this very step.
        """
        signature, ctx = step.signature or {}, self.ctx
        own = ctx.people.department(step.department_id or 0).code
        given = tuple(signature.get(name) for name in ("case", "node", "by", "department"))
        if not signing.sealed(signature) or given != (ctx.case.number, step.node, step.done_by, own):
            return False
        return signing.genuine(ctx.seals, signature) and scans.intact(ctx.tx, ctx.case.id, signature.get("scan") or ())

    def intact(self, step: StepDone) -> set[str]:
        """The sections of a signature that are unchanged since."""
        signed = (step.signature or {}).get("hashes") or {}
        now = section_hashes(self.ctx.definition.catalogue, list(signed), self.ctx.case.form)
        return {name for name, value in signed.items() if now[name] == value}

    def _last_word(self, department: int) -> StepDone | None:
        return self.last(self.nodes.completion, self.nodes.signature, department=department)

    def _routed(self) -> set[int]:
        """All departments routed to, save the applicant (its view it has signed, E-80), and save those that sent
        the form back unsigned and were left out of the maintainer's later routing (2.2.1: the maintainer judges).
        """
        first, again = self._named("departments"), self._named("reroute_departments")
        latest = again if self._rerouted() else first
        bounced = {
            one
            for one in (first | again) - latest
            if (word := self._last_word(one)) and word.was(self.nodes.completion)
        }
        return (first | again) - bounced - self._called_off(first | again) - {self.ctx.case.department_id}

    def _called_off(self, routed: set[int]) -> set[int]:
        """Departments whose round was called off before they answered, when the customer had changed: the check that
        followed asked nobody anew.
        """
        check = self.last(self.nodes.check)
        if self._rerouted() or check is None or check.outcome != DIRECT:
            return set()
        return {one for one in routed if self._last_word(one) is None}

    def _rerouted(self) -> bool:
        check, release = self.last(self.nodes.check), self.last(self.nodes.release, outcome=REROUTE)
        return release is not None and (check is None or release.done_at > check.done_at)

    def _named(self, field: str) -> set[int]:
        return {int(one) for one in self.ctx.case.form.get(field) or ()}
