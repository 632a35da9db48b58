"""Ruby's calls that define something, where they stand in a class, a module or a file, and not in a method.

attr_reader, attr_writer, attr_accessor          Functions that give or set a Variable
mattr_*, cattr_*, class_attribute and the like   the same of the class and of its objects, with an Assign of the default
delegate, def_delegators, alias_method           Functions that call
define_method, define_singleton_method           Functions, also for each name of a list that is looped over
include, extend, prepend                         Mixins
class_methods, concerning                        what stands in their block
private def a, memoize def a                     the Function; the word is a decorator
A.class_eval do                                  the Class, with what stands in the block
A = Struct.new(:a), A = Class.new(B)             Classes

What is not plain (a name that is computed) stays the Call that it is.
"""

from __future__ import annotations

from dataclasses import replace

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body
from seawall.calls.languages.ruby_attributes import (
    Word,
    attributes,
    class_attributes,
    literals,
    of_class,
    positional,
)
from seawall.calls.languages.ruby_calls import CLASS_BODIES
from seawall.calls.languages.ruby_delegation import alias_method, def_delegator, def_delegators, delegate
from seawall.calls.languages.ruby_reading import RubyReading
from seawall.calls.languages.ruby_unrolling import unrolled


def call_statement(reading: RubyReading, node: Node) -> Body:
    """A call where a statement stands: what it defines, or itself."""
    value = reading.expr(node)
    if isinstance(value, tree.Call) and reading.scope.method is None:
        if value.receiver is None:
            return lowered(value)
        if value.name in CLASS_BODIES and isinstance(value.receiver, tree.Constant) and value.block and not value.args:
            return (tree.Class(value.receiver.path, (), value.block.body, value.span),)
        if value.name == "each":
            return unrolled(reading, node, value, DEFINING)
    return (value,)


def lowered(call: tree.Call) -> Body:
    """What a call without a receiver defines, or the call."""
    first = call.args[0] if call.args else None
    if first and not (first.spread or first.keyword) and isinstance(function := first.value, tree.Function):
        plain = len(call.args) == 1 and call.block is None
        word = tree.Name(call.name, call.name_span) if plain else replace(call, args=call.args[1:])
        return (replace(function, decorators=(word, *function.decorators)),)
    word = (WITH_BLOCK if call.block else WORDS).get(call.name)
    body = word(call) if word else None
    return (call,) if body is None else body


def _define_method(on_class: bool) -> Word:
    def word(call: tree.Call) -> Body | None:
        names, block = literals(call.args[:1]), call.block
        if len(call.args) == 2 and isinstance(given := call.args[1].value, tree.Block):
            block = given
        elif len(call.args) != 1:
            return None
        if not names or block is None:
            return None
        name = names[0]
        return (tree.Function(str(name.value), block.params, block.body, call.span, name.span, on_class),)

    return word


def _mixin(call: tree.Call) -> Body | None:
    if not call.args or call.block or any(arg.keyword or arg.spread for arg in call.args):
        return None
    return (tree.Mixin(call.name, tuple(arg.value for arg in call.args), call.span),)


def _class_methods(call: tree.Call) -> Body | None:
    return of_class(call.block.body) if call.block and not call.args else None


def _concerning(call: tree.Call) -> Body | None:
    names = literals(positional(call))
    if not names or call.block is None:
        return None
    path = (str(names[0].value),)
    made = tree.Class(path, (), call.block.body, call.span, "module")
    return made, tree.Mixin("include", (tree.Constant(path, names[0].span),), call.span)


def _visibility(call: tree.Call) -> Body | None:
    """`private attr_reader :a`."""
    if len(call.args) == 1 and isinstance(inner := call.args[0].value, tree.Call) and inner.receiver is None:
        body = lowered(inner)
        return None if body == (inner,) else body
    return None


WITH_BLOCK: dict[str, Word] = {
    **{
        f"{start}_{end}": class_attributes(end != "writer", end != "reader")
        for start in ("mattr", "cattr", "thread_mattr", "thread_cattr")
        for end in ("reader", "writer", "accessor")
    },
    "class_attribute": class_attributes(True, True),
    "config_accessor": class_attributes(True, True),
    "define_method": _define_method(False),
    "define_singleton_method": _define_method(True),
    "class_methods": _class_methods,
    "concerning": _concerning,
}
WITHOUT_BLOCK: dict[str, Word] = {
    "attr": attributes(True, False),
    "attr_reader": attributes(True, False),
    "attr_writer": attributes(False, True),
    "attr_accessor": attributes(True, True),
    **dict.fromkeys(("delegate", "instance_delegate"), delegate),
    **dict.fromkeys(("def_delegators", "def_instance_delegators"), def_delegators),
    **dict.fromkeys(("def_delegator", "def_instance_delegator"), def_delegator),
    "alias_method": alias_method,
    **dict.fromkeys(("include", "extend", "prepend"), _mixin),
    **dict.fromkeys(("private", "protected", "public", "private_class_method", "public_class_method"), _visibility),
}
WORDS = {**WITH_BLOCK, **WITHOUT_BLOCK}
DEFINING = frozenset(WORDS) - {"include", "extend", "prepend", "private", "protected", "public"}
