"""One sound object of every STIX 2.1 type, each with most of the properties that its type has."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

UUID = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
MARKING = f"marking-definition--{UUID}"
IDENTITY = f"identity--{UUID}"
EXTENSION = f"extension-definition--{UUID}"
SHA256 = "aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f"


def versioned(type: str, **properties: object) -> Json:
    """A domain, relationship or meta object with its common properties."""
    return {
        "type": type,
        "spec_version": "2.1",
        "id": f"{type}--{UUID}",
        "created": "2026-03-01T10:00:00.000Z",
        "modified": "2026-03-02T10:00:00.000Z",
        **properties,
    }


def observable(type: str, **properties: object) -> Json:
    """A cyber-observable object."""
    return {"type": type, "spec_version": "2.1", "id": f"{type}--{UUID}", **properties}


def ref(type: str) -> str:
    """A reference to an object of a type."""
    return f"{type}--{UUID}"


_PHASES = [{"kill_chain_name": "lockheed-martin", "phase_name": "delivery"}]
_SEEN = {"first_seen": "2026-01-01T00:00:00Z", "last_seen": "2026-01-02T00:00:00Z"}

_DOMAIN = [
    versioned(
        "attack-pattern",
        created_by_ref=IDENTITY,
        revoked=False,
        labels=["phishing"],
        confidence=85,
        lang="en",
        external_references=[
            {"source_name": "capec", "external_id": "CAPEC-163"},
            {"source_name": "acme", "url": "https://example.com/report", "hashes": {"SHA-256": SHA256}},
        ],
        object_marking_refs=[MARKING],
        granular_markings=[
            {"marking_ref": MARKING, "selectors": ["name", "external_references.[1].hashes.SHA-256"]},
            {"lang": "fr", "selectors": ["aliases.[0]"]},
        ],
        extensions={EXTENSION: {"extension_type": "property-extension", "rank": 5}},
        name="Spear phishing",
        description="",
        aliases=["Hameçonnage"],
        kill_chain_phases=_PHASES,
    ),
    versioned("campaign", name="Green Group", aliases=["GG"], **_SEEN, objective="steal"),
    versioned("course-of-action", name="Close port 23", description="Close it."),
    versioned("grouping", context="suspicious-activity", object_refs=[ref("indicator"), ref("sighting")]),
    versioned(
        "identity",
        name="ACME",
        roles=["CERT"],
        identity_class="organization",
        sectors=["energy"],
        contact_information="cert@example.com",
    ),
    versioned("incident", name="Incident 43", description="d"),
    versioned(
        "indicator",
        name="Bad address",
        indicator_types=["malicious-activity"],
        pattern="[ipv4-addr:value = '198.51.100.1']",
        pattern_type="stix",
        pattern_version="2.1",
        valid_from="2026-03-01T00:00:00Z",
        valid_until="2026-04-01T00:00:00Z",
        kill_chain_phases=_PHASES,
    ),
    versioned("infrastructure", name="C2", infrastructure_types=["command-and-control"], **_SEEN),
    versioned("intrusion-set", name="Bobcat", goals=["money"], resource_level="team", **_SEEN),
    versioned(
        "location", region="northern-europe", country="se", latitude=59, longitude=18.07, precision=100.0
    ),
    versioned(
        "malware",
        name="Cryptolocker",
        malware_types=["ransomware"],
        is_family=True,
        **_SEEN,
        operating_system_refs=[ref("software")],
        architecture_execution_envs=["x86"],
        implementation_languages=["c++"],
        capabilities=["emails-spam"],
        sample_refs=[ref("file"), ref("artifact")],
    ),
    versioned(
        "malware-analysis",
        product="anonymized",
        host_vm_ref=ref("software"),
        installed_software_refs=[ref("software")],
        modules=["unpacker"],
        submitted="2026-01-01T00:00:00Z",
        result="malicious",
        analysis_sco_refs=[ref("file")],
        sample_ref=ref("file"),
    ),
    versioned("note", content="See the report.", authors=["Jo"], object_refs=[ref("relationship"), MARKING]),
    versioned(
        "observed-data",
        first_observed="2026-01-01T00:00:00Z",
        last_observed="2026-01-01T00:00:00.000Z",
        number_observed=999_999_999,
        object_refs=[ref("ipv4-addr"), ref("relationship")],
    ),
    versioned("opinion", explanation="No.", opinion="strongly-disagree", object_refs=[ref("campaign")]),
    versioned(
        "report",
        name="Campaigns",
        report_types=["campaign"],
        published="2026-03-01T00:00:00Z",
        object_refs=[ref("campaign"), ref("language-content")],
    ),
    versioned(
        "threat-actor",
        name="Evil Org",
        threat_actor_types=["crime-syndicate"],
        roles=["director"],
        sophistication="advanced",
        primary_motivation="organizational-gain",
        secondary_motivations=["notoriety"],
        personal_motivations=["revenge"],
        **_SEEN,
    ),
    versioned("tool", name="VNC", tool_types=["remote-access"], tool_version="5", kill_chain_phases=_PHASES),
    versioned(
        "vulnerability",
        name="CVE-2016-1234",
        external_references=[{"source_name": "cve", "external_id": "CVE-2016-1234"}],
    ),
    versioned(
        "relationship",
        relationship_type="likes-42",
        source_ref=ref("indicator"),
        target_ref=ref("x-thing"),
        start_time="2026-01-01T00:00:00Z",
        stop_time="2026-01-01T00:00:00.1Z",
    ),
    versioned(
        "sighting",
        sighting_of_ref=ref("indicator"),
        observed_data_refs=[ref("observed-data")],
        where_sighted_refs=[IDENTITY, ref("location")],
        count=0,
        summary=False,
        **_SEEN,
    ),
]

_META = [
    versioned(
        "language-content",
        object_ref=ref("campaign"),
        object_modified="2026-01-01T00:00:00.000Z",
        contents={"de": {"name": "Grüne", "aliases": ["", "GG"]}, "zh-Hant": {"objective": "x"}},
    ),
    {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{UUID}",
        "created": "2026-03-01T10:00:00.000Z",
        "created_by_ref": IDENTITY,
        "name": "Copyright",
        "definition_type": "statement",
        "definition": {"statement": "Copyright 2026, Example Corp"},
    },
    versioned(
        "extension-definition",
        created_by_ref=IDENTITY,
        name="Ranks",
        schema="https://example.com/schema.json",
        version="1.0.0",
        extension_types=["new-sdo", "toplevel-property-extension"],
        extension_properties=["rank", "x_toxicity"],
    ),
]

_OBSERVABLES = [
    observable(
        "artifact",
        mime_type="image/jpeg",
        payload_bin="iVBORw0KGgo=",
        hashes={"MD5": "3773a88f65a5e780c8dff9cdc3a056f3"},
        encryption_algorithm="mime-type-indicated",
        decryption_key="infected",
        defanged=True,
    ),
    observable("autonomous-system", number=15139, name="Slime", rir="ARIN"),
    observable("directory", path="C:\\Temp", path_enc="windows-1252", contains_refs=[ref("file")]),
    observable("domain-name", value="bücher.example", resolves_to_refs=[ref("ipv6-addr")]),
    observable("email-addr", value="jo@example.com", display_name="Jo", belongs_to_ref=ref("user-account")),
    observable(
        "email-message",
        is_multipart=True,
        date="2026-01-01T00:00:00Z",
        from_ref=ref("email-addr"),
        to_refs=[ref("email-addr")],
        subject="Hello",
        received_lines=["from mail.example.com"],
        additional_header_fields={"Reply-To": ["jo@example.com"]},
        body_multipart=[
            {"content_type": "text/plain", "body": "Hi"},
            {"content_type": "image/png", "body_raw_ref": ref("artifact")},
        ],
        raw_email_ref=ref("artifact"),
    ),
    observable(
        "file",
        name="foo.pdf",
        name_enc="UTF-8",
        size=2**53 - 1,
        hashes={"SHA-256": SHA256.upper(), "SSDEEP": "3:abc:de", "TLSH": "A" * 70, "IMPHASH": "x"},
        magic_number_hex="504b0304",
        parent_directory_ref=ref("directory"),
        contains_refs=[ref("url")],
        content_ref=ref("artifact"),
        extensions={
            "archive-ext": {"contains_refs": [ref("file")], "comment": "c"},
            "ntfs-ext": {"alternate_data_streams": [{"name": "second", "size": 0}]},
            "pdf-ext": {"is_optimized": True, "document_info_dict": {"Title": "t"}},
            "raster-image-ext": {"exif_tags": {"Make": "N", "XResolution": 4928}},
            "windows-pebinary-ext": {
                "pe_type": "exe",
                "time_date_stamp": "2016-01-22T12:31:12Z",
                "optional_header": {"magic_hex": "010b"},
                "sections": [{"name": "CODE", "entropy": 0.061}],
            },
        },
    ),
    observable("ipv4-addr", value="198.51.100.0/24", belongs_to_refs=[ref("autonomous-system")]),
    observable("ipv6-addr", value="2001:db8::/96", resolves_to_refs=[ref("mac-addr")]),
    observable("mac-addr", value="d2:fb:49:24:37:18"),
    observable("mutex", name="__CLEANSWEEP__"),
    observable(
        "network-traffic",
        start="2026-01-01T00:00:00Z",
        end="2026-01-01T00:00:00Z",
        is_active=False,
        src_ref=ref("ipv4-addr"),
        dst_ref=ref("domain-name"),
        src_port=0,
        dst_port=65535,
        protocols=["ipv4", "tcp", "http"],
        src_byte_count=35779,
        ipfix={"minimumIpTotalLength": 32, "maximumIpTotalLength": "2556"},
        encapsulates_refs=[ref("network-traffic")],
        src_payload_ref=ref("artifact"),
        extensions={
            "http-request-ext": {
                "request_method": "get",
                "request_value": "/",
                "request_header": {"User-Agent": ["Mozilla/5.0"]},
                "message_body_data_ref": ref("artifact"),
            },
            "icmp-ext": {"icmp_type_hex": "08", "icmp_code_hex": "00"},
            "socket-ext": {
                "address_family": "AF_INET",
                "options": {"SO_LINGER": 5},
                "socket_type": "SOCK_RAW",
            },
            "tcp-ext": {"src_flags_hex": "00000002"},
        },
    ),
    observable(
        "process",
        pid=0,
        environment_variables={"PATH": "/bin"},
        opened_connection_refs=[ref("network-traffic")],
        creator_user_ref=ref("user-account"),
        image_ref=ref("file"),
        child_refs=[ref("process")],
        extensions={
            "windows-process-ext": {"startup_info": {"cb": 68}, "integrity_level": "low"},
            "windows-service-ext": {
                "start_type": "SERVICE_AUTO_START",
                "service_dll_refs": [ref("file")],
                "service_type": "SERVICE_WIN32_OWN_PROCESS",
                "service_status": "SERVICE_RUNNING",
            },
        },
    ),
    observable(
        "software", name="Word", cpe="cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*", languages=["en", "eng"]
    ),
    observable("url", value="https://user@example.com:8443/a?q=%20#f"),
    observable(
        "user-account",
        user_id="1001",
        account_type="unix",
        is_disabled=False,
        account_created="2016-01-20T12:31:12Z",
        extensions={"unix-account-ext": {"gid": 1001, "groups": ["wheel"]}},
    ),
    observable(
        "windows-registry-key",
        key="HKEY_LOCAL_MACHINE\\System",
        values=[{"name": "", "data": "x", "data_type": "REG_SZ"}],
        number_of_subkeys=0,
    ),
    observable(
        "x509-certificate",
        serial_number="36:f7",
        validity_not_before="2016-03-12T12:00:00Z",
        subject_public_key_exponent=65537,
        x509_v3_extensions={"basic_constraints": "CA:TRUE"},
    ),
]

EXAMPLES: dict[str, Json] = {one["type"]: one for one in [*_DOMAIN, *_META, *_OBSERVABLES]}
