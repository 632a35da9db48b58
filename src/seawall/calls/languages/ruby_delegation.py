"""Ruby's delegation: delegate, def_delegators, alias_method as methods that call."""

from __future__ import annotations

import re

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr, Span
from seawall.calls.languages.ruby_attributes import literals, option, positional
from seawall.calls.languages.ruby_calls import REST


def calls_on(name: str, receiver: Expr | None, called: str, where: Span, at: Span) -> tree.Function:
    """A method that passes all that it is given to another. where, at: the spans of the statement and of the name."""
    if receiver and name.endswith("=") and called.endswith("="):
        assign = tree.Assign((tree.Member(receiver, called[:-1], where),), tree.Name("value", at), where)
        return tree.Function(name, (tree.Param("value"),), (assign,), where, at)
    args = (tree.Arg(tree.Name(REST, at), spread="*"),)
    call = tree.Call(receiver, called, args, where, at)
    return tree.Function(name, (tree.Param(REST, spread="*"),), (call,), where, at)


ACCESSOR = re.compile(r"(?P<sign>@@|@|\$|)(?P<words>\w+[?!]?(?:(?:\.|::)\w+[?!]?)*)\Z")


def _accessor(value: Expr | None) -> Expr | None:
    """What a delegation goes to: `:a`, `:@a`, `"A::B.c"`, an expression."""
    if not isinstance(value, tree.Literal) or not isinstance(value.value, str):
        return value
    found = ACCESSOR.match(value.value)
    if not found:
        return None
    first, *rest = found["words"].split(".")
    where, result = value.span, _first_word(found["sign"], first, value.span)
    for word in rest:
        result = tree.Call(result, word, (), where, where)
    return result


SCOPES = {"@": "instance", "@@": "class", "$": "global"}


def _first_word(sign: str, word: str, where: Span) -> Expr:
    if sign:
        return tree.Variable(SCOPES[sign], word, where)
    if word == "self":
        return tree.Self(where)
    if word[0].isupper():
        return tree.Constant(tuple(word.split("::")), where)
    return tree.Call(tree.Self(where), "class", (), where, where) if word == "class" else tree.Name(word, where)


def delegate(call: tree.Call) -> Body | None:
    """ActiveSupport's `delegate :a, to: :b, prefix: true`, and Forwardable's `delegate [:a] => :b`."""
    to, names = option(call, "to"), literals(positional(call))
    accessor = _accessor(to)
    if accessor and names:
        prefix = option(call, "prefix")
        word = prefix.value if isinstance(prefix, tree.Literal) else None
        if word is True:
            word = to.value if isinstance(to, tree.Literal) else None
        start = f"{str(word).lstrip('@')}_" if isinstance(word, str) else ""
        return tuple(
            calls_on(f"{start}{name.value}", accessor, str(name.value), call.span, name.span) for name in names
        )
    if len(call.args) == 1 and isinstance(pairs := call.args[0].value, tree.Sequence) and pairs.kind == "map":
        return _delegate_map(pairs)
    return None


def _delegate_map(pairs: tree.Sequence) -> Body | None:
    result: list[Expr] = []
    for pair in pairs.items:
        if not isinstance(pair, tree.Pair):
            return None
        accessor, names = _accessor(pair.value), literals((tree.Arg(pair.key, spread="*"),))
        if accessor is None or names is None:
            return None
        result += (calls_on(str(name.value), accessor, str(name.value), pairs.span, name.span) for name in names)
    return tuple(result)


def def_delegators(call: tree.Call) -> Body | None:
    """`def_delegators :a, :b, :c`."""
    accessor, names = _accessor(call.args[0].value) if call.args else None, literals(call.args[1:])
    if accessor is None or names is None:
        return None
    return tuple(calls_on(str(name.value), accessor, str(name.value), call.span, name.span) for name in names)


def def_delegator(call: tree.Call) -> Body | None:
    """`def_delegator :a, :b, :name`."""
    accessor, names = _accessor(call.args[0].value) if call.args else None, literals(call.args[1:])
    if accessor is None or not names or len(names) > 2:
        return None
    return (calls_on(str(names[-1].value), accessor, str(names[0].value), call.span, names[-1].span),)


def alias_method(call: tree.Call) -> Body | None:
    """`alias_method :a, :b`."""
    names = literals(call.args)
    if names is None or len(names) != 2:
        return None
    return (calls_on(str(names[0].value), None, str(names[1].value), call.span, names[0].span),)
