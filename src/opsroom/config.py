"""Settings: what they are, where they come from, what is wrong with them.

One table (`TABLE`) drives reading, `opsroom config check` and docs/reference/settings.md.

1. A setting comes from the command line, else the environment (`OPSROOM_PORT`), else `opsroom.toml`, else its
   default.
2. Every fault is reported at once; a name that is not in the table is a fault.
3. What is missing never widens: without TLS, or a proxy that is said to do it, only loopback is served.
"""

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from opsroom.core.reading import kind_of
from opsroom.core.timestamps import Duration, parse_duration
from opsroom.errors import Fault, Malformed

FILE = "opsroom.toml"
PREFIX = "OPSROOM_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
PASSPHRASE_VARIABLE = f"{PREFIX}KEY_PASSPHRASE"
"""The passphrase of private keys. It is no setting: it would be shown and written to files."""
TEST_PREFIX = f"{PREFIX}TEST_"
"""Variables of the test suite, which are no settings."""
OTHERS = frozenset({CONFIG_VARIABLE, PASSPHRASE_VARIABLE})
OF_A_SERVER = frozenset({f"{PREFIX}URL", f"{PREFIX}TOKEN"})
"""What the command takes to ask a server; they are no settings of a node."""
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. Sizes in bytes, `read_timeout` in seconds."""

    data: Path
    host: str
    port: int
    behind_tls_proxy: bool
    tls_cert: Path | None
    tls_key: Path | None
    max_body_bytes: int
    max_upload_bytes: int
    max_objects_per_post: int
    page_size: int
    page_size_max: int
    read_timeout: int
    requests_per_minute: int
    streams_at_once: int
    log_level: str
    public_url: str
    title: str
    description: str
    contact: str
    token_lifetime: Duration


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `read` turns what is written into the value, or says what is wrong (ValueError)."""

    key: str
    default: str | int | bool
    read: Callable[[object], object]
    about: str

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return PREFIX + self.key.upper()


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings in force, and for each of them what was written and where it comes from."""

    settings: Settings
    written: Mapping[str, object] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"text is wanted here, not {kind_of(value)}")


def _some_text(value: object) -> str:
    if _text(value).strip():
        return _text(value)
    raise ValueError("must not be empty")


def _path(value: object) -> Path:
    if not _text(value):
        raise ValueError("the name of a directory or file is wanted here")
    return Path(_text(value))


def _file(value: object) -> Path | None:
    if not _text(value):
        return None
    if not _path(value).is_file():
        raise ValueError(f'there is no file "{value}"')
    return _path(value)


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        found = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        if isinstance(found, int) and not isinstance(found, bool) and least <= found <= most:
            return found
        raise ValueError(f"a whole number from {least} to {most} is wanted here")

    return read


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise ValueError("true or false is wanted here")


def _log_level(value: object) -> str:
    if _text(value) in LOG_LEVELS:
        return _text(value)
    raise ValueError(f'"{value}" is not one of {", ".join(LOG_LEVELS)}')


def _url(value: object) -> str:
    found = urlsplit(_text(value))
    if _text(value) and (found.scheme != "https" or not found.netloc or found.query or found.fragment):
        raise ValueError("write it like https://taxii.example.org, without a query")
    return _text(value).rstrip("/")


def _duration(value: object) -> Duration:
    found = parse_duration(_text(value))
    if found == Duration():
        raise ValueError("must be longer than nothing")
    return found


TABLE = (
    Setting("data", "opsroom-data", _path, "The directory that the node keeps everything in."),
    Setting("host", "127.0.0.1", _some_text, "The address to listen on. Anything but loopback takes TLS."),
    Setting("port", 8420, _whole(1, 65535), "The port to listen on."),
    Setting(
        "behind_tls_proxy",
        False,
        _flag,
        "Say true where a proxy in front does TLS, to listen on other addresses than loopback without it.",
    ),
    Setting("tls_cert", "", _file, "The certificate chain of the server, as a PEM file."),
    Setting("tls_key", "", _file, "The private key of that certificate, as a PEM file."),
    Setting(
        "max_body_bytes",
        52_428_800,
        _whole(1024, 2**40),
        "The largest body that is accepted, in bytes; TAXII announces it as max_content_length.",
    ),
    Setting(
        "max_upload_bytes",
        2**32,
        _whole(1024, 2**50),
        "The largest file that may be contributed through the API, in bytes; it is kept on disk meanwhile.",
    ),
    Setting("max_objects_per_post", 50_000, _whole(1, 10**9), "How many objects one POST may carry."),
    Setting(
        "page_size", 1000, _whole(1, 10**6), "How many objects a page has when the client names no limit."
    ),
    Setting(
        "page_size_max", 10_000, _whole(1, 10**6), "How many objects a page has at most, whatever is asked."
    ),
    Setting("read_timeout", 30, _whole(1, 3600), "How many seconds a client may take to send a request."),
    Setting(
        "requests_per_minute",
        60_000,
        _whole(0, 10**9),
        "How many requests one credential may make in a minute; 0 for no limit.",
    ),
    Setting("streams_at_once", 32, _whole(1, 10**6), "How many streams one credential may have open."),
    Setting("log_level", "info", _log_level, f"How much is logged: {', '.join(LOG_LEVELS)}."),
    Setting(
        "public_url",
        "",
        _url,
        "Where clients reach the server (https://…); without it discovery names API roots by their path.",
    ),
    Setting("title", "opsroom", _some_text, "What TAXII discovery calls the server."),
    Setting("description", "", _text, "What TAXII discovery says of the server."),
    Setting("contact", "", _text, "Whom TAXII discovery names to turn to."),
    Setting(
        "token_lifetime",
        "P1Y",
        _duration,
        "How long a new token holds where nothing else is said (ISO 8601).",
    ),
)
_ROWS = {row.key: row for row in TABLE}


def load(
    config: Path | None = None,
    *,
    given: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Effective:
    """The settings in force. `given` is what the command line says. Malformed names every fault."""
    variables = os.environ if environ is None else environ
    faults: list[Fault] = []
    written: dict[str, object] = {row.key: row.default for row in TABLE}
    origins = dict.fromkeys(written, "default")
    for key, value, origin in [
        *_of_file(config, variables, faults),
        *_of_environment(variables, faults),
        *((key, value, "command line") for key, value in (given or {}).items() if value is not None),
    ]:
        written[key], origins[key] = value, origin
    values: dict[str, Any] = {}
    for key, row in _ROWS.items():
        try:
            values[key] = row.read(written[key])
        except ValueError as error:
            faults.append(Fault(_named(key, origins[key]), str(error)))
    if not faults:
        faults += _contradictions(Settings(**values))
    if faults:
        raise Malformed(faults)
    return Effective(Settings(**values), written, origins)


def reference() -> str:
    """docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        f"From the command line, else the environment, else `{FILE}` (the file that `--config` or",
        f"`{CONFIG_VARIABLE}` names, else the one in the working directory), else the default. A name that is",
        "not listed here is refused. `opsroom config check` shows what is in force and where it comes from.",
        "This page is written by `opsroom reference settings`.",
        "",
        "| setting | environment | default | what it is |",
        "|---|---|---|---|",
    ]
    for row in TABLE:
        default = str(row.default).lower() if isinstance(row.default, bool) else str(row.default)
        shown = f"`{default}`" if default else "–"
        lines.append(f"| `{row.key}` | `{row.variable}` | {shown} | {row.about} |")
    return "\n".join(lines) + "\n"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address. A name other than localhost could be anywhere."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _of_file(
    config: Path | None, variables: Mapping[str, str], faults: list[Fault]
) -> list[tuple[str, object, str]]:
    named = config or (Path(variables[CONFIG_VARIABLE]) if variables.get(CONFIG_VARIABLE) else None)
    path = named or Path(FILE)
    try:
        content = tomllib.loads(path.read_text())
    except FileNotFoundError:
        if named is not None:
            faults.append(Fault(str(path), "there is no such file"))
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault(str(path), f"cannot be read: {error}"))
        return []
    faults += [Fault(_named(key, str(path)), _unknown()) for key in content if key not in _ROWS]
    return [(key, value, str(path)) for key, value in content.items() if key in _ROWS]


def _of_environment(variables: Mapping[str, str], faults: list[Fault]) -> list[tuple[str, object, str]]:
    keys = {row.variable: row.key for row in TABLE}
    found: list[tuple[str, object, str]] = []
    for name in sorted(variables):
        if name in keys:
            found.append((keys[name], variables[name], name))
        elif name.startswith(PREFIX) and name not in OTHERS and not name.startswith(TEST_PREFIX):
            faults.append(Fault(name, _ELSEWHERE if name in OF_A_SERVER else _unknown()))
    return found


_ELSEWHERE = "is for asking a server, and this is done on the node here: unset it, or set OPSROOM_URL too"


def _unknown() -> str:
    return "is no setting; `opsroom reference settings` lists them"


def _named(key: str, origin: str) -> str:
    """The path of a fault: what a person would look for to mend it."""
    if origin.startswith(PREFIX):
        return origin
    return f"--{key}" if origin == "command line" else f"{origin}: {key}"


def _contradictions(settings: Settings) -> list[Fault]:
    faults: list[Fault] = []
    if settings.page_size > settings.page_size_max:
        faults.append(Fault("page_size", f"is more than page_size_max, {settings.page_size_max}"))
    if (settings.tls_cert is None) != (settings.tls_key is None):
        faults.append(Fault("tls_cert", "goes with tls_key; give both or none"))
    if not (is_loopback(settings.host) or settings.tls_cert or settings.behind_tls_proxy):
        faults.append(
            Fault(
                "host",
                f"{settings.host} can be reached from elsewhere: give tls_cert and tls_key, or say"
                " behind_tls_proxy = true where a proxy in front does TLS",
            )
        )
    return faults
