"""What a Ruby module does to itself and to those that include it, said as Mixins of the module.

module_function                                    extend self: its methods are the module's too
def self.included(base) base.extend(A) end         extend A
module ClassMethods, with ActiveSupport::Concern   extend ClassMethods
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.calls.facts import tree
from seawall.calls.facts.tree import Body, Expr

KINDS = ("include", "extend", "prepend")
HOOKS = ("included", "extended", "prepended", "inherited")
CONCERN = ("ActiveSupport", "Concern")


def mixed_in(body: Body) -> Body:
    """The Mixins that the body of a module amounts to."""
    result: list[Expr] = []
    concern = any(
        isinstance(name, tree.Constant) and name.path == CONCERN
        for part in body
        if isinstance(part, tree.Mixin)
        for name in part.names
    )
    for part in body:
        match part:
            case tree.Name(text="module_function") | tree.Call(receiver=None, name="module_function"):
                result.append(tree.Mixin("extend", (tree.Self(part.span),), part.span))
            case tree.Function(name=name, on_class=True) if name in HOOKS and part.params:
                result += _hooked(part.params[0].name, part.body)
            case tree.Class(path=("ClassMethods",)) if concern:
                result.append(tree.Mixin("extend", (tree.Constant(part.path, part.span),), part.span))
            case _:
                pass
    return tuple(result)


def _hooked(base: str, body: Body) -> Iterator[Expr]:
    """`base.extend A`, `base.send :include, A`."""
    for part in body:
        if not isinstance(part, tree.Call) or not isinstance(part.receiver, tree.Name) or part.receiver.text != base:
            continue
        names = tuple(arg.value for arg in part.args if not arg.keyword and not arg.spread)
        word: object = part.name
        if part.name in ("send", "public_send", "__send__") and names and isinstance(names[0], tree.Literal):
            word, names = names[0].value, names[1:]
        constants = tuple(name for name in names if isinstance(name, tree.Constant))
        if word in KINDS and constants:
            yield tree.Mixin(str(word), constants, part.span)
