"""Ruby's neutral form: tables of what is written and what it becomes, and Ruby itself as the judge where it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.missing import missing
from tree_sitter import Parser, Query, QueryCursor

from seawall.calls import languages
from seawall.calls.facts import tree
from seawall.calls.languages import ruby
from seawall.calls.languages.ruby_reading import LANGUAGE
from seawall.calls.languages.ruby_words import WORDS
from seawall.errors import UsageError

from .printed import printed


def read(source: str) -> tree.File:
    file = ruby.parse(source.encode(), "a.rb")
    assert file.error is None
    return file


LITERALS = [
    (r'"a\tb\u00e9\u{41 42}\x41\101\e\s\C-a\cA\q\#{}\0"', "a\tb\u00e9ABAA\x1b \x01\x01q#{}\0"),
    (r'"a\M-a"', b"a\xe1"),
    (r'"\xff"', b"\xff"),
    ('"a\\\nb"', "ab"),
    (r"'a\'b\\\n'", "a'b\\\\n"),
    (r"%q(a\)b\n(x))", r"a)b\n(x)"),
    (r"%Q{a\}\n}", "a}\n"),
    ("%(a(b)c)", "a(b)c"),
    ("?a", "a"),
    (r"?\n", "\n"),
    ('"a" \'b\' "c"', "abc"),
    ('""', ""),
    (":a?", "a?"),
    (":[]=", "[]="),
    (r":'a\n'", r"a\n"),
    (r':"a\n"', "a\n"),
    (r"%s(a b)", "a b"),
    ("<<A\n  a\\t\n b\nA\n", "  a\t\n b\n"),
    ("<<-'A'\n  a\\t\n  A\n", "  a\\t\n"),
    ("<<~A\n    a\n\n      b\n     \n    c\n  A\n", "a\n\n  b\n \nc\n"),
    ("<<~A\n  \ta\n\tb\n        c\nA\n", "a\nb\nc\n"),
    ("<<~A\n  a\n    b\\\n  c\nA\n", "a\n  bc\n"),
    ("<<~A\n  \\  a\n    b\nA\n", "  a\n  b\n"),
    ("<<~A\nA\n", ""),
    ("<<~A\n\n\nA\n", "\n\n"),
    ("<<~'A B'\n  a\n  A B\n", "a\n"),
    ("<<~A\r\n  a\r\n    b\r\nA\r\n", "a\n  b\n"),
]
EXPRESSIONS = [
    # calls
    ("f", "f"),
    ("f()", "f()"),
    ("f a, *b, k: 1, **c, &d", "f(a, *b, k=1, **c, &d)"),
    ("f :a => 1, 'b' => 2, 'c': 3, d:", "f(map['b': 2], a=1, c=3, d=d)"),
    ("f(*, **, &)", "f(**, ****, &&)"),
    ("a&.b", "a?.b()"),
    ("A::b", "A.b()"),
    ("a::B(1)", "a.B(1)"),
    ("a.()", "a()"),
    ("a.b.(1)", "a.b()(1)"),
    ("f(&:a)", "f(&:a)"),
    ("self.a", "self!.a()"),
    ("p f 1 do |x| x end", "p(f(1)) |x| {x}"),
    ("p f(1) { |x| x }", "p(f(1) |x| {x})"),
    ("f { |a, b = 1, (c, (d, *e)), *g, h:, i: 2, **j, &k; l| }",
     "f() |a, b=1, (c, (d, *e)), *g, h!, i!=2, **j, &k| {}"),
    ("f { it; g { _2 } }", "f() |it| {it; g() |_1, _2| {_2}}"),
    ("f { |a| it }", "f() |a| {it}"),
    ("f { g { |x| it } }", "f() || {g() |x| {it}}"),
    ("->(a, b: 1) { a }", "|a, b!=1| {a}"),
    ("-> do it end", "|it| {it}"),
    ("lambda { |a| a }", "|a| {a}"),
    ("proc do it end", "|it| {it}"),
    ("Proc.new { 1 }", "|| {1}"),
    ("proc(&a)", "proc(&a)"),
    ("`ls #{a}`", "`(<'ls ' a>)"),
    ("raise A, 'b'", "raise raise(A, 'b')"),
    # literals
    ('"a#{b}c#{d; e}#{}"', "<'a' b 'c' try {d; e} None>"),
    ('"a##{b}"', "<'a#' b>"),
    ('"#@a #@@b #$c"', "<@a ' ' @@b ' ' $c>"),
    ('"a" "b#{c}"', "<'a' 'b' c>"),
    ("%w(a b\\ c #{d})", "list['a', 'b c', '#{d}']"),
    ("%W(a#{b} c)", "list[<'a' b>, 'c']"),
    ("%i[a b]", "list[:a, :b]"),
    ("%w(a\\z b)", "list['a\\\\z', 'b']"),
    (':"a#{b}"', "<'a' b>"),
    ("/a#{b}\\d/x", "?regex('a', b, '\\\\d')"),
    ("[1_000, 0xff, 0b11, 0o17, 017, 1.5e3, -2, -1.5, 0d10, 0]", "list[1000, 255, 3, 15, 15, 1500.0, -2, -1.5, 10, 0]"),
    ("[3r, 2i]", "list[?rational(3), ?complex(2)]"),
    ("[true, false, nil, self]", "list[True, False, None, self!]"),
    ("[1, *a, b: 2, **c]", "list[1, *a, map[:b: 2, **c]]"),
    ("{a: 1, 'b': 2, 'c' => 3, d => 4, **e, f:}", "map[:a: 1, :b: 2, 'c': 3, d: 4, **e, :f: f]"),
    # names
    ("[@a, @@b, $c, $1, $~]", "list[@a, @@b, $c, $1, $~]"),
    ("[A, A::B, ::A::B, a::B, self.class::C::D]", "list[A, A::B, ::A::B, a.B, self!.class().C.D]"),
    # items and operations
    ("a[1][b, 2][]", "a[1][tuple[b, 2]][tuple[]]"),
    ("a[1, b: 2]", "a[tuple[1, b=2]]"),
    ("a[1] { 2 }", "a.[](1) || {2}"),
    ("'%s' % a * 2 << b", "((('%s' % a) * 2) << b)"),
    ("a || b && c", "or {a} | {and {b} | {c}}"),
    ("(a or b)", "or {a} | {b}"),
    ("[!a, (not a), -a, (defined? a)]", "list[?not(a), ?not(a), ?-(a), ?defined?(a)]"),
    ("[1..2, 1...a, (1..), (..2)]", "list[(1 .. 2), (1 ... a), (1 .. None), (None .. 2)]"),
    ("(a; b)", "try {a; b}"),
    ("()", "None"),
]  # fmt: skip
STATEMENTS = [
    ("a = 1", "a = 1"),
    ("a = b = c", "a = b = c"),
    ("a, (b, *c), d.e, @f, g[1], * = 1, *x", "tuple[a, tuple[b, *c], d.e, @f, g[1], **] = list[1, *x]"),
    ("a = *b", "a = list[*b]"),
    ("a, b = c", "tuple[a, b] = c"),
    ("a.b = 1", "a.b = 1"),
    ("self.a ||= 1", "self!.a ||= 1"),
    ("a&.b += 1", "a.b += 1"),
    ("a[1] <<= 2", "a[1] <<= 2"),
    ("A::B ||= c", "A::B ||= c"),
    ("a = b rescue c", "a = try {b} | {c}"),
    ("alias a b", "def a(*...) {b(*...)}"),
    ("alias $a $b", "$a = $b"),
    ("undef a, :b", "?undef()"),
    ("BEGIN { a }", "a"),
    ("if a then b elsif c then d else e end", "if a {b} | {if c {d} | {e}}"),
    ("unless a then b else c end", "if a {c} | {b}"),
    ("a if b", "if b {a} | {}"),
    ("a unless b", "if b {} | {a}"),
    ("a ? b : c", "if a {b} | {c}"),
    ("case a when 1, *b then c when D then e else f end", "case a 1, list[*b]: {c} | D: {e} | else: {f}"),
    ("case when a then b end", "case a: {b}"),
    ("case a\nin {k: Integer => n, b:, **r} if n > 1 then c\nin [1, *d, ^e] | F(g:, h: ^(i))\n  j\nelse k\nend",
     "case a n = ?pattern(), Integer, b = ?pattern(), r = ?pattern(), (n > 1): {c} | "
     "1, d = ?pattern(), e, F, g = ?pattern(), i: {j} | else: {k}"),
    ("a => {b:}", "?match(a, b = ?pattern())"),
    ("while a do b end", "loop while a {b}"),
    ("a until b", "loop while b {a}"),
    ("begin a end while b", "loop while b {a}"),
    ("for a, b in c do d end", "loop tuple[a, b] in c {d}"),
    ("begin\n a\nrescue B, *C => e\n d\nrescue => @f\nelse\n g\nensure\n h\nend",
     "try {h; try {a; g} | {e = ?rescue(B, list[*C]); d} | {@f = ?rescue()}}"),
    ("begin\n a\n b\nensure\n c\nend", "try {a; c; b}"),
    ("f do\n a\nrescue\n b\nend", "f() || {try {a} | {?rescue(); b}}"),
    ("return", "return"),
    ("return a, b", "return list[a, b]"),
    ("yield a, k: 1", "yield tuple[a, k=1]"),
    ("f { next a; break b; redo }", "f() || {next a; break b; break}"),
    ("raise", "raise"),
    ("a # why\n# more\n__END__\nb(", "a"),
]  # fmt: skip
DEFINITIONS = [
    ("def a(b, c = 1, *d, e:, f: 2, **g, &h) = b", "def a(b, c=1, *d, e!, f!=2, **g, &h) {b}"),
    ("def a(...) = b(1, ...)", "def a(*...) {b(1, *...)}"),
    ("def a\n b\nrescue\n c\nensure\n d\nend", "def a() {d; try {b} | {?rescue(); c}}"),
    ("def self.a = 1", "class def a() {1}"),
    ("class A\n def A.a; end\n def B.b; end\nend", "class A {class def a() {}; module B {class def b() {}}}"),
    ("def a.b; end", "?singleton(a, class def b() {})"),
    ("def a=(b); end", "def a=(b) {}"),
    ("def ==(a); end", "def ==(a) {}"),
    ("def a(b, *c, d:, **e, &f)\n super\nend", "def a(b, *c, d!, **e, &f) {super(b, *c, d=d, **e, &f)}"),
    ("def a(b) = super()", "def a(b) {super()}"),
    ("def a = f(__method__) { __method__ }", "def a() {f(:a) || {:a}}"),
    ("class A::B < C\nend", "class A::B(C) {}"),
    ("class << self\n def a; end\n attr_reader :b\n include C\nend",
     "class def a() {}\nclass def b() {@b}\nextend C"),
    ("class << a\n def b; end\nend", "?singleton(a, class def b() {})"),
    ("module A\n module_function\n def b; end\nend", "module A {module_function; def b() {}; extend self!}"),
    ("module A\n def b; end\n module_function :b\nend",
     "module A {def b() {}; module_function(:b); extend self!}"),
    ("module A\n extend self\n include B, C\n prepend D::E\nend",
     "module A {extend self!; include B, C; prepend D::E}"),
    ("module A\n extend ActiveSupport::Concern\n module ClassMethods; end\nend",
     "module A {extend ActiveSupport::Concern; module ClassMethods {}; extend ClassMethods}"),
    ("module A\n module ClassMethods; end\nend", "module A {module ClassMethods {}}"),
    ("module A\n def self.included(b)\n  b.extend(C)\n  b.send :include, D\n  e.extend(F)\n end\nend",
     "module A {class def included(b) {b.extend(C); b.send(:include, D); e.extend(F)}; extend C; include D}"),
    ("A::B.class_eval do\n attr_reader :c\nend", "class A::B {def c() {@c}}"),
    ("def a(b)\n b.class_eval do\n  attr_reader :c\n end\nend", "def a(b) {b.class_eval() || {def c() {@c}}}"),
    ("include A if b", "if b {include A} | {}"),
    ("attr_reader(:a) { b }", "attr_reader(:a) || {b}"),
    # words that define
    ("private def a; end", "@private def a() {}"),
    ("private memoize(def a; end)", "@memoize def a() {}"),
    ("cached def a; end, ttl: 5", "@cached(ttl=5) def a() {}"),
    ("private attr_reader :a", "def a() {@a}"),
    ("attr_accessor :a, 'b'", "def a() {@a}\ndef a=(value) {@a = value}\ndef b() {@b}\ndef b=(value) {@b = value}"),
    ("attr_writer *%i(a)", "def a=(value) {@a = value}"),
    ("attr_reader *NAMES", "attr_reader(*NAMES)"),
    ("mattr_reader :a, default: B.new", "def a() {@@a}\nclass def a() {@@a}\n@@a = B.new()"),
    ("mattr_reader(:a) { b }", "def a() {@@a}\nclass def a() {@@a}\n@@a = try {b}"),
    ("delegate :a, :b=, to: :c", "def a(*...) {c.a(*...)}\ndef b=(value) {c.b = value}"),
    ("delegate :a, to: 'self.class.b', prefix: :c", "def c_a(*...) {self!.class().b().a(*...)}"),
    ("delegate :a, to: :b, prefix: true", "def b_a(*...) {b.a(*...)}"),
    ("delegate :a, to: :@b", "def a(*...) {@b.a(*...)}"),
    ("delegate :a, to: 'B::C'", "def a(*...) {B::C.a(*...)}"),
    ("delegate :a, to: :class", "def a(*...) {self!.class().a(*...)}"),
    ("delegate [:a, :b] => :@c", "def a(*...) {@c.a(*...)}\ndef b(*...) {@c.b(*...)}"),
    ("delegate a, to: :b", "delegate(a, to=:b)"),
    ("def_delegators :@a, :b, :c", "def b(*...) {@a.b(*...)}\ndef c(*...) {@a.c(*...)}"),
    ("def_delegator 'A.b', :c, :d", "def d(*...) {A.b().c(*...)}"),
    ("alias_method :a, :b", "def a(*...) {b(*...)}"),
    ("define_method(:a) { |b| b }", "def a(b) {b}"),
    ("define_method :a, ->(b) { b }", "def a(b) {b}"),
    ("define_singleton_method('a') { it }", "class def a(it) {it}"),
    ("define_method(a) { 1 }", "define_method(a) || {1}"),
    ("define_method(:a, &b)", "define_method(:a, &b)"),
    ("def a\n attr_reader :b\n include C\nend", "def a() {attr_reader(:b); include(C)}"),
    ("included do\n attr_reader :a\nend", "included() || {def a() {@a}}"),
    ("class_methods do\n def a; end\nend", "class def a() {}"),
    ("concerning :A do\n def b; end\nend", "module A {def b() {}}\ninclude A"),
    # loops over names
    ("%i(a b).each { |n| define_method(\"x_#{n}\") { |*r| c.call(n, *r) } }",
     "def x_a(*r) {c.call(:a, *r)}\ndef x_b(*r) {c.call(:b, *r)}"),
    ("N = %w(a).freeze\nN.each do |n|\n define_method(n) { |n| n }\nend", "N = list['a'].freeze()\ndef a(n) {n}"),
    ("{a: :b}.each { |x, y| alias_method x, y }", "def a(*...) {b(*...)}"),
    ("[:a, b].each { |n| define_method(n) { } }", "list[:a, b].each() |n| {define_method(n) || {}}"),
    ("[:a].each { |n| f(n) }", "list[:a].each() |n| {f(n)}"),
    # classes that are made
    ("A = Class.new(B) { def c; end }", "class A(B) {def c() {}}"),
    ("A = Module.new do\n def b; end\nend", "module A {def b() {}}"),
    ("A = Struct.new(:a, keyword_init: true) do\n def b; end\nend",
     "class A(Struct.new(:a, keyword_init=True)) "
     "{def initialize(a!=None) {@a = a}; def a() {@a}; def a=(value) {@a = value}; def b() {}}"),
    ("class A < Struct.new(:a) { def b; end }\nend",
     "class A(Struct.new(:a)) "
     "{def initialize(a=None) {@a = a}; def a() {@a}; def a=(value) {@a = value}; def b() {}}"),
]  # fmt: skip
SOURCES = [source for source, _ in [*LITERALS, *EXPRESSIONS, *STATEMENTS, *DEFINITIONS]]


@pytest.mark.parametrize(("source", "value"), LITERALS)
def test_the_value_of_a_literal(source: str, value: str | bytes):
    (found,) = read(source).body
    assert isinstance(found, tree.Literal)
    assert found.value == value


@pytest.mark.parametrize(("source", "expected"), [*EXPRESSIONS, *STATEMENTS, *DEFINITIONS])
def test_the_neutral_form(source: str, expected: str):
    assert printed(read(source)) == expected


def test_heredocs_of_one_line_are_read_in_order():
    file = read("f(<<A, <<~'B') do |x|\n a#{c}\nA\n  b#{d}\n    B\n  g\nend")
    assert printed(file) == "f(<' a' c '\\n'>, 'b#{d}\\n') |x| {g}"


def test_a_heredoc_stands_where_its_text_is():
    source = "f(<<~A.strip, 1)\n  a\n  A\n"
    (call,) = read(source).body
    assert isinstance(call, tree.Call)
    assert isinstance(strip := call.args[0].value, tree.Call)
    assert isinstance(text := strip.receiver, tree.Literal)
    assert source[slice(*text.span)] == "  a\n"
    assert source[slice(*call.span)] == "f(<<~A.strip, 1)"


def test_the_place_of_a_name_counts_bytes():
    file = read("é = 1\n  a('é').\n    get(1)\n")
    call = file.body[1]
    assert isinstance(call, tree.Call)
    assert file.place(call.name_span[0]) == (3, 5)
    assert file.place(call.span[0]) == (2, 3)


# ---- what holds of every tree ---------------------------------------------------------------------------------------


def nodes(of: object) -> Iterator[tree.Expr]:
    """Every expression under this one."""
    left = [of]
    while left:
        node = left.pop()
        if isinstance(node, tuple):
            left.extend(node)
        elif is_dataclass(node):
            if hasattr(node, "span"):
                yield node  # type: ignore[misc]
            left.extend(getattr(node, field.name) for field in fields(node))


def depth(of: object) -> int:
    """How many records stand one in another at most."""
    deepest, left = 0, [(of, 0)]
    while left:
        node, level = left.pop()
        deepest = max(deepest, level)
        if isinstance(node, tuple):
            left.extend((each, level) for each in node)
        elif is_dataclass(node):
            left.extend((getattr(node, field.name), level + 1) for field in fields(node))
    return deepest


def assert_nested(file: tree.File, data: bytes) -> None:
    """Every span lies in that of what it stands in, but a heredoc's text, and a decorator before its `def`."""
    left: list[tuple[object, tree.Span]] = [(file.body, (0, len(data)))]
    while left:
        node, around = left.pop()
        if isinstance(node, tuple):
            left.extend((each, around) for each in node)
        elif is_dataclass(node):
            for start, end in (getattr(node, name) for name in ("span", "name_span") if hasattr(node, name)):
                assert around[0] <= start <= end <= around[1], node
            inner = getattr(node, "span", around)
            names = [field.name for field in fields(node) if field.name not in {"span", "name_span", "decorators"}]
            left.extend((getattr(node, name), inner) for name in names)


@pytest.mark.parametrize("source", [source for source in SOURCES if "<<" not in source or "class <<" in source])
def test_spans_nest(source: str):
    assert_nested(read(source), source.encode())


FORMS = (
    "zz({}, k: {})", "({}).zz({})", "zz {{ |x| {}; {} }}", "(zz do {} end.zz)", "[{}, *{}]", "{{a: {}, 'b' => {}}}",
    '"#{{{}}}-#{{{}}}"', "({} || {})", "({} ? {} : 1)", "(if {} then {} end)", "case {} when {} then 1 else zz() end",
    "begin {}; rescue zz(); {} end", "(x = {})", "(x, y = {}, {})", "zz(&{})", "->(x = {}) {{ {} }}", "({} + {})",
    "({})[{}]", "(def m(x = {}) = {})", "(return {})", "class C < {}; {}; end", "(while {} do {} end)",
    "({} unless {})", "self.zz({})&.zz", "(zz().x = {})", "({} in [^({})])", "(x ||= {})", "(for x in {} do {} end)",
    "%W(a#{{{}}} b#{{{}}})", "%r{{#{{{}}}}}", "`#{{{}}}`", "({} rescue {})", "(not {})", "super({}) {{ {} }}",
    "(private def m = {})", "(({})..({}))", "({}).(zz(), {})", "begin {} ensure {} end", "zz(:a => {}, **{})",
)  # fmt: skip


def programs(most: int) -> st.SearchStrategy[str]:
    """Ruby of up to so many leaves; whatever has two z in its name is a call, and no other call is."""
    words = st.sampled_from(["a", "@b", "A::B", "1", "'s'", ":k", "zz()", "nil", "%w(x y)"])
    return st.recursive(
        words,
        lambda inner: st.builds(lambda form, one, two: form.format(one, two), st.sampled_from(FORMS), inner, inner),
        max_leaves=most,
    )


@settings(max_examples=1500)
@given(programs(12))
def test_no_call_is_lost_and_spans_nest(source: str):
    file = read(source)
    found = {node.name_span for node in nodes(file.body) if isinstance(node, tree.Call) and "zz" in node.name}
    assert len(found) == source.count("zz")
    assert_nested(file, source.encode())


MANY = 5_000
DEEP = {
    "sum": "x = " + " + ".join(["f()"] * MANY),
    "strings": "x = " + " + ".join(['"a"'] * MANY),
    "chain": "f()" + ".f()" * MANY,
    "blocks": "f() { " * MANY + "}" * MANY,
    "chained blocks": "f()" + ".f() { f() }" * MANY,
    "arguments": "f(" * MANY + ")" * MANY,
    "or": "x = " + " || ".join(["f()"] * MANY),
    "lists": "[" * MANY + "f()" + "]" * MANY,
    "maps": "{a: " * MANY + "f()" + "}" * MANY,
    "parentheses": "(" * MANY + "f()" + ")" * MANY,
    "branches": "if f()\n" * MANY + "end\n" * MANY,
    "row": "if f()\n" + "elsif f()\n" * MANY + "end",
    "classes": "class A\nf()\n" * MANY + "end\n" * MANY,
    "own classes": "class << self\nf()\n" * MANY + "end\n" * MANY,
    "methods": "def a = " * MANY + "f()",
    "interpolations": '"#{f(' * 200 + ')}"' * 200,
    "ternaries": "f() ? f() : " * MANY + "1",
    "items": "a" + "[f()]" * MANY,
    "rescues": "f()" + " rescue f()" * MANY,
    "modifiers": "f()" + " if f()" * MANY,
    "words": "private " * MANY + "f()",
}


@pytest.mark.parametrize("shape", DEEP)
def test_depth_is_bounded_and_no_call_is_lost_in_it(shape: str):
    file = ruby.parse(DEEP[shape].encode(), "a.rb")
    found = {node.name_span for node in nodes(file.body) if isinstance(node, tree.Call) and node.name == "f"}
    assert len(found) == DEEP[shape].count("f(")
    assert depth(file.body) < 400


@pytest.mark.parametrize(
    "source", ["case a\nin " + "[" * MANY, "(" * MANY + "a, b) = 1", "f { |" + "(" * MANY, "%(" * 500, "f(" * MANY]
)
def test_what_is_broken_and_deep_is_an_error(source: str):
    assert ruby.parse(source.encode(), "a.rb").error


def test_what_could_be_read_around_an_error_is_there():
    source = "class A\n def b\n  c.d(1\n end\n def e = f.g(1)\nend\n"
    file = ruby.parse(source.encode(), "a.rb")
    assert file.error
    assert "g" in {node.name for node in nodes(file.body) if isinstance(node, tree.Call)}
    assert {"b", "e"} & {node.name for node in nodes(file.body) if isinstance(node, tree.Function)}


PIECES = r"""def_f class_A < :: module_M if_x else elsif end do { } |a| ' " #{ ( ) [ ] a .b = : , -> it _1 yield * **
    & &. case_x when_ in_ => <<~A <<-'B' %w( %i[ %q{ / ` rescue_ ensure_ begin_ alias_ undef_ ? ! ; :a "b" ... @a $a
    __END__ delegate_ attr_reader_ define_method_ each_ Struct.new( super private_ \u00e9"""
SNIPPETS = [*(piece.replace("_", " ") for piece in PIECES.split()), "\n", "A\n", "=begin\n", "\u00e9", "\x00", "\r\n"]


@given(st.binary(max_size=60) | st.lists(st.sampled_from(SNIPPETS), max_size=40).map(lambda p: "".join(p).encode()))
def test_no_bytes_break_it(data: bytes):
    file = ruby.parse(data, "a.rb")
    for node in nodes(file.body):
        for start, end in (getattr(node, name) for name in ("span", "name_span") if hasattr(node, name)):
            assert 0 <= start <= end <= len(data)
    assert printed(file) is not None


@given(programs(12), st.data())
def test_a_file_that_is_cut_short_is_read(source: str, data: st.DataObject):
    cut = source.encode()[: data.draw(st.integers(0, len(source)))]
    assert printed(ruby.parse(cut, "a.rb")) is not None


def test_a_parser_that_is_stopped_gives_an_error_of_the_whole_file():
    asked: list[None] = []

    def stop() -> bool:
        asked.append(None)
        return len(asked) > 10

    hostile = b"%(" * MANY
    assert ruby.parse(hostile, "a.rb", stop) == tree.File("a.rb", "ruby", (), (0,), (0, len(hostile)))
    assert len(asked) < 20
    assert printed(languages.parse("ruby", b"a.b", "a.rb", lambda: False)) == "a.b()"


@pytest.mark.parametrize(
    ("path", "start", "language"),
    [
        ("a/b.rb", b"", "ruby"),
        ("lib/tasks/a.RAKE", b"", "ruby"),
        ("a/Gemfile", b"", "ruby"),
        ("a.py", b"", "python"),
        ("a.mjs", b"", "javascript"),
        ("a.tsx", b"", "typescript"),
        ("bin/a", b"#!/usr/bin/env ruby\n", "ruby"),
        ("bin/a", b"#!/usr/bin/python3.11 -u\n", "python"),
        ("bin/a", b"#!/usr/bin/env -S node --x\n", "javascript"),
        ("bin/a", b"#!/bin/sh\n# ruby\n", None),
        ("a.txt", b"#!/usr/bin/env ruby\n", None),
        ("README", b"", None),
    ],
)
def test_the_language_of_a_file(path: str, start: bytes, language: str | None):
    assert languages.front(path, start) == language


def test_without_its_grammar_a_language_cannot_be_read(monkeypatch: pytest.MonkeyPatch):
    for module in ("ruby", "ruby_reading"):
        monkeypatch.delitem(sys.modules, f"{languages.__name__}.{module}")
    monkeypatch.setitem(sys.modules, "tree_sitter_ruby", None)
    with pytest.raises(UsageError, match="without tree-sitter") as raised:
        languages.parse("ruby", b"a", "a.rb")
    assert "seawall[code]" in raised.value.hint


# ---- Ruby is the judge ----------------------------------------------------------------------------------------------

JUDGE = """
STDOUT.sync = true
STDIN.each_line do |line|
  value = begin
    eval([line.chomp].pack("H*").force_encoding("UTF-8"))
  rescue SyntaxError, StandardError
    nil
  end
  value = value.join("|") if value.is_a?(Array)
  puts value.nil? ? "" : "=" + value.to_s.b.unpack1("H*")
end
"""


@pytest.fixture(scope="module")
def judge() -> Iterator[Callable[[str], bytes | None]]:
    """What Ruby makes of a literal, None where it refuses it."""
    program = shutil.which("ruby")
    if program is None:
        missing("ruby")
    command = [program, "-W0", "-e", JUDGE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def ask(source: str) -> bytes | None:
            print(source.encode().hex(), file=process.stdin, flush=True)
            answer = process.stdout.readline().strip() if process.stdout else ""
            return bytes.fromhex(answer[1:]) if answer else None

        yield ask
        process.stdin.close()


def octets(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.mark.parametrize(("source", "value"), LITERALS)
def test_the_table_says_what_ruby_says(source: str, value: str | bytes, judge: Callable[[str], bytes | None]):
    assert judge(source) == octets(value)


TEXT = [*"a\u00e9 \n\t'|", "\n  ", "\n\t", "\n\n", *(f"\\{letter}" for letter in "nts0e\\'\"#|()xuCM \n"), r"\x41",
        r"\101", r"\u00e9", r"\u{1F600 41}", r"\cA", r"\C-a", r"\M-a", r"\M-\C-a", "#{1}", "#{'b'}"]  # fmt: skip
QUOTES = ['"{}"', "'{}'", "%q|{}|", "%Q({})", ":'{}'", ':"{}"', "<<~T\n{}\nT\n", "<<-T\n{}\n  T\n", "<<~'T'\n  {}\nT\n",
          "<<~T\n  {}\n    x\n  T\n", "%w|{}|", "%W({})", "%i|{}|"]  # fmt: skip


@settings(max_examples=300)
@given(st.sampled_from(QUOTES), st.lists(st.sampled_from(TEXT), max_size=8))
def test_a_literal_is_what_ruby_reads(judge: Callable[[str], bytes | None], quote: str, pieces: list[str]):
    source = quote.format("".join(pieces))
    expected = judge(source)
    file = ruby.parse(source.encode(), "a.rb")
    # Ruby 3.1 cuts other lines otherwise where a line of a heredoc has nothing but blanks.
    blank = quote.startswith("<<~") and any(line.isspace() for line in source.split("\n"))
    # Nobody has a word of a list go on in the next line.
    broken = quote.startswith("%W") and "\\\n" in pieces
    if expected is None or file.error or len(file.body) != 1 or blank or broken:
        return
    assert whole(file.body[0]) == expected


def whole(value: tree.Expr) -> bytes:
    """The text of a literal, the holes filled."""
    match value:
        case tree.Literal():
            return octets(value.value)
        case tree.Joined():
            return b"".join(map(whole, value.parts))
        case tree.Sequence():
            return b"|".join(whole(item.value) for item in value.items)
        case _:
            raise AssertionError(value)


# Calls that are something else in the neutral form: words that define, decorators, makers of blocks and of classes.
ANY = "|".join(WORDS)
MAKERS = r"lambda|proc|(Proc|Class|Module)\.new|[\w:]+\.(class|module)_eval"
LOWERED = re.compile(rf"({ANY}|{MAKERS})\b|\w+[ (]def\b|.+\.each\b.*({ANY})", re.DOTALL)
CALLS = Query(LANGUAGE, "(call method: _ @name) @call")


def compare(paths: list[Path]) -> int:
    """How many calls the parser sees in these files, after finding every one of them that is not lowered."""
    total = 0
    for path in paths:
        data = path.read_bytes()
        file = ruby.parse(data, path.name)
        ours = {node.name_span[1] for node in nodes(file.body) if isinstance(node, tree.Call)}
        ours |= {node.span[1] for node in nodes(file.body) if isinstance(node, tree.Member)}
        for _, found in QueryCursor(CALLS).matches(Parser(LANGUAGE).parse(data).root_node):
            total += 1
            text = data[found["call"][0].start_byte : found["call"][0].end_byte].decode("utf-8", "replace")
            assert found["name"][0].end_byte in ours or LOWERED.match(text), f"{path}: {text}"
    return total


def library() -> list[Path]:
    program = shutil.which("ruby")
    if program is None:
        missing("ruby")
    command = [program, "-e", 'print RbConfig::CONFIG["rubylibdir"]']
    folder = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout
    return sorted(Path(folder).rglob("*.rb"))


def test_every_call_of_some_of_the_standard_library():
    assert compare([path for path in library() if path.parent.name in {"net", "irb", "optparse"}]) > 1_000


@pytest.mark.prove
def test_every_call_of_the_standard_library():
    assert compare(library()) > 50_000
