"""Regular expressions: what cannot be one is refused, what an engine must judge is not."""

import pytest

from opsroom.core.stix.regular_expressions import regular_expression_fault


@pytest.mark.parametrize(
    "text",
    [
        "",
        r"^Final Report.+\.exe$",
        r"(?i)a(?:b|c)(?<n>d)(?=e)?x*+y{2}{3}",
        r"\(\[\\",
        "[(][)][*][|]",
        "[]a(][^])]",
        r"[\](][[:alpha:]()]",
        "]}{",
        "{,3}^*",
        r"\Q(*[\E+",
        r"[\Q](\E]",
        r"\Q(",
        r"\c(\c\\a",
        "(?#()a",
        "(*UTF8)(*LIMIT_MATCH=5)a",
        "(*positive_lookahead:a)b",
        "(|a)|(a|)",
        "(?(?=a)b|c)(?R)?",
        "(?x) a # (\n b",
        "(?ix: # [\n)",
        "a\n?(b\n)",
    ],
)
def test_what_may_be_a_regular_expression_passes(text: str) -> None:
    assert regular_expression_fault(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(", "opens a parenthesis"),
        ("(a|(b)", "opens a parenthesis"),
        ("(?:a", "opens a parenthesis"),
        ("(*positive_lookahead:a", "opens a parenthesis"),
        ("a)", "closes a parenthesis"),
        ("(a))(", "closes a parenthesis"),
        (r"\Qa\E)", "closes a parenthesis"),
        ("[", "opens a square bracket"),
        ("[a-z", "opens a square bracket"),
        ("[]", "opens a square bracket"),
        ("[^]", "opens a square bracket"),
        (r"[a\]", "opens a square bracket"),
        (r"[\Qa]", "opens a square bracket"),
        ("a\\", "ends in a backslash"),
        ("*.exe", "nothing that * could repeat"),
        ("?", "nothing that ? could repeat"),
        ("a|+", "nothing that + could repeat"),
        ("(+a)", "nothing that + could repeat"),
        ("(*a)", "nothing that * could repeat"),
    ],
)
def test_what_no_engine_would_read_is_refused(text: str, reason: str) -> None:
    assert reason in str(regular_expression_fault(text))


@pytest.mark.parametrize(
    "unit", ["(?#", "(*A:", "(*a", "[", r"[\Q", r"\Q", "\\", "(", "[^", "[[:a", "\\c", "(?"]
)
def test_a_hundred_thousand_of_anything_is_judged(unit: str) -> None:
    regular_expression_fault(unit * 100_000)
