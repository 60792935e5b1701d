"""The words of the pages: statuses, outcomes, kinds of cases, and one plain sentence per kind of event."""

from __future__ import annotations

KINDS = {"create": "创建", "modify": "修改", "freeze": "冻结", "assess": "考核"}
STATUSES = {
    "open": ("办理中", "accent"),
    "suspended": ("已挂起", "hold"),
    "ended": ("已办结", "ok"),
    "withdrawn": ("已撤回", "hold"),
    "cancelled": ("已作废", "late"),
}
OUTCOMES = {
    "posted": ("已建档", "ok"),
    "frozen": ("已冻结", "ok"),
    "unfrozen": ("已解冻", "ok"),
    "not_new": ("非新增，已退回", "warn"),
    "refused": ("不同意，已退回", "warn"),
    "locked": ("已锁定", "ok"),
    "upheld": ("申诉成立，不扣", "ok"),
    "rejected": ("申诉不成立，照扣", "warn"),
    "withdrawn": ("已撤回", "hold"),
    "cancelled": ("已作废", "late"),
    "ended": ("已办结", "ok"),
}
SUSPENSIONS = {  # codes of the first release; since then the log holds the policy's own words
    "evidence": "等客户或第三方补充材料",
    "dispute": "争议待裁定",
    "system": "外部系统不可用",
    "other": "其他",
}
OVERTAKEN = {"overtaken": "被另一件流程取代"}  # not chosen by people: an order of another case
ORDERS = {"suspend": "挂起", "resume": "恢复", "cancel": "作废"}
URGENT_REASONS = {"legal_dispute": "法律纠纷", "customer_personnel_change": "客户内部人员变更（不是我方）"}
NOTICES = {
    "escalate": "催办与上报函",
    "result": "处理结果通知",
    "letter": "函",
    "remaining": "特殊冻结通知",
    "overtaken": "修改挂起通知",
    "resumed": "修改恢复通知",
    "not_new": "非新增退回通知",
    "incomplete": "资料不全退回通知",
    "remind": "催办提醒",
    "warn": "时限提醒",
    "extension": "延期申请与决定",
    "batch_result": "批量建档结果通知",
    "batch_refused": "批量申请退回通知",
    "penalty_own": "本人考核建议",
    "penalty_department": "部门考核建议",
    "penalty_result": "考核结果通知",
    "penalty_decided": "申诉裁定通知",
}
SEARCHES = {"name": "名称", "tax_id": "税号"}

# Sentence per kind of event; the names in braces are filled by webui/log.py, empty when unknown.
SENTENCES = {
    "case.started": "提交申请，第 {round} 次送审",
    "case.ended": "流程办结：{outcome}",
    "case.withdrawn": "流程已撤回",
    "times.confirmed": "确认维护员的处理时间",
    "times.disputed": "对维护员的处理时间提出异议：{reason}",
    "times.reviewed": "复核对处理时间的异议：{reason}",
    "case.withdrawn.reason": "撤回申请：{reason}",
    "case.cancelled": "流程已作废",
    "case.cancelled.reason": "作废流程：{reason}",
    "case.migrated": "迁移到流程的第 {version} 版：{reason}；时限、办理人不变",
    "case.suspended": "挂起流程（{category}）：{reason}{files}；时限暂停",
    "case.upgraded": "升为紧急处理：{reason}",
    "case.downgraded": "改为正常处理：{reason}",
    "case.marked": "改申请表时改变了紧急程度",
    "letter.issued": "发出 {number}，主送 {recipients}",
    "departments.notified": "已通知其余相关部门：{recipients}",
    "customer.rebased": "原值换成客户现在的数据（第 {version} 版）",
    "customer.change_claimed": "登记在办",
    "customer.overtaken": "在办的修改让位",
    "order.given": "要求{verb} {case}：{reason}",
    "order.void": "{by} 要求{verb}，未执行：{why}",
    "case.resumed": "恢复流程{because}，时限接着计",
    "case.urged": "催办，提醒{persons}",
    "item.opened": "送达{post}",
    "item.viewed": "打开查看",
    "item.claimed": "签收",
    "item.released": "退回公共待办",
    "item.completed": "{outcome}",
    "item.returned": "退回“{to_step}”：{reason}",
    "item.transferred": "转办给{to}：{reason}",
    "item.cancelled": "这一步随流程的去向取消",
    "item.signed": "签字{sealed}",
    "post.vacant": "{post}岗位空缺，由{instead}代办",
    "post.alone": "{post}没有其他人任职，前一步由同一人办理，已通知管理员",
    "deadline.opened": "{clock}开始计时，限 {limit}，{due} 到期",
    "deadline.closed": "{clock}计时结束，{status}",
    "deadline.breached": "{clock}到期未办，登记超时事件，待确认",
    "exemption.proposed": "建议免责，待考核确认：{reason}",
    "deadline.reminded": "{clock}逾期未办，当日提醒{persons}",
    "deadline.warned": "{clock}已用去限期的 {share}%，提醒{persons}，{due} 到期",
    "deadline.escalated": "{clock}逾期未办，上报{leaders}",
    "deadline.extension_asked": "申请把{clock}延期 {limit}，请{persons}决定：{reason}",
    "deadline.extended": "准予{clock}延期 {limit}，改于 {due} 到期{answered}",
    "deadline.extension_refused": "不同意{clock}延期 {limit}，仍于 {due} 到期{answered}",
    "deadline.continued": "{clock}接着计，仍于 {due} 到期",
    "deadline.paused": "{clock}暂停，余 {left}",
    "deadline.resumed": "{clock}恢复计时，{due} 到期",
    "deadline.moved": "{clock}到期时刻改为 {due}",
    "timer.fired": "到期提醒{late}",
    "job.done": "系统完成“{step}”",
    "job.failed": "系统未能完成“{step}”，稍后再试",
    "job.refused": "系统没有通过“{step}”：{message}",
    "incident.opened": "登记异常：{what}，已通知管理员",
    "incident.resolved": "异常已处理，重新执行",
    "message.received": "收到消息“{message}”",
    "notice.queued": "{notice}送达{persons}",
    "customer.key_reserved": "占用客户主键 {key}，办结前他人不能重复申请",
    "customers.batch_attached": "登记批次，此后内容不能更换",
    "customers.batch_posted": "写入一段客户主数据，逐行结果见“批量”页",
    "case.launched": "由 {by} 发起",
    "case.launching": "发起 {case}",
    "review.listed": "列出候选客户 {lines} 个（最后交易早于 {silent_since}）",
    "review.proposed": "财务部提议 {lines} 个，未提议 {omitted} 个",
    "review.none": "今年没有提议",
    "review.distributed": "送{recipients}评审",
    "review.answered": "评审意见生效，{lines} 个客户",
    "review.unanswered": "{name}没有答复，所列客户不冻结",
    "review.merged": "汇总评审意见",
    "filing.chosen": "报送 {filed} 个，不报送 {omitted} 个",
    "filing.refused": "客户 {customer_code} 未受理：{message}",
    "filing.frozen": "逐行冻结，结果见申请表",
    "customer.posted": "写入客户主数据，客户编码 {customer_code}",
    "search.recorded": "查重",
    "check.registered": "登记核对结果",
    "finding.false_new": "登记申报不实事件（编码 {existing_code} 已存在），待确认",
    "finding.exempt": "编码 {existing_code} 已存在，按规定不作申报不实处理",
    "dispute.registered": "登记异议，待考核人员复核",
    "duty.missed": "应办未办，流程已经继续",
    "erp.compared": "与 ERP 登记的内容逐项比对",
    "entry.corrected": "客户 {customer_code} 的录入已由维护员自行更正",
    "finding.entry_error": "认定录入错误（客户 {customer_code}），列入考核建议，可以申诉",
    "form.error": "认定申请表本身有误（客户 {customer_code}），不是录入错误",
    "dispute.reviewed": "异议复核完毕",
    "penalty.drafted": "列出 {month} 的考核事项 {findings} 项，编号 {number}",
    "penalty.exempted": "{finding} 的豁免：{reason}",
    "penalty.published": "公示 {month} 的考核建议，共 {total} 元，已通知 {persons}",
    "penalty.appealed": "对 {finding} 提出申诉：{reason}",
    "penalty.decided": "裁定 {finding}：{reason}",
    "penalty.confirmed": "{month} 的考核已经各方确认",
    "penalty.locked": "锁定 {month} 的考核",
    "penalty.exported": "导出人力资源文件",
    "penalty.told": "通知考核结果：{persons}",
}
TAGS = {
    "deadline.breached": ("超时", "late"),
    "timer.fired": ("到期", "warn"),
    "duty.missed": ("未履行", "late"),
    "finding.false_new": ("待确认", "warn"),
    "incident.opened": ("异常", "late"),
    "job.refused": ("未通过", "warn"),
    "case.suspended": ("挂起", "hold"),
}
# Told in the log only: the timeline says the same by its marks.
BY_THE_WAY = {
    "deadline.breached": ("scale", "late"),
    "timer.fired": ("bolt", "late"),
    "notice.queued": ("bell-ringing", "warn"),
    "deadline.reminded": ("bell", "warn"),
    "deadline.warned": ("bell", ""),
    "deadline.escalated": ("bell-ringing", "late"),
    "deadline.extension_asked": ("clock", ""),
    "deadline.extended": ("clock", ""),
    "deadline.extension_refused": ("clock", "warn"),
    "case.urged": ("bell", ""),
    "case.migrated": ("transfer", ""),
    "item.transferred": ("transfer", ""),
    "item.claimed": ("user-check", ""),
    "post.vacant": ("user", "warn"),
    "post.alone": ("user", "warn"),
    "deadline.paused": ("player-pause", ""),
    "deadline.resumed": ("player-play", ""),
    "deadline.continued": ("clock", ""),
    "job.refused": ("alert-circle", "warn"),
    "duty.missed": ("phone", "late"),
}


def tag(words: tuple[str, str]) -> dict[str, str]:
    """A tag as templates take it."""
    return {"text": words[0], "tone": words[1]}


def status_tag(status: str, outcome: str | None) -> dict[str, str]:
    """How a case stands: the outcome when it is over, else the status."""
    if status == "ended":
        return tag(OUTCOMES.get(outcome or "", OUTCOMES["ended"]))
    return tag(STATUSES.get(status, (status, "")))
