"""https and wss by the server itself: OBMEN_TLS_CERT, OBMEN_TLS_KEY; the certificate changed while it runs."""
import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import websockets

from harness import OBMEN, SLOWNESS, wait_for


def make_certificate(folder, name):
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key


@pytest.fixture
def secure(start, database, tmp_path):
    """A server with a certificate of its own, at .cert and .key."""
    cert, key = make_certificate(tmp_path, "first")
    server = start.server(database, OBMEN_TLS_CERT=str(cert), OBMEN_TLS_KEY=str(key))
    server.cert, server.key = cert, key
    return server


def context_for(server, **versions):
    context = ssl.create_default_context(cafile=server.cert)
    for name, version in versions.items():
        setattr(context, name, version)
    return context


def connect(server, context=None):
    host, port = server.address.rsplit(":", 1)
    plain = socket.create_connection((host, int(port)), 20 * SLOWNESS)
    return (context or context_for(server)).wrap_socket(plain, server_hostname="127.0.0.1")


def read_all(s):
    answer = b""
    try:
        while piece := s.recv(65536):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


def test_https(secure):
    health = secure.admin.get("/health/detailed")
    assert health.status_code == 200 and health.url.startswith("https://")
    cookie = secure.login("admin", "admin-password-1").headers["Set-Cookie"]
    assert "; Secure" in cookie and "; HttpOnly" in cookie
    page = requests.get(secure.root + "/", verify=secure.verify, timeout=30)
    assert page.status_code == 200 and "<html" in page.text
    made = secure.admin.post("/tasks", json={"task_type": "echo", "params": {"message": "hi"},
                                              "metadata": {"note": "м" * 100000}})
    assert made.status_code == 202, made.text
    task = secure.wait_task(made.json()["task_id"])
    assert task["metadata"]["note"] == "м" * 100000, "large bodies come whole, in both directions"


def test_versions_and_protocols(secure):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = context_for(secure, minimum_version=version, maximum_version=version)
        context.set_alpn_protocols(["h2", "http/1.1"])
        with connect(secure, context) as s:
            assert s.selected_alpn_protocol() == "http/1.1"
            s.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert read_all(s).startswith(b"HTTP/1.1 200 ")
    asked = subprocess.run(["openssl", "s_client", "-connect", secure.address, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                           input="", capture_output=True, text=True, timeout=30 * SLOWNESS)
    assert asked.returncode != 0, "TLS 1.1 is refused"


def test_any_cut_of_the_bytes(secure):
    """A request byte by byte, and many at once in one record."""
    with connect(secure) as s:
        for byte in b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n":
            s.sendall(bytes([byte]))
        s.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n" * 50 +
                  b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert read_all(s).count(b"HTTP/1.1 200 OK") == 52


def test_what_is_no_tls_is_closed(secure):
    host, port = secure.address.rsplit(":", 1)
    for bytes_ in (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", os.urandom(4096), b"\x16\x03\x01\xff\xff" + b"\0" * 5000):
        with socket.create_connection((host, int(port)), 20 * SLOWNESS) as s:
            s.sendall(bytes_)
            assert b"HTTP/1.1" not in read_all(s)
    with socket.create_connection((host, int(port)), 20):  # says nothing, and leaves
        pass
    assert secure.is_ready()


def test_wss(secure):
    async def watch():
        url = f"{secure.ws_url}/ws/tasks?token={secure.admin.token}"
        async with websockets.connect(url, ssl=context_for(secure)) as ws:
            await ws.send("ping")
            while await asyncio.wait_for(ws.recv(), 20 * SLOWNESS) != "pong":
                pass
            made = await asyncio.to_thread(secure.admin.post, "/tasks", json={"task_type": "echo", "params": {"message": "x"}})
            while True:
                message = await asyncio.wait_for(ws.recv(), 20 * SLOWNESS)
                if message == "pong":
                    continue
                data = json.loads(message)["data"]
                if data["task_id"] == made.json()["task_id"] and data["status"] == "completed":
                    return

    asyncio.run(watch())


def test_many_at_once_and_slow_readers(secure):
    path = "/api/v1/openapi.json"
    whole = requests.get(secure.root + path, verify=secure.verify, timeout=60).content
    assert len(whole) > 50000

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: requests.get(secure.root + path, verify=secure.verify, timeout=60).content, range(40))
        assert all(a == whole for a in answers)
    with connect(secure) as s:  # asks for megabytes and takes them late
        ask = f"GET {path} HTTP/1.1\r\nHost: a\r\n"
        s.sendall((ask + "\r\n").encode() * 60 + (ask + "Connection: close\r\n\r\n").encode())
        wait_for(secure.is_ready, 10, "others to be served meanwhile")
        assert read_all(s).count(whole) == 61


def shown_name(server):
    host, port = server.address.rsplit(":", 1)
    pem = ssl.get_server_certificate((host, int(port)))
    return subprocess.run(["openssl", "x509", "-noout", "-subject"], input=pem, capture_output=True, text=True,
                          check=True).stdout


def test_another_certificate_while_it_runs(secure, tmp_path):
    assert "first" in shown_name(secure)
    with connect(secure) as old:
        cert, key = make_certificate(tmp_path, "second")
        secure.cert.write_bytes(cert.read_bytes())
        secure.signal(signal.SIGHUP)  # the key does not belong to it yet
        wait_for(lambda: secure.events("certificate not taken"), 20, "the refusal")
        assert "first" in shown_name(secure)
        secure.key.write_bytes(key.read_bytes())
        secure.signal(signal.SIGHUP)
        wait_for(lambda: "second" in shown_name(secure), 20, "the new certificate")
        old.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert read_all(old).startswith(b"HTTP/1.1 200 "), "connections that were open go on"


def test_what_cannot_be_used_stops_the_start(database, tmp_path):
    cert, key = make_certificate(tmp_path, "one")
    _, other = make_certificate(tmp_path, "two")
    broken = tmp_path / "broken.pem"
    broken.write_text("no PEM at all")
    for settings, word in (({"OBMEN_TLS_CERT": str(cert), "OBMEN_TLS_KEY": str(other)}, "OBMEN_TLS_KEY"),
                           ({"OBMEN_TLS_CERT": str(broken), "OBMEN_TLS_KEY": str(key)}, "OBMEN_TLS_CERT"),
                           ({"OBMEN_TLS_CERT": str(cert)}, "OBMEN_TLS_KEY")):
        env = {**{k: v for k, v in os.environ.items() if not k.startswith("OBMEN_")}, "DATABASE_URL": database.url, **settings}
        done = subprocess.run([OBMEN, "serve"], env=env, capture_output=True, text=True, timeout=30 * SLOWNESS)
        assert done.returncode != 0 and word in done.stderr, done.stderr
