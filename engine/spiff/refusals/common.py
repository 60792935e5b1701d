"""What the rules share."""

from collections.abc import Callable, Iterator

from engine.spiff import expressions
from engine.spiff.drawing import Drawing, Shape
from engine.spiff.errors import ExpressionError
from engine.spiff.nodes import Problem

Rule = Callable[[Drawing, frozenset[str]], Iterator[Problem]]


TAG_NAMES = {
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
}


def at(shape: Shape, what: str, remedy: str) -> Problem:
    return Problem(shape.id, what, remedy, shape.name)


def expression(element: str, name: str, text: str, functions: frozenset[str]) -> Iterator[Problem]:
    try:
        expressions.check(text, functions)
    except ExpressionError as error:
        yield Problem(element, f"表达式「{error.text}」{error.reason}", error.remedy, name)
