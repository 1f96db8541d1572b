"""Settings: where they come from, what is refused, that all of them are documented, that none widens by absence."""

from pathlib import Path

import pytest

from opsroom.config import TABLE, Effective, is_loopback, load
from opsroom.errors import Malformed

REFERENCE = Path(__file__).parent.parent / "docs" / "reference" / "settings.md"


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    path = Path("some.toml")
    path.write_text(text)
    return path


def faults(
    config: Path | None = None, given: dict[str, object] | None = None, **environ: str
) -> dict[str, str]:
    with pytest.raises(Malformed) as caught:
        load(config, given=given, environ=environ)
    return {fault.path: fault.reason for fault in caught.value.faults}


def test_every_setting_is_documented() -> None:
    text = REFERENCE.read_text()
    for row in TABLE:
        assert f"| `{row.key}` | `{row.variable}` |" in text, f"{row.key}: `make reference` writes the page"
        assert row.about in text


def test_every_field_of_the_settings_is_a_row_of_the_table() -> None:
    found = load(environ={}).settings
    assert [row.key for row in TABLE] == list(type(found).__dataclass_fields__)


def test_defaults_serve_this_machine_alone() -> None:
    settings = load(environ={}).settings
    assert (settings.host, settings.port) == ("127.0.0.1", 8420)
    assert is_loopback(settings.host)


def test_the_command_line_wins_over_the_environment_and_that_over_the_file() -> None:
    config = written('port = 1\ntitle = "file"\nread_timeout = 5\n')
    environ = {"OPSROOM_PORT": "2", "OPSROOM_TITLE": "environment"}
    found = load(config, given={"port": 3, "title": None}, environ=environ)
    assert (found.settings.port, found.settings.title, found.settings.read_timeout) == (3, "environment", 5)
    origins = [found.origins[key] for key in ("port", "title", "read_timeout", "host")]
    assert origins == ["command line", "OPSROOM_TITLE", "some.toml", "default"]


def test_the_file_is_found_by_name_by_variable_or_where_we_are() -> None:
    def title(found: Effective) -> str:
        return found.settings.title

    Path("opsroom.toml").write_text('title = "here"')
    written('title = "named"')
    assert title(load(environ={})) == "here"
    assert title(load(environ={"OPSROOM_CONFIG": "some.toml"})) == "named"
    assert title(load(Path("some.toml"), environ={"OPSROOM_CONFIG": "other.toml"})) == "named"


def test_a_named_file_that_is_missing_is_a_fault() -> None:
    assert faults(Path("gone.toml")) == {"gone.toml": "there is no such file"}
    assert faults(OPSROOM_CONFIG="gone.toml") == {"gone.toml": "there is no such file"}


def test_every_fault_is_reported_at_once_with_its_place() -> None:
    config = written('port = "many"\ncolour = "red"\npage_size = true\n')
    found = faults(config, {"host": 7}, OPSROOM_READ_TIMEOUT="0", OPSROOM_PORTS="1")
    assert set(found) == {
        *("some.toml: port", "some.toml: colour", "some.toml: page_size"),
        *("--host", "OPSROOM_READ_TIMEOUT", "OPSROOM_PORTS"),
    }


def test_a_file_that_is_no_toml_is_a_fault() -> None:
    assert "cannot be read" in faults(written("port 1"))["some.toml"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "localhost.example.org"])
def test_other_addresses_than_loopback_take_tls(host: str) -> None:
    assert "host" in faults(given={"host": host})
    assert load(given={"host": host, "behind_tls_proxy": True}, environ={}).settings.host == host
    Path("cert.pem").touch()
    Path("key.pem").touch()
    tls = {"tls_cert": "cert.pem", "tls_key": "key.pem"}
    assert load(given={"host": host, **tls}, environ={}).settings.host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_loopback_takes_no_tls(host: str) -> None:
    assert load(given={"host": host}, environ={}).settings.host == host


def test_a_certificate_goes_with_its_key_and_both_are_files() -> None:
    Path("cert.pem").touch()
    assert "tls_cert" in faults(given={"tls_cert": "cert.pem"})
    assert set(faults(given={"tls_cert": "no.pem", "tls_key": "none.pem"})) == {"--tls_cert", "--tls_key"}


def test_flags_of_the_environment_are_words() -> None:
    assert load(environ={"OPSROOM_BEHIND_TLS_PROXY": "true"}).settings.behind_tls_proxy
    assert not load(environ={"OPSROOM_BEHIND_TLS_PROXY": "false"}).settings.behind_tls_proxy
    assert "OPSROOM_BEHIND_TLS_PROXY" in faults(OPSROOM_BEHIND_TLS_PROXY="yes")


def test_a_page_is_no_larger_than_the_largest() -> None:
    assert "page_size" in faults(given={"page_size": 11, "page_size_max": 10})


@pytest.mark.parametrize("url", ["http://example.org", "example.org", "https://example.org/?x=1", "https://"])
def test_api_roots_are_named_by_https_or_by_their_path(url: str) -> None:
    assert "--public_url" in faults(given={"public_url": url})
    found = load(given={"public_url": "https://example.org/opsroom/"}, environ={})
    assert found.settings.public_url == "https://example.org/opsroom"


def test_a_token_without_a_server_is_told_apart_from_a_misspelt_setting() -> None:
    with pytest.raises(Malformed) as caught:
        load(environ={"OPSROOM_TOKEN": "anything", "OPSROOM_PORTS": "1"})
    said = {one.path: one.reason for one in caught.value.faults}
    assert "set OPSROOM_URL too" in said["OPSROOM_TOKEN"]
    assert "is no setting" in said["OPSROOM_PORTS"]


def test_variables_of_the_tests_are_no_settings() -> None:
    load(environ={"OPSROOM_TEST_PG_DSN": "anything", "PATH": "/bin"})


def test_a_server_has_a_title_and_an_address() -> None:
    assert set(faults(given={"title": " ", "host": ""})) == {"--title", "--host"}
