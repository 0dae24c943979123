"""/metrics as Prometheus reads it: promtool, a real Prometheus, the alert rules and the dashboard of deploy/."""
import asyncio
import json
import re
import subprocess

import pytest
import requests
import websockets

from harness import ROOT, wait_for
from services import Prometheus, tool

DEPLOY = ROOT / "deploy"


def metrics(server):
    answer = requests.get(server.root + "/metrics", timeout=30)
    assert answer.status_code == 200
    return answer.text


def sample(text, name, **labels):
    """The value of the one sample with that name and at least those labels; None when there is none."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if match and match[1] == name:
            has = dict(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
            if labels.items() <= has.items():
                found.append(float(match[3]))
    assert len(found) <= 1, (name, labels, found)
    return found[0] if found else None


def names_of(text):
    return set(re.findall(r"^# TYPE (\w+) ", text, re.M))


def promtool(*args, stdin=None):
    done = subprocess.run([tool("promtool"), *map(str, args)], input=stdin, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_promtool_finds_nothing_wrong(server):
    server.wait_task(server.start_sync())
    server.admin.get("/no/such/path")
    assert promtool("check", "metrics", stdin=metrics(server)) == ""


def test_figures_count_what_happens(start, database):
    demo = start.demo("--docs", 100)
    server = start.server(database, **demo.settings)
    before = metrics(server)
    done = server.wait_task(server.start_sync(date_from="2020-01-01", date_to="2030-01-01"))
    assert done["status"] == "completed", done
    slow = server.admin.post("/tasks", json={"task_type": "sleep", "params": {"seconds": 60}}).json()["task_id"]
    server.wait_task(slow, "running")
    assert sample(metrics(server), "obmen_tasks_running") == 1
    server.admin.post(f"/tasks/{slow}/cancel")
    server.wait_task(slow, "cancelled")
    late = server.admin.post("/tasks", json={"task_type": "sleep", "params": {"seconds": 60}, "timeout": 1,
                                             "max_retries": 0}).json()["task_id"]
    assert server.wait_task(late)["error_code"] == "TASK_TIMEOUT"
    after = metrics(server)
    ended = lambda text, **labels: sample(text, "obmen_tasks_ended_total", **labels)
    sync = dict(task_type="sync_bank_transactions")
    assert ended(before, **sync, status="completed") == 0 and ended(after, **sync, status="completed") == 1
    assert ended(after, task_type="sleep", status="cancelled") == 1
    assert ended(after, task_type="sleep", status="failed") == 1
    histogram = "obmen_task_duration_seconds"
    assert sample(after, histogram + "_count", **sync, status="completed") == 1
    assert sample(after, histogram + "_sum", task_type="sleep", status="failed") >= 1
    assert sample(after, histogram + "_bucket", task_type="sleep", status="failed", le="0.5") == 0
    assert sample(after, histogram + "_bucket", task_type="sleep", status="failed", le="+Inf") == 1
    assert sample(after, "obmen_task_records_total") >= done["stats"]["fetched"]
    assert sample(after, "obmen_task_commits_total") > 0
    assert sample(after, "obmen_outbound_requests_total", target="1c", status="200") >= 4
    assert sample(after, "obmen_outbound_request_duration_seconds_count", target="1c") >= 4
    assert sample(after, "obmen_db_unit_duration_seconds_count") > sample(before, "obmen_db_unit_duration_seconds_count")
    assert sample(after, "obmen_db_connections_limit") == 30
    assert sample(after, "obmen_node_connected", node=done["node"]) == 1
    success = wait_for(lambda: sample(metrics(server), "obmen_source_last_success_timestamp_seconds", **sync), 30,
                       "the success to be seen in the database")
    assert abs(success - sample(after, "process_start_time_seconds")) < 3600
    assert sample(after, "obmen_component_up", component="database") == 1
    assert sample(after, "obmen_log_lines_total", level="info") > 0


def test_readers_of_websockets(start, database):
    server = start.server(database)

    async def watch():
        async with websockets.connect(f"{server.ws_url}/ws/tasks?token={server.admin.token}"):
            await asyncio.to_thread(
                wait_for, lambda: sample(metrics(server), "obmen_hub_readers") == 1, 10, "the reader to be counted")
            await asyncio.to_thread(server.admin.post, "/tasks", json={"task_type": "echo", "params": {"message": "hi"}})
            await asyncio.to_thread(
                wait_for, lambda: sample(metrics(server), "obmen_hub_sent_total") >= 1, 10, "an update to be sent")

    asyncio.run(watch())
    wait_for(lambda: sample(metrics(server), "obmen_hub_readers") == 0, 10, "the reader to be gone")


def test_a_real_prometheus_scrapes_it(start, database, tmp_path):
    demo = start.demo("--docs", 10)
    server = start.server(database, **demo.settings)
    server.wait_task(server.start_sync())
    prometheus = Prometheus(tmp_path, server.address, DEPLOY / "prometheus/alerts.yml")
    try:
        wait_for(lambda: prometheus.value('up{job="obmen"}') == 1, 60, "a scrape")
        targets = prometheus.get("targets")["activeTargets"]
        assert [t["health"] for t in targets] == ["up"] and targets[0]["lastError"] == ""
        assert prometheus.value('obmen_tasks_ended_total{task_type="sync_bank_transactions",status="completed"}') == 1
        assert prometheus.value("obmen_db_up") == 1
        rules = [r for g in prometheus.get("rules")["groups"] for r in g["rules"]]
        wait_for(lambda: all(r["health"] == "ok" for g in prometheus.get("rules")["groups"] for r in g["rules"]), 30,
                 "all rules to be evaluated")
        assert len(rules) >= 10
        failing = server.admin.post("/tasks", json={"task_type": "sleep", "params": {"seconds": 60}, "timeout": 1,
                                                    "max_retries": 0}).json()["task_id"]
        assert server.wait_task(failing)["status"] == "failed"

        def firing():
            return {a["labels"]["alertname"] for a in prometheus.get("alerts")["alerts"] if a["state"] == "firing"}

        wait_for(lambda: "ObmenTasksFailed" in firing(), 60, "the alert about a failed task")
        for panel in json.loads((DEPLOY / "grafana/obmen.json").read_text())["panels"]:
            for target in panel.get("targets", []):
                query = target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*")
                assert "result" in prometheus.get("query", query=query), query
    finally:
        prometheus.stop()


def test_rules_and_dashboard_speak_of_figures_that_exist(start, database):
    demo = start.demo("--docs", 10)
    server = start.server(database, **demo.settings)
    server.wait_task(server.start_sync())
    known = names_of(wait_for(lambda: (t := metrics(server)) and "obmen_source_last_success" in t and t, 30, "all families"))
    texts = [(DEPLOY / "prometheus/alerts.yml").read_text(), (DEPLOY / "grafana/obmen.json").read_text()]
    for text in texts:
        for name in re.findall(r"\b((?:obmen|process)_[a-z0-9_]+)(?=[\[{ )/,]|$)", text):
            assert re.sub(r"_(bucket|sum|count)$", "", name) in known, name


@pytest.mark.parametrize("args", [("check", "rules", "alerts.yml"), ("check", "config", "prometheus.yml"),
                                  ("test", "rules", "alerts_test.yml")])
def test_promtool_over_deploy(args):
    kind, what, file = args
    promtool(kind, what, DEPLOY / "prometheus" / file)
