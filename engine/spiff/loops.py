"""Activities that repeat: multi-instance in parallel or one after another, and loops."""

# mypy: disallow-subclassing-any=False
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.spiff import expressions
from engine.spiff.errors import ExpressionError, TooDeep
from engine.spiff.plain import plain
from engine.spiff.specs import Stepwise
from engine.spiff.tokens import CANCELLED, COMPLETED, FUTURE, READY, STARTED, Decisions, Token

MAX_INSTANCES = 1_000
ITEM = "item"  # the name of the item when the diagram gives none; also its key in a token's own notes


class Instances(Stepwise):
    """A multi-instance activity; every instance sees the decisions around it and its own item.

    The container's notes: how many instances are `done` of how many, the items `left` to begin, and what
    was `collected`, with the index of the instance. Output is in the order of the collection.
    """

    at_once: bool

    def _update_hook(self, my_task: Token) -> bool:
        items = self._items(my_task)
        my_task.internal_data.update(total=len(items), done=0)
        if not items:
            self._finish(my_task)
            return True
        my_task._set_state(STARTED)
        numbered = [[index, item] for index, item in enumerate(items)]
        now = numbered if self.at_once else numbered[:1]
        if not self.at_once:
            my_task.internal_data["left"] = numbered[1:]
        for index, item in now:
            self._start(my_task, index, item)
        return False

    def _items(self, my_task: Token) -> list[Any]:
        if self.data_input is not None:
            items = expressions.evaluate(self.data_input.bpmn_id, my_task.data)
            if not isinstance(items, list):
                raise ExpressionError(
                    self.data_input.bpmn_id,
                    f"多实例「{self.bpmn_id}」的集合不是列表",
                    "请让它的值成为一个列表",
                )
        else:
            functions = my_task.workflow.top_workflow.model.functions
            count = expressions.evaluate(self.cardinality, my_task.data, functions)
            if type(count) is not int or count < 0:
                raise ExpressionError(
                    self.cardinality, f"多实例「{self.bpmn_id}」的次数不是非负整数", "请让它的值成为一个整数"
                )
            items = range(min(count, MAX_INSTANCES + 1))
        if len(items) > MAX_INSTANCES:
            raise TooDeep("多实例的个数", MAX_INSTANCES, self.bpmn_id)
        return list(items)

    def _start(self, my_task: Token, index: int, item: Any) -> None:
        child = my_task._add_child(self._wf_spec.task_specs[self.task_spec], FUTURE)
        child.data = Decisions({self._item_name: item}, my_task.data)
        child.internal_data.update({ITEM: item, "index": index})
        child.task_spec._update(child)

    @property
    def _item_name(self) -> str:
        return ITEM if self.input_item is None else self.input_item.bpmn_id or ITEM

    def member_done(self, my_task: Token, member: Token) -> None:
        notes = my_task.internal_data
        notes["done"] += 1
        self._collect(my_task, member)
        if notes["done"] == notes["total"] or self._enough(my_task, member):
            for other in my_task.children:
                if other._state not in (COMPLETED, CANCELLED):
                    other.cancel()
            self._finish(my_task)
            my_task._set_state(READY)
        elif not self.at_once:
            index, item = notes["left"].pop(0)
            self._start(my_task, index, item)

    def _collect(self, my_task: Token, member: Token) -> None:
        if self.data_output is None or self.output_item is None:
            own = {name: value for name, value in member.data.own.items() if name != self._item_name}
            my_task.data.update(own)
            return
        name = self.output_item.bpmn_id
        if name not in member.data:
            raise ExpressionError(name, f"多实例「{self.bpmn_id}」的一个实例没有给出它的结果", "请在表单里填写这个决定")
        entry = [member.internal_data["index"], plain(member.data[name], name)]
        my_task.internal_data.setdefault("collected", []).append(entry)

    def _enough(self, my_task: Token, member: Token) -> bool:
        if self.condition is None:
            return False
        counts = {
            "numberOfInstances": my_task.internal_data["total"],
            "numberOfCompletedInstances": my_task.internal_data["done"],
        }
        functions = my_task.workflow.top_workflow.model.functions
        return expressions.decide(self.condition, {**member.data, **counts}, functions)

    def _finish(self, my_task: Token) -> None:
        collected = my_task.internal_data.pop("collected", [])
        if self.data_output is not None:
            my_task.data[self.data_output.bpmn_id.strip()] = [value for _, value in sorted(collected, key=_index)]


def _index(entry: list[Any]) -> int:
    return int(entry[0])


class ParallelInstances(Instances, stock.ParallelMultiInstanceTask):
    """All instances are open at once."""

    at_once = True


class SequentialInstances(Instances, stock.SequentialMultiInstanceTask):
    """One instance after another."""

    at_once = False


class Loop(Stepwise, stock.StandardLoopTask):
    """Repeats while its condition holds, at most `maximum` times."""

    def _update_hook(self, my_task: Token) -> bool:
        my_task.internal_data["done"] = 0
        if self.test_before and not self._again(my_task):
            return True
        my_task._set_state(STARTED)
        self._start(my_task)
        return False

    def _start(self, my_task: Token) -> None:
        child = my_task._add_child(self._wf_spec.task_specs[self.task_spec], FUTURE)
        child.task_spec._update(child)

    def _again(self, my_task: Token) -> bool:
        if self.maximum is not None and my_task.internal_data["done"] >= self.maximum:
            return False
        functions = my_task.workflow.top_workflow.model.functions
        return self.condition is None or expressions.decide(self.condition, my_task.data, functions)

    def member_done(self, my_task: Token, member: Token) -> None:
        my_task.internal_data["done"] += 1
        if self._again(my_task):
            self._start(my_task)
        else:
            my_task._set_state(READY)
