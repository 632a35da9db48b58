"""What a template fixes of a text, and where each character of it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from seawall.schedules.facts.document import get, parse
from seawall.schedules.facts.intrinsics import VARIANTS, Resolver, variables
from seawall.schedules.facts.names import names_of
from seawall.schedules.facts.value import Value

HEAD = """\
Parameters:
  Minute: {Type: String, Default: "5"}
  Free: {Type: String}
  Secret: {Type: String, Default: hidden, NoEcho: true}
  Stored: {Type: AWS::SSM::Parameter::Value<String>, Default: /jobs/minute}
Mappings:
  Hours:
    eu-central-1: {Night: "3", Day: "12"}
    us-east-1: {Night: "9", Day: "18"}
Conditions:
  Live: !Equals [a, b]
Resources:
  Queue: {Type: AWS::SQS::Queue}
"""
WORDS = st.text(alphabet="0123456789*?,-/#LWSUNFRIcron()é\N{GRINNING FACE} ", min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and "  " not in text
)


def values(written: str, head: str = HEAD) -> tuple[Value, ...]:
    document = parse("t.yaml", f"{head}X: {written}\n".encode())
    return Resolver(document.text, names_of(document)).values(get(document.root, "X"))


def texts(written: str) -> list[str]:
    return [value.text for value in values(written)]


def quoted(text: str) -> Sequence[str]:
    """The ways to write a text as a scalar, without and with what stands around it."""
    ways = [f"'{text}'", f'"{text}"', f"!Sub '{text}'", f"|\n    {text}", f">-\n    {text}", f"  '{text}'  # note"]
    return ways if "#" in text or text[0] in "*?,-#[{" or ": " in text else [text, *ways]


@given(WORDS)
@example("cron(0 3 ? * 2#1 *)")
@example("- 0")
def test_every_character_is_where_it_is_written(text: str):
    for written in quoted(text):
        document = parse("t.yaml", f"Resources: {{}}\nX: {written}\n".encode())
        (value,) = Resolver(document.text, names_of(document)).values(get(document.root, "X"))
        assert value.text.rstrip("\n") == text
        lines = document.text.split("\n")
        for number, character in enumerate(text, 1):
            line, column = value.place(number)
            assert lines[line - 1][column - 1] == character, (written, number)


@given(WORDS)
def test_every_character_is_where_it_is_written_in_json(text: str):
    source = json.dumps({"Resources": {}, "X": {"Fn::Sub": text}}, ensure_ascii=False, indent=1)
    document = parse("t.json", source.encode())
    (value,) = Resolver(document.text, names_of(document)).values(get(document.root, "X"))
    assert value.text == text
    assert [source.split("\n")[line - 1][column - 1] for line, column in map(value.place, range(1, len(text) + 1))] == [
        *text
    ]


@given(
    st.lists(st.tuples(st.sampled_from(["", "cron(", " 3 ", "*)"]), st.sampled_from(["Minute", "Free", "AWS::Region"])))
)
def test_sub_is_substitution(parts: list[tuple[str, str]]):
    written = "".join(f"{text}${{{name}}}" for text, name in parts)
    expected = "".join(text + ("5" if name == "Minute" else f"${{{name}}}") for text, name in parts)
    (value,) = values(f"!Sub '{written}'")
    assert value.text == expected
    assert value.known == all(name == "Minute" for _, name in parts)
    assert [value.text[begin:end] for begin, end in value.holes] == [f"${{{n}}}" for _, n in parts if n != "Minute"]
    assert value.filled("0") == "".join(text + ("5" if name == "Minute" else "0") for text, name in parts)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("!Ref Minute", ["5"]),
        ("{Ref: Minute}", ["5"]),
        ("!Sub 'cron(${Minute} 3 * * ? *)'", ["cron(5 3 * * ? *)"]),
        ("!Sub ['cron(${M} ${Minute} * * ? *)', {M: 7}]", ["cron(7 5 * * ? *)"]),
        ("!Sub '${!Minute}'", ["${Minute}"]),
        ("!Join [' ', [cron(0, !Ref Minute, '* * ? *)']]", ["cron(0 5 * * ? *)"]),
        ("!Join ['', []]", [""]),
        ("!If [Live, rate(1 day), rate(1 hour)]", ["rate(1 day)", "rate(1 hour)"]),
        ("!If [Live, rate(1 day), !Ref AWS::NoValue]", ["rate(1 day)"]),
        ("!Sub ['${A}-${B}', {A: !If [Live, 1, 2], B: !If [Live, 3, 4]}]", ["1-3", "1-4", "2-3", "2-4"]),
        ("!FindInMap [Hours, eu-central-1, Night]", ["3"]),
        ("!FindInMap [Hours, !Ref AWS::Region, Night]", ["3", "9"]),
        ("!Select [1, [a, !Ref Minute]]", ["5"]),
        ("[a, b]", []),
        ("{a: b}", []),
        ("", [""]),
    ],
)
def test_what_a_template_fixes(written: str, expected: list[str]):
    found = values(written)
    assert [value.text for value in found] == expected
    assert all(value.known and not value.unresolved for value in found)


@pytest.mark.parametrize(
    ("written", "expected", "reason"),
    [
        ("!Ref Free", "${Free}", "the parameter Free has no Default"),
        ("!Ref Secret", "${Secret}", "the parameter Secret is a secret (NoEcho)"),
        ("!Ref Stored", "${Stored}", "the parameter Stored is read from SSM at deployment"),
        ("!Ref AWS::Region", "${AWS::Region}", "AWS::Region is known at deployment"),
        ("!Ref Queue", "${Queue}", "Queue is known at deployment"),
        ("!Ref Gone", "${Gone}", "nothing is called Gone"),
        ("!GetAtt Queue.Arn", "${Queue.Arn}", "Fn::GetAtt is known at deployment"),
        ("!Sub 'a-${Queue.Arn}'", "a-${Queue.Arn}", "Queue.Arn is known at deployment"),
        ("!ImportValue role", "${import role}", "it is the export role of another stack"),
        ("!ImportValue {'Fn::Sub': 'r-${Minute}'}", "${import r-5}", "it is the export r-5 of another stack"),
        ("'{{resolve:ssm:/a}}'", "${resolve}", "a dynamic reference is read at deployment"),
        ("!FindInMap [Gone, a, b]", "${Fn::FindInMap}", "the key of the map is known at deployment"),
        ("!FindInMap [Hours, eu-central-1, Noon]", "${Fn::FindInMap}", "the map Hours has no such key"),
        ("!Join ['', !Ref Free]", "${Fn::Join}", "what Fn::Join joins is known at deployment"),
        ("!Select [!Ref Free, [a]]", "${Fn::Select}", "what Fn::Select chooses is known at deployment"),
        ("!Split [',', a]", "${Fn::Split ,.a}", "Fn::Split is known at deployment"),
    ],
)
def test_what_only_a_deployment_knows_is_said(written: str, expected: str, reason: str):
    (value,) = values(written)
    assert (value.text, value.unresolved) == (expected, reason)
    assert not value.known


def test_a_secret_is_never_taken():
    assert "hidden" not in texts("!Sub 'a ${Secret}'")[0]


def test_the_place_of_a_parameter_is_where_it_is_used():
    (value,) = values("!Sub 'cron(${Minute} 3 * * ? *)'")
    line = HEAD.count("\n") + 1
    assert value.place(6) == (line, 15)  # the 5 at `${Minute}`
    assert value.place(8) == (line, 25)  # the 3 behind it


def test_the_place_of_an_escape_is_that_of_the_word_before():
    (value,) = values(r'"cron(0\u0020 3 * * ? *)"')
    assert value.text == "cron(0  3 * * ? *)"
    assert [value.place(column)[1] for column in (6, 8, 9)] == [10, 11, 18]  # `0`, the blanks, `3`


def test_the_forms_of_a_value_are_bounded():
    written = "x"
    for _ in range(8):
        written = f"!If [Live, {written}, {written}]"
    assert len(texts(written)) == VARIANTS


def test_functions_that_grow_are_bounded():
    written = "x"
    for _ in range(12):
        written = f"!Sub ['{'${a}' * 30}', {{a: {written}}}]"
    (value,) = values(written)
    assert "stand for more than" in value.unresolved
    for _ in range(30):
        written = f"!If [Live, {written}, x]"
    assert len(values(written)) <= VARIANTS


@given(st.text(alphabet="${}!aA:. ", max_size=20))
def test_variables_are_what_stands_in_braces(text: str):
    for name, begin, end in variables(text):
        assert text[begin:end].startswith("${")
        assert text[begin + 2 : end - 1].strip() == name
        assert not name.startswith("!")


def test_yaml_and_json_are_one():
    assert isinstance(
        parse("a.json", b'{"Resources": {"A": {"Type": "b", "X": "\\ud83d\\ude00"}}}').root, yaml.MappingNode
    )
