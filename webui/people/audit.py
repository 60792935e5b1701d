"""设置 · 变更记录: what administrators changed, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import func, select

from engine import store
from engine.clock import local
from engine.company.appointment_rules import RANKS
from engine.company.days import DAY_KINDS
from engine.people import DEPARTMENT_KINDS
from engine.store import moment
from webui.db import db
from webui.people.pages import people, the_people
from webui.people.persons import PAGE, pager

KINDS = {
    "company.founded": "建立系统",
    "company.imported": "批量导入",
    "department.added": "新建部门",
    "department.edited": "修改部门",
    "department.closed": "关闭部门",
    "person.added": "新建人员",
    "person.edited": "修改人员",
    "person.deactivated": "停用人员",
    "person.reactivated": "启用人员",
    "password.reset": "重设密码",
    "password.changed": "本人改密码",
    "appointment.made": "任命",
    "appointment.ended": "结束任职",
    "calendar.day_set": "调整日历",
    "calendar.day_cleared": "恢复日历",
    "calendar.year_published": "发布放假安排",
    "calendar.proposed": "提请调整日历",
    "calendar.approved": "批准调整日历",
    "calendar.refused": "不同意调整日历",
    "calendar.withdrawn": "撤回日历调整",
    "customer.revealed": "查看敏感信息",
    "customer.exported": "导出客户清单",
    "report.exported": "导出报表",
    "clock.moved": "前拨演示时钟",
    "reference.added": "新增代码",
    "reference.edited": "修改代码",
    "rule.switched": "调整校验规则",
    "keys.rotated": "更换密钥",
    "keys.reencrypted": "改用新密钥",
    "key.revoked": "作废印章密钥",
    "signed.exported": "下载签章文件",
    "procedure.proposed": "提请发布流程",
    "procedure.sent_back": "退回流程草稿",
    "procedure.published": "发布流程",
    "procedure.shared_published": "发布共用环节",
    "procedure.dropped": "放弃流程草稿",
    "policy.proposed": "提请发布制度",
    "policy.sent_back": "退回制度草稿",
    "policy.published": "发布制度",
    "policy.dropped": "放弃制度草稿",
    "evidence.exported": "下载证据包",
    "log.exported": "导出事件日志",
}
LABELS = {
    "code": "编码",
    "name": "名称",
    "kind": "类别",
    "calendar": "工作日历",
    "login": "登录名",
    "department_id": "部门",
    "phone": "电话",
    "email": "邮箱",
    "rank": "次序",
    "from": "自",
    "to": "至",
    "exception": "例外理由",
    "reason": "原因",
    "hours": "工作时间",
    "before": "原为",
    "after": "改为",
    "added": "新增",
    "changed": "修改",
    "purpose": "用途",
    "version": "资料版本",
    "days": "放假和调休",
    "rows": "行数",
    "query": "条件",
    "severity": "力度",
    "from_day": "生效日期",
    "to_day": "最后一天",
    "key": "密钥",
}
CHOICES: dict[str, Mapping[Any, str]] = {"kind": {**DEPARTMENT_KINDS, **DAY_KINDS}, "rank": RANKS}


@people.get("/audit")
def audit() -> str:
    page = max(request.args.get("page", 1, type=int), 1)
    log, person = store.admin_log.c, store.person.c
    entries = (
        select(log.at, log.kind, log.subject, log.data, person.name)
        .outerjoin(store.person, person.id == log.actor_id)
        .select_from(store.admin_log)
        .order_by(log.id.desc())
    )
    total = db.session.execute(select(func.count()).select_from(store.admin_log)).scalar_one()
    rows = db.session.execute(entries.limit(PAGE).offset(PAGE * (page - 1))).mappings()
    return render_template(
        "admin/audit.html",
        rows=[_row(dict(row)) for row in rows],
        pager=pager(page, total, "people.audit"),
    )


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": f"{local(entry['at']):%Y-%m-%d %H:%M}",
        "who": entry["name"] or _("系统"),
        "kind": _(KINDS.get(entry["kind"], entry["kind"])),
        "subject": entry["subject"],
        "details": _details(entry["data"]),
    }


def _details(data: Mapping[str, Any]) -> str:
    """The particulars in one line: old → new where something changed."""
    said = [(name, value) for name, value in data.items() if value not in (None, "", [], {})]
    return "；".join(f"{_(LABELS.get(name, name))} {_text(name, value)}" for name, value in said)


def _text(name: str, value: Any) -> str:
    """A stored particular as people say it."""
    if name == "days":
        return _("%(n)s 天", n=len(value))
    if isinstance(value, dict):
        return "，".join(f"{_(LABELS.get(key, key))} {_text(key, one)}" for key, one in value.items() if one)
    if name == "hours" and value and isinstance(value[0], str):
        return "，".join(value)
    if isinstance(value, list):
        old, new = (_text(name, one) if one else _("（空）") for one in value)
        return f"{old} → {new}"
    if name in ("from", "to"):
        return f"{local(moment(value)):%Y-%m-%d %H:%M}"
    if name == "department_id":
        return the_people().department(value).name
    return _(CHOICES[name].get(value, str(value))) if name in CHOICES else str(value)
