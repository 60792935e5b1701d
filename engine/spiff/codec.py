"""A case as bytes: a version byte, a byte for compression, then JSON.

Stored are the tokens that still matter, each with the name of its task, and every set of decisions once.
Nothing depends on the order of keys or on positions in the definition, so a state can be restored after the
definition was parsed again.

    data    [[own decisions, index of the decisions around them or null], …]
    parts   [[address of the activity, index of its decisions], …]        running sub-processes
    tokens  [[address, activity whose part it is in (0 = the case), token it hangs from (0 = root),
              task name, state, index of its decisions, notes or null], …]
"""

import zlib
from typing import Any

import orjson

from engine.spiff.errors import StateError
from engine.spiff.nodes import Model
from engine.spiff.tokens import Decisions, Token
from engine.spiff.workflow import Case, Part, Place

VERSION = 1
PLAIN, COMPRESSED = 0, 1
WORTH_COMPRESSING = 2_048  # bytes


def encode(case: Case) -> bytes:
    """The state of a case at rest."""
    known: dict[int, int] = {}
    data: list[list[Any]] = []
    top = _index(case.decisions, known, data)
    parts = [[owner, _index(part.decisions, known, data)] for owner, part in case.subprocesses.items()]
    tokens = [_row(token, _index(token.data, known, data)) for token in case.tokens.values()]
    head = {"addresses": case.addresses, "top": top, "completed": case.completed}
    body = orjson.dumps({**head, "data": data, "parts": parts, "tokens": tokens})
    if len(body) < WORTH_COMPRESSING:
        return bytes((VERSION, PLAIN)) + body
    return bytes((VERSION, COMPRESSED)) + zlib.compress(body, 1)


def _index(decisions: Decisions, known: dict[int, int], data: list[list[Any]]) -> int:
    """The place of these decisions in `data`; those around them come first."""
    index = known.get(id(decisions))
    if index is None:
        outer = None if decisions.outer is None else _index(decisions.outer, known, data)
        index = known[id(decisions)] = len(data)
        data.append([decisions.own, outer])
    return index


def _row(token: Token, data: int) -> list[Any]:
    owner = token.workflow.owner
    inside = 0 if owner is None else owner.id
    notes = token.internal_data or None
    return [token.id, inside, token._parent, token.task_spec.name, token._state, data, notes]


def decode(model: Model, state: bytes) -> Case:
    """The case as it was; raises StateError when the bytes or the definition do not fit."""
    try:
        return _restore(model, body(state))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, zlib.error) as error:
        raise StateError(f"内容损坏或与定义不符（{type(error).__name__}: {error}）") from error


def body(state: bytes) -> dict[str, Any]:
    if len(state) < 2:
        raise StateError("内容为空")
    if state[0] != VERSION:
        raise StateError(f"格式版本 {state[0]} 未知（本程序认识版本 {VERSION}）")
    text = zlib.decompress(state[2:]) if state[1] == COMPRESSED else state[2:]
    body: dict[str, Any] = orjson.loads(text)
    return body


def _restore(model: Model, body: dict[str, Any]) -> Case:
    data: list[Decisions] = []
    for own, outer in body["data"]:
        data.append(Decisions(own, None if outer is None else data[outer]))
    case = Case(model, data[body["top"]], body["addresses"])
    case.completed = body["completed"]
    parts = dict(body["parts"])
    places: dict[int, Place] = {0: case}
    # An owner or a token that others hang from has the lower address, so parents come first.
    for row in sorted(body["tokens"]):
        token = _token(places, data, row)
        if token.id in parts:
            spec = model.specs[token.task_spec.spec]
            part = places[token.id] = Part(spec, token, data[parts[token.id]])
            case.subprocesses[token.id] = part
    return case


def _token(places: dict[int, Place], data: list[Decisions], row: list[Any]) -> Token:
    address, inside, above, name, state, decisions, notes = row
    place = places[inside]
    spec = place.spec.task_specs.get(name)
    if spec is None:
        raise StateError(f"定义里已没有节点「{name}」，而流程正停在那里")
    token = Token(place, spec, place.tasks[above], state, address)
    token.data = data[decisions]
    if notes:
        token.internal_data = notes
    return token
