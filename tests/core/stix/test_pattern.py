"""STIX patterns: what the standard allows passes, everything else is refused with its place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.stix.pattern import pattern_faults

REAL = Path(__file__).parents[4] / "shared" / "stix" / "valid.ndjson"
A = "[file:size = 1]"
B = "[url:value = 'b']"


@pytest.mark.parametrize(
    "pattern",
    [
        # section 9.5: observation expressions, operators, qualifiers
        A,
        f"({A})",
        f"{A} AND {B} OR {A} FOLLOWEDBY {B}",
        f"(({A} AND {B}) FOLLOWEDBY ({A})) WITHIN 300 SECONDS",
        f"{A} REPEATS 5 TIMES WITHIN 0.5 SECONDS",
        f"{A} WITHIN 1 SECONDS START t'2026-01-01T00:00:00Z' STOP t'2026-01-01T00:00:00.000001Z'",
        f"({A} REPEATS 2 TIMES) REPEATS 2 TIMES",
        f"({A}) WITHIN 5 SECONDS WITHIN 6 SECONDS",
        f"{A} WITHIN .5 SECONDS",
        # section 9.6: comparisons
        "[file:size = 1 AND file:size != 2 OR url:value = 'b' AND url:value <> 'c']",
        "[(file:size == 1 OR url:value = 'b') AND (url:value = 'c' OR file:name = 'd')]",
        "[(x-a:b = 1 OR x-c:d = 1 OR x-e:f = 1) AND x-a:b = 2]",
        "[((file:size < 1 OR file:size <= 2) AND (file:size > 3 OR file:size >= 4))]",
        "[file:size NOT = 1 AND file:name NOT LIKE 'a%' AND file:name NOT IN ('a', 'b')]",
        "[file:name NOT MATCHES '^a$' OR file:size NOT > 7]",
        "[ipv4-addr:value ISSUBSET '198.51.100.0/24' OR ipv6-addr:value NOT ISSUPERSET '2001:db8::1']",
        "[EXISTS windows-registry-key:values AND NOT EXISTS windows-registry-key:key]",
        "[network-traffic:dst_port IN(443,6443) AND network-traffic:src_port IN ()]",
        "[file:size IN (1, -2.5)]",
        # section 9.2: constants
        "[x-t:a = true OR x-t:a = false OR x-t:a != -0 OR x-t:a = -1.5 OR x-t:a = 9007199254740991]",
        r"[x-t:a = 'it\'s C:\\Users' OR x-t:a = '' OR x-t:a = '] AND [' OR x-t:a = '€😀' OR x-t:a = '/* //']",
        "[x-t:a = h'' OR x-t:a = h'00fFc3' OR x-t:a = b'dGVzdA==' OR x-t:a = b'dGVz\ndA==']",
        "[x-t:a >= t'2024-02-29T00:00:00Z' OR x-t:a < t'2016-12-31T23:59:60.123456789Z']",
        "[x-t:a > h'ff' OR x-t:a < 'b' OR x-t:a >= b'ABI=']",
        # section 9.7: object paths
        "[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]",
        "[file:'name' = 'a' AND file:hashes.'SSDEEP.x' = 'b' AND file:a[0][12].b[*] = 'c' AND file:a._a = 'd']",
        "[domain-name:resolves_to_refs[*].value = '198.51.100.1/32']",
        "[file:hashes.MD5 LIKE 'ab%' OR file:hashes.'SHA-256' MATCHES '^ab' OR file:hashes.ssdeep = '3:a:b']",
        f"[file:hashes.'SHA-256' = '{'aB' * 32}' AND file:hashes.md5 IN ('{'0' * 32}', '{'f' * 32}')]",
        # section 9.4: white space; comments as the published grammar has them
        "[\tfile\n:\r\n size\u00a0=\u2003 1\u3000]",
        "/* a ] */ [file:size /* ' */ = 1] // the end ['",
        "[file:name MATCHES'^a$']",
        r"[file:name MATCHES '\\(' AND file:name MATCHES '[(]' AND file:name LIKE '(']",
        "[network-traffic:src_ref.value ISSUBSET '2001:db8::/32']",
        "[domain-name:resolves_to_refs[*].value ISSUPERSET '198.51.100.1']",
        # names of properties that MISP makes, and names in apostrophes
        "[file:x_misp_KnownMalicious = 'a' OR x-acme:'Some.Thing' = 'b']",
    ],
)
def test_pattern_of_the_standard_is_accepted(pattern: str) -> None:
    assert pattern_faults(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "column", "reason"),
    [
        ("", 1, "an observation expression in square brackets is wanted, not the end"),
        ("file:size = 1", 1, "an observation expression in square brackets is wanted"),
        ("[]", 2, "an object path such as file:name is wanted"),
        ("[file:size = 1", 15, "AND, OR or ] is wanted, not the end"),
        ("[file:size = 1]]", 16, "an operator, a qualifier or the end is wanted, not ]"),
        ("[file:size = 1)", 15, "AND, OR or ] is wanted, not )"),
        ("([file:size = 1]", 17, "an operator or ) is wanted, not the end"),
        ("[(file:size = 1]", 16, "an operator or ) is wanted, not ]"),
        (f"{A} {B}", 17, "an operator, a qualifier or the end is wanted"),
        (f"{A} AND", 20, "an observation expression in square brackets is wanted"),
        (f"{A} and {B}", 17, "an operator, a qualifier or the end is wanted, not and"),
        (f"{A} NOT {B}", 17, "an operator, a qualifier or the end is wanted, not NOT"),
        ("[file:size = 1 FOLLOWEDBY file:size = 2]", 16, "AND, OR or ] is wanted"),
        ("[[file:size = 1]]", 2, "an object path"),
        # comparisons
        ("[file:size = ]", 14, "a constant is wanted, not ]"),
        ("[file:size = abc]", 14, "a constant is wanted, not abc"),
        ("[file:size]", 11, "a comparison operator is wanted"),
        ("[1 = file:size]", 2, "an object path"),
        ("[file:size =? 1]", 13, "a constant is wanted, not ?"),
        ("[file:size => 1]", 13, "a constant is wanted, not >"),
        ("[file:size < true]", 14, "a constant other than a boolean is wanted"),
        ("[NOT file:size = 1]", 6, "EXISTS is wanted"),
        ("[file:size EXISTS]", 12, "a comparison operator is wanted"),
        ("[EXISTS file]", 13, "a colon after the object type is wanted"),
        ("[file:name LIKE 1]", 17, "a string in apostrophes is wanted"),
        ("[file:name MATCHES /a/]", 20, "a string in apostrophes is wanted"),
        ('[file:name = "a"]', 14, 'a constant is wanted, not "'),
        ("[file:size IN 1]", 15, "a set of constants in parentheses is wanted"),
        ("[file:size IN (1,)]", 18, "a constant is wanted, not )"),
        ("[file:size IN (1 2)]", 18, "a comma or ) is wanted"),
        ("[file:size IN (1, 'b')]", 19, "a set holds constants of one kind, not number and string"),
        ("[ipv4-addr:value ISSUBSET 'example.com']", 27, "ISSUBSET takes an address or block"),
        ("[ipv4-addr:value ISSUPERSET '198.51.100.0/33']", 29, "ISSUPERSET takes an address or block"),
        ("[ipv4-addr:value ISSUBSET '2001:db8::/32']", 27, "ISSUBSET takes an address or block"),
        ("[ipv6-addr:value ISSUPERSET '198.51.100.0/24']", 29, "ISSUPERSET takes an address or block"),
        ("[ipv4-addr:value ISSUBSET '10.0.0.0/255.0.0.0']", 27, "ISSUBSET takes an address or block"),
        ("[network-traffic:src_ref.value ISSUBSET 'a']", 41, "ISSUBSET takes an address or block"),
        ("[file:name ISSUBSET '198.51.100.0/24']", 12, "compares the value of an IPv4 or IPv6 address only"),
        ("[domain-name:value NOT ISSUPERSET '198.51.100.0/24']", 24, "compares the value of an IPv4"),
        ("[network-traffic:src_ref.type ISSUBSET '198.51.100.0/24']", 31, "compares the value of an IPv4"),
        ("[file:name MATCHES '(a']", 20, "opens a parenthesis that nothing closes"),
        ("[file:size = 1 AND url:value = 'b']", 16, "no one object can be both, file and url"),
        (
            "[file:size = 1 OR file:size = 2 AND url:value = 'b']",
            33,
            "no one object can be both, file and url",
        ),
        (
            "[(x-a:b = 1 OR x-c:d = 1) AND (x-a:b = 2 OR x-e:f = 1) AND x-c:d = 2]",
            56,
            "no one object can be both, x-a and x-c",
        ),
        ("[NOT EXISTS file:size AND EXISTS url:value]", 23, "no one object can be both"),
        ("[file:hashes.'SHA-256' = 'f00']", 26, "a hash of SHA-256 has 64 hex digits"),
        (f"[file:hashes.MD5 IN ('{'g' * 32}')]", 22, "a hash of MD5 has 32 hex digits"),
        # object paths
        ("[File:name = 'a']", 2, '"File" is no STIX type'),
        ("[x_acme:name = 'a']", 2, '"x_acme" is no STIX type'),
        ("[x--acme:name = 'a']", 2, '"x--acme" is no STIX type'),
        ("[ab:name = 'a']", 2, '"ab" is no STIX type'),
        ("[EXISTS Url:value]", 9, '"Url" is no STIX type'),
        ("[file:Name = 'a']", 7, "no property of an object is named Name"),
        ("[file:_name = 'a']", 7, "no property of an object is named _name"),
        ("[file.size = 1]", 6, "a colon after the object type is wanted, not ."),
        ("[file: = 1]", 8, "a property name is wanted"),
        ("[file:a. = 1]", 10, "a property name is wanted"),
        ("[file:a..b = 1]", 9, "a property name is wanted"),
        ("[file:windows-ext = 1]", 7, "a property name with a hyphen stands in apostrophes: 'windows-ext'"),
        ("[file:1a = 1]", 7, "a property name is wanted"),
        ("[file:AND = 1]", 7, "a property name is wanted, not AND"),
        ("[file:a[] = 1]", 9, "a list index or * is wanted"),
        ("[file:a['b'] = 1]", 9, "a list index or * is wanted"),
        ("[file:a[1.5] = 1]", 9, "a list index or * is wanted"),
        ("[file:a[-1] = 1]", 9, "a list index counts from 0"),
        ("[file:a[01] = 1]", 9, "a whole number has no leading zero"),
        ("[file:a[0 = 1]", 11, "] is wanted"),
        ("['file':a = 1]", 2, "an object path"),
        # qualifiers
        (f"{A} WITHIN 5 MINUTES", 26, "SECONDS is wanted, not MINUTES"),
        (f"{A} WITHIN SECONDS", 24, "a number of seconds is wanted"),
        (f"{A} WITHIN 0 SECONDS", 24, "WITHIN takes more than 0 seconds"),
        (f"{A} WITHIN 0.0 SECONDS", 24, "WITHIN takes more than 0 seconds"),
        (f"{A} WITHIN -5 SECONDS", 24, "WITHIN takes more than 0 seconds"),
        (f"{A} REPEATS 0 TIMES", 25, "REPEATS takes at least 1 time"),
        (f"{A} REPEATS -1 TIMES", 25, "REPEATS takes at least 1 time"),
        (f"{A} REPEATS 1.5 TIMES", 25, "a whole number of times is wanted"),
        (f"{A} WITHIN 5 SECONDS WITHIN 6 SECONDS", 34, "a second WITHIN"),
        (f"({A} REPEATS 2 TIMES WITHIN 1 SECONDS REPEATS 3 TIMES)", 51, "a second REPEATS"),
        (f"{A} START '2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'", 23, "a timestamp such as"),
        (f"{A} START t'2026-01-01T00:00:00Z'", 46, "STOP is wanted, not the end"),
        (
            f"{A} START t'2026-01-01T00:00:00.10Z' STOP t'2026-01-01T00:00:00.1Z'",
            55,
            "STOP must be later than START",
        ),
        (
            f"{A} START t'2026-01-02T00:00:00Z' STOP t'2026-01-01T00:00:00Z'",
            52,
            "STOP must be later than START",
        ),
        ("WITHIN 5 SECONDS", 1, "an observation expression"),
        # constants
        (r"[file:name = 'C:\Users']", 14, r"there is no escape \U: write \\ for a backslash"),
        (r"[file:name = 'a\\\b']", 14, r"there is no escape \b"),
        (r"[file:name = 'C:\']", 14, "this apostrophe opens a string that nothing closes"),
        ("[file:name = 'it's']", 18, "AND, OR or ] is wanted, not s"),
        ("[file:size = +1]", 14, "a positive number has no plus sign"),
        ("[file:size = +1.5]", 14, "a positive number has no plus sign"),
        ("[file:size = 007]", 14, "a whole number has no leading zero"),
        ("[file:size = 1.]", 15, "AND, OR or ] is wanted, not ."),
        ("[file:size = 1e5]", 15, "AND, OR or ] is wanted, not e5"),
        ("[file:size = 9007199254740992]", 14, "a whole number lies between"),
        ("[file:size = -9007199254740992]", 14, "a whole number lies between"),
        (f"[file:size = {'9' * 400}.0]", 14, "the number is too large"),
        ("[file:size = TRUE]", 14, "a constant is wanted, not TRUE"),
        ("[file:ctime = t'2026-02-29T00:00:00Z']", 15, "2026-02 has no day 29"),
        ("[file:ctime = t'2026-01-01T00:00:00']", 15, "is no STIX timestamp"),
        ("[file:ctime = t '2026-01-01T00:00:00Z']", 15, "a constant is wanted, not t"),
        ("[file:x = h'fff']", 11, "an even number of 0-9 and a-f"),
        ("[file:x = h'fg']", 11, "an even number of 0-9 and a-f"),
        ("[file:x = b'']", 11, "base64 with its padding"),
        ("[file:x = b'====']", 11, "base64 with its padding"),
        ("[file:x = b'dGVzdA']", 11, "base64 with its padding"),
        ("[file:x = b'dGVz dA==']", 11, "base64 with its padding"),
        ("/* open [file:size = 1]", 1, "an observation expression in square brackets is wanted, not /"),
        ("[file:size = 1]\x00", 16, "an operator, a qualifier or the end is wanted, not \x00"),
    ],
)
def test_broken_pattern_is_refused_at_its_place(pattern: str, column: int, reason: str) -> None:
    first, *_ = pattern_faults(pattern)
    assert first.startswith(f"line 1, column {column}: ")
    assert reason in first


def test_pattern_is_about_cyber_observable_objects() -> None:
    (fault,) = pattern_faults("[malware:name = 'a']", unobservable={"malware"})
    assert fault.startswith("line 1, column 2: ")
    assert pattern_faults("[malware:name = 'a']") == []


def test_all_faults_before_the_break_are_named_in_order() -> None:
    pattern = "[file:size = 01 AND\nurl:value = 'a\\b'] WITHIN 0 SECONDS\r\nOR [x-a:y = h'f' ISSUBSET"
    assert [fault.partition(": ")[0] for fault in pattern_faults(pattern)] == [
        "line 1, column 14",
        "line 1, column 17",
        "line 2, column 13",
        "line 2, column 27",
        "line 3, column 13",
        "line 3, column 18",
    ]


@pytest.mark.parametrize("opening", ["(", "[("])
def test_parentheses_nest_to_a_bound_and_no_further(opening: str) -> None:
    def nested(depth: int) -> str:
        return (
            f"{'(' * depth}{A}{')' * depth}"
            if opening == "("
            else f"[{'(' * depth}file:size = 1{')' * depth}]"
        )

    assert pattern_faults(nested(64)) == []
    assert "nest deeper than 64 levels" in pattern_faults(nested(65))[0]
    assert "nest deeper than 64 levels" in pattern_faults(opening[0] + "(" * 100_000)[0]


@pytest.mark.parametrize("unit", ["'", "\\", "/*", "-", "[", "9", "h'", "\u00e9", " ", "//\n"])
def test_a_hundred_thousand_of_anything_is_refused(unit: str) -> None:
    for pattern in (unit * 100_000, "[x-a:b = " + unit * 100_000):
        assert len(pattern_faults(pattern)) in (1, 2)


def test_long_pattern_is_read_to_its_end() -> None:
    assert pattern_faults(" OR ".join([f"({A})"] * 5_000)) == []
    assert pattern_faults("[" + " AND ".join(["file:size = 1"] * 5_000) + "]") == []


WORDS = """
[ ] ( ) file:size url:value = IN NOT AND OR FOLLOWEDBY 1 0.5 'a' , WITHIN SECONDS EXISTS
t'2026-01-01T00:00:00Z' h'f' ' . [*] /* é
"""
words = st.sampled_from(WORDS.split())


@given(st.lists(words, max_size=12).map(" ".join) | st.text(max_size=40))
def test_every_text_gets_an_answer_with_a_place_inside_it(pattern: str) -> None:
    for fault in pattern_faults(pattern):
        line, column = fault.partition(":")[0].removeprefix("line ").split(", column ")
        assert 1 <= int(column) <= len(pattern.split("\n")[int(line) - 1]) + 1


constants = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1).map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.text().map(lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"),
    st.binary().map(lambda octets: f"h'{octets.hex()}'"),
)
comparisons = st.recursive(
    constants.map("x-acme:a = {}".format),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
        lambda parts: f"({' '.join(parts)})"
    ),
    max_leaves=6,
)
observations = st.recursive(
    comparisons.map("[{}]".format),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR", "FOLLOWEDBY"]), inner).map(
        lambda parts: f"({' '.join(parts)}) REPEATS 2 TIMES"
    ),
    max_leaves=6,
)


@given(observations)
def test_generated_pattern_is_accepted(pattern: str) -> None:
    assert pattern_faults(pattern) == []


@pytest.mark.skipif(not REAL.exists(), reason="the real objects are not here")
def test_real_patterns_are_accepted_and_refused_when_cut_off() -> None:
    patterns = [
        item["pattern"]
        for item in map(json.loads, REAL.read_bytes().splitlines())
        if item["type"] == "indicator" and item["pattern_type"] == "stix"
    ]
    assert len(patterns) > 100
    for pattern in patterns:
        assert pattern_faults(pattern) == []
        assert pattern_faults(pattern.rstrip()[: pattern.rindex("]")])
        assert pattern_faults(pattern.replace("=", "=!") + "]")
