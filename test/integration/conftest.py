"""Fixtures: `server` and `demo` are shared by one file of tests; `start` and `database` are one test's own."""
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import contract  # noqa: E402
from harness import Cluster, Demo, Server  # noqa: E402

contract.install()


@pytest.fixture(scope="session")
def cluster():
    made = Cluster()
    yield made
    made.close()


@pytest.fixture
def database(cluster):
    made = cluster.create()
    yield made
    made.drop()


@pytest.fixture
def start(request, database):
    """start.server(database, **settings), start.demo(*args): ended, and their end checked, after the test and before its
    database goes."""
    label = re.sub(r"\W+", "_", request.node.name)[:60]

    class Start:
        children = []

        def _add(self, child):
            self.children.append(child)
            return child

        def server(self, database, **settings):
            return self._add(Server(f"{label}.server{len(self.children)}", database, **settings))

        def demo(self, *args):
            return self._add(Demo(f"{label}.demo{len(self.children)}", *args))

    made = Start()
    made.children = []
    yield made
    failures = []
    for child in reversed(made.children):
        try:
            child.stop()
        except AssertionError as failure:
            failures.append(str(failure))
    assert not failures, "\n".join(failures)


@pytest.fixture(scope="module")
def shared(request, cluster):
    label = request.module.__name__
    database = cluster.create()
    demo = Demo(f"{label}.demo", "--docs", 2000)
    server = Server(f"{label}.server", database, **demo.settings)
    server.demo = demo
    yield server
    try:
        server.stop()
    finally:
        demo.stop()
        database.drop()


@pytest.fixture
def server(shared):
    return shared


@pytest.fixture
def demo(shared):
    return shared.demo
