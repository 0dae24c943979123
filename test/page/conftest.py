"""The fixtures of the integration tests, and a browser script run against a server of theirs."""
import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
from harness import ADMIN_PASSWORD, OUT, SLOWNESS  # noqa: E402
import importlib.util  # noqa: E402

spec = importlib.util.spec_from_file_location("integration_fixtures", HERE.parent / "integration/conftest.py")
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)
cluster, database, start = fixtures.cluster, fixtures.database, fixtures.start


@pytest.fixture
def browse():
    """browse("watch.mjs", server, …): runs a script of this folder in Chromium; screenshots go to test/out/page."""
    def run(script, server, **more):
        shots = OUT / "page"
        shots.mkdir(parents=True, exist_ok=True)
        call = dict(root=server.root, username="admin", password=ADMIN_PASSWORD, shots=str(shots), **more)
        ended = subprocess.run(["node", str(HERE / script), json.dumps(call)], capture_output=True, text=True, timeout=120 * SLOWNESS)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(ended.stdout.strip().splitlines()[-1])

    return run
