"""seawall.toml: what it means, and that a fault in it is named with its place and the nearest right word."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall import config
from seawall.config.lines import Place, line_index, line_of
from seawall.errors import ConfigError
from seawall.model import Owner

SECRET = "s3cr3t"
GOOD = """
[people.ada]
name = "Ada"

[[redis]]
name = "jobs"
url_env = "TEST_URL"
owner = "ada"
password_file = "jobs.password"
without = ["CONFIG"]

[[redis]]
name = "cache"
url = "redis://cache"

[[accept]]
rule = "SW105"
where = { key_pattern = "report:*" }
owner = "ada"
reason = "a nightly report on a replica"
until = 2027-03-31
"""


def load(folder: Path, text: str | bytes) -> config.Estate:
    file = folder / "seawall.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return config.load(file)


def test_a_whole_estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_URL", f"redis://:{SECRET}@jobs")
    (tmp_path / "jobs.password").write_bytes(b"p\xff\r\nnot this\n")
    estate = load(tmp_path, GOOD)
    ada = Owner("ada", "Ada")
    assert estate.redis == (
        config.RedisEntry("jobs", f"redis://:{SECRET}@jobs", ada, "p\udcff", ("CONFIG",)),
        config.RedisEntry("cache", "redis://cache"),
    )
    assert estate.accepted[0].until == datetime.date(2027, 3, 31)
    assert SECRET not in repr(estate)


def test_what_aws_knows_and_how_its_nodes_are_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SENTINEL", SECRET)
    estate = load(
        tmp_path,
        """
        [[redis]]
        name = "jobs"
        nodes = "all"
        aws = { elasticache = "jobs-cache", region = "eu-central-1", profile = "ops" }
        iam_user = "seawall"
        addresses = { "10.0.0.5:6379" = "127.0.0.1:16379", "[fd00::5]:6379" = "bastion:1" }

        [[redis]]
        name = "cache"
        url = "redis+sentinel://a,b/main"
        nodes = "one"
        sentinel_password_env = "SENTINEL"
        aws = { region = "eu-west-1" }
        password_aws = "ssm:/cache/password"

        [[redis]]
        name = "db"
        aws = { memorydb = "db" }
        user = "app"
        password_env = "SENTINEL"
        """,
    )
    jobs, cache, db = estate.redis
    assert jobs.aws == config.AwsEntry("elasticache", "jobs-cache", "eu-central-1", "ops")
    assert (jobs.url, jobs.nodes, jobs.iam_user) == ("", "all", "seawall")
    assert dict(jobs.addresses) == {"10.0.0.5:6379": "127.0.0.1:16379", "[fd00::5]:6379": "bastion:1"}
    assert (cache.nodes, cache.sentinel_password, cache.aws.region) == ("one", SECRET, "eu-west-1")
    assert str(cache.password_aws) == "ssm:/cache/password"
    assert (db.aws.service, db.user, db.password) == ("memorydb", "app", SECRET)
    assert SECRET not in repr(estate)


def test_vendors_and_the_routes_of_people(tmp_path: Path):
    estate = load(
        tmp_path,
        f"""
        [people.ada]
        name = "Ada"
        routes = ["mailto://{SECRET}@mail.example"]
        phone = ["pagerduty://{SECRET}"]

        [[vendors]]
        name = "Redis Cloud"
        owner = "ada"
        deputy = "nobody"
        contract = "trial"
        converts = false
        ends = 2026-12-10
        notice_days = 30
        on_lapse = "delete"
        grace_days = 14
        endpoints = ["redis://:{SECRET}@cache.example:6379"]
        source = "https://cloud.example/contract"
        last_confirmed = 2026-11-01
        impact = "no job is queued"

        [[vendors]]
        name = "other"
        ends = 2026-12-10T17:00:00+01:00

        [[vendors]]
        name = "quoted"
        ends = "2026-12-10"
        """,
    )
    ends = datetime.datetime(2026, 12, 10, 16, tzinfo=datetime.UTC)
    first, other, quoted = estate.vendors
    assert quoted.ends == first.ends
    assert (first.owner, first.deputy, first.converts, first.ends) == (
        "ada",
        "nobody",
        False,
        datetime.date(2026, 12, 10),
    )
    assert other == config.VendorEntry("other", ends=ends)
    assert estate.routes["ada"].phones == (f"pagerduty://{SECRET}",)
    assert SECRET not in repr(estate)


def test_a_card_ends_with_a_month_as_it_is_printed_on_it(tmp_path: Path):
    def ends(contract: str, ends: str) -> object:
        text = f'[[vendors]]\nname = "AWS"\ncontract = "{contract}"\nends = "{ends}"\n'
        return load(tmp_path, text).vendors[0].ends

    assert ends("card", "2026-12") == datetime.date(2026, 12, 1)
    for contract, wrong in (("card", "2026-13"), ("card", "12/2026"), ("card", "2026-1"), ("fixed", "2026-12")):
        with pytest.raises(ConfigError, match="ends: input should be a date"):
            ends(contract, wrong)


FAULTY = """\
[people.ada]
name = "Ada"
rotes = ["mailto://x"]

[[redis]]
name = "a"
owner = "adda"
password_file = "none"
url = "redis://x"

[[vendors]]
name = "Redis Cloud"
ownr = "ada"
ends = 2026-02-30
impact = \"\"\"
[[vendors]]
nmae = 1
\"\"\"

[[vendors]]
name = "Redis Cloud"
contract = "trail"
ends = "soon"
last_confirmed = 2026-01-01T00:00:00Z

[[redis]]
name = "b"
url = "h"
[redis.aws]
elasticach = "c"

[[vendor]]
name = "x"
"""


def test_all_faults_come_at_once_each_with_its_line(tmp_path: Path):
    with pytest.raises(ConfigError) as wrong:
        load(tmp_path, FAULTY)
    head, _, text = wrong.value.what.partition(" faults: ")
    assert head.endswith("seawall.toml has 11")
    said = text.split("; ")
    expected = [
        (3, "unknown key people.ada.rotes (Did you mean routes?)"),
        (7, "the owner adda"),
        (8, "the password file"),
        (13, "unknown key vendors.1.ownr (Did you mean owner?)"),
        (14, "vendors.1.ends: input should be a date"),
        (21, "two [[vendors]] are called Redis Cloud"),
        (22, "vendors.2.contract: input should be"),
        (23, "vendors.2.ends: input should be a date"),
        (24, "vendors.2.last_confirmed: input should be a date without a time"),
        (30, "unknown key redis.2.aws.elasticach"),
        (32, "unknown key vendor (Did you mean vendors?)"),
    ]
    assert len(said) == len(expected)
    for fault, (line, words) in zip(said, expected, strict=True):
        assert fault.startswith(f"line {line}: ")
        assert words in fault
    assert wrong.value.what.isprintable()


def test_of_very_many_faults_the_first_are_shown(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"has 300 faults: line 1: .* and 280 more"):
        load(tmp_path, "".join(f"k{n} = 1\n" for n in range(300)))


@given(st.text(alphabet="[]=.\"'\n#a 1,{}\\-", max_size=60))
def test_no_text_is_too_strange_for_the_lines(text: str):
    line = line_of(line_index(text), ("a", 0, "a"))
    assert 0 <= line <= len(text.splitlines())


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("a = 1\n'b c' . d = 2", ("b c", "d"), 2),
        ('["a.b"]\n# c = 1\nc = 1', ("a.b", "c"), 3),
        ("[[a]]\n[[a]]\n[a.b]\nc = 1", ("a", 1, "b", "c"), 4),
        ("[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\nc = 1", ("a", 1, "b", 0, "c"), 5),
        ("[[a]]\nb = { c = 1 }", ("a", 0, "b", "c"), 2),
        ("[[a]]\nb = 1", ("a", 0, "missing"), 1),
        ("a = 1", ("b",), 0),
        ('a = """\nb = 1\n"""\nb = 2', ("b",), 4),
    ],
)
def test_the_line_of_a_key(text: str, place: Place, line: int):
    assert line_of(line_index(text), place) == line


def test_no_file_is_an_empty_estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert config.load() == config.Estate()


def test_what_lies_in_the_place_of_the_file_is_not_overlooked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("seawall.toml").mkdir()
    with pytest.raises(ConfigError, match=r"seawall\.toml cannot be read: is a directory"):
        config.load()


REDIS = '[[redis]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("[[redis]\n", "is not TOML: .*line 1", "Mend the line"),
        ("a = " + "9" * 5000, "is not TOML: too large", "Mend"),
        ("a = " + "[" * 5000, "is not TOML", "Mend"),
        (b"a = '\xff'", "it is no UTF-8 text", "Check the path"),
        (b"\0" * 100, "is not TOML", "Mend"),
        ("a = 1\x1b[31m", "is not TOML", "Mend"),
        ("[[rediss]]\nname = 'a'", "unknown key rediss", "Did you mean redis?"),
        (REDIS + 'urll = "redis://h"', r"unknown key redis\.1\.urll", "Did you mean url?"),
        (REDIS + 'url = "redis://h"\n"\\u001b[31m" = 1', r"unknown key redis\.1\.\\x1b", "Known here: name, url"),
        ('[people.ada]\nnmae = "Ada"', r"unknown key people\.ada\.nmae", "Did you mean name?"),
        ('[people."\\u202e"]\nname = 1', r"people\.\\u202e\.name", "Mend that key"),
        (REDIS + "url = 5", r"redis\.1\.url: input should be a valid string", "Mend that key"),
        (REDIS, r"\[\[redis\]\] a needs either url or url_env", "url_env"),
        (REDIS + 'url = "redis://h"\nurl_env = "U"', "needs either url or url_env", "url_env"),
        (REDIS + 'url_env = "NOT_SET"', "the environment variable NOT_SET is not set", "Set NOT_SET"),
        (REDIS + 'url = "h"\npassword_env = "NOT_SET"', "NOT_SET is not set", "Set NOT_SET"),
        (REDIS + 'url = "h"\npassword_file = "none"', "the password file .*none cannot be read: no such file", "mode"),
        (REDIS + 'url = "h"\npassword_file = "."', "cannot be read: is a directory", "mode"),
        (REDIS + 'url = "h"\npassword_file = "empty"', "the password file .*empty is empty", "first line"),
        (REDIS + 'url = "h"\npassword_file = "large"', "larger than 1 MB", "mode"),
        (REDIS + f'url = "redis://:{SECRET}@h"\nowner = "adda"', "the owner adda .*is not among", "Did you mean ada?"),
        (REDIS + 'aws = { elasticache = "c" }\nurl = "h"', "needs either url or url_env, or an aws with", "url_env"),
        (REDIS + 'aws = { region = "r" }', "needs either url or url_env, or an aws with", "url_env"),
        (REDIS + 'aws = { elasticache = "c", memorydb = "d" }', "of ElastiCache and of MemoryDB", "one of the two"),
        (REDIS + 'aws = { elasticach = "c" }', r"unknown key redis\.1\.aws\.elasticach", "Did you mean elasticache?"),
        (REDIS + "aws = 5", r"redis\.1\.aws", "Mend that key"),
        (REDIS + 'url = "h"\niam_user = "u"', "an iam_user without the name of its cache", "aws with elasticache"),
        (REDIS + 'url = "h"\nuser = "u"', "a user beside its URL", "redis://user@host"),
        (REDIS + f'url = "h"\npassword_aws = "{SECRET}"', "password_aws .* cannot be read", "secretsmanager:"),
        (
            REDIS + 'aws = { memorydb = "c" }\npassword_env = "A"\niam_user = "u"',
            "has password_env and iam_user",
            "Keep the one",
        ),
        (REDIS + 'url = "h"\nnodes = "some"', r"redis\.1\.nodes: input should be 'all' or 'one'", "Mend that key"),
        (REDIS + 'url = "h"\nsentinel_password_env = "NOT_SET"', "NOT_SET is not set", "Set NOT_SET"),
        (REDIS + 'url = "h"\naddresses = { "10.0.0.5" = "h:1" }', r"10\.0\.0\.5 is no host:port", "127.0.0.1:16379"),
        (REDIS + 'url = "h"\naddresses = { "h:1" = "h:65536" }', "h:65536 is no host:port", "127.0.0.1:16379"),
        (REDIS + 'url = "h"\naddresses = { "\\u001b:1" = "h:1" }', "is no host:port", "127.0.0.1:16379"),
        (REDIS + 'url = "h"\n' + REDIS + 'url = "i"', r"two \[\[redis\]\] are called a", "name of its own"),
        (
            '[[accept]]\nrule = "SW1"\nreason = ""\nuntil = 2027-01-01\nowner = "bob"',
            "the owner bob",
            "Known here: ada",
        ),
        ('[[accept]]\nrule = "SW1"\nreason = ""\nuntil = "soon"\nowner = "ada"', r"accept\.1\.until", "Mend"),
        ('[[accept]]\nrule = "SW1"\nreason = ""\nowner = "ada"', r"accept\.1\.until: field required", "Mend"),
    ],
)
def test_a_fault_is_named(text: str | bytes, what: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NOT_SET", raising=False)
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(b"a" * (config.SIZE_LIMIT + 1))
    ada = '\n[people.ada]\nname = "Ada"\n' if isinstance(text, str) and "owner" in text else ""
    with pytest.raises(ConfigError, match=what) as wrong:
        load(tmp_path, text + ada if isinstance(text, str) else text)
    assert hint in wrong.value.hint
    shown = wrong.value.what + wrong.value.hint
    assert shown.isprintable()
    assert len(shown) < 1000
    assert SECRET not in shown


def test_what_has_no_end_is_not_read_to_its_end():
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        config.load(Path("/dev/zero"))
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        config.secret_file(Path("/dev/zero"), "--password-file")


def test_the_environment_gives_a_password_or_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(config.PASSWORD_VARIABLE, "")
    assert config.password_from_environment() is None
    monkeypatch.setitem(os.environ, config.PASSWORD_VARIABLE, SECRET)
    assert config.password_from_environment() == SECRET
