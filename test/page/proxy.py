"""A reverse proxy before the server, as one meets them: HTTP passes; what becomes of WebSockets is its `mode`."""
import asyncio
import re
import threading

CUT_AFTER = 3  # seconds


class Proxy:
    """.root is where it listens. Modes, which may be changed at any time:
    pass     WebSockets go through
    strip    a request loses its Upgrade, as nginx does when nobody tells it otherwise: the server answers a plain GET
    swallow  the request for a WebSocket is never answered
    cut      WebSockets go through and are cut after CUT_AFTER seconds
    freeze   WebSockets stay open and carry nothing any more, as through a firewall that has forgotten them
    .handshakes counts requests for a WebSocket by the mode in which they came. A server that is away is answered for with 502."""

    def __init__(self, address, mode="pass"):
        self.host, self.port = address.rsplit(":", 1)
        self.mode = mode
        self.handshakes = {}
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.root = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def stop(self):
        def end():
            self.server.close()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.call_soon(self.loop.stop)

        self.loop.call_soon_threadsafe(end)
        self.thread.join()
        self.loop.close()

    async def _serve(self, reader, writer):
        there = None
        try:
            # A browser asks for a WebSocket on a connection of its own, so that a look at the first head is enough.
            head = await reader.readuntil(b"\r\n\r\n")
            live = re.search(rb"(?im)^upgrade: *websocket", head)
            mode = self.mode
            if live:
                self.handshakes[mode] = self.handshakes.get(mode, 0) + 1
                if mode == "swallow":
                    await reader.read()
                    return
                if mode == "strip":
                    head = re.sub(rb"(?im)^(upgrade|connection):.*\r\n", b"", head)
            try:
                answers, there = await asyncio.open_connection(self.host, int(self.port))
            except OSError:
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 11\r\nConnection: close\r\n\r\nBad Gateway")
                await writer.drain()
                return
            there.write(head)
            ways = [asyncio.ensure_future(self._pump(reader, there, live)), asyncio.ensure_future(self._pump(answers, writer, live))]
            await asyncio.wait(ways, timeout=CUT_AFTER if live and mode == "cut" else None, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # one of the two has gone
        finally:
            for end in (writer, there):
                if end:
                    end.close()

    async def _pump(self, reader, writer, live):
        try:
            while chunk := await reader.read(65536):
                if live and self.mode == "freeze":
                    continue
                writer.write(chunk)
                await writer.drain()
        except OSError:
            pass
