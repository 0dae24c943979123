"""The fixtures of the integration tests, and a browser script run against a server of theirs."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
from harness import ADMIN_PASSWORD, OUT  # noqa: E402
from proxy import Proxy  # noqa: E402
import importlib.util  # noqa: E402

spec = importlib.util.spec_from_file_location("integration_fixtures", HERE.parent / "integration/conftest.py")
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)
cluster, database, start = fixtures.cluster, fixtures.database, fixtures.start


@pytest.fixture
def browse():
    """browse("watch.mjs", server, …): runs a script of this folder in Chromium; screenshots go to test/out/page.
    A line of it that names one of `doing` has that done, and the script is told."""
    started = []

    def run(script, server, doing=(), **more):
        shots = OUT / "page"
        shots.mkdir(parents=True, exist_ok=True)
        call = dict(root=server.root, username="admin", password=ADMIN_PASSWORD, shots=str(shots)) | more
        with open(OUT / f"{script}.log", "w") as log:
            child = subprocess.Popen(["node", str(HERE / script), json.dumps(call)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
            started.append(child)
            last = ""
            for line in child.stdout:
                last = line.strip()
                if last in doing:
                    doing[last]()
                    child.stdin.write("done\n")
                    child.stdin.flush()
            status = child.wait(30)
        assert status == 0, (OUT / f"{script}.log").read_text()
        return json.loads(last)

    yield run
    for child in started:
        if child.poll() is None:
            child.kill()
            child.wait()


@pytest.fixture
def through():
    """through(server, mode): a proxy before the server."""
    made = []

    def before(server, mode="pass"):
        made.append(Proxy(server.address, mode))
        return made[-1]

    yield before
    for proxy in made:
        proxy.stop()
