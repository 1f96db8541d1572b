"""Media types and content negotiation (TAXII 2.1 section 1.6.8, RFC 9110 section 12.5.1)."""

TAXII = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"

_NAME = "application/taxii+json"
_VERSIONS = (None, "2.1")
_RANGES = ("*/*", "application/*", _NAME)
"""The media ranges that the type lies in, the more specific later."""


def accepted(header: str | None) -> bool:
    """Whether an `Accept` header admits TAXII 2.1: of the ranges that fit, the most specific one decides.

    An absent header admits everything.

    >>> accepted("text/html, application/taxii+json;version=2.1")
    True
    >>> accepted("application/taxii+json;version=2.0"), accepted("application/taxii+json;q=0, */*")
    (False, False)
    """
    if not header:
        return True
    fitting = [found for one in header.split(",") if (found := _fitting(one)) is not None]
    return bool(fitting) and max(fitting)[1]


def is_taxii(header: str | None) -> bool:
    """Whether a `Content-Type` header says TAXII 2.1.

    >>> is_taxii("application/taxii+json"), is_taxii("application/json")
    (True, False)
    """
    name, parameters = _parsed(header or "")
    return name == _NAME and parameters.get("version") in _VERSIONS


def _fitting(media_range: str) -> tuple[int, bool] | None:
    """How specific a media range is and whether it admits; None where it is about something else."""
    name, parameters = _parsed(media_range)
    if name not in _RANGES or parameters.get("version") not in _VERSIONS:
        return None
    admits = parameters.get("q", "1").rstrip("0") not in ("", "0.")
    return _RANGES.index(name) + ("version" in parameters), admits


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    name, *rest = (part.strip().lower() for part in text.split(";"))
    pairs = (part.partition("=") for part in rest)
    return name, {key.strip(): value.strip().strip('"') for key, _, value in pairs}
