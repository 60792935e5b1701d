"""What the door refuses; each message says what happened, why, and what to do."""

from engine.spiff.nodes import Problem


class DoorError(Exception):
    """Root of everything the door raises."""


class DiagramError(DoorError):
    """The diagram cannot be run as drawn; `problems` lists everything found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        lines = (f"{index}. {problem}" for index, problem in enumerate(problems, 1))
        super().__init__(f"流程图有 {len(problems)} 处不能执行：\n" + "\n".join(lines))


class NotWaiting(DoorError):
    """The task is no longer open."""

    def __init__(self, task: str, wanted: str = "等待") -> None:
        super().__init__(
            f"步骤 {task} 现在不处于{wanted}状态：它可能已经完成、撤销，或随分支结束。请刷新后查看流程现状。"
        )


class TooLong(DoorError):
    """More automatic steps in one go than any honest diagram needs."""

    def __init__(self, limit: int, node: str) -> None:
        super().__init__(
            f"一次推进超过 {limit} 个自动步骤，最后停在「{node}」："
            "流程图里多半有一个没有人工或服务任务的回路。"
            "请检查这个节点所在回路的条件，修改流程图后重试。"
        )


class TooDeep(DoorError):
    """Sub-processes or calls nested without end, or too many branches open at once."""

    def __init__(self, what: str, limit: int, node: str) -> None:
        super().__init__(
            f"{what}超过上限 {limit}，位置在「{node}」。请检查调用活动是否调用了自己，或多实例的集合是否过大。"
        )


class Stuck(DoorError):
    """Control stands somewhere from which nothing can move it."""

    def __init__(self, nodes: str) -> None:
        super().__init__(
            f"流程停在「{nodes}」，再也不会有任何动作能推动它：汇聚网关在等一条不会到来的分支。"
            "请检查分叉与汇聚是否成对（排他分叉不能用并行汇聚），修改流程图后重试。"
        )


class ExpressionError(DoorError):
    """An expression is outside the allow-list, or fails on the data of the case."""

    def __init__(self, text: str, reason: str, remedy: str) -> None:
        self.text, self.reason, self.remedy = text, reason, remedy
        super().__init__(f"表达式「{text}」不能求值：{reason}。{remedy}")


class StateError(DoorError):
    """The stored state does not fit the definition."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"保存的流程状态无法恢复：{reason}。请用启动该流程时的定义版本打开它，或先做迁移检查再换版本。"
        )


class NotPlain(DoorError):
    """The data is not plain JSON, or uses a reserved key."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"字段 {where} 不能写入流程状态：{reason}。"
            "流程状态只存编号和决定（文本、整数、小数、真假、空值、列表、字典）；金额、日期等业务数据请存业务表。"
        )


class NotPossible(DoorError):
    """The move is not allowed here."""


class UnhandledError(DoorError):
    """The diagram threw an error that no boundary event catches."""

    def __init__(self, node: str, code: str) -> None:
        self.node, self.code = node, code
        super().__init__(
            f"错误结束事件「{node}」抛出了错误「{code}」，但外层没有边界事件接住它。"
            "请在外层子流程或调用活动上加一个对应错误码的错误边界事件，或改用普通结束事件。"
        )
