"""What can happen to an import (test/drill). Each kind does it, waits until it is over, and says what it may leave in the log."""
import collections
import signal
import time

import harness

# happen(point, late): late: the task had ended already. log: events of which the task's log must have one, unless late or
# too early for the task to have been running.
Kind = collections.namedtuple("Kind", "name happen log")
LEASE_S = 15


def kill(point, *servers):
    for server in servers:  # both at once: signals first, waiting afterwards
        server.signal(signal.SIGKILL)
    for server in servers:
        server.kill()
    point.gone.update(servers)
    point.killed = time.time()


def owner_killed(point, late):
    kill(point, point.owner())


def both_killed(point, late):
    kill(point, *point.alive())
    time.sleep(point.rng.uniform(0, 2))  # how long nobody is there is part of the drill
    point.add_server()


def owner_killed_twice(point, late):
    """And again who took it up, a little later; a third node ends it."""
    first = point.owner()
    kill(point, first)
    point.add_server()
    taken = f"SELECT 1 FROM tasks WHERE status > 1 OR (status = 1 AND node NOT LIKE '%-{first.child.pid}')"
    harness.wait_for(lambda: point.database.sql(taken), 3 * LEASE_S, "another node to take the task up", every=0.005)
    time.sleep(point.rng.uniform(0, 0.3))
    kill(point, point.owner())


def owner_ended(point, late):
    """SIGTERM: hands back, exits 0 within 10 s."""
    owner = point.owner()
    point.gone.add(owner)
    began = time.monotonic()
    owner.stop()
    took = time.monotonic() - began
    assert took < 10 * harness.SLOWNESS, f"SIGTERM took {took:.1f} s"


def both_ended(point, late):
    """A rolling restart: a new node for each, one after the other."""
    for server in point.alive():
        point.add_server()
        point.gone.add(server)
        server.stop()


def owner_stopped(point, late):
    """SIGSTOP past its lease: another node goes on; then the old owner continues and must change nothing."""
    owner = point.owner()
    point.gone.add(owner)
    owner.signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        point.wait_status(2, 3, 4)
        rest = LEASE_S + point.rng.uniform(0.5, 2) - (time.monotonic() - began)
        if rest > 0:
            time.sleep(rest)
    finally:
        owner.signal(signal.SIGCONT)
    harness.wait_for(owner.is_ready, 30, "the stopped node to answer again")
    harness.wait_for(lambda: owner.task(point.task_id)["status"] == "completed", 10, "the stopped node to know the end")


def database_restarted(point, late):
    point.cluster.control("restart")


def database_crashed(point, late):
    point.cluster.control("kill")
    time.sleep(point.rng.uniform(0, 2))
    point.cluster.control("start")


def database_crashed_owner_killed(point, late):
    owner = point.owner()
    point.cluster.control("kill")
    kill(point, owner)
    point.cluster.control("start")


def connections_cut(point, late):
    for _ in range(point.rng.randint(1, 6)):
        point.cluster.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{point.database.name}'")
        time.sleep(point.rng.uniform(0, 0.4))


def onec_cut(point, late):
    """1C answers badly, or not at all, for a while."""
    fault = point.rng.choice(["cut-every", "fail-every", "html-error-every", "hang-every", "repeat-every"])
    point.demo.admin("faults", {fault: point.rng.randint(1, 5)})
    time.sleep(point.rng.uniform(0.3, 2))
    point.demo.admin("faults", {fault: 0})


def cancelled_and_retried(point, late):
    """Cancelled on one node, retried on another."""
    first, second = point.rng.sample(point.alive(), 2)
    answer = first.admin.post(f"/tasks/{point.task_id}/cancel")
    if answer.status_code == 409:
        assert point.row()[0] == 2, "refused to cancel what has not ended"
        return
    assert answer.status_code == 200, answer.text
    point.wait_status(4, timeout=5)
    kept = point.database.sql("SELECT (SELECT count(*) FROM bank_transactions), created FROM tasks")[0]
    assert kept[0] == kept[1], f"cancelled with {kept[0]} rows and {kept[1]} created"
    time.sleep(point.rng.uniform(0, 0.3))
    answer = second.admin.post(f"/tasks/{point.task_id}/retry")
    assert answer.status_code in (200, 202), answer.text
    point.wait_status(2, 3, timeout=120)


KINDS = [
    Kind("owner killed", owner_killed, ("lease_lost", "resumed")),
    Kind("both killed", both_killed, ("lease_lost", "resumed")),
    Kind("owner killed twice", owner_killed_twice, ("lease_lost", "resumed")),
    Kind("owner ended", owner_ended, ("handed_back", "resumed")),
    Kind("rolling restart", both_ended, ("handed_back", "resumed")),
    Kind("owner stopped, continued", owner_stopped, ("lease_lost", "resumed")),
    Kind("database restarted", database_restarted, ()),
    Kind("database crashed", database_crashed, ()),
    Kind("database and owner crashed", database_crashed_owner_killed, ("lease_lost", "resumed")),
    Kind("connections cut", connections_cut, ()),
    Kind("1C cut", onec_cut, ()),
    Kind("cancelled, retried", cancelled_and_retried, ("cancel_requested", "retried")),
]
