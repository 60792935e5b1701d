"""Expressions in diagrams: a small, pure part of Python, checked before anything is evaluated.

Allowed: literals (and lists of them), names, subscripts, comparisons, `and or not`, arithmetic on numbers,
`a if b else c`, and calls to listed pure functions. Not allowed: methods, attributes, comprehensions,
lambdas, keyword arguments, formatting. The same rules hold when a diagram is parsed and when it runs.
"""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from simpleeval import EvalWithCompoundTypes, InvalidExpression

from engine.spiff.errors import ExpressionError, NotPlain
from engine.spiff.plain import plain

MAX_LENGTH = 1_000  # characters of an expression
MAX_DEPTH = 40  # levels of its syntax tree
MAX_TEXT = 10_000  # characters or entries of a joined value
MAX_EXPONENT = 64
MAX_BASE = 1_000_000

FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"len": len, "min": min, "max": max, "sum": sum, "abs": abs, "round": round, "any": any, "all": all}
)

ALLOWED = (
    ast.Expression, ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple, ast.Subscript,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.IfExp, ast.Call,
)  # fmt: skip

REFUSED: Mapping[type[ast.AST], str] = MappingProxyType({  # what people call what is not allowed
    ast.Attribute: "属性（点号）", ast.Lambda: "匿名函数", ast.NamedExpr: "赋值（:=）", ast.Starred: "星号",
    ast.ListComp: "推导式", ast.SetComp: "推导式", ast.DictComp: "推导式", ast.GeneratorExp: "推导式",
    ast.Dict: "字典", ast.Set: "集合", ast.Slice: "切片", ast.JoinedStr: "带花括号的文字（f''）",
})  # fmt: skip


def check(text: str, functions: Iterable[str] = ()) -> None:
    """Refuses an expression outside the allow-list; `functions` are allowed beside FUNCTIONS."""
    _parse(text, frozenset(functions) | frozenset(FUNCTIONS))


def names(text: str, functions: Iterable[str] = ()) -> frozenset[str]:
    """The names of decisions an expression reads."""
    return _parse(text, frozenset(functions) | frozenset(FUNCTIONS))[1]


def evaluate(text: str, data: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] = FUNCTIONS) -> Any:
    """The value of an expression over a deep copy of plain `data`; the data itself cannot be changed."""
    tree, wanted = _parse(text, frozenset(functions) | frozenset(FUNCTIONS))
    missing = sorted(name for name in wanted if name not in data)
    if missing:
        raise ExpressionError(
            text, f"流程里还没有「{'、'.join(missing)}」", "请核对名字，并确认它在走到这里之前已经填写"
        )
    try:
        given = {name: plain(data[name], name) for name in wanted}
        machine = EvalWithCompoundTypes(_OPERATORS, {**FUNCTIONS, **functions}, given)
        return plain(machine.eval(text, previously_parsed=tree.body), "结果")
    except (InvalidExpression, NotPlain, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ExpressionError(text, f"计算出错（{error}）", "请检查所用数据的类型和取值") from error


def decide(text: str, data: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] = FUNCTIONS) -> bool:
    """The value of a condition, which must be true or false itself: the text 'false' is no decision."""
    value = evaluate(text, data, functions)
    if not isinstance(value, bool):
        raise ExpressionError(text, f"条件的结果是 {value!r}，不是真假值", "请写成比较，例如 approved == True")
    return value


@lru_cache(4096)
def _parse(text: str, functions: frozenset[str]) -> tuple[ast.Expression, frozenset[str]]:
    source = text.strip()
    if not source:
        raise ExpressionError(text, "内容为空", "请填写表达式")
    if len(source) > MAX_LENGTH:
        raise ExpressionError(source[:40] + "…", f"超过 {MAX_LENGTH} 个字符", "请拆成几个决定分别填写")
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(
            text,
            "语法不对",
            "请使用 Python 写法，例如 approved and amount > 100（不要以 = 开头，不要写 ${}）",
        ) from None
    read: set[str] = set()
    _walk(tree, text, functions, read, 0)
    return tree, frozenset(read)


def _walk(node: ast.AST, text: str, functions: frozenset[str], read: set[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ExpressionError(text, f"嵌套超过 {MAX_DEPTH} 层", "请拆成几个决定分别填写")
    if not isinstance(node, ALLOWED):
        raise ExpressionError(
            text,
            f"不允许使用{REFUSED.get(type(node), f' {type(node).__name__}')}",
            "只能用常量、名字、下标、比较、与或非、四则运算和列出的函数",
        )
    if isinstance(node, ast.Constant):
        _constant(node, text)
    if isinstance(node, ast.Name):
        read.add(node.id)
    children: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.Call):
        _call(node, text, functions)
        children = node.args
    for child in children:
        _walk(child, text, functions, read, depth + 1)


def _constant(node: ast.Constant, text: str) -> None:
    if type(node.value) not in (str, int, float, bool, type(None)):
        raise ExpressionError(text, f"不允许常量 {node.value!r}", "只能用文本、数字、True、False、None")


def _call(node: ast.Call, text: str, functions: frozenset[str]) -> None:
    if not isinstance(node.func, ast.Name):
        raise ExpressionError(text, "不允许调用方法", f"只能调用这些函数：{'、'.join(sorted(functions))}")
    if node.func.id not in functions:
        raise ExpressionError(text, f"没有函数「{node.func.id}」", f"只能调用这些函数：{'、'.join(sorted(functions))}")
    if node.keywords:
        raise ExpressionError(text, "函数调用里不允许写参数名", "请按顺序写参数")


def _number(value: Any) -> Any:
    if isinstance(value, int | float):
        return value
    raise TypeError(f"{value!r} 不是数字")


def _numeric(calculate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Arithmetic on numbers only: text repetition and text formatting can fill the memory."""
    return lambda left, right: calculate(_number(left), _number(right))


def _add(left: Any, right: Any) -> Any:
    if type(left) is type(right) and isinstance(left, str | list):
        if len(left) + len(right) > MAX_TEXT:
            raise ValueError(f"连接后超过 {MAX_TEXT}")
        return left + right
    return _number(left) + _number(right)


def _power(base: Any, exponent: Any) -> Any:
    if abs(_number(base)) > MAX_BASE or abs(_number(exponent)) > MAX_EXPONENT:
        raise ValueError(f"乘方的底数不得超过 {MAX_BASE}，指数不得超过 {MAX_EXPONENT}")
    return base**exponent


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _add,
    ast.Sub: _numeric(operator.sub),
    ast.Mult: _numeric(operator.mul),
    ast.Div: _numeric(operator.truediv),
    ast.FloorDiv: _numeric(operator.floordiv),
    ast.Mod: _numeric(operator.mod),
    ast.Pow: _power,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
