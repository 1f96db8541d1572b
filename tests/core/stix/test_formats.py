"""The text forms that properties bind."""

import tracemalloc

import pytest

from opsroom.core.stix import formats

SOUND = {
    formats.domain_name_fault: [
        "example.com",
        "EXAMPLE.com.",
        "localhost",
        "_dmarc.example.com",
        "xn--bcher-kva.example",
        "bücher.example",
        "हिन्दी.example",
        "r3---sn-x.example.com",
        ".".join(["a" * 63] * 3 + ["a" * 61]),
    ],
    formats.ipv4_fault: ["0.0.0.0", "255.255.255.255", "10.2.4.5/24", "10.0.0.0/0"],
    formats.ipv6_fault: ["::", "::1/128", "2001:0DB8:85a3:0000:0000:8a2e:0370:7334", "::ffff:1.2.3.4"],
    formats.mac_fault: ["00:00:ab:cd:ef:01"],
    formats.email_fault: [
        "jane.smith@example.com",
        '"jane smith"@example.com',
        "j@[192.0.2.1]",
        "jé@bücher.example",
    ],
    formats.url_fault: [
        "https://example.com",
        "http://user:pw@[2001:db8::1]:8080/a/b;c=1?d=%20&e=/#f?",
        "ftp://example.com/x",
        "file:///etc/passwd",
        "mailto:jo@example.com",
    ],
    formats.base64_fault: ["", "AAAA", "AAA=", "AA==", "+/+/"],
    formats.hex_fault: ["00", "0123456789abcdef"],
    formats.cpe_fault: [
        "cpe:2.3:a:a\\+b:c_d:1.0:*:*:en-us:-:*:x64:*",
        "cpe:2.3:o:linux:kernel:2.6.?:*:*:*:*:*:*:*",
    ],
    formats.character_set_fault: ["UTF-8", "windows-1252", "ISO-8859-6-I", "US-ASCII", "Shift_JIS"],
    formats.property_name_fault: ["abc", "x_1", "a" * 250],
    formats.relationship_type_fault: ["uses", "likes-42"],
}
FAULTY = {
    formats.domain_name_fault: [
        "",
        ".",
        "a..b",
        "a-.b",
        "a b.c",
        "a/b",
        "a" * 64,
        ".".join(["a" * 63] * 4),
        "é" * 63,
    ],
    formats.ipv4_fault: ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "１.2.3.4"],
    formats.ipv6_fault: ["", ":::", "::1/129", "::1/", "fe80::1%eth0", "1.2.3.4", "::1/٣"],
    formats.mac_fault: ["", "00:00:AB:CD:EF:01", "0:0:ab:cd:ef:1", "0000.abcd.ef01", "00:00:ab:cd:ef"],
    formats.email_fault: ["", "jo", "@example.com", "jo@", "Jo <jo@example.com>", "a b@example.com", "a@b@c"],
    formats.url_fault: [
        "",
        "example.com",
        "http://",
        "https:///p",
        "http://a b",
        "http://a/%zz",
        "http://é.com",
        "//a/b",
    ],
    formats.base64_fault: ["A", "AA", "AA=", "AAAA\n", "AA-_", "A==="],
    formats.hex_fault: ["", "0", "0A", "0x00"],
    formats.cpe_fault: [
        "cpe:/a:b:c",
        "cpe:2.3:a:b:c:1",
        "cpe:2.3:x:b:c:1:*:*:*:*:*:*:*",
        "cpe:2.3:a:b+:c:1:*:*:*:*:*:*:*",
    ],
    formats.character_set_fault: ["latin1", "cp1252", "ISO_8859-1:1987", "no-such-set"],
    formats.property_name_fault: ["ab", "1ab", "_ab", "aBc", "a-b", "a b", "äbc", "a" * 251],
    formats.relationship_type_fault: ["", "Uses", "used_by", "a b"],
}


@pytest.mark.parametrize(
    ("fault_of", "text"), [(one, text) for one, texts in SOUND.items() for text in texts]
)
def test_text_of_the_form_passes(fault_of: formats.TextFault, text: str) -> None:
    assert fault_of(text) is None


@pytest.mark.parametrize(
    ("fault_of", "text"), [(one, text) for one, texts in FAULTY.items() for text in texts]
)
def test_other_text_is_refused(fault_of: formats.TextFault, text: str) -> None:
    assert fault_of(text)


@pytest.mark.parametrize(
    ("algorithm", "text"),
    [
        ("MD5", "a" * 32),
        ("SHA-1", "A" * 40),
        ("SHA-256", "0" * 64),
        ("SHA-512", "0" * 128),
        ("SHA3-256", "0" * 64),
        ("SHA3-512", "0" * 128),
        ("SSDEEP", "6144:BvqbV6zoA5yJJ1+/:BvuVy5"),
        ("SSDEEP", "3::"),
        ("TLSH", "T1" + "A" * 70),
        ("x_foo_hash", "anything"),
    ],
)
def test_hash_of_its_algorithm_passes_and_a_longer_one_does_not(algorithm: str, text: str) -> None:
    assert formats.hash_fault(algorithm, text) is None
    assert formats.hash_fault(algorithm, text + "!") or algorithm == "x_foo_hash"


@pytest.mark.parametrize(
    "name", ["md5", "MD-5", "sha256", "SHA256", "Sha-256", "SHA_256", "sha3256", "ssdeep"]
)
def test_algorithm_of_the_standard_is_spelt_as_there(name: str) -> None:
    assert formats.hash_name_fault(name, listed=False)


def test_other_algorithms_stand_where_the_vocabulary_is_open() -> None:
    assert formats.hash_name_fault("SHA-224", listed=False) is None
    assert formats.hash_name_fault("SHA-224", listed=True)
    assert formats.hash_name_fault("SHA-256", listed=True) is None


def test_a_large_payload_is_looked_at_in_place() -> None:
    whole, cut, octets = "QUJD" * 500_000, "QUJD" * 500_000 + "=", "ab" * 500_000
    tracemalloc.start()
    assert formats.base64_fault(whole) is formats.hex_fault(octets) is None
    assert formats.base64_fault(cut) is not None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(whole) / 10
