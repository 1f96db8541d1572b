"""Rules of single cyber-observable objects (STIX 2.1 section 6) that no table can say.

1. Values are in their native form, unless the object says that it is defanged (6.4, 6.5, 6.8 to 6.10, 6.15).
2. The id of an object that has none of the properties that ids are made of is a UUIDv4 (2.9).
3. A message that is multipart has no body, another no body_multipart; its header fields are decoded (6.6).
4. Traffic that is active has no end (6.12.1).
5. The hive of a registry key is written in full (6.17.1).
"""

import re
from collections.abc import Iterator

from opsroom.core.stix import formats
from opsroom.core.stix.findings import NOTHING, Finding, Findings, Properties, Rule, found
from opsroom.core.stix.formats import TextFault

NATIVE_FORMS: dict[str, TextFault] = {
    "domain-name": formats.domain_name_fault,
    "email-addr": formats.email_fault,
    "ipv4-addr": formats.ipv4_fault,
    "ipv6-addr": formats.ipv6_fault,
    "mac-addr": formats.mac_fault,
    "url": formats.url_fault,
}
"""The form of `value` by object type."""

CONTRIBUTING: dict[str, tuple[str, ...]] = {
    "email-message": ("from_ref", "subject", "body"),
    "process": (),
    "user-account": ("account_type", "user_id", "account_login"),
    "windows-registry-key": ("key", "values"),
    "x509-certificate": ("hashes", "serial_number"),
}
"""The properties that ids are made of, for the types that may have none of them."""

_UUID_VERSION = -22
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=")
_SHORT_HIVES = re.compile(r"(HKLM|HKCU|HKCR|HKU|HKCC|HKPD|HKDD)(?:\\|$)", re.IGNORECASE)


def native_value(fault_of: TextFault) -> Rule:
    """Rule 1 for one form."""

    def rule(properties: Properties) -> Findings:
        value = properties.get("value")
        if type(value) is not str or properties.get("defanged") is True:
            return NOTHING
        fault = fault_of(value)
        return found(fault, "value") if fault else NOTHING

    return rule


def random_id(contributing: tuple[str, ...]) -> Rule:
    """Rule 2 for one type."""

    def rule(properties: Properties) -> Findings:
        id = properties.get("id")
        if any(name in properties for name in contributing) or type(id) is not str:
            return NOTHING
        if id[_UUID_VERSION : _UUID_VERSION + 1] == "4":
            return NOTHING
        return found("must be a UUIDv4: the object has no property that an id could be made of", "id")

    return rule


def message_is_consistent(properties: Properties) -> Iterator[Finding]:
    """Rule 3."""
    multipart = properties.get("is_multipart")
    if multipart is True and "body" in properties:
        yield Finding("body", "a multipart message has body_multipart instead")
    if multipart is False and "body_multipart" in properties:
        yield Finding("body_multipart", "a message that is not multipart has body instead")
    fields = properties.get("additional_header_fields")
    texts = {name: properties.get(name) for name in ("subject", "content_type", "message_id")}
    for name, values in fields.items() if type(fields) is dict else ():
        texts |= {f"additional_header_fields.{name}[{place}]": value for place, value in enumerate(values)}
    for path, text in texts.items():
        if type(text) is str and _ENCODED_WORD.search(text):
            yield Finding(path, "is encoded (RFC 2047): write the text that it stands for")


def ended_is_not_active(properties: Properties) -> Findings:
    """Rule 4."""
    if properties.get("is_active") is True and "end" in properties:
        return found("traffic that is still active has no end", "end")
    return NOTHING


def hive_is_full(properties: Properties) -> Findings:
    """Rule 5."""
    key = properties.get("key")
    short = _SHORT_HIVES.match(key) if type(key) is str else None
    return found(f"write the hive in full, not {short[1]}", "key") if short else NOTHING
