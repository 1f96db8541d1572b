"""Media types and content negotiation (TAXII 2.1 section 1.6.8, RFC 9110 section 12.5.1)."""

TAXII = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"

_NAME = "application/taxii+json"
_VERSIONS = (None, "2.1")


def accepted(header: str | None) -> bool:
    """Whether an `Accept` header admits TAXII 2.1; an absent one admits everything.

    >>> accepted("text/html, application/taxii+json;version=2.1")
    True
    >>> accepted("application/taxii+json;version=2.0")
    False
    """
    return not header or any(_admits(one) for one in header.split(","))


def is_taxii(header: str | None) -> bool:
    """Whether a `Content-Type` header says TAXII 2.1.

    >>> is_taxii("application/taxii+json"), is_taxii("application/json")
    (True, False)
    """
    name, parameters = _parsed(header or "")
    return name == _NAME and parameters.get("version") in _VERSIONS


def _admits(media_range: str) -> bool:
    name, parameters = _parsed(media_range)
    refused = parameters.get("q", "1").rstrip("0") in ("", "0.")
    return name in (_NAME, "application/*", "*/*") and parameters.get("version") in _VERSIONS and not refused


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    name, *rest = (part.strip().lower() for part in text.split(";"))
    pairs = (part.partition("=") for part in rest)
    return name, {key.strip(): value.strip().strip('"') for key, _, value in pairs}
