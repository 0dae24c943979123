"""Real parts for the tests: the program, PostgreSQL, the demo 1C; each with an owner that ends it."""
import json
import os
import pathlib
import queue
import re
import secrets
import signal
import socket
import subprocess
import threading
import time

import psycopg2
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
OBMEN = os.environ.get("OBMEN_TEST_PROGRAM", str(ROOT / "build-test/src/app/obmen"))
SUPPORT = ROOT / "test/support"
OUT = pathlib.Path(os.environ.get("OBMEN_TEST_OUT", ROOT / "test/out"))
ADMIN_PASSWORD = "admin-password-1"
# A sanitized program needs more time for the same work; deadlines stretch with it.
SLOWNESS = float(os.environ.get("OBMEN_TEST_SLOWNESS", "1"))


def wait_for(condition, timeout=10.0, what="condition", every=0.01):
    """Returns the first true value of condition(); fails after timeout seconds, saying what was waited for."""
    end = time.monotonic() + timeout * SLOWNESS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout * SLOWNESS:.0f} s for {what}")
        time.sleep(every)


class Process:
    """A child of ours: its lines are kept, it is ended by its id, and its way of ending is checked."""

    def __init__(self, args, name, env=None, **more):
        OUT.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log_path = OUT / f"{name}.log"
        self.lines = queue.Queue()
        self.all = []
        self.expected_status = 0
        self.child = subprocess.Popen(args, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, errors="replace", **more)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        with open(self.log_path, "a") as log:
            for line in self.child.stdout:
                log.write(line)
                log.flush()
                self.all.append(line)
                self.lines.put(line)
        self.lines.put(None)

    def line_with(self, pattern, timeout=20):
        """The next line that matches."""
        end = time.monotonic() + timeout * SLOWNESS
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{self.name}: no line like {pattern!r} in {timeout} s; see {self.log_path}")
            if line is None:
                raise AssertionError(f"{self.name} ended before a line like {pattern!r}; see {self.log_path}:\n" +
                                     "".join(self.all[-20:]))
            found = re.search(pattern, line)
            if found:
                return found

    def events(self, name=None):
        """The JSON log lines so far."""
        found = []
        for line in list(self.all):
            if line.startswith("{"):
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                if name is None or event.get("event") == name:
                    found.append(event)
        return found

    def signal(self, number):
        self.child.send_signal(number)

    def _stands(self):
        return pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def wait(self, timeout=15):
        self.child.wait(timeout * SLOWNESS)
        self.reader.join(5)
        return self.child.returncode

    def kill(self):
        """kill -9; stop() afterwards finds nothing wrong with it."""
        self.expected_status = -signal.SIGKILL
        if self.child.poll() is None:
            self.child.kill()
        self.wait()

    def stop(self):
        """SIGTERM; must exit by itself, with the right status and without a sanitizer's finding."""
        if self.child.poll() is None:
            # Only to one that stands: it takes away SIGSTOP, by which LeakSanitizer, on its way out, holds its threads.
            if self._stands():
                self.child.send_signal(signal.SIGCONT)
            self.child.terminate()
        try:
            status = self.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.wait()
            raise AssertionError(f"{self.name} did not end within 20 s of SIGTERM; see {self.log_path}")
        text = "".join(self.all)
        for finding in ("AddressSanitizer", "LeakSanitizer", "runtime error:"):
            assert finding not in text, f"{self.name}: {finding}; see {self.log_path}"
        assert status == self.expected_status, f"{self.name} exited with {status}; see {self.log_path}"


class Cluster:
    """PostgreSQL on a unix socket: the one that OBMEN_TEST_PG names, or one of its own from test/support/pgcluster."""

    def __init__(self, own=False, durable=False):
        self.child = None
        self.uri = None if own else os.environ.get("OBMEN_TEST_PG")
        if not self.uri:
            self.child = subprocess.Popen([str(SUPPORT / "pgcluster"), *(["--durable"] if durable else [])],
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.uri = self.child.stdout.readline().strip()
            assert self.uri, "test/support/pgcluster did not start"

    def uri_of(self, name):
        return re.sub(r"/postgres\?", f"/{name}?", self.uri)

    def sql(self, statement):
        return run_sql(self.uri, statement)

    def create(self):
        name = "t_" + secrets.token_hex(6)
        self.sql(f"CREATE DATABASE {name}")
        return Database(self, name)

    def control(self, command):
        """start, stop, restart (fast), kill (no goodbye): of a cluster of its own only."""
        assert self.child, "this cluster is shared"
        folder = re.search(r"host=([^&]+)", self.uri).group(1)
        subprocess.run([str(SUPPORT / "pgcluster"), "ctl", folder, command], check=True, timeout=60)

    def close(self):
        if self.child:
            self.child.stdin.close()
            self.child.wait(60)


def run_sql(uri, statement, params=None):
    connection = psycopg2.connect(uri)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


class Database:
    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name
        self.url = cluster.uri_of(name)

    def sql(self, statement, params=None):
        return run_sql(self.url, statement, params)

    def drop(self):
        self.cluster.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


class Session(requests.Session):
    """Signed in by bearer token; paths are relative to the API."""

    def __init__(self, base, token=None, verify=True):
        super().__init__()
        self.verify = verify
        self.base = base
        self.token = token
        self.trust_env = False
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method, url, **more):
        more.setdefault("timeout", 30 * SLOWNESS)
        return super().request(method, url if url.startswith("http") else self.base + url, **more)


class Server(Process):
    """`obmen serve` on a free port. .url (with /api/v1), .root, .ws_url, .admin, .manager, .user, .login()."""

    def __init__(self, name, database, wait=True, args=(), **settings):
        env = {k: v for k, v in os.environ.items() if not k.startswith("OBMEN_")}
        env.update(DATABASE_URL=database.url, OBMEN_LISTEN="127.0.0.1:0", OBMEN_LOG_FORMAT="json",
                   OBMEN_ADMIN_PASSWORD=ADMIN_PASSWORD, OBMEN_RATE="1000000")
        env.update({k: str(v) for k, v in settings.items()})
        super().__init__([OBMEN, "serve", *args], name, env)
        self.database = database
        self.sessions = {}
        if "OBMEN_LISTEN" in settings:  # benchmarks, which turn the log down
            self.address = settings["OBMEN_LISTEN"]
            wait_for(self.accepts, 20, f"{name} to listen")
        else:
            self.address = self.line_with(r'"event":"listening".*?"address":"([^"]+)"').group(1)
        self.verify = settings.get("OBMEN_TLS_CERT", True)
        self.root = f"{'http' if self.verify is True else 'https'}://{self.address}"
        self.url = self.root + "/api/v1"
        self.ws_url = f"{'ws' if self.verify is True else 'wss'}://{self.address}/api/v1"
        if wait:
            self.await_ready()

    def accepts(self):
        host, port = self.address.rsplit(":", 1)
        with socket.socket() as s:
            return s.connect_ex((host, int(port))) == 0

    def is_ready(self):
        return requests.get(self.root + "/health/ready", timeout=10, verify=self.verify).status_code == 200

    def await_ready(self, timeout=30):
        wait_for(self.is_ready, timeout, f"{self.name} to be ready")

    def login(self, name, password):
        return requests.post(self.url + "/auth/login", json={"username": name, "password": password}, timeout=30,
                             verify=self.verify)

    def session(self, name, password=ADMIN_PASSWORD):
        if name not in self.sessions:
            answer = self.login(name, password)
            assert answer.status_code == 200, answer.text
            self.sessions[name] = Session(self.url, answer.json()["access_token"], self.verify)
        return self.sessions[name]

    def _person(self, name, role):
        if name not in self.sessions:
            made = self.admin.post("/users", json={"username": name, "password": ADMIN_PASSWORD, "role": role})
            assert made.status_code in (201, 409), made.text
        return self.session(name)

    @property
    def anonymous(self):
        return Session(self.url, verify=self.verify)

    @property
    def admin(self):
        return self.session("admin")

    @property
    def manager(self):
        return self._person("manager", "MANAGER")

    @property
    def user(self):
        return self._person("user", "USER")

    def task(self, task_id):
        answer = self.admin.get(f"/tasks/{task_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start_sync(self, what="bank-transactions", **body):
        answer = self.admin.post(f"/sync-1c/{what}/sync-async", json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()["task_id"]

    def wait_task(self, task_id, *statuses, timeout=60):
        """The task once it has one of the statuses (default: any end)."""
        wanted = statuses or ("completed", "failed", "cancelled")
        last = {}

        def there():
            last.update(self.task(task_id))
            return last["status"] in wanted

        try:
            wait_for(there, timeout, f"task to be {'/'.join(wanted)}", every=0.02)
        except AssertionError as failure:
            raise AssertionError(f"{failure}; it is {last}") from None
        return last


class Demo(Process):
    """`obmen demo-1c`. .url is the base for OBMEN_1C_URL; admin() changes its world."""

    def __init__(self, name, *args):
        super().__init__([OBMEN, "demo-1c", "--port", "0", *map(str, args)], name)
        self.url = self.line_with(r"(http://\S+)").group(1)
        self.origin = self.url.split("/demo/")[0]

    def admin(self, path, body=None):
        call = requests.get if path == "stats" else requests.post
        answer = call(f"{self.origin}/demo/admin/{path}", auth=("demo", "demo"), json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.text else None

    def documents(self, start=0, count=10000):
        answer = requests.get(f"{self.origin}/demo/admin/documents", params={"from": start, "count": count}, auth=("demo", "demo"), timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()["documents"]

    @property
    def settings(self):
        return dict(OBMEN_1C_URL=self.url, OBMEN_1C_USERNAME="demo", OBMEN_1C_PASSWORD="demo")
