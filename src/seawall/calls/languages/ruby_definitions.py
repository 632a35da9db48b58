"""Ruby's definitions: methods, classes, modules, aliases."""

from __future__ import annotations

from dataclasses import replace

from tree_sitter import Node

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr
from seawall.calls.languages.reading import span
from seawall.calls.languages.ruby_attributes import of_class
from seawall.calls.languages.ruby_calls import parameters
from seawall.calls.languages.ruby_delegation import calls_on
from seawall.calls.languages.ruby_literals import SIMPLE_SYMBOL
from seawall.calls.languages.ruby_mixins import mixed_in
from seawall.calls.languages.ruby_reading import BODY, NAME, OBJECT, PARAMETERS, VALUE, RubyReading, Scope, kind, named
from seawall.calls.languages.ruby_structs import bare, members

SUPERCLASS, ALIAS_OF = map(named, ("superclass", "alias"))
BODY_STATEMENT, GLOBAL = map(kind, ("body_statement", "global_variable"))


def method(reading: RubyReading, node: Node) -> Expr:
    """`def a(b) ... end`, `def a(b) = c`."""
    return _function(reading, node)


def singleton_method(reading: RubyReading, node: Node) -> Expr:
    """`def self.a`, `def A.a`; of another object it stays where it is written."""
    of = node.child_by_field_id(OBJECT)
    receiver = reading.expr(of) if of else None
    owner = reading.scope.owner
    function = replace(_function(reading, node), on_class=True)
    if isinstance(receiver, tree.Constant) and receiver.path[-1] != owner:
        return tree.Class(receiver.path, (), (function,), span(node), "module")
    if isinstance(receiver, tree.Self | tree.Constant) or receiver is None:
        return function
    return tree.Unknown("singleton", (receiver, function), span(node))


def _function(reading: RubyReading, node: Node) -> tree.Function:
    name_node, body_node = node.child_by_field_id(NAME), node.child_by_field_id(BODY)
    name = reading.text(name_node) if name_node else ""
    outer = reading.scope
    reading.scope = Scope(outer.owner, (name, ()))
    params = parameters(reading, node.child_by_field_id(PARAMETERS))
    reading.scope.method = (name, params)
    plain = body_node is None or body_node.kind_id == BODY_STATEMENT
    body = reading.body(body_node) if plain or body_node is None else (reading.expr(body_node),)
    reading.scope = outer
    return tree.Function(name, params, body, span(node), span(name_node or node))


def class_(reading: RubyReading, node: Node) -> Expr:
    """`class A < B`; the members of a Struct.new that it inherits from are its own."""
    above = node.child_by_field_id(SUPERCLASS)
    bases = reading.body(above)
    own = members(bases[0]) if bases else ()
    path = _path(reading, node)
    return tree.Class(path, tuple(map(bare, bases)), (*own, *_inside(reading, node, path[-1])), span(node))


def module(reading: RubyReading, node: Node) -> Expr:
    """`module A`, with what it does to those that include it."""
    path = _path(reading, node)
    body = _inside(reading, node, path[-1])
    return tree.Class(path, (), (*body, *mixed_in(body)), span(node), "module")


def _path(reading: RubyReading, node: Node) -> tuple[str, ...]:
    name = node.child_by_field_id(NAME)
    value = reading.expr(name) if name else None
    if isinstance(value, tree.Constant):
        return value.path
    return (reading.text(name).rpartition("::")[2] if name else "",)


def _inside(reading: RubyReading, node: Node, owner: str) -> Body:
    outer = reading.scope
    reading.scope = Scope(owner)
    body = reading.body(node.child_by_field_id(BODY))
    reading.scope = outer
    return body


def singleton_class(reading: RubyReading, node: Node) -> Body:
    """`class << self`: what it defines is the class's; of another object it stays apart."""
    of = node.child_by_field_id(VALUE)
    receiver = reading.expr(of) if of else None
    body = of_class(_inside(reading, node, reading.scope.owner))
    if receiver is None or isinstance(receiver, tree.Self):
        return body
    return (tree.Unknown("singleton", (receiver, *body), span(node)),)


def singleton_expr(reading: RubyReading, node: Node) -> Expr:
    """`class << self` where a value is."""
    return reading.sequence(singleton_class(reading, node), span(node))


def alias(reading: RubyReading, node: Node) -> Expr:
    """`alias a b`: a method that calls the other; of globals an Assign."""
    new, old = node.child_by_field_id(NAME), node.child_by_field_id(ALIAS_OF)
    if new is None or old is None:
        return reading.unknown(node)
    if new.kind_id == GLOBAL:
        return tree.Assign((reading.expr(new),), reading.expr(old), span(node))
    words = [reading.text(word)[1 if word.kind_id == SIMPLE_SYMBOL else 0 :] for word in (new, old)]
    return calls_on(words[0], None, words[1], span(node), span(new))


def undef(_: RubyReading, node: Node) -> Expr:
    """`undef a, b`."""
    return tree.Unknown("undef", (), span(node))
