"""`opsroom serve` as a process: what it prints, how it stops, what it refuses; and `opsroom config`."""

import json
import os
import signal
import socket
import ssl
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.serving.conftest import COMMAND, ServerProcess, shared_room


def run(*arguments: str, cwd: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        COMMAND + list(arguments),
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_first_start_prints_the_operators_credential_once(server: ServerProcess) -> None:
    server.options = ("--json",)
    server.start()
    status, out, _ = server.send(signal.SIGTERM)
    assert status == 0
    said = json.loads(out)
    assert said["address"] == f"{server.url}/taxii2/"
    assert said["operator"]["user"] == "operator"
    secret = said["operator"]["token"]
    assert len(secret) >= 43
    kept = b"".join(path.read_bytes() for path in server.data.iterdir())
    assert secret.encode() not in kept
    server.start()
    assert json.loads(server.send(signal.SIGINT)[1])["operator"] is None


def test_what_people_read_has_the_credential_and_the_address(server: ServerProcess) -> None:
    server.start()
    _, out, err = server.send(signal.SIGTERM)
    assert "operator" in out
    assert f"{server.url}/taxii2/" in out
    assert err == ""


def test_the_data_directory_is_its_owners_alone(server: ServerProcess) -> None:
    server.start()
    server.send(signal.SIGTERM)
    assert server.data.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in server.data.iterdir())


def test_a_request_that_has_begun_is_answered_before_the_end(server: ServerProcess) -> None:
    world = shared_room(server.data)
    token = world.token("alfa")
    path = f"/room/collections/{world.collection('all', 'incidents', 'room')}/objects/"
    world.node.close()
    server.start()
    assert server.process is not None
    head = (
        f"POST {path} HTTP/1.1\r\nHost: room\r\nAuthorization: Bearer {token}\r\nContent-Length: 15\r\n"
        "Content-Type: application/taxii+json\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
        server.process.send_signal(signal.SIGTERM)
        connection.sendall(b'{"objects":[1]}')
        assert connection.recv(1000).startswith(b"HTTP/1.1 202 ")
    assert server.process.wait(timeout=30) == 0


def test_open_streams_do_not_hold_up_the_end(server: ServerProcess) -> None:
    world = shared_room(server.data)
    token = world.token("alfa")
    world.node.close()
    server.start()
    assert server.process is not None
    streams = f"{server.url}/api/rooms/room/stream"
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", streams, headers=headers, timeout=30) as response:
        lines = response.iter_lines()
        assert next(lines) == "retry: 2000"
        server.process.send_signal(signal.SIGTERM)
        assert set(lines) <= {"", ":"}
        assert server.process.wait(timeout=30) == 0


def test_a_port_that_is_taken_is_refused_with_what_to_do(server: ServerProcess) -> None:
    server.start()
    second = run("serve", "--port", str(server.port), cwd=server.data.parent)
    assert second.returncode == 5
    assert "choose another --port" in second.stderr
    assert requests.get(f"{server.url}/healthz", timeout=5).status_code == 204


def test_no_address_but_loopback_is_served_without_tls(tmp_path: Path) -> None:
    refused = run("serve", "--host", "0.0.0.0", cwd=tmp_path)
    assert refused.returncode == 2
    assert "behind_tls_proxy" in refused.stderr
    assert not (tmp_path / "opsroom-data").exists()


def test_killing_the_server_leaves_nobody_at_its_port(server: ServerProcess) -> None:
    server.start()
    server.kill()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/healthz", timeout=5)


def test_tls_is_served_from_version_1_2_on(server: ServerProcess, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    (tmp_path / "opsroom.toml").write_text('tls_cert = "cert.pem"\ntls_key = "key.pem"\n')
    server.scheme = "https"
    server.start(verify=str(certificate))
    context = ssl.create_default_context(cafile=str(certificate))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with urllib.request.urlopen(f"{server.url}/healthz", context=context) as response:
        assert response.status == 204
    assert f"https://127.0.0.1:{server.port}/taxii2/" in server.send(signal.SIGTERM)[1]


def self_signed(directory: Path) -> Path:
    """A certificate of 127.0.0.1 and its key in a directory."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (directory / "key.pem").write_bytes(secret)
    (directory / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return directory / "cert.pem"


def test_config_check_shows_every_setting_and_its_origin(tmp_path: Path) -> None:
    (tmp_path / "opsroom.toml").write_text("page_size = 5\n")
    found = run("config", "check", "--json", cwd=tmp_path, OPSROOM_PORT="9000", OPSROOM_DATA="there")
    assert found.returncode == 0
    said = json.loads(found.stdout)
    assert said["port"] == {"value": "9000", "origin": "OPSROOM_PORT"}
    assert said["page_size"] == {"value": 5, "origin": "opsroom.toml"}
    assert said["data"] == {"value": "there", "origin": "OPSROOM_DATA"}
    assert said["host"]["origin"] == "default"
    plain = run("--data", "here", "config", "check", cwd=tmp_path)
    assert "command line" in plain.stdout


def test_config_check_names_every_fault_at_once(tmp_path: Path) -> None:
    (tmp_path / "opsroom.toml").write_text('page_size = 0\ncolour = "red"\n')
    found = run("config", "check", "--json", cwd=tmp_path, OPSROOM_PORT="no")
    assert found.returncode == 2
    paths = {fault["path"] for fault in json.loads(found.stderr)["faults"]}
    assert paths == {"opsroom.toml: page_size", "opsroom.toml: colour", "OPSROOM_PORT"}
