"""The action bar: one button per outcome of the form, each with what it does to the clock; then the other verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casefile import Item
from engine.errors import CountersignError
from engine.forms import Form, Outcome
from webui import more_time, texts
from webui.case_view import CaseView
from webui.expectations import consequence, policy_of
from webui.handing_over import entitled

Action = dict[str, Any]

DEFAULT = Outcome("done", "办结", "primary")
ROOM = 3  # with fewer outcomes, handing over has a button of its own in the bar
LOOKS = {"primary": "primary", "danger": "late", "default": ""}
ICONS = {"primary": "check", "danger": "arrow-back-up", "default": "arrow-right"}
REASON = {
    "id": "reason",
    "name": "reason",
    "label": "理由",
    "kind": "textarea",
    "width": 6,
    "max": 500,
    "required": True,
}


def of_item(view: CaseView, item: Item, comments: Mapping[str, str]) -> tuple[list[Action], list[Action]]:
    """The buttons of a step for whoever works it: in the bar, and under 更多; `comments` were typed before."""
    form = view.file.definition.forms.get(item.form or "")
    claimant = _claimant(view, item)
    taken = claimant not in (None, view.me)
    why = _("%(name)s已签收，请其退回公共待办或转办给您", name=view.worker(item)) if taken else ""
    outcomes = form.outcomes if form else (DEFAULT,)
    bar = [_outcome(view, item, form, one, why, comments.get(one.id, "")) for one in outcomes]
    more = [_claim(item)] if _shared(view, item) and claimant is None else []
    more += [_release(item)] if item.holder_id == view.me and _shared(view, item) else []
    more += more_time.asking(view, item, _reason("extend"))
    handing = _transfer(view, item)
    if len(bar) < ROOM:
        bar.append(handing)
    elif "disabled" not in handing:
        more.append(handing)
    return bar, [*more, *of_case(view)]


def of_case(view: CaseView) -> list[Action]:
    """What may be done to the case as a whole by this person."""
    case = view.file.case
    if not case.running:
        return []
    found = more_time.deciding(view, _reason("extension"))
    mine = case.applicant_id == view.me or _focal(view)
    if mine and case.outcome is None:
        found.append(_whole(view, "withdraw", "撤回申请", "arrow-back-up", "计时停止，已超时的仍在记录上", danger=True))
    if case.status == "open" and (mine or view.holds("maintainer")) and _others_owe(view):
        note = REASON | {"label": _("说明"), "ref": "urge-reason", "required": False}
        effect = "经办人收到提醒，记入流转记录；时限不变，一小时内只催一次"
        found.append(_whole(view, "urge", "催办", "bell", effect, fields=[note]))
    if view.holds("admin", "maintainer"):
        found += [_suspend(view), *_priority(view)] if case.status == "open" else [_resume(view)]
    if view.holds("admin"):
        found.append(_whole(view, "cancel", "作废", "ban", "流程停止，不能恢复", danger=True))
    return found


def _others_owe(view: CaseView) -> bool:
    """Whether the case waits for a step of somebody else that is more than a duty on the side."""
    nodes = view.file.definition.model.nodes
    live = [item for item in view.file.items if item.status in ("open", "claimed")]
    owed = [item for item in live if "duty" not in nodes[item.node].extensions]
    return any(_claimant(view, item) != view.me if _claimant(view, item) else not view.acting(item) for item in owed)


def _claimant(view: CaseView, item: Item) -> int | None:
    return view.known.people.claimant(item.holder_id, item.post_id, view.now)


def _outcome(view: CaseView, item: Item, form: Form | None, outcome: Outcome, why: str, comment: str) -> Action:
    told = consequence(view, item, form, outcome) if form else ""
    action: Action = {
        "verb": outcome.id,
        "label": outcome.label,
        "icon": "writing-sign" if outcome.signs else ICONS[outcome.style],
        "tone": LOOKS[outcome.style],
        "consequence": told,
        "url": url_for("work.complete", item_id=item.id, outcome=outcome.id),
        "submits": True,
        "disabled": why or None,
        "key": {"primary": "a", "danger": "r"}.get(outcome.style),
    }
    if outcome.signs or outcome.needs_comment or outcome.style == "danger":
        action["confirm"] = {
            "title": outcome.label,
            "button": _button(outcome),
            "danger": outcome.style == "danger",
            "fields": [_comment(outcome, comment)],
            "effects": [line for line in (outcome.consequence, told) if line],
        }
    return action


def _button(outcome: Outcome) -> str:
    return outcome.label if len(outcome.label) <= 8 else outcome.label.partition("，")[0]


def _comment(outcome: Outcome, text: str) -> dict[str, Any]:
    return {
        "id": "comment",
        "name": f"comment-{outcome.id}",
        "value": text,
        "label": _("原因") if outcome.needs_comment else _("意见"),
        "kind": "textarea",
        "width": 6,
        "max": 2000,
        "required": outcome.needs_comment,
    }


def _claim(item: Item) -> Action:
    return {
        "verb": "claim",
        "label": _("签收"),
        "icon": "hand-stop",
        "consequence": _("时限不变；同岗位的人不再办这件"),
        "url": url_for("work.claim", item_id=item.id),
    }


def _release(item: Item) -> Action:
    return {
        "verb": "release",
        "label": _("退回公共待办"),
        "icon": "users",
        "url": url_for("work.release", item_id=item.id),
    }


def _transfer(view: CaseView, item: Item) -> Action:
    posts = {item.post_id} if item.post_id else set()
    takers = [one for one in entitled(view.known.people, posts, view.now) if one.id != (item.holder_id or view.me)]
    action: Action = {
        "verb": "transfer",
        "label": _("转办"),
        "icon": "transfer",
        "key": "t",
        "consequence": _("时限不变，到期时在谁手上由谁承担"),
        "url": url_for("work.transfer", item_id=item.id),
    }
    if not takers:
        return action | {"disabled": _("%(post)s没有其他人任职", post=view.place(item))}
    to = {
        "id": "to",
        "name": "to",
        "label": _("转给"),
        "kind": "choice",
        "width": 3,
        "required": True,
        "options": [{"value": str(one.id), "label": one.name} for one in takers],
        "value": str(takers[0].id) if len(takers) == 1 else "",
    }
    effects = [action["consequence"]]
    return action | {
        "confirm": {"title": _("转办"), "button": _("转办"), "fields": [to, _reason("transfer")], "effects": effects}
    }


def _whole(
    view: CaseView, verb: str, label: str, icon: str, effect: str, danger: bool = False, fields: Any = None
) -> Action:
    return {
        "verb": verb,
        "label": _(label),
        "icon": icon,
        "consequence": _(effect),
        "url": url_for("cases.act", case_id=view.file.case.id, verb=verb),
        "confirm": {
            "title": _(label),
            "button": _(label),
            "danger": danger,
            "fields": fields or [_reason(verb)],
            "effects": [_(effect)],
        },
    }


def _suspend(view: CaseView) -> Action:
    category = {
        "id": "category",
        "name": "category",
        "label": _("类别"),
        "kind": "choice",
        "width": 3,
        "required": True,
        "options": [{"value": one, "label": one} for one in _pauses(view)],
    }
    evidence = {
        "id": "evidence",
        "name": "evidence",
        "label": _("依据"),
        "kind": "attachment",
        "width": 6,
        "required": False,
        "value": [],
    }
    fields = [category, _reason("suspend"), evidence]
    return _whole(view, "suspend", "挂起", "player-pause", "时限暂停，恢复后接着计", fields=fields)


def _pauses(view: CaseView) -> tuple[str, ...]:
    version = policy_of(view)
    return version.policy.pause.categories if version else ()


def _priority(view: CaseView) -> list[Action]:
    """Up- or downgrading, where the policy knows urgency for this kind of case."""
    version, kind = policy_of(view), view.file.definition.model.extensions.get("kind", "")
    if view.file.case.urgent:
        effect = "各环节改为自原收到时间起 4 个工作小时，不会比现在更短；升降级都有记录"
        return [_whole(view, "downgrade", "改为正常处理", "arrow-down", effect)]
    if version is None or not version.policy.may_be_urgent(kind):
        return []
    ground = {
        "id": "ground",
        "name": "ground",
        "label": _("紧急事由"),
        "kind": "choice",
        "width": 3,
        "required": True,
        "options": [{"value": key, "label": _(texts.URGENT_REASONS[key])} for key in version.policy.urgent.reasons],
    }
    effect = "各环节从现在起 2 个工作小时，原到期更早的不变（SD-010 3.2）"
    return [_whole(view, "upgrade", "升为紧急处理", "bolt", effect, fields=[ground, _reason("upgrade")])]


def _resume(view: CaseView) -> Action:
    fields = [_reason("resume") | {"required": False}]
    return _whole(
        view,
        "resume",
        "恢复",
        "player-play",
        "时限接着计剩余的部分；挂起期间客户数据有变的，修改申请回到核对环节，重新计时",
        fields=fields,
    )


def _reason(verb: str) -> dict[str, Any]:
    return REASON | {"label": _("理由"), "ref": f"{verb}-reason"}


def _shared(view: CaseView, item: Item) -> bool:
    return item.post_id is not None and len(view.known.people.acting(item.post_id, view.now)) > 1


def _focal(view: CaseView) -> bool:
    department = view.file.case.department_id
    post = view.known.people.post("focal", department) if department else None
    try:
        return post is not None and view.known.people.may(view.me, post.id, view.now) is not None
    except CountersignError:
        return False
