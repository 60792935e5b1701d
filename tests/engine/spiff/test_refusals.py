"""Each construct SpiffWorkflow would ignore or break on is refused, with its element and a remedy."""

import pytest

from engine.spiff import DiagramError, Problem, parse
from tests.engine.spiff.drawing_board import Board, many, parameter, timer

DEFINITIONS = {
    "link": '<linkEventDefinition name="l"/>',
    "conditional": "<conditionalEventDefinition><condition>a</condition></conditionalEventDefinition>",
    "compensate": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "error": "<errorEventDefinition/>",
    "escalation": "<escalationEventDefinition/>",
    "signal": '<signalEventDefinition signalRef="Alarm"/>',
    "message": '<messageEventDefinition messageRef="Letter"/>',
    "terminate": "<terminateEventDefinition/>",
    "timer": timer("PT1H"),
}
ROOTS = '<message id="Letter" name="letter"/><message id="Mute"/><signal id="Alarm" name="alarm"/>'
NO_CODE = '<error id="Plain" name="plain"/>'


def line(*between: str) -> Board:
    """start → what is drawn in between → end."""
    return Board("p").start().end().flow("start", *between, "end")


def found(board: Board) -> tuple[Problem, ...]:
    with pytest.raises(DiagramError) as caught:
        parse({"p.bpmn": board.xml()}, "p")
    return caught.value.problems


def refused(board: Board, element: str | None, what: str) -> None:
    """The board has a problem at the element that says `what` and knows a remedy."""
    problems = found(board)
    matching = [problem for problem in problems if problem.element == element and what in problem.what]
    assert matching, [str(problem) for problem in problems]
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize(
    ("tag", "what"),
    [
        ("scriptTask", "任意代码"),
        ("businessRuleTask", "业务规则"),
        ("complexGateway", "复杂网关"),
    ],
)
def test_tasks_and_gateways_that_cannot_run_are_refused(tag: str, what: str) -> None:
    refused(line("x").node(tag, "x"), "x", what)


@pytest.mark.parametrize(("tag", "what"), [("adHocSubProcess", "临时子流程"), ("transaction", "事务")])
def test_sub_processes_that_cannot_run_are_refused(tag: str, what: str) -> None:
    inside = Board("in").start("s").end("e").flow("s", "e").body()

    refused(line("x").node(tag, "x", inside), "x", what)


def test_an_event_sub_process_is_refused() -> None:
    inside = Board("in").start("s", DEFINITIONS["message"]).end("e").flow("s", "e")
    board = line("a").user("a").root(ROOTS).sub("x", inside, triggeredByEvent="true")

    refused(board, "x", "事件子流程")


def test_compensation_is_refused() -> None:
    refused(line("x").user("x", isForCompensation="true"), "x", "补偿")


def test_a_process_that_is_not_executable_is_refused() -> None:
    board = line("a").user("a")
    xml = board.text().replace('isExecutable="true"', 'isExecutable="false"')

    with pytest.raises(DiagramError, match="不可执行"):
        parse({"p.bpmn": xml.encode()}, "p")


@pytest.mark.parametrize(
    ("inner", "what"),
    [
        ("<ioSpecification><inputSet/><outputSet/></ioSpecification>", "输入输出规格"),
        ("<dataInputAssociation><targetRef>x</targetRef></dataInputAssociation>", "数据输入关联"),
        ("<dataOutputAssociation><targetRef>x</targetRef></dataOutputAssociation>", "数据输出关联"),
    ],
)
def test_data_that_would_not_flow_is_refused(inner: str, what: str) -> None:
    refused(line("x").node("userTask", "x", inner), "x", what)


@pytest.mark.parametrize(
    ("tag", "event"),
    [
        ("startEvent", "conditional"),
        ("startEvent", "error"),
        ("startEvent", "escalation"),
        ("endEvent", "signal"),
        ("endEvent", "compensate"),
        ("endEvent", "cancel"),
        ("endEvent", "timer"),
        ("endEvent", "link"),
        ("intermediateCatchEvent", "link"),
        ("intermediateCatchEvent", "conditional"),
        ("intermediateCatchEvent", "error"),
        ("intermediateCatchEvent", "escalation"),
        ("intermediateThrowEvent", "link"),
        ("intermediateThrowEvent", "compensate"),
        ("intermediateThrowEvent", "timer"),
    ],
)
def test_event_definitions_that_are_ignored_are_refused(tag: str, event: str) -> None:
    board = Board("p").root(ROOTS).user("a").node(tag, "x", DEFINITIONS[event])
    ends = {"startEvent": ("x", "a", "end"), "endEvent": ("start", "a", "x")}.get(tag, ("start", "x", "end"))

    refused(board.start().end().flow(*ends), "x", "不起作用")


@pytest.mark.parametrize("event", ["conditional", "compensate", "cancel", "link"])
def test_boundary_events_that_never_happen_are_refused(event: str) -> None:
    board = line("a").user("a").boundary("x", "a", DEFINITIONS[event]).end("e").flow("x", "e")

    refused(board, "x", "不起作用")


def test_a_catching_event_without_definition_is_refused() -> None:
    refused(line("x").node("intermediateCatchEvent", "x"), "x", "“空”")


def test_an_event_with_two_definitions_is_refused() -> None:
    both = DEFINITIONS["message"] + DEFINITIONS["timer"]

    refused(line("x").root(ROOTS).node("intermediateCatchEvent", "x", both), "x", "多个事件定义")


def test_an_error_boundary_event_that_does_not_interrupt_is_refused() -> None:
    board = line("a").service("a").boundary("x", "a", DEFINITIONS["error"], interrupting=False)

    refused(board.end("e").flow("x", "e"), "x", "必须是中断的")


@pytest.mark.parametrize(
    ("node", "what"),
    [
        ('<messageEventDefinition messageRef="Mute"/>', "没有名字"),
        ('<messageEventDefinition messageRef="Nobody"/>', "没有选择消息"),
        ("<messageEventDefinition/>", "没有选择消息"),
        ("<signalEventDefinition/>", "没有选择信号"),
    ],
)
def test_messages_and_signals_need_a_name(node: str, what: str) -> None:
    refused(line("x").root(ROOTS).node("intermediateCatchEvent", "x", node), "x", what)


@pytest.mark.parametrize("definition", ["<errorEventDefinition/>", '<errorEventDefinition errorRef="Plain"/>'])
def test_an_error_that_is_thrown_needs_a_code(definition: str) -> None:
    board = Board("p").root(NO_CODE).start().user("a").end("x", definition).flow("start", "a", "x")

    refused(board, "x", "错误")


@pytest.mark.parametrize("tag", ["sendTask", "receiveTask"])
def test_a_send_or_receive_task_without_message_is_refused(tag: str) -> None:
    refused(line("x").node(tag, "x"), "x", "没有选择消息")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('"PT4H"', "引号"),
        ("2026-12-01T08:30:00", "时区"),
        ("four hours", "ISO 8601"),
        ("P1M", "年或月"),
        ("PT0S", "等于零"),
        ("working_hours(4)", "ISO 8601"),
        ("", "没有时间"),
        ("R3/PT4H", "timeCycle"),
    ],
)
def test_timers_that_could_not_be_right_are_refused(text: str, what: str) -> None:
    board = line("a").user("a").timer("x", "a", text).end("e").flow("x", "e")

    refused(board, "x", what)


def test_a_duration_written_as_a_date_is_refused() -> None:
    definition = "<timerEventDefinition><timeDate>PT1H</timeDate></timerEventDefinition>"
    board = line("a").user("a").boundary("x", "a", definition).end("e").flow("x", "e")

    refused(board, "x", "timeDuration")


def test_a_deadline_needs_a_clock() -> None:
    board = line("a").user("a").timer("x", "a").end("e").flow("x", "e")

    refused(board, "x", "没有带时限")


def test_a_deadline_on_a_repeated_activity_says_whose() -> None:
    board = line("a").node("userTask", "a", many(), cs_clock="T2").timer("x", "a").end("e").flow("x", "e")

    refused(board, "x", "哪一个")


@pytest.mark.parametrize("cycle", ["0 8 * * 1", "R/tomorrow/P1Y", "R/2026-12-01T08:30:00/P1Y"])
def test_a_start_timer_needs_a_proper_cycle(cycle: str) -> None:
    definition = f"<timerEventDefinition><timeCycle>{cycle}</timeCycle></timerEventDefinition>"

    refused(Board("p").start("x", definition).user("a").end().flow("x", "a", "end"), "x", "定时器")


@pytest.mark.parametrize(
    ("condition", "what"),
    [
        ("request.approved", "属性"),
        ("items.append(2)", "方法"),
        ("[x for x in items]", "推导式"),
        ("(lambda: 1)()", "方法"),
        ("=approved = true", "语法"),
        ("${approved}", "语法"),
        ("open('x')", "没有函数"),
        ("().__class__", "属性"),
    ],
)
def test_conditions_outside_the_allow_list_are_refused(condition: str, what: str) -> None:
    board = Board("p").start().end().user("a", "b").xor("which", default="flow_which_b")
    board.flow("start", "which").flow("which", "a", when=condition, id="x").flow("a", "end")

    refused(board.flow("which", "b", "end"), "x", what)


def test_a_decision_needs_a_default_and_conditions() -> None:
    board = Board("p").start().end().user("a", "b").xor("x").flow("start", "x", "a", "end").flow("x", "b", "end")

    refused(board, "x", "没有默认出线")
    refused(board, "flow_x_a", "没有条件")


def test_a_condition_on_the_default_flow_is_refused() -> None:
    board = Board("p").start().end().user("a", "b").xor("which", default="x").flow("start", "which")
    board.flow("which", "a", when="ok", id="x").flow("a", "end").flow("which", "b", when="not ok").flow("b", "end")

    refused(board, "x", "默认流")


@pytest.mark.parametrize("tag", ["userTask", "parallelGateway", "exclusiveGateway"])
def test_a_condition_nobody_reads_is_refused(tag: str) -> None:
    board = Board("p").start().end().node(tag, "a").user("b").flow("start", "a").flow("a", "b", when="ok", id="x")

    refused(board.flow("b", "end"), "x", "不起作用")


def test_a_default_where_nothing_is_decided_is_refused() -> None:
    refused(line("x").user("x", default="flow_x_end"), "x", "默认流")


def test_a_task_without_a_way_on_is_refused() -> None:
    refused(
        Board("p").start().end().user("x", "a").parallel("f").flow("start", "f", "x").flow("f", "a", "end"),
        "x",
        "没有出线",
    )


def test_a_task_nothing_leads_to_is_refused() -> None:
    refused(line("a").user("a", "x").flow("x", "end"), "x", "没有入线")


def test_an_implicit_split_is_refused() -> None:
    refused(line("x").user("x", "b").flow("x", "b", "end"), "x", "隐式分叉")


def test_a_process_without_start_or_end_is_refused() -> None:
    refused(Board("p").user("a", "b").flow("a", "b").flow("b", "a"), "p", "没有开始事件")
    refused(Board("p").user("a", "b").flow("a", "b").flow("b", "a"), "p", "没有结束事件")


def test_a_sub_process_needs_exactly_one_plain_start() -> None:
    inside = Board("in").start("s1").start("s2").user("b").end("e").flow("s1", "b", "e").flow("s2", "b")

    refused(line("x").sub("x", inside), "x", "恰好有一个普通开始事件")


def test_a_loop_without_a_way_out_is_refused() -> None:
    board = Board("p").start().end().user("a", "b", "c").parallel("fork").flow("start", "fork", "a", "b")

    refused(board.flow("b", "a").flow("fork", "c", "end"), "a", "走不到任何结束事件")


def test_a_loop_of_gateways_only_is_refused() -> None:
    board = Board("p").start().end().xor("x").xor("y", default="flow_y_end").flow("start", "x", "y", "end")

    refused(board.flow("y", "x", when="again"), "x", "空转")


def test_a_loop_back_into_a_parallel_join_is_refused() -> None:
    board = Board("p").start().end().user("a").parallel("x").xor("y", default="flow_y_end")

    refused(board.flow("start", "x", "a", "y", "end").flow("y", "x", when="again"), "x", "等不齐")


def test_two_flows_between_the_same_nodes_are_refused() -> None:
    board = Board("p").start().end().user("a").xor("which", default="one").flow("start", "which")

    refused(board.flow("which", "a", id="one").flow("which", "a", when="ok", id="x").flow("a", "end"), "x", "两条连线")


def test_a_flow_across_the_edge_of_a_sub_process_is_refused() -> None:
    inside = Board("in").start("s").user("b").end("e").flow("s", "b", "e")

    refused(line("w").sub("w", inside).user("a").flow("a", "b", id="x"), "x", "边界")


def test_a_flow_to_nothing_is_refused() -> None:
    refused(line("a").user("a", "b").flow("b", "nobody", id="x"), "x", "没有接到节点")


@pytest.mark.parametrize("name", ["Start", "End", "Root", "p.EndJoin", "a.BoundaryEventSplit"])
def test_reserved_ids_are_refused(name: str) -> None:
    refused(line(name).user(name), name, "保留字")


def test_duplicate_ids_are_refused() -> None:
    refused(line("a").user("a").user("a"), "a", "重复")


def test_the_same_id_in_two_files_is_refused() -> None:
    caller = line("call", "same").node("callActivity", "call", calledElement="other").user("same")
    called = Board("other").start("os").end("oe").user("same").flow("os", "same", "oe")

    with pytest.raises(DiagramError) as caught:
        parse({"a": caller.xml(), "b": called.xml()}, "p")

    assert [problem.element for problem in caught.value.problems if "重复" in problem.what] == ["same"]


def test_a_call_of_an_unknown_process_is_refused() -> None:
    refused(line("x").node("callActivity", "x", calledElement="nobody"), "x", "不存在")


def test_a_service_task_without_operation_is_refused() -> None:
    refused(line("x").node("serviceTask", "x"), "x", "没有指定操作")


@pytest.mark.parametrize("name", ["", "two words"])
def test_a_parameter_needs_a_proper_name_and_expression(name: str) -> None:
    inner = parameter(a="party.name").replace('name="a"', f'name="{name}"')

    refused(line("x").service("x", inner=inner), "x", "参数名")
    refused(line("x").service("x", inner=inner), "x", "属性")


@pytest.mark.parametrize(
    "loop",
    [
        "<multiInstanceLoopCharacteristics/>",
        "<standardLoopCharacteristics/>",
        many(inner="<completionCondition>a.b</completionCondition>"),
        many().replace("<inputDataItem", "<loopDataOutputRef>out</loopDataOutputRef><inputDataItem"),
    ],
)
def test_repetitions_that_could_not_run_are_refused(loop: str) -> None:
    assert found(line("x").node("userTask", "x", loop))[0].element == "x"


def test_an_event_gateway_leads_to_catching_events_only() -> None:
    board = line("g", "x").node("eventBasedGateway", "g").user("x")

    refused(board, "x", "事件网关")


def test_a_boundary_event_on_a_gateway_is_refused() -> None:
    board = line("g").xor("g").timer("x", "g", "PT1H").end("e").flow("x", "e")

    refused(board, "x", "没有附着")


def test_all_problems_are_told_not_only_the_first() -> None:
    board = line("a", "b", "c").node("scriptTask", "a").node("serviceTask", "b").node("sendTask", "c")

    assert {problem.element for problem in found(board)} == {"a", "b", "c"}


def test_a_line_too_long_for_the_parser_is_refused_not_crashed_on() -> None:
    tasks = [f"t{number}" for number in range(1_000)]

    refused(line(*tasks).user(*tasks), "p", "超过上限")


def test_a_line_as_long_as_allowed_is_parsed_even_deep_in_the_stack() -> None:
    tasks = [f"t{number}" for number in range(248)]
    xml = line(*tasks).user(*tasks).xml()

    def deep(levels: int) -> int:
        return deep(levels - 1) if levels else len(parse({"p.bpmn": xml}, "p").nodes)

    assert deep(150) == 250


def test_the_message_of_the_exception_lists_the_problems_in_chinese() -> None:
    with pytest.raises(DiagramError, match=r"1 处不能执行：\n1. 「写」：服务任务没有指定操作。填写 cs:operation"):
        parse({"p.bpmn": line("x").node("serviceTask", "x", name="写").xml()}, "p")


def test_a_process_that_is_not_in_the_file_is_said_so() -> None:
    with pytest.raises(DiagramError, match="没有流程 q（有：p）"):
        parse({"p.bpmn": line("a").user("a").xml()}, "q")
