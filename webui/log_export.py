"""The event log of a month as a file for process-mining tools, the same from the page and the command line."""

from __future__ import annotations

from typing import IO

from engine.mining import ocel, xes
from engine.mining.traces import Names, Reader, month
from engine.transactions import Tx
from webui.services import Services

FORMATS = {"xes": "XES（IEEE 1849-2016）", "ocel": "OCEL 2.0（JSON）"}
ENDINGS = {"xes": "xes", "ocel": "jsonocel"}
EXPORTED = "log.exported"  # how the audit list calls it
# What events are called that are no step's; a kind that is not here keeps its technical name.
NAMES = {
    "case.started": "提交申请", "case.ended": "流程办结", "case.withdrawn": "流程撤回", "case.cancelled": "流程作废",
    "case.withdrawn.reason": "撤回理由", "case.cancelled.reason": "作废理由", "case.suspended": "挂起",
    "case.migrated": "迁移到另一版本",
    "case.resumed": "恢复", "case.upgraded": "升为紧急处理", "case.downgraded": "改为正常处理", "case.urged": "催办",
    "case.marked": "改变紧急标识",
    "case.launched": "由另一件流程发起", "case.launching": "发起另一件流程", "item.returned": "退回",
    "item.signed": "签字盖章", "post.vacant": "岗位空缺", "post.alone": "岗位无第二人", "deadline.opened": "开始计时",
    "deadline.closed": "计时结束", "deadline.breached": "到期未办", "deadline.reminded": "逾期提醒",
    "deadline.continued": "接着计时", "deadline.paused": "计时暂停", "deadline.resumed": "恢复计时",
    "deadline.moved": "到期时刻更改", "exemption.proposed": "建议免责", "timer.fired": "定时到期",
    "job.failed": "自动步骤失败", "incident.opened": "登记异常", "incident.resolved": "异常已处理",
    "message.received": "收到消息", "notice.queued": "发出通知", "letter.issued": "发函",
    "departments.notified": "通知其余部门", "customer.key_reserved": "占用客户主键",
    "customer.posted": "写入客户主数据",
    "customer.rebased": "换成现在的数据", "customer.change_claimed": "登记在办", "customer.overtaken": "让位",
    "order.given": "对另一件的要求", "order.void": "要求未执行", "search.recorded": "查重",
    "check.registered": "登记核对",
    "finding.false_new": "登记申报不实", "finding.exempt": "不作申报不实", "dispute.registered": "登记异议",
    "duty.missed": "应办未办",
}  # fmt: skip


def write(tx: Tx, services: Services, out: IO[bytes], kind: str, text: str, pseudonyms: bool) -> int:
    """Write the month (`2026-09`) in one of FORMATS; returns the number of cases. Raises MonthInvalid."""
    since, until = month(text)
    people = services.people(tx)
    reader = Reader(tx, services.engine.definitions, people, NAMES, since, until)
    names = Names(tx, people, pseudonyms)
    if kind == "ocel":
        return ocel.write(out, reader, names)
    return xes.write(out, reader.traces(), names, f"{services.settings.company} {text.strip()}")
