"""WebSocket (SPEC §3) with a real client: states in order, conflation, commands, refusals, closing codes."""
import asyncio
import json

import pytest
import websockets

from harness import SLOWNESS, wait_for
from test_import import YEAR, settled

LIMIT = 20 * SLOWNESS


def connect(server, path, token=None, **more):
    url = server.ws_url + path + (f"?token={token}" if token else "")
    return websockets.connect(url, **more)


async def receive(ws, timeout=LIMIT):
    return json.loads(await asyncio.wait_for(ws.recv(), timeout))


async def until_end(ws, task_id):
    """All states of the task up to its final one."""
    states = []
    while True:
        message = await receive(ws)
        if message["type"] == "task_update" and message["data"]["task_id"] == task_id:
            states.append(message["data"])
            if states[-1]["status"] in ("completed", "failed", "cancelled"):
                return states


async def refused(server, path, status, token=None, **more):
    with pytest.raises(websockets.exceptions.InvalidStatusCode) as caught:
        async with connect(server, path, token, **more):
            pass
    assert caught.value.status_code == status


def start_sleep(server, session=None, **params):
    answer = (session or server.admin).post("/tasks", json={"task_type": "sleep", "params": params})
    assert answer.status_code == 202, answer.text
    return answer.json()["task_id"]


def test_an_import_watched_to_its_end(server):
    async def watch():
        async with connect(server, "/ws/tasks", server.admin.token) as ws:
            task_id = server.start_sync(**YEAR)
            states = await until_end(ws, task_id)
        return task_id, states

    task_id, states = asyncio.run(watch())
    settled(states[-1])
    seqs = [s["seq"] for s in states]
    assert seqs == sorted(set(seqs)), "the order is kept"
    progress = [s["progress"] for s in states]
    assert progress == sorted(progress) and all(p < 100 for p in progress[:-1])
    assert states[-1] == server.task(task_id), "REST and WebSocket say the same"


def test_the_present_state_comes_first(server):
    async def first():
        async with connect(server, f"/ws/tasks/{task_id}", server.admin.token) as ws:
            return await receive(ws)

    task_id = start_sleep(server, seconds=0)
    server.wait_task(task_id)
    message = asyncio.run(first())
    assert message["type"] == "task_update" and message["data"] == server.task(task_id)


def test_ping_list_subscribe_and_nonsense(server):
    async def talk():
        quiet, loud = start_sleep(server, seconds=60), None
        async with connect(server, "/ws/tasks", server.admin.token) as ws:
            await ws.send("ping")
            while (text := await asyncio.wait_for(ws.recv(), LIMIT)) != "pong":
                pass
            await ws.send("list")
            while (message := await receive(ws))["type"] != "task_list":
                pass
            assert quiet in [t["task_id"] for t in message["data"]]
            for nonsense in ("hello", "{", '{"action":"dance"}', '{"action":"cancel"}', '{"action":"cancel","task_id":"x"}', "subscribe:x"):
                await ws.send(nonsense)
                while (message := await receive(ws))["type"] != "error":
                    pass
                assert message["data"]["code"] and message["data"]["detail"], nonsense
            await ws.send(f"subscribe:{quiet}")
            await ws.send("ping")
            while await asyncio.wait_for(ws.recv(), LIMIT) != "pong":
                pass
            loud = start_sleep(server, seconds=0)
            server.wait_task(loud)
            await ws.send(json.dumps({"action": "cancel", "task_id": quiet}))
            seen = []
            while True:
                message = await receive(ws)
                seen.append(message["data"].get("task_id"))
                if message["type"] == "task_update" and message["data"]["status"] == "cancelled":
                    break
            assert loud not in seen and quiet in seen

    asyncio.run(talk())


def test_unsubscribing_the_last_one_leaves_silence_until_everything_again(server):
    async def talk():
        async with connect(server, "/ws/tasks", server.admin.token) as ws:
            async def settle():
                await ws.send("ping")
                heard = []
                while (text := await asyncio.wait_for(ws.recv(), LIMIT)) != "pong":
                    heard.append(text)
                return heard

            quiet = start_sleep(server, seconds=0)
            server.wait_task(quiet)
            await ws.send(f"subscribe:{quiet}")
            await ws.send(f"unsubscribe:{quiet}")
            await settle()
            server.wait_task(start_sleep(server, seconds=0))
            assert await settle() == []
            await ws.send("subscribe:*")
            await settle()
            loud = start_sleep(server, seconds=0)
            assert (await until_end(ws, loud))[-1]["status"] == "completed"

    asyncio.run(talk())


def test_cancel_over_the_socket_of_one_task(server):
    async def talk():
        task_id = start_sleep(server, seconds=60)
        async with connect(server, f"/ws/tasks/{task_id}", server.admin.token) as ws:
            await ws.send('{"action":"cancel"}')
            return await until_end(ws, task_id)

    assert asyncio.run(talk())[-1]["status"] == "cancelled"


def test_refusals_in_the_handshake(server):
    async def talk():
        own = start_sleep(server, seconds=0)
        await refused(server, "/ws/tasks", 401)
        await refused(server, "/ws/tasks", 401, token="nonsense")
        await refused(server, f"/ws/tasks/{own}", 401)
        await refused(server, "/ws/tasks/00000000-0000-0000-0000-000000000001", 404, token=server.admin.token)
        await refused(server, f"/ws/tasks/{own}", 404, token=server.user.token)
        cookie = {"Cookie": f"obmen_token={server.admin.token}"}
        await refused(server, "/ws/tasks", 403, extra_headers=cookie)
        await refused(server, "/ws/tasks", 403, extra_headers=cookie, origin="http://evil.example")
        async with connect(server, "/ws/tasks", extra_headers=cookie, origin=server.root) as ws:
            await ws.send("ping")
            while await asyncio.wait_for(ws.recv(), LIMIT) != "pong":
                pass
        async with connect(server, "/ws/tasks", extra_headers={"Authorization": f"Bearer {server.admin.token}"}, origin="http://evil.example"):
            pass

    asyncio.run(talk())


def test_a_user_sees_only_own_tasks(server):
    async def talk():
        async with connect(server, "/ws/tasks", server.user.token) as ws:
            foreign = start_sleep(server, seconds=0)
            server.wait_task(foreign)
            await ws.send("list")
            message = await receive(ws)
            assert message["type"] == "task_list" and foreign not in [t["task_id"] for t in message["data"]]
            await ws.send(json.dumps({"action": "cancel", "task_id": foreign}))
            message = await receive(ws)
            assert message["type"] == "error" and message["data"]["code"] in ("NOT_FOUND", "AUTHORIZATION_ERROR")

    asyncio.run(talk())


@pytest.mark.parametrize("send, code", [(b"\x00\x01", 1003), ("x" * 70000, 1009)])
def test_closing_codes(server, send, code):
    async def talk():
        async with connect(server, "/ws/tasks", server.admin.token) as ws:
            await ws.send(send)
            with pytest.raises(websockets.exceptions.ConnectionClosed) as caught:
                while True:
                    await asyncio.wait_for(ws.recv(), LIMIT)
            assert caught.value.rcvd.code == code

    asyncio.run(talk())


def test_a_token_that_dies_closes_its_sockets(server):
    async def talk():
        session = server.login("admin", "admin-password-1").json()["access_token"]
        async with connect(server, "/ws/tasks", session) as ws:
            import requests
            assert requests.post(server.url + "/auth/logout", headers={"Authorization": f"Bearer {session}"}, timeout=10).status_code == 204
            with pytest.raises(websockets.exceptions.ConnectionClosed) as caught:
                while True:
                    await asyncio.wait_for(ws.recv(), 5 * SLOWNESS)
            assert caught.value.rcvd.code == 1008

    asyncio.run(talk())


def test_shutdown_closes_with_1012(start, database):
    async def talk(server):
        async with connect(server, "/ws/tasks", server.admin.token) as ws:
            server.child.terminate()
            with pytest.raises(websockets.exceptions.ConnectionClosed) as caught:
                while True:
                    await asyncio.wait_for(ws.recv(), LIMIT)
            return caught.value.rcvd.code

    server = start.server(database)
    assert asyncio.run(talk(server)) == 1012


def test_a_slow_reader_gets_the_newest_state_and_the_final_one(start, database):
    async def talk(server):
        # A tiny receive window, and nothing is read while hundreds of states go by.
        async with connect(server, "/ws/tasks", server.admin.token, max_queue=1, read_limit=1024) as ws:
            task_ids = [start_sleep(server, seconds=3, records=3000) for _ in range(8)]
            for task_id in task_ids:
                await asyncio.get_running_loop().run_in_executor(None, server.wait_task, task_id)
            last, count = {}, 0
            while len([t for t in task_ids if last.get(t, {}).get("status") == "completed"]) < len(task_ids):
                message = await receive(ws)
                data = message["data"]
                count += 1
                assert data["seq"] > last.get(data["task_id"], {"seq": 0})["seq"]
                last[data["task_id"]] = data
            return count

    server = start.server(database)
    before = int(open(f"/proc/{server.child.pid}/statm").read().split()[1])
    asyncio.run(talk(server))
    after = int(open(f"/proc/{server.child.pid}/statm").read().split()[1])
    # A sanitizer keeps freed memory back on purpose.
    assert SLOWNESS > 1 or (after - before) * 4096 < 32 << 20


def test_two_nodes_see_the_same_task(start, database):
    demo = start.demo("--docs", 1500, "--latency-ms", 20)
    settings = dict(demo.settings, OBMEN_1C_PAGE=100)
    one = start.server(database, **settings)
    two = start.server(database, **settings)

    async def talk():
        async with connect(one, "/ws/tasks", one.admin.token) as a, connect(two, "/ws/tasks", one.admin.token) as b:
            task_id = one.start_sync(**YEAR)
            return await asyncio.gather(until_end(a, task_id), until_end(b, task_id))

    for states in asyncio.run(talk()):
        settled(states[-1])
        seqs = [s["seq"] for s in states]
        assert seqs == sorted(set(seqs)) and len(seqs) > 3
