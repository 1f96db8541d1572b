"""Observable values of all forms, and the ways in which reports defang them."""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_label = st.text(_LETTERS + "0123456789", min_size=1, max_size=12)
_top = st.text(_LETTERS, min_size=2, max_size=6)
domains = st.builds(
    lambda labels, top: ".".join([*labels, top]), st.lists(_label, min_size=1, max_size=3), _top
)
ipv4 = st.ip_addresses(v=4).map(str)
ipv6 = st.ip_addresses(v=6).map(str)
_path = st.text(_LETTERS + _LETTERS.upper() + "0123456789/-_=%~", max_size=30)
urls = st.builds(
    lambda scheme, host, port, path, end: f"{scheme}://{host}{port}/{path}{end}",
    st.sampled_from(["http", "https", "ftp"]),
    st.one_of(domains, ipv4),
    st.sampled_from(["", ":8080"]),
    _path,
    st.sampled_from(_LETTERS + "/"),
)
_local = st.builds("{}{}{}".format, _label, st.text(_LETTERS + ".+-_", max_size=10), _label)
emails = st.builds("{}@{}".format, _local, domains)
hashes = st.sampled_from([32, 40, 56, 64, 96, 128]).flatmap(
    lambda digits: st.text("0123456789abcdef", min_size=digits, max_size=digits)
)

_DEFANGINGS: Mapping[str, Callable[[str], str]] = {
    "not at all": lambda value: value,
    "dots in brackets": lambda value: value.replace(".", "[.]"),
    "dots in parentheses": lambda value: value.replace(".", "(.)"),
    "dots in braces": lambda value: value.replace(".", "{.}"),
    "dots as words": lambda value: value.replace(".", "[dot]").replace("@", "[at]"),
    "parentheses": lambda value: value.replace(".", "(dot)").replace("@", "(at)"),
    "the last dot": lambda value: "[.]".join(value.rsplit(".", 1)),
    "scheme": lambda value: value.replace("http", "hxxp", 1).replace("ftp", "fxp", 1),
    "loud scheme": lambda value: value.replace("http", "hXXp", 1).replace("://", "[:]//", 1),
    "separator": lambda value: value.replace("http", "hxxp", 1).replace("://", "[://]", 1),
    "all signs": lambda value: value.replace(".", "[.]").replace("@", "[@]").replace("://", "[:]//"),
    "angles": lambda value: f"<{value}>,",
    "quotes": lambda value: f"“{value}”.",
    "in a sentence": lambda value: f"({value}).",
}
defangings = st.sampled_from(sorted(_DEFANGINGS))


def defanged(value: str, way: str) -> str:
    """The value as a report would have it."""
    return _DEFANGINGS[way](value)
