"""A client that stays connected to one node and keeps what it was told of every state of the one task (test/drill)."""
import asyncio
import json
import threading

import websockets

FINAL = ("completed", "failed", "cancelled")


class Watcher:
    def __init__(self, server, token):
        self.server = server
        self.states = []   # (seq, attempt, progress, status, fetched)
        self.last = None   # the newest state, whole
        self.fetched = 0
        self.ended = False
        self.lost = None   # how the connection ended when it was not us who ended it
        self._stopping = False
        self._connected = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._watch(token),), daemon=True)
        self._thread.start()
        assert self._connected.wait(20), f"{server.name}: no WebSocket"

    async def _watch(self, token):
        try:
            async with websockets.connect(f"{self.server.ws_url}/ws/tasks?token={token}") as self._ws:
                self._connected.set()
                await self._ws.send("list")  # a node that came up when all was over has nothing to tell by itself
                async for message in self._ws:
                    self._take(json.loads(message))
        except (websockets.exceptions.WebSocketException, OSError) as failure:
            self.lost = f"{type(failure).__name__} {failure}"
        else:
            if not self._stopping:
                self.lost = f"closed with {self._ws.close_code}"

    def _take(self, message):
        data = message.get("data")
        if message["type"] == "task_list" and self.states:
            return  # it was on its way while newer states came
        for task in data if message["type"] == "task_list" else [data] if message["type"] == "task_update" else []:
            self.states.append((task["seq"], task["attempt"], task["progress"], task["status"], task["stats"]["fetched"]))
            self.last = task
            self.fetched = task["stats"]["fetched"]
            self.ended = task["status"] in FINAL

    def backwards(self):
        """What went back between two states that this connection was told."""
        found = []
        for before, now in zip(self.states, self.states[1:]):
            if now[0] < before[0] or now[1] < before[1] or now[4] < before[4]:
                found.append(f"{before} → {now}")
            elif now[1] == before[1] and now[2] < before[2]:
                found.append(f"progress within an attempt: {before} → {now}")
            elif now[0] == before[0] and now[3] != before[3]:
                found.append(f"two states with one seq: {before} → {now}")
        return found

    def stop(self):
        self._stopping = True
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._ws.close(), self._loop)
            self._thread.join(20)
