"""./run as a newcomer uses it: in a fresh clone, with one command; and again; and where something is in its way."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test/integration"))
from harness import Process, wait_for  # noqa: E402
from services import free_port  # noqa: E402


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """What is committed here, and nothing else; node_modules are lent to save minutes."""
    folder = tmp_path_factory.mktemp("clone") / "obmen"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    if (ROOT / "frontend/node_modules").exists():
        shutil.copytree(ROOT / "frontend/node_modules", folder / "frontend/node_modules", symlinks=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Run(Process):
    def __init__(self, clone, name, **env):
        self.port, self.demo_port = free_port(), free_port()
        clean = {k: v for k, v in os.environ.items() if not k.startswith("OBMEN_") and k != "DATABASE_URL"}
        # A shell that runs the tests in its background ignores SIGINT for all it starts; a person's terminal does not.
        super().__init__(["env", "--default-signal=INT", str(clone / "run")], name,
                         {**clean, "OBMEN_LISTEN": f"127.0.0.1:{self.port}", "DEMO_PORT": str(self.demo_port), "DEMO_DOCS": "500",
                          "DEMO_VK_PORT": str(free_port()), "DEMO_VK_COMMENTS": "300", **env},
                         start_new_session=True)
        self.url = f"http://127.0.0.1:{self.port}"

    def ready(self):
        try:
            return requests.get(self.url + "/health/ready", timeout=5).status_code == 200
        except requests.ConnectionError:
            assert self.child.poll() is None, "".join(self.all)
            return False

    def interrupt(self):
        """Ctrl-C: SIGINT to the whole foreground group."""
        os.killpg(self.child.pid, signal.SIGINT)
        self.wait(30)
        assert self.child.returncode == 130


@pytest.fixture
def start_run(clone):
    """Whatever happens in a test, nothing of it is left running."""
    runs = []

    def start(name, **env):
        runs.append(Run(clone, name, **env))
        return runs[-1]

    yield start
    for run in runs:
        if run.child.poll() is None:
            run.interrupt()
    wait_for(lambda: not processes_of(clone), 20, "everything to be gone")


def processes_of(clone):
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            cwd = os.readlink(entry / "cwd")
        except OSError:
            continue
        if str(clone) in command or cwd.startswith(str(clone)):
            found.append(command)
    return found


def test_the_newcomers_way(clone, start_run):
    first = start_run("run-first")
    wait_for(first.ready, 240, "the first start", every=0.2)
    first.line_with(re.escape(first.url))
    password = first.line_with(r"admin, пароль: (\S+)").group(1)
    signed_in = requests.post(first.url + "/api/v1/auth/login", data={"username": "admin", "password": password}, timeout=30)
    assert signed_in.status_code == 200
    bearer = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    started = requests.post(first.url + "/api/v1/sync-1c/bank-transactions/sync-async", json={}, headers=bearer, timeout=30)
    assert started.status_code == 202
    task = f"{first.url}/api/v1/tasks/{started.json()['task_id']}"
    wait_for(lambda: requests.get(task, headers=bearer, timeout=10).json()["status"] == "completed", 30, "the import")
    started = requests.post(first.url + "/api/v1/vk/parse-comments", json={"group_id": "demo_club"}, headers=bearer, timeout=30)
    assert started.status_code == 202
    task = f"{first.url}/api/v1/tasks/{started.json()['task_id']}"
    wait_for(lambda: requests.get(task, headers=bearer, timeout=10).json()["status"] == "completed", 60, "VK to be read")
    assert "<html" in requests.get(first.url + "/", timeout=10).text
    # In use: one clear line each.
    again = subprocess.run([str(clone / "run")], capture_output=True, text=True, timeout=60)
    assert again.returncode == 1 and "already running" in again.stderr
    first.interrupt()
    wait_for(lambda: not processes_of(clone), 20, "everything to be gone")

    began = time.monotonic()
    second = start_run("run-second")
    wait_for(second.ready, 30, "the second start", every=0.05)
    assert time.monotonic() - began < 10, "nothing is installed or built again"
    assert not [line for line in second.all if re.search(r"configuring|installing|building", line)]
    assert requests.get(f"{second.url}/api/v1/auth/me", headers=bearer, timeout=10).status_code == 200, "the secret was kept"
    second.interrupt()


def test_a_port_in_use_is_one_clear_line(start_run):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        taken = s.getsockname()[1]
        for env in (dict(OBMEN_LISTEN=f"127.0.0.1:{taken}"), dict(DEMO_PORT=str(taken)), dict(DEMO_VK_PORT=str(taken))):
            blocked = start_run("run-blocked", **env)
            blocked.wait(240)
            assert blocked.child.returncode == 1
            assert len([line for line in blocked.all if str(taken) in line]) == 1, blocked.all
