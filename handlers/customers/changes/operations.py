"""Service tasks of modify and freeze; each is safe to try again, each writes only on a maintainer's released step."""

from __future__ import annotations

from typing import Any

from engine.clock import local
from engine.errors import NotFound, Refused
from engine.operations import Context, Done, Steps, operation
from handlers.customers import posting, requests, steps
from handlers.customers.changes import claims, relations, states
from handlers.customers.changes import differences as changes
from handlers.customers.changes import rules as change_rules
from handlers.customers.changes import writing as changing
from handlers.customers.changes.blame import who_changed
from handlers.customers.changes.forms import codes_of, evidence_of, freeze_kind_of, is_freeze, reason_of, scopes_of
from handlers.customers.changes.interplay import tell_frozen, tell_overtaken
from handlers.customers.changes.merging import Conflict, merge
from handlers.customers.changes.states import State
from handlers.customers.posting import Posted, Release
from handlers.customers.records import snapshot
from handlers.customers.requests import Line
from handlers.customers.steps import StepDone
from handlers.customers.values.keys import shown
from handlers.customers.values.show import Show

# --- before the maintainer --------------------------------------------------------------------------


@operation("customers.reserve_change", "登记在办的修改或冻结")
def reserve_change(ctx: Context, kind: str = "") -> None:
    """Put the application on record on every account it is about, with its changes old → new; again after a rework.

    `kind` is modify, freeze or unfreeze; by default as the form says. Refused STATE when the account does not accept
    it, IN_FLIGHT when it is already being frozen (unfrozen), KEY_TAKEN when a wanted tax number is another's,
    NO_EVIDENCE and NOT_ALLOWED as the guard says.
    """
    form = ctx.case.form
    kind = kind or ("freeze" if is_freeze(form) else "modify")
    if kind == "modify" and form.get(changes.KIND) == states.UNFREEZE:
        kind = states.UNFREEZE
    for code in codes_of(form):
        state = _state(ctx, code)
        _allow(ctx, state, kind)
        claims.claim(ctx.tx, ctx.now, ctx.case.id, state.account_id, kind)
        items = changes.of(form, changes.base_of(ctx.tx, form), ctx.definition.catalogue) if kind == "modify" else ()
        if kind == "modify":
            _allow_changes(ctx, items)
            _reserve_key(ctx, items)
        _note(ctx, state, str(form.get(changes.KIND) or "ordinary") if kind == "modify" else kind)
        claims.keep_items(ctx.tx, ctx.case, state.account_id, "submitted", items)
        known = {"known_on": form["known_on"]} if form.get("known_on") else {}  # how late it is raised (AMB-03)
        paths = [one.path for one in items]
        ctx.record("customer.change_claimed", customer_code=code, change=kind, fields=paths, **known)


def _allow_changes(ctx: Context, items: tuple[changes.Change, ...]) -> None:
    found = change_rules.objections(ctx.tx, ctx.case.form, items, ctx.case.id)
    if found:
        raise Refused(found[0].code, "；".join(one.text for one in found))


def _reserve_key(ctx: Context, items: tuple[changes.Change, ...]) -> None:
    """A new tax number is held from now on, as that of a new customer is (E-33, E-56)."""
    key = change_rules.new_key(items, changes.base_of(ctx.tx, ctx.case.form))
    if key is None:
        requests.release(ctx.tx, ctx.case.id, ctx.now, "changed")
        return
    other = requests.reserve(ctx.tx, ctx.now, ctx.case.id, ctx.case.department_id, key)
    if other:
        raise requests.taken(key, other)
    ctx.record("customer.key_reserved", key=shown(key))


def _note(ctx: Context, state: State, kind: str) -> None:
    form = ctx.case.form
    base = int(form.get(changes.BASE) or state.version)
    reason, evidence = reason_of(form), evidence_of(form)
    claims.note_request(ctx.tx, ctx.now, ctx.case, state.account_id, kind, base, reason=reason, evidence=evidence)


def _state(ctx: Context, code: str) -> State:
    state = states.state_of(ctx.tx, code)
    if state is None:
        raise NotFound(what=f"客户编码“{code}”")
    return state


def _allow(ctx: Context, state: State, kind: str) -> None:
    """Refuse what the state of the account does not accept."""
    form = ctx.case.form
    if kind == "freeze":
        freeze_kind = freeze_kind_of(form)
        objection = states.freeze_objection(ctx.tx, state, freeze_kind, scopes_of(form))
        code = "STATE" if state.status != "active" else "OPEN_ITEMS"
    else:
        wanted = states.UNFREEZE if kind == states.UNFREEZE else str(form.get(changes.KIND) or "ordinary")
        objection, code = states.change_objection(state, wanted), "STATE"
    if objection:
        raise Refused(code, objection, customer_code=state.code, status=state.status)


@operation("customers.overtake", "冻结优先：挂起在办的修改")
def overtake(ctx: Context) -> Done:
    """A freeze overtakes the modifications in flight on its customers: each is ordered to be suspended (E-53).

    Decides `overtaken`, how many there were.
    """
    overtaken: list[str] = []
    for code in codes_of(ctx.case.form):
        for other in claims.in_flight(ctx.tx, _state(ctx, code).account_id):
            if other.kind == "modify" and other.instance_id != ctx.case.id and other.number not in overtaken:
                reason = f"客户 {code} 的冻结申请 {ctx.case.number} 优先办理；冻结后可恢复本单或撤销"
                ctx.order(other.instance_id, "suspend", reason)
                tell_overtaken(ctx, other.instance_id)
                overtaken.append(other.number)
    if overtaken:
        ctx.record("customer.overtaken", cases=overtaken)
    return Done(decisions={"overtaken": len(overtaken)})


# --- posting ----------------------------------------------------------------------------------------


@operation("customers.post_change", "写入客户主数据的修改")
def post_change(ctx: Context, release: Steps = "Task_release") -> Done:
    """Write what the application changed onto the customer as it is now, exactly once.

    Refused STALE when somebody else has meanwhile changed the same field otherwise (both values, the other request
    and who are in the details); STATE, KEY_TAKEN, NO_EVIDENCE, NOT_ALLOWED as at submission.
    """
    form, code = ctx.case.form, str(ctx.case.form.get(changes.CODE) or "")
    released = _released(ctx, release)
    changing.lock(ctx.tx, code)
    state = _state(ctx, code)
    if again := posting.posted(ctx.tx, ctx.case.id, state.account_id):
        return _done(again)
    posting.require_release(ctx.tx, ctx.case.id, Release(released.id, released.done_by))
    _allow(ctx, state, "modify")
    base = changes.base_of(ctx.tx, form)
    wanted = changes.of(form, base, ctx.definition.catalogue)
    if any(one.view == relations.FIELD for one in wanted):
        relations.lock(ctx.tx)
    _allow_changes(ctx, wanted)
    current = changes.flat(snapshot(ctx.tx, state.account_id), *changes.row_keys({**base, **form}))
    merged = merge(wanted, base, current)
    if merged.conflicts:
        raise _stale(ctx, state, merged.conflicts)
    changing.apply(ctx.tx, ctx.now, state.account_id, merged, current)
    _share(ctx, state, merged.changes, released)
    claims.keep_items(ctx.tx, ctx.case, state.account_id, "posted", merged.changes)
    return _settle(ctx, state, released, "posted", change=str(form.get(changes.KIND) or "ordinary"),
                   fields=[one.path for one in merged.changes])  # fmt: skip


@operation("customers.freeze", "冻结客户")
def freeze(ctx: Context, release: Steps = "Task_release") -> Done:
    """Freeze every customer of the application: everywhere in all four ways, or in the scopes the form names.

    Refused OPEN_ITEMS for a routine freeze of a customer with open balance or orders (E-65), STATE when one is
    already frozen (E-66); a special freeze goes through with the warning on record.
    """
    released, form = _released(ctx, release), ctx.case.form
    kind, reason = freeze_kind_of(form), reason_of(form)
    pending = _pending(ctx, released)
    for state in pending:
        _allow(ctx, state, "freeze")
    for state in pending:
        warnings = states.freeze_warnings(ctx.tx, state)
        scopes = scopes_of(form)
        changing.freeze(
            ctx.tx, ctx.now, state.account_id, ctx.case.id, kind=kind, reason=reason, scopes=scopes
        )  # fmt: skip
        _note(ctx, state, "freeze")
        tell_frozen(ctx, state.account_id, state.code)
        _settle(ctx, state, released, "frozen", change="freeze", freeze=kind, scopes=scopes, warnings=warnings)
    return Done(outcome="frozen")


@operation("customers.unfreeze", "解冻客户")
def unfreeze(ctx: Context, release: Steps = "Task_release") -> Done:
    """Lift every block of the customer; Refused STATE when there is none (E-66)."""
    released = _released(ctx, release)
    pending = _pending(ctx, released)
    for state in pending:
        _allow(ctx, state, states.UNFREEZE)
    for state in pending:
        changing.unfreeze(ctx.tx, state.account_id)
        _note(ctx, state, states.UNFREEZE)
        _settle(ctx, state, released, "unfrozen", change=states.UNFREEZE)
    return Done(outcome="unfrozen")


def _pending(ctx: Context, released: StepDone) -> list[State]:
    """The customers of the application that an earlier attempt has not written yet, each locked."""
    codes = sorted(codes_of(ctx.case.form))
    if not codes:
        raise NotFound(what=f"{ctx.case.number} 的客户编码")
    for code in codes:
        changing.lock(ctx.tx, code)
    found = [_state(ctx, code) for code in codes]
    posting.require_release(ctx.tx, ctx.case.id, Release(released.id, released.done_by))
    return [state for state in found if posting.posted(ctx.tx, ctx.case.id, state.account_id) is None]


def _released(ctx: Context, node: str) -> StepDone:
    step = steps.last_done(ctx.tx, ctx.case.id, node)
    if step is None:
        raise NotFound(what=f"{ctx.case.number} 的建档步骤")
    return step


def _share(ctx: Context, state: State, made: tuple[changes.Change, ...], released: StepDone) -> None:
    """The other accounts of the same legal person follow its name and number, each with a version of its own."""
    shared = [one for one in made if one.view == "general" and one.field in changes.IDENTITY]
    for account_id in changing.siblings(ctx.tx, state.account_id) if shared else ():
        changing.share(ctx.tx, account_id, shared)
        changing.write_next_version(ctx.tx, ctx.now, ctx.case.id, account_id, released.done_by)


def _settle(ctx: Context, state: State, released: StepDone, outcome: str, **data: Any) -> Done:
    release = Release(released.id, released.done_by)
    result = changing.settle(ctx.tx, ctx.now, ctx.case, ctx.job, state.account_id, state.code, release)
    requests.enter(ctx, Line("posted", note=released.comment), released)
    ctx.record("customer.posted", customer_code=state.code, account=state.account_id, by=released.done_by, **data)
    return _done(result, outcome)


def _done(result: Posted, outcome: str = "posted") -> Done:
    return Done(form={"customer_code": result.customer_code}, outcome=outcome)


def _stale(ctx: Context, state: State, conflicts: tuple[Conflict, ...]) -> Refused:
    """The refusal that tells field, both values, and whose request came first."""
    texts, details = [], []
    for one in conflicts:
        old, mine = one.change.shown()
        theirs = (
            Show().value(changes.COLUMNS[one.change.view][one.change.field], one.theirs).text
            if one.theirs
            else "（空）"
        )
        other = who_changed(ctx.tx, state.account_id, int(ctx.case.form.get(changes.BASE) or 1), one.change)
        who = ctx.people.person(other.posted_by).name if other else ""
        when = f"{local(other.posted_at):%m-%d %H:%M}" if other else ""
        number = other.case_number if other else ""
        texts.append(
            f"“{one.change.label}”本单由“{old}”改为“{mine}”，其间申请 {number}（{who} {when} 过账）已改为“{theirs}”"
        )
        details.append({"field": one.change.path, "label": one.change.label, "old": old, "mine": mine,
                        "theirs": theirs, "request": number, "by": who, "at": when})  # fmt: skip
    message = "；".join(texts) + "。请核对以哪个为准：以本单为准的按现值重新提交，否则去掉该项"
    return Refused("STALE", message, customer_code=state.code, conflicts=details)
