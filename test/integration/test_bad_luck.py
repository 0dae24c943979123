"""1C that answers badly or not at all, a database that goes away, processes that are killed: nothing lost or doubled."""
import os
import socket
import subprocess
import threading

import pytest
import requests

from harness import OBMEN, Cluster, Demo, Server, wait_for
from test_import import YEAR, settled


def content(database):
    """All rows but what depends on when they were written."""
    return database.sql(
        "SELECT md5(string_agg(concat_ws('|', external_id, data_version, transaction_date, amount, transaction_type,"
        " payment_source, document_number, payment_purpose, counterparty_name, counterparty_inn, account_number,"
        " is_active), ',' ORDER BY external_id)), count(*) FROM bank_transactions")[0]


DOCS = 2000


@pytest.fixture(scope="module")
def undisturbed(cluster):
    database = cluster.create()
    demo = Demo("undisturbed.demo", "--docs", DOCS, "--seed", 3)
    server = Server("undisturbed.server", database, **demo.settings)
    task = server.wait_task(server.start_sync(**YEAR))
    settled(task)
    made = content(database), task["stats"]
    server.stop()
    demo.stop()
    database.drop()
    return made


def fast(**more):
    return dict(OBMEN_1C_PAGE=100, **more)


@pytest.mark.parametrize("fault", [("--fail-every", 9), ("--cut-every", 7), ("--html-error-every", 7), ("--latency-ms", 30)])
def test_passing_faults_of_1c(start, database, undisturbed, fault):
    demo = start.demo("--docs", DOCS, "--seed", 3, *fault)
    server = start.server(database, **demo.settings, **fast())
    task = server.wait_task(server.start_sync(**YEAR), timeout=120)
    settled(task)
    assert content(database) == undisturbed[0]
    assert task["retry_count"] == 0, "retried inside the task"


def test_bad_records_cost_one_record_each(start, database):
    demo = start.demo("--docs", DOCS, "--seed", 3, "--bad-record-every", 50)
    server = start.server(database, **demo.settings)
    task = server.wait_task(server.start_sync(**YEAR))
    stats = settled(task)
    bad = stats["failed"] + stats["skipped"]
    assert DOCS / 50 * 0.7 < bad <= DOCS / 50 + 2 and stats["failed"] > 0 and stats["skipped"] > 0
    refused = server.admin.get(f"/tasks/{task['task_id']}/errors?limit=500").json()
    assert refused["total"] == bad == len(refused["errors"])
    assert all(e["message"] and e["stage"] and e["code"] for e in refused["errors"])
    csv = server.admin.get(f"/tasks/{task['task_id']}/errors?format=csv")
    assert csv.status_code == 200 and csv.headers["Content-Type"].startswith("text/csv")
    assert len(csv.text.strip().splitlines()) >= bad + 1


def fails(server, code, *words, timeout=60, max_retries=0, what="sync_bank_transactions"):
    made = server.admin.post("/tasks", json={"task_type": what, "params": YEAR if "bank" in what else {}, "max_retries": max_retries})
    assert made.status_code == 202, made.text
    task = server.wait_task(made.json()["task_id"], timeout=timeout)
    assert task["status"] == "failed" and task["error_code"] == code, task
    for word in words:
        assert word.lower() in task["error"].lower(), task["error"]
    return task


def test_wrong_password_ends_the_task_after_one_try(start, database):
    demo = start.demo("--docs", 100)
    server = start.server(database, **{**demo.settings, "OBMEN_1C_PASSWORD": "wrong"})
    fails(server, "ONEC_API_ERROR", "парол")
    assert demo.admin("stats")["unauthorized"] == 1, "a repeated wrong password locks the account"


def test_no_such_base(start, database):
    demo = start.demo("--docs", 100)
    server = start.server(database, **{**demo.settings, "OBMEN_1C_URL": demo.origin + "/nothing/odata/standard.odata"})
    fails(server, "ONEC_API_ERROR", "OBMEN_1C_URL")


def test_1c_not_configured(start, database):
    server = start.server(database)
    fails(server, "ONEC_API_ERROR", "OBMEN_1C_URL")


def test_nobody_there(start, database):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen: nor does anybody else there
        unreached(start.server(database, OBMEN_1C_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}/x/odata/standard.odata"))


def unreached(server):
    made = server.admin.post("/tasks", json={"task_type": "sync_bank_transactions", "params": YEAR, "timeout": 4, "max_retries": 0})
    task = server.wait_task(made.json()["task_id"], timeout=40)
    assert task["status"] == "failed" and task["error_code"] in ("ONEC_API_ERROR", "TASK_TIMEOUT")
    connection = server.admin.get("/sync-1c/test-connection")
    assert connection.status_code == 200 and connection.json()["success"] is False and connection.json()["message"]


def test_no_licence(start, database):
    demo = start.demo("--docs", 100, "--licences", 0)
    server = start.server(database, **demo.settings)
    task_id = server.start_sync(**YEAR)
    wait_for(lambda: server.task(task_id)["wait_reason"], 20, "a reason for waiting")
    assert "лиценз" in server.task(task_id)["wait_reason"].lower()
    assert server.admin.post(f"/tasks/{task_id}/cancel").status_code == 200
    server.wait_task(task_id, "cancelled", timeout=5)


PHASES = {
    "connect": ("--hang-every", 1),
    "import, 1C falls silent": ("--latency-ms", 50),
    "import, slow": ("--latency-ms", 100),
    "retrying": ("--fail-every", 1),
}


@pytest.mark.parametrize("phase", PHASES)
def test_cancel_in_each_phase(start, database, phase):
    demo = start.demo("--docs", DOCS, *PHASES[phase])
    server = start.server(database, **demo.settings, **fast())
    task_id = server.start_sync(**YEAR)
    if phase.startswith("import"):
        wait_for(lambda: server.task(task_id)["stats"]["fetched"] > 0, 20, "some progress")
        if "silent" in phase:
            demo.admin("faults", {"hang-every": 1})
            wait_for(lambda: demo.admin("stats")["faults"]["hang"] > 0, 10, "a request without an answer")
    else:
        wait_for(lambda: server.task(task_id)["status"] == "running", 20, "running")
    assert server.admin.post(f"/tasks/{task_id}/cancel").status_code == 200
    task = server.wait_task(task_id, "cancelled", timeout=5)
    assert server.admin.post(f"/tasks/{task_id}/cancel").status_code == 409
    kept = database.sql("SELECT count(*) FROM bank_transactions")[0][0]
    assert kept == task["stats"]["created"], "what was committed stays"
    result = server.admin.get(f"/tasks/{task_id}/result")
    assert result.status_code == 200, "the result says how far it got"
    assert kept == 0 or task["progress"] < 100


def test_cancelled_goes_on_from_its_checkpoint(start, database, undisturbed):
    demo = start.demo("--docs", DOCS, "--seed", 3, "--latency-ms", 40)
    server = start.server(database, **demo.settings, **fast())
    task_id = server.start_sync(**YEAR)
    wait_for(lambda: server.task(task_id)["stats"]["fetched"] > 300, 20, "some progress")
    server.admin.post(f"/tasks/{task_id}/cancel")
    half = server.wait_task(task_id, "cancelled")["stats"]["fetched"]
    assert server.admin.post(f"/tasks/{task_id}/retry").status_code in (200, 202)
    task = server.wait_task(task_id, "completed")
    stats = settled(task)
    assert stats["fetched"] == undisturbed[1]["fetched"] > half
    assert content(database) == undisturbed[0]


def test_kill_9_and_resume(start, database, undisturbed):
    demo = start.demo("--docs", DOCS, "--seed", 3, "--latency-ms", 30)
    first = start.server(database, **demo.settings, **fast())
    task_id = first.start_sync(**YEAR)
    wait_for(lambda: first.task(task_id)["stats"]["fetched"] > 300, 20, "some progress")
    first.kill()
    second = start.server(database, **demo.settings, **fast())
    task = second.wait_task(task_id, timeout=60)
    stats = settled(task)
    assert task["attempt"] == 2 and task["retry_count"] == 0
    assert stats["fetched"] == undisturbed[1]["fetched"] and stats["created"] == undisturbed[1]["created"]
    assert content(database) == undisturbed[0]


def test_orderly_stop_hands_back(start, database, undisturbed):
    demo = start.demo("--docs", DOCS, "--seed", 3, "--latency-ms", 30)
    first = start.server(database, **demo.settings, **fast())
    task_id = first.start_sync(**YEAR)
    wait_for(lambda: first.task(task_id)["stats"]["fetched"] > 300, 20, "some progress")
    first.stop()
    status = database.sql("SELECT status FROM tasks WHERE task_id = %s", (task_id,))[0][0]
    assert status == 0, "handed back: pending again"
    second = start.server(database, **demo.settings, **fast())
    stats = settled(second.wait_task(task_id, timeout=60))
    assert stats["fetched"] == undisturbed[1]["fetched"]
    assert content(database) == undisturbed[0]
    assert second.task(task_id)["retry_count"] == 0


def test_database_connections_cut_again_and_again(start, database, cluster, undisturbed):
    demo = start.demo("--docs", DOCS, "--seed", 3, "--latency-ms", 20)
    server = start.server(database, **demo.settings, **fast())
    task_id = server.start_sync(**YEAR)
    done = threading.Event()

    def cut():
        while not done.wait(0.15):
            cluster.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.name}'")

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        wait_for(lambda: fetched(server, task_id) > 1200, 60, "progress under cuts")
    finally:
        done.set()
        cutter.join()
    stats = settled(server.wait_task(task_id, timeout=60))
    assert stats["fetched"] == undisturbed[1]["fetched"] and stats["created"] == undisturbed[1]["created"]
    assert content(database) == undisturbed[0]


def fetched(server, task_id):
    """Also while the database is away and the answer is 503."""
    answer = server.admin.get(f"/tasks/{task_id}")
    return answer.json()["stats"]["fetched"] if answer.status_code == 200 else -1


@pytest.fixture
def own_cluster():
    made = Cluster(own=True)
    yield made
    made.close()


def test_database_restarted_in_the_middle(start, own_cluster, undisturbed):
    database = own_cluster.create()
    demo = start.demo("--docs", DOCS, "--seed", 3, "--latency-ms", 30)
    server = start.server(database, **demo.settings, **fast())
    task_id = server.start_sync(**YEAR)
    wait_for(lambda: fetched(server, task_id) > 300, 20, "some progress")
    own_cluster.control("kill")
    own_cluster.control("start")
    wait_for(lambda: fetched(server, task_id) > 800, 60, "progress after the crash")
    own_cluster.control("restart")
    stats = settled(server.wait_task(task_id, timeout=60))
    assert stats["created"] == undisturbed[1]["created"]
    assert content(database) == undisturbed[0]
    assert server.task(task_id)["retry_count"] == 0
    server.stop()


@pytest.mark.parametrize("args", [(), ("--no-migrate",)])
def test_dead_database_at_start(start, own_cluster, args):
    database = own_cluster.create()
    if args:
        assert program("migrate", DATABASE_URL=database.url).returncode == 0
    own_cluster.control("stop")
    server = start.server(database, wait=False, args=args)
    assert requests.get(server.root + "/health/ready", timeout=10).status_code == 503
    assert requests.get(server.root + "/health/live", timeout=10).status_code == 200
    assert requests.get(server.url + "/tasks", timeout=10).status_code == 503
    wait_for(lambda: server.events("database not ready"), 10, "a word in the log")
    own_cluster.control("start")
    server.await_ready(30)
    assert server.admin.get("/tasks").status_code == 200
    server.stop()


def test_sigterm_while_the_database_is_dead(start, own_cluster):
    database = own_cluster.create()
    own_cluster.control("stop")
    server = start.server(database, wait=False)
    server.stop()


def clean_environment(**more):
    return {**{k: v for k, v in os.environ.items() if not k.startswith("OBMEN_") and k != "DATABASE_URL"}, **more}


def program(*args, stdin=None, **env):
    return subprocess.run([OBMEN, *args], env=clean_environment(**env), capture_output=True, text=True, timeout=60, input=stdin or "")


@pytest.mark.parametrize("env", [{}, {"DATABASE_URL": ""}])
def test_no_database_url(env):
    ended = program("serve", **env)
    assert ended.returncode == 2 and "DATABASE_URL" in ended.stderr and len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("key, value", [("OBMEN_WORKERS", "many"), ("OBMEN_LISTEN", "nowhere"), ("OBMEN_UNKNOWN", "1"),
                                        ("OBMEN_LOG", "loud"), ("OBMEN_1C_URL", "ftp://x"), ("OBMEN_BATCH", "0")])
def test_bad_setting_stops_the_start_with_one_line(key, value):
    ended = program("serve", DATABASE_URL="dbname=x", **{key: value})
    assert ended.returncode == 2 and key in ended.stderr and len(ended.stderr.strip().splitlines()) == 1, ended.stderr


def test_port_in_use(start, database, server):
    ended = program("serve", DATABASE_URL=database.url, OBMEN_LISTEN=server.address)
    assert ended.returncode == 1 and server.address.split(":")[1] in ended.stderr
    assert len([line for line in ended.stderr.strip().splitlines() if line]) <= 2


def test_subcommands_know_help_and_version():
    assert program("--version").stdout.startswith("obmen ")
    for sub in ("serve", "migrate", "user", "demo-1c"):
        ended = program(sub, "--help")
        assert ended.returncode == 0 and ended.stdout.startswith("usage:"), sub
    assert program("nothing").returncode == 2
    assert program("serve", "--nothing").returncode == 2


def test_accounts_before_the_first_serve(database):
    def user(*args, stdin=None):
        return program("user", *args, stdin=stdin, DATABASE_URL=database.url)

    made = user("add", "olga", "--role", "MANAGER", stdin="a-long-password\n")
    assert made.returncode == 0, made.stderr
    listed = user("list")
    assert "olga" in listed.stdout and "MANAGER" in listed.stdout
    assert user("disable", "olga").returncode == 0
    short = user("add", "petr", "--role", "USER", stdin="short\n")
    assert short.returncode == 1 and len(short.stderr.strip().splitlines()) == 1


def test_two_migrations_at_once(database):
    both = [subprocess.Popen([OBMEN, "migrate"], env=clean_environment(DATABASE_URL=database.url), stdout=subprocess.PIPE, text=True)
            for _ in range(2)]
    said = [p.communicate(timeout=60)[0] for p in both]
    assert [p.returncode for p in both] == [0, 0]
    assert sorted(", 0 migrations" in s for s in said) == [False, True], said
