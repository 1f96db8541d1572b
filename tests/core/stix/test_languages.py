"""Language tags of RFC 5646."""

import pytest

from opsroom.core.stix.languages import language_tag_fault


@pytest.mark.parametrize(
    "tag",
    [
        "en",
        "EN",
        "el",
        "eng",
        "pt-BR",
        "es-419",
        "zh-Hant-TW",
        "zh-yue-HK",
        "zh-cmn-Hans-CN",
        "sl-rozaj-biske-1994",
        "de-CH-1996",
        "en-a-myext-b-another",
        "de-DE-u-co-phonebk",
        "fr-Latn-CA-x-quebec",
        "x-whatever",
        "qaa-Qaaa-QM-x-southern",
        "i-klingon",
        "zh-min-nan",
        "sgn-BE-FR",
    ],
)
def test_registered_tag_passes(tag: str) -> None:
    assert language_tag_fault(tag) is None


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "e",
        "english",
        "en_US",
        "en-",
        "-en",
        "en--US",
        "en-US-GB",
        "xx",
        "en-UK",
        "en-Abcd",
        "en-abc",
        "de-9999",
        "de-1996-1996",
        "en-x",
        "en-a",
        " en",
        "en\n",
        "éé",
    ],
)
def test_other_tag_is_refused(tag: str) -> None:
    assert language_tag_fault(tag)
