"""Other people's servers for the tests: a real Redis, and one that accepts connections and says nothing."""
import random
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time

import requests

from harness import ROOT, wait_for


def free_port():
    """For programs that cannot choose one themselves. Below those that the system gives to whoever asks for any: until
    the program listens, nobody else takes it."""
    while True:
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port := random.SystemRandom().randrange(20000, 32000)))
                return port
            except OSError:
                pass


def answers(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


class Redis:
    """redis-server of package redis-tools, which brings no service: the program goes by its name."""

    def __init__(self):
        self.port = free_port()
        self.password = secrets.token_hex(8)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/1"
        self.child = None
        self.start()

    def start(self):
        self.child = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             "--dir", "/tmp", "--requirepass", self.password],
            executable="/usr/bin/redis-check-rdb", stdout=subprocess.DEVNULL)
        wait_for(lambda: answers(self.port), 20, "redis-server to listen")

    def kill(self):
        self.child.kill()
        self.child.wait()

    def hang(self):
        self.child.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.child.send_signal(signal.SIGCONT)

    def cli(self, *args):
        return subprocess.run(["redis-cli", "-p", str(self.port), "-n", "1", *args], capture_output=True, text=True,
                              env={"REDISCLI_AUTH": self.password, "PATH": "/usr/bin"}, check=True).stdout.strip()

    def stop(self):
        if self.child.poll() is None:
            self.kill()


class Silent:
    """Accepts connections, reads nothing, answers nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.held = []  # (socket, address, when)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        try:
            while True:
                self.held.append((*self.socket.accept(), time.monotonic()))
        except OSError:
            pass

    def stop(self):
        self.socket.close()
        for connection, *_ in self.held:
            connection.close()


class Prometheus:
    """A real one that scrapes one server every second, with the rules of deploy/."""

    def __init__(self, folder, target, rules):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = folder / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{rules}']\n"
            f"scrape_configs: [{{job_name: obmen, static_configs: [{{targets: ['{target}']}}]}}]\n")
        self.log = open(folder / "prometheus.log", "w")
        self.child = subprocess.Popen(
            [tool("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log)
        self.session = requests.Session()
        self.session.trust_env = False
        wait_for(lambda: answers(self.port) and self.session.get(self.url + "/-/ready", timeout=30).ok, 60,
                 "Prometheus to be ready")

    def get(self, path, **params):
        return self.session.get(f"{self.url}/api/v1/{path}", params=params, timeout=30).json()["data"]

    def value(self, query):
        """The first value of an instant query, or None."""
        found = self.get("query", query=query)["result"]
        return float(found[0]["value"][1]) if found else None

    def stop(self):
        self.child.terminate()
        self.child.wait(30)
        self.log.close()


def tool(name):
    """promtool, prometheus: of the machine, or unpacked by test/run into var/prometheus (the package would start a
    service)."""
    return shutil.which(name) or str(ROOT / "var/prometheus/usr/bin" / name)
