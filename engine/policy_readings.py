"""How the company reads what SD-010 leaves open, in words, so that a report can say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.policy import Policy


class Question(NamedTuple):
    """An ambiguity of the policy: its number, the key that decides it, and what each value means.

    `answers` gives words for every value, or one sentence with the value in it.
    """

    number: str
    key: str
    question: str
    answers: Mapping[Any, str] | str


class Elsewhere(NamedTuple):
    """An ambiguity that no key decides: where it is decided, or why there is nothing to choose."""

    number: str
    question: str
    answer: str


class Reading(NamedTuple):
    """The answer in force."""

    number: str
    key: str
    question: str
    answer: str


_TIME = {"work": "按工作时间计", "wall": "按自然时间计", "duty": "按值班时间计"}
_YES_NO = {True: "是", False: "否"}
_DELAY = {True: "没有期限；登记得知日期，提得迟的列出，不扣款"}
_FILER = {"owner_unit": "评审同意的归属单位", "finance": "财务部"}
_APPROVAL = {False: "正常只计量，紧急限时，都不扣款", True: "紧急时限时并扣款"}
_SCOPE = {"department": "按部门", "person": "按人"}
_ESCALATION = {"cap2": "仍按第二次的两倍", "double": "逐次再加倍", "linear": "按次数乘基数"}
_WINDOW = {"calendar_year": "自然年内", "rolling_12_months": "连续十二个月内"}
_PERSON = {"holder_at_due": "到期时刻持有待办的人", "longest_holder": "限期内持有待办最久的人"}
_EXCEPTION = {True: "分开对账、开票、付款的，经财务部批准可以，不算申报不实"}
_STARTS = {"last_return": "最后一个部门转回时", "delivered": "送达时"}
_SEED = {
    "chinesecalendar": "计，按国务院公布的安排和公司自定的日子",
    "weekday": "不计，只看星期",
    "everyday": "天天都计",
}

QUESTIONS = (
    Question("AMB-01", "clocks.T1.normal.kind", "“4小时”按什么时间计", _TIME),
    Question("AMB-02", "clocks.T1.urgent.kind", "紧急处理的“两小时”按什么时间计", _TIME),
    Question("AMB-03", "apply.delay_report", "要素变化后多久须提出修改", _DELAY),
    Question("AMB-04", "annual_freeze.review_days", "年度评审的期限", "{} 个工作日为目标，只提醒，不扣款"),
    Question("AMB-05", "annual_freeze.filer", "年度冻结的申请表由谁报送", _FILER),
    Question("AMB-06", "freeze.special_notice", "特殊冻结何时通知其余部门", {"at_submit": "提交时先通知，再报领导"}),
    Question("AMB-07", "clocks.applicant_approval.urgent.penalised", "申请部门领导审批是否考核", _APPROVAL),
    Question("AMB-08", "phone.grace_min", "电话须在多久之内打", "送出或转发后 {} 分钟内；没打的只登记，不扣款"),
    Question("AMB-09", "routing.mode", "表格怎样分发至相关部门", {"parallel": "同时分发，各部门各计各的限期"}),
    Question("AMB-10", "receipt.no_route_single_clock", "不需其他部门完善时是否只有一个限期", _YES_NO),
    Question("AMB-11", "urgent.letter", "紧急处理的函件何时发出", {"at_submit": "报送时"}),
    Question("AMB-12", "receipt.start", "何时算“接到”", {"delivered": "送达待办即接到"}),
    Question("AMB-14", "penalty.overtime.include_maintainer", "维护部门是否适用 4.1", _YES_NO),
    Question("AMB-15", "penalty.overtime.unit", "“每次”怎样计", {"deadline": "每个限期超时计一次，不论超时多久"}),
    Question("AMB-16", "penalty.overtime.bucket", "“月累计”按哪个时刻归月", {"due_at": "到期时刻所在月"}),
    Question("AMB-16", "penalty.overtime.scope", "“月累计”累计谁的次数", _SCOPE),
    Question("AMB-16", "penalty.overtime.every", "“每3次另扣”怎样计", "每满 {} 次另扣一次，不满的不扣"),
    Question("AMB-17", "penalty.false_new.escalation", "第三次及以后怎样扣款", _ESCALATION),
    Question("AMB-18", "penalty.false_new.window", "“第一次、第二次”在多长时间内计", _WINDOW),
    Question("AMB-18", "penalty.false_new.scope", "“第一次、第二次”按谁计", _SCOPE),
    Question("AMB-19", "penalty.entry_error.unit", "何为一条“记录”", {"customer_posting": "一次过账中的一个客户"}),
    Question("AMB-20", "penalty.false_new.event_at", "申报不实何时成立", {"return_delivered": "退回单送达申报部门时"}),
    Question("AMB-21", "penalty.overtime.person", "由谁承担", _PERSON),
    Question("AMB-22", "assessment.publicity_days", "拟考核公示多久", "{} 个工作日"),
    Question("AMB-22", "assessment.appeal_days", "多久之内可以申诉", "公示起 {} 个工作日"),
    Question("AMB-22", "assessment.adjust", "锁定以后的更正怎样处理", {"next_month": "在下一个未锁定的月份列调整行"}),
    Question("AMB-26", "dup.multi_account_exception", "同一单位可否有第二个编码", _EXCEPTION),
    Question("AMB-27", "unfreeze.apply_as", "解冻怎样申请", {"modify": "作为修改申请，必经财务部"}),
    Question("AMB-29", "freeze.scope_default", "“冻结”冻结什么", {"all": "整个客户；申请表上可以限定范围"}),
    Question("AMB-31", "receipt.restart_on_resubmit", "退回后重新报送是否重新计时", _YES_NO),
    Question("AMB-32", "rework.cancel_days", "退回后多久没有重报", "{} 个工作日后提示申请部门撤销"),
    Question("AMB-33", "receipt.due_inclusive", "到期时刻办完是否算按时", _YES_NO),
    Question("AMB-34", "clocks.T3.normal.starts", "维护限期何时起算", _STARTS),
    Question("AMB-36", "seal.mode", "盖章用什么", {"server_or_scan": "系统电子印章，或上传纸质签字盖章的扫描件"}),
    Question("AMB-39", "calendar.seed", "调休上班日是否计时", _SEED),
    Question("AMB-42", "penalty.entry_error.bucket", "录入错误计入哪个月", {"confirmed_at": "确认当月"}),
)

ELSEWHERE = (
    Elsewhere("AMB-13", "电话是否影响计时", "不影响：否则不打电话就能停表（没有可选的读法）"),
    Elsewhere("AMB-23", "主管领导与分管领导是否同一人", "在“岗位任职”中分别任命；没有任命分管领导的，即主管领导"),
    Elsewhere("AMB-24", "4.2 的系统管理员是谁", "客户主数据维护员，以系统管理员的身份查出（没有可选的读法）"),
    Elsewhere(
        "AMB-25", "“营销部及相关经营单位”是两者都要还是任一", "由流程图决定：新增、修改任一部门提出；年度评审两者都要"
    ),
    Elsewhere("AMB-28", "能否删除、合并客户", "从不删除；合并是冻结其中一个并互相注明（没有可选的读法）"),
    Elsewhere("AMB-30", "有未清往来的能否冻结", "由冻结流程决定：例行冻结不准；特殊冻结列出未清项，财务部审签后可以"),
    Elsewhere("AMB-35", "维护员认为部门转回的仍不完整", "由流程图决定：重新分发，部门重新计时，两轮都保留"),
    Elsewhere("AMB-37", "“客户内部人员变更”指哪些人", "由申请人写明事由并附依据，主管领导判断（没有可选的读法）"),
    Elsewhere("AMB-38", "内部客户是否要统一社会信用代码", "由校验规则目录决定：法人要，分支机构用内部编号"),
    Elsewhere("AMB-40", "部门作息不同怎样计时", "在“部门”中指定该部门的日历；没有指定的用公司日历"),
    Elsewhere(
        "AMB-41", "因主管领导迟签而超时的", "按字面仍扣归口人员和主管领导；各环节用时留在日志里供申诉（没有可选的读法）"
    ),
)


def readings(policy: Policy) -> list[Reading]:
    """What this version answers to each open question it decides."""
    found = [(question, _value(policy, question.key)) for question in QUESTIONS]
    return [Reading(q.number, q.key, q.question, said(q, value)) for q, value in found if value is not None]


def said(question: Question, value: Any) -> str:
    """A value as an answer in words."""
    return question.answers.format(value) if isinstance(question.answers, str) else question.answers[value]


def _value(policy: Policy, key: str) -> Any:
    first, *rest = key.split(".")
    if first == "clocks":
        rule = policy.limit(rest[0], urgent=rest[1] == "urgent")
        return rule and getattr(rule, rest[2])
    value: Any = getattr(policy, first)
    for name in rest:
        value = getattr(value, name)
    return value
