"""Language tags (RFC 5646): well formed, and of subtags that the IANA registry holds.

A tag is language[-extlang][-script][-region][-variant...][-extension...][-private use], private use alone, or
one of the registry's whole tags. Letter case does not matter. Beyond the RFC a three-letter code of
ISO 639-2 may stand for a language that has a two-letter one (`eng`), as in the field.
"""

import re
import tomllib
from importlib.resources import files

_KINDS = {
    kind: frozenset(codes.split())
    for kind, codes in tomllib.loads(
        files(__package__).joinpath("standard/language_subtags.toml").read_text("utf-8")
    ).items()
}
_LANGUAGES = _KINDS["language"] | _KINDS["iso639-2"]
_TAG = re.compile(
    r"""(?P<language>[a-z]{2,3}) (?:-(?P<extlang>[a-z]{3}))? (?:-(?P<script>[a-z]{4}))?
        (?:-(?P<region>[a-z]{2}|\d{3}))? (?P<variants>(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*)
        (?:-[a-wyz\d](?:-[a-z\d]{2,8})+)* (?:-x(?:-[a-z\d]{1,8})+)?""",
    re.VERBOSE | re.ASCII,
)
_PRIVATE_TAG = re.compile(r"x(?:-[a-z\d]{1,8})+", re.ASCII)
_PRIVATE_SUBTAG = {
    "language": re.compile(r"q[a-t][a-z]"),
    "script": re.compile(r"qa[ab][a-x]"),
    "region": re.compile(r"q[m-z]|x[a-z]"),
}


def language_tag_fault(text: str) -> str | None:
    """Why `text` is no language tag, None where it is one.

    >>> language_tag_fault("pt-BR")
    >>> language_tag_fault("english")
    '"english" is no language tag of RFC 5646: write one like en, pt-BR or zh-Hant'
    """
    tag = text.lower()
    if tag in _LANGUAGES or tag in _KINDS["grandfathered"] or _PRIVATE_TAG.fullmatch(tag):
        return None
    parts = _TAG.fullmatch(tag)
    if parts is None:
        return f'"{text[:60]}" is no language tag of RFC 5646: write one like en, pt-BR or zh-Hant'
    for kind, known in (
        ("language", _LANGUAGES),
        ("extlang", _KINDS["extlang"]),
        ("script", _KINDS["script"]),
        ("region", _KINDS["region"]),
    ):
        private = _PRIVATE_SUBTAG.get(kind)
        subtag = parts[kind]
        if subtag and subtag not in known and not (private and private.fullmatch(subtag)):
            return f'"{text[:60]}" is no language tag: no {kind} {subtag} is registered'
    return _variants_fault(text, parts["variants"].split("-")[1:])


def _variants_fault(text: str, variants: list[str]) -> str | None:
    for place, variant in enumerate(variants):
        if variant not in _KINDS["variant"]:
            return f'"{text[:60]}" is no language tag: no variant {variant} is registered'
        if variant in variants[:place]:
            return f'"{text[:60]}" is no language tag: it names the variant {variant} twice'
    return None
