"""JavaScript's and TypeScript's neutral form: tables of what is written and what it becomes."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.calls.facts import tree
from seawall.calls.languages import javascript

from .printed import printed
from .records import below, calls, depth, spans


def read(written: str, path: str = "a.js") -> str:
    file = javascript.parse(written.encode(), path)
    assert file.error is None
    return printed(file)


EXPRESSIONS = [
    ("a.b.c", "a.b.c"),
    ("a.b(1, ...c)(d)", "a.b(1, *c)(d)"),
    ("await a.get(k)", "a.get(k)"),
    ("async () => (await (await a()).b(c)).d", "|| {a().b(c).d}"),
    ("a?.b?.(1); a?.[k]; a?.b", "a?.b(1)\na[k]\na.b"),
    ("new A.B(1); new C", "A.B.new(1)\nC.new()"),
    ("this.#a.b(super.c())", "self!.#a.b(super.c())"),
    ("import('a').then(b)", "import('a').then(b)"),
    ("require('a').b", "require('a').b"),
    # strings
    ("'a\\n\\x41\\u{42}\\u0043\\\n'", "'a\\nABC'"),
    ("'\\ud83d\\ude00'", "'\U0001f600'"),
    ('"it\\\'s"', '"it\'s"'),
    ("`a`; ``; `${a}`", "'a'\n''\n<a>"),
    ("`a:${b.c()}:\\`${`d${e}`}`", "<'a:' b.c() ':`' <'d' e>>"),
    ("gql`a${b}`", "gql(<'a' b>)"),
    # numbers and words
    ("[1_000, 0x1F, 0b11, 017, 1.5e3, -2, 10n]", "list[1000, 31, 3, 15, 1500.0, -2, 10]"),
    ("[true, null, undefined, /a/g]", "list[True, None, None, ?regex()]"),
    # collections
    (
        "({a, b: 1, [c]: 2, 'd': 3, ...e, f() { g() }, get h() { return 1 }})",
        "map['a': a, 'b': 1, c: 2, 'd': 3, *e, 'f': || {g()}, 'h': ?get(|| {return 1})]",
    ),
    ("[a, , ...b]", "list[a, None, *b]"),
    # operations
    ("a || b || c && d", "or {a} | {b} | {and {c} | {d}}"),
    ("a ?? b", "or {a} | {b}"),
    ("a ? b : c", "if a {b} | {c}"),
    ("a + b * 2", "(a + (b * 2))"),
    ("!a; typeof b; delete c.d; -e", "?not(a)\n?typeof(b)\n?del(c.d)\n?-(e)"),
    ("a, b()", "try {a; b()}"),
    # functions that are values
    ("f(a => a.b, (a, {b, c: d = 1}, [e], ...g) => { return a })", "f(|a| {a.b}, |a, (b, d=1), (e), *g| {return a})"),
    ("f(async function (a = 1) { await b() })", "f(|a=1| {b()})"),
]


@pytest.mark.parametrize(("written", "becomes"), EXPRESSIONS)
def test_an_expression(written: str, becomes: str):
    assert read(written) == becomes


STATEMENTS = [
    ("const a = 1, b = c(); let d", "a = 1\nb = c()\nd"),
    ("a = b = c; a.b = c; a ??= b; a += 1; a++", "a = b = c\na.b = c\na ??= b\na += 1\na += 1"),
    (
        "const {a: {b}, c = 2, ...d} = require('x')",
        "map['a': map['b': b], 'c': c, *d] = require('x')\nc ??= 2",
    ),
    ("const [a, , b = f()] = c", "tuple[a, None, b] = c\nb ??= f()"),
    ("[a, b.c] = d", "tuple[a, b.c] = d"),
    ("if (a) b(); else if (c) { d() } else e()", "if a {b()} | {if c {d()} | {e()}}"),
    (
        "switch (a) { case 1: case 'b': c(); break; default: d() }",
        "case a 1, 'b': {c(); break} | else: {d()}",
    ),
    ("for (const [k, v = 1] of m) { f(k) }", "loop tuple[k, v] in m {v ??= 1; f(k)}"),
    ("for (let i = 0; i < 3; i++) f(i)", "i = 0\nloop while (i < 3) {f(i); i += 1}"),
    ("do { a() } while (b); while (c) break", "loop while b {a()}\nloop while c {break}"),
    ("try { a() } catch ({b}) { c() } finally { d() }", "try {a()} | {map['b': b] = ?except(); c()}\nd()"),
    ("a: for (;;) continue a", "loop {}"),
    ("throw new A(1)", "raise A.new(1)"),
    ("function* f() { yield 1; yield* a; return }", "def f() {yield 1; yield ?from(a); return}"),
    # functions and classes with a name
    ("const f = async (a) => a.b", "def f(a) {a.b}"),
    ("const f = function g(a) {}", "def f(a) {}"),
    ("const A = class extends B {}", "class A(B) {}"),
    (
        "class A extends B.C { #a = 1; static b = c(); d = () => this.e; f }",
        "class A(B.C) {#a = 1; b = c(); def d() {self!.e}; f}",
    ),
    (
        "class A { constructor(a) { super(a) } static async b() {} get c() {} set c(d) {} 'e'() {} [f()]() {} }",
        "class A {def constructor(a) {super(a)}; class def b() {}; property def c() {}; def c=(d) {}; def e() {}; "
        "f(); def () {}}",
    ),
    ("class A { static { b() } }", "class A {b()}"),
    ("import a, {b as c, default as d} from 'm'", "import m:default as a\nimport m:b as c\nimport m:default as d"),
    ("import * as a from 'm'; import 'n'", "import m:* as a\nimport n: as "),
    ("export {a as b} from 'm'; export * from 'n'; export * as c from 'o'",
     "import m:a as b\nimport n:* as *\nimport o:* as c"),
    ("export {a, b as c}", "c = b"),
    ("export const a = 1; export function b() {}", "a = 1\ndef b() {}"),
    ("export default class A {}", "class A {}\ndefault = A"),
    ("export default new A()", "default = A.new()"),
    ("export default function (a) {}", "def default(a) {}"),
    ("#!/usr/bin/env node\n// why\na()", "a()"),
    ("x = <A b={c()} {...d}>{e()}</A>; f()", "x = ?jsx_element(?jsx_opening_element(A, ?jsx_attribute('b', "
     "?jsx_expression(c())), ?jsx_expression(d)), ?jsx_expression(e()), ?jsx_closing_element(A))\nf()"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "becomes"), STATEMENTS)
def test_a_statement(written: str, becomes: str):
    assert read(written) == becomes


TYPED = [
    ("const a: B.C<D> = e as F", "a = e : B.C[D]"),
    ("let a!: B | null; a!.b(c!)", "a : (B | None)\na.b(c)"),
    ("const a = <any>b; const c = d satisfies E", "a = b\nc = d"),
    ("(this.a as any).b<C>(d)", "self!.a.b(d)"),
    (
        "class A<T> extends B<T> implements C { private readonly d: E; constructor(private f: G, h?: I) { super() } }",
        "class A(B) {d : E; def constructor(f: G, h: I) {self!.f = f : G; super()}}",
    ),
    ("@A() export class B { @C(d) e: F; @G() h(): Promise<I> {} abstract j(): void }",
     "?decorator(A())\nclass B {?decorator(C(d)); e : F; @G() def h() -> Promise[I] {}}"),
    ("enum A { B = 1, C = 'c', D }", "class A {B = 1; C = 'c'; D}"),
    ("interface A { b: C } type D = E; declare const f: G", "f : G"),
    ("namespace A.B { export const c = 1 }", "module A::B {c = 1}"),
    ("import type {A} from 'a'; import {type B} from 'b'; import c = require('c')",
     "import a:A as A\nimport b:B as B\nimport c:* as c"),
    ("export = a", "default = a"),
    ("function f(this: A, b: C): b is D; function f(b) {}", "def f(b) {}"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "becomes"), TYPED)
def test_typescript(written: str, becomes: str):
    assert read(written, "a.ts") == becomes


def test_positions_are_of_bytes():
    file = javascript.parse("x = '\u00e9'; y = z\n   .get('k')\n".encode(), "a/b.tsx")
    (call,) = calls(file.body)
    assert (file.path, file.language, file.place(call.name_span[0])) == ("a/b.tsx", "typescript", (2, 5))


# ---- anything at all ------------------------------------------------------------------------------------------------

TEMPLATES = """
    (A).b(B) ;; (A)?.b(B) ;; (A || B) ;; [A, ...B] ;; ({k: A, ...B}) ;; `${A}x${B}` ;; (A ? B : 0) ;; (A, B) ;;
    (A + B) ;; (A)[B] ;; (A)(B) ;; (x = A, B) ;; ({a = A} = B) ;; [a = A] = [B] ;; new (A)(B) ;; tag`${A}${B}` ;;
    await (A, B) ;; (() => { const [y = A] = B }) ;; (async (z = A, {y = B}) => {}) ;; (class extends A { [B] = 1 }) ;;
    (class { #a = A; constructor() { B } }) ;; (function () { switch (A) { case B: } }) ;; [[a] = A] = B ;;
    ({ get g() { return A }, m(p = B) {} }) ;; (() => { for (const q of A) try { B } catch { } finally { } }) ;;
    (() => { for (let i = A; B; i++) ; }) ;; (() => { if (A) throw B; else return }) ;;
    (function* () { yield* A; yield B })
"""
EXPRESSION = st.recursive(
    st.sampled_from(["a", "1", "'s'", "this", "f()", "new A()", "await (f())"]),
    lambda part: st.builds(
        lambda form, a, b: re.sub("[AB](?!\\()", lambda found: a if found.group() == "A" else b, form),
        st.sampled_from([form.strip() for form in TEMPLATES.split(";;")]),
        part,
        part,
    ),
    max_leaves=12,
)


@given(EXPRESSION)
def test_no_call_is_lost(written: str):
    """Calls are counted by what stands for one in the text: `f()`, `new`, and the forms that call."""
    file = javascript.parse(f"async () => {{ ({written}) }}".encode(), "a.js")
    assert file.error is None
    expected = sum(written.count(word) for word in ("f()", "new ", ").b(", ")?.b(", "tag`"))
    expected += len(re.findall(r"\)\((?!\)? ?=>)", written)) - written.count("new (")
    assert len(calls(file.body)) == expected


@pytest.mark.parametrize("path", ["a.js", "a.ts", "a.tsx"])
def test_depth_is_bounded_and_no_call_is_lost_in_it(path: str):
    many = 2_000
    shapes = [
        " + ".join(["f()"] * many),
        " || ".join(["f()"] * many),
        "[" * many + "f()" + "]" * many,
        "f(" * many + ")" * many,
        "f()" + ".f()" * many,
        "() => " * many + "f()",
        "`${" * many + "f()" + "}`" * many,
        "{" * many + "f()" + "}" * many,
        "if (a) f(); else " * many + "f()",
        "function a() { f();" * many + "}" * many,
        "class A { a = () => {" * many + "f()" + "}}" * many,
        "({f() { " * many + "} })" * many,
        "x = class { y = f();" + "z = class { y = f();" * many + "}" * many + "}",
        "[" * many + "x" + " = f()]" * many + " = y",
    ]
    for shape in shapes:
        file = below(250, partial(javascript.parse, shape.encode(), path))
        found = calls(file.body)
        expected = 0 if shape.startswith("({") else shape.count("f(")
        assert len({call.name_span for call in found}) == len(found) == expected, shape[:40]
        assert depth(file.body) < 400


def test_a_parser_that_is_stopped_says_so():
    file = javascript.parse(b"f(1)\n" * 20_000, "a.ts", lambda: True)
    assert (file.body, file.error) == ((), (0, 100_000))


PIECES = """function_f(a) class_A_{ } { ( ) [ ] ' " ` ${ => = , ; : . ?. ... new_ await_ async_ if_(x) else_ for_(const_
    of_ in_ import_ export_ default_ from_ {a} * 'm' switch_(x){ case_ try{ }catch{ return_ yield_ < > /> @d #p get_
    let_ static_ enum_ a b 1 \\ / // /* */ + ! ?? && as_ ! : interface_ namespace_ = \u00e9"""
SNIPPETS = [*(piece.replace("_", " ") for piece in PIECES.split()), "\n", "\x00"]


@given(
    st.binary(max_size=60) | st.lists(st.sampled_from(SNIPPETS), max_size=40).map(lambda p: "".join(p).encode()),
    st.sampled_from(["a.js", "a.ts", "a.tsx"]),
)
def test_no_bytes_break_it(data: bytes, path: str):
    file = javascript.parse(data, path)
    assert all(0 <= start <= end <= len(data) for start, end in spans(file))
    assert isinstance(printed(file), str)


@given(st.text() | st.integers(0) | st.floats(0, allow_nan=False, allow_infinity=False) | st.booleans() | st.none())
def test_a_value_is_read_from_its_own_json(value: str | float | bool | None):
    written = json.dumps(value).encode()
    (found,) = javascript.parse(b"x = " + written, "a.js").body
    assert isinstance(found, tree.Assign)
    assert found.value == tree.Literal(value, (4, 4 + len(written)))
