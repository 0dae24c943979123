#!/usr/bin/python3
"""A VK API to test against and to try things out with: the protocol as it is, over a generated world.

Prints its address (for OBMEN_VK_URL) as the first line. Tokens: user-…, service-… and group-… are of these kinds, others
are refused. Faults and changes of the world are asked for at /admin/… (see Admin); it counts what it sees. It holds
no opinion: what to do about an error is the client's business. Only Python's standard library.
"""
import argparse
import asyncio
import collections
import json
import re
import signal
import sys
import time
import urllib.parse

from vk_world import World

KINDS = {"user": 3, "service": 3, "group": 20}  # requests per second
MESSAGES = {1: "Unknown error occurred", 3: "Unknown method passed", 5: "User authorization failed: invalid access_token (4).",
            6: "Too many requests per second", 7: "Permission to perform this action is denied", 8: "Invalid request",
            9: "Flood control", 10: "Internal server error", 13: "Response size is too big", 14: "Captcha needed",
            15: "Access denied", 17: "Validation required: please open redirect_uri in browser",
            18: "User was deleted or banned", 19: "Content blocked", 27: "Group authorization failed: method is unavailable with group auth.",
            28: "Application authorization failed: method is unavailable with service token.", 29: "Rate limit reached",
            100: "One of the parameters specified was missing or invalid", 104: "Not found", 125: "Invalid group id",
            212: "Access to post comments denied"}


class Refused(Exception):
    def __init__(self, code, more=None):
        super().__init__(code)
        self.code, self.more = code, more or {}


class Methods:
    """What each method answers; raises Refused."""

    def __init__(self, world, options):
        self.world, self.options = world, options

    def number(self, args, name, low, high, default=None):
        text = args.get(name, default)
        try:
            value = int(text)
        except (TypeError, ValueError):
            raise Refused(100) from None
        if not low <= value <= high:
            raise Refused(100)
        return value

    def wall_of(self, args, kind):
        owner = self.number(args, "owner_id", -2**63, 2**63)
        wall = self.world.walls.get(-owner)
        if not wall:
            raise Refused(100)
        if wall.deactivated or wall.is_closed:
            raise Refused(18 if wall.deactivated else 15)
        return wall

    def groups_getById(self, args, kind):
        names = (args.get("group_ids") or args.get("group_id") or "").split(",")
        found = [w for w in map(self.world.find, names) if w]
        if not found:
            raise Refused(125)
        cards = [w.as_json() for w in found]
        return cards if self.options.old_shapes else {"groups": cards, "profiles": []}

    def utils_resolveScreenName(self, args, kind):
        wall = self.world.find(args.get("screen_name", ""))
        return {"type": "group", "object_id": wall.group_id} if wall else []

    def wall_get(self, args, kind):
        wall = self.wall_of(args, kind)
        count, offset = self.number(args, "count", 0, 100, 20), self.number(args, "offset", 0, 2**31, 0)
        posts = wall.newest_first()
        return {"count": len(posts), "items": [p.as_json() for p in posts[offset:offset + count]]}

    def wall_getById(self, args, kind):
        found = []
        for name in args.get("posts", "").split(","):
            owner, _, post_id = name.partition("_")
            wall = self.wall_of({"owner_id": owner}, kind)
            post = wall.post(self.number({"id": post_id}, "id", 1, 2**63))
            if post:
                found.append(post.as_json())
        return found if self.options.old_shapes else {"items": found}

    def wall_getComments(self, args, kind):
        wall = self.wall_of(args, kind)
        post = wall.post(self.number(args, "post_id", 1, 2**63))
        if not post:
            raise Refused(100)
        if post.comments_closed:
            raise Refused(212)
        count, offset = self.number(args, "count", 0, 100, 10), self.number(args, "offset", 0, 2**31, 0)
        inline = self.number(args, "thread_items_count", 0, 10, 0)
        cut = self.number(args, "preview_length", 0, 2**31, 90)
        if args.get("comment_id"):
            top = int(args["comment_id"])
            level = post.reply_ids(top)
            items = [post.reply(i, top) for i in level[offset:offset + count]]
        else:
            level = post.top_ids()
            items = [post.top_comment(i, inline) for i in level[offset:offset + count]]
        if cut:
            for item in items:
                item["text"] = item.get("text", "")[:cut]
        return {"count": post.total(), "current_level_count": len(level), "items": items, "can_post": True,
                "show_reply_button": True, "groups_can_post": True}


CALL = re.compile(r'API\.([a-z]+\.[A-Za-z]+)\((\{.*?\})\)')


class Vk:
    def __init__(self, options):
        self.options = options
        self.world = World(options.posts, options.comments, options.seed)
        self.methods = Methods(self.world, options)
        self.faults, self.revoked = [], set()
        self.arrivals = collections.defaultdict(collections.deque)
        self.clear_stats()

    def clear_stats(self):
        self.stats = {"requests": 0, "calls": 0, "too_many": 0, "max_per_second": 0, "errors": 0, "comments": 0,
                      "by_method": {}}

    def kind_of(self, token):
        kind = token.partition("-")[0]
        if kind not in KINDS or token in self.revoked:
            raise Refused(5)
        return kind

    def see(self, token, kind):
        """How many came in the second that ends now; those that were too many count too, as at VK."""
        now, seen = time.monotonic(), self.arrivals[token]
        while seen and seen[0] <= now - 1:
            seen.popleft()
        seen.append(now)
        self.stats["max_per_second"] = max(self.stats["max_per_second"], len(seen))
        if len(seen) > (self.options.rate or KINDS[kind]):
            self.stats["too_many"] += 1
            raise Refused(6)

    def fault_for(self, method, args, inner):
        for f in self.faults:
            if f.get("method", method) != method or bool(f.get("inner")) != inner:
                continue
            if any(str(args.get(k)) != str(v) for k, v in f.get("match", {}).items()):
                continue
            f["seen"] = f.get("seen", 0) + 1
            if f["seen"] <= f.get("after", 0) or f["seen"] % f.get("every", 1):
                continue
            if f.get("times", 1) == 0:
                continue
            f["times"] = f.get("times", 1) - 1  # negative: without end
            return f
        return None

    def one(self, method, args, kind):
        self.stats["calls"] += 1
        self.stats["by_method"][method] = self.stats["by_method"].get(method, 0) + 1
        handler = getattr(self.methods, method.replace(".", "_"), None)
        if not handler:
            raise Refused(3)
        if kind == "group" and method.startswith("wall."):
            raise Refused(27)
        answer = handler(args, kind)
        if method == "wall.getComments":
            self.stats["comments"] += len(answer["items"])
        return answer

    def execute(self, args, kind):
        if kind == "service":
            raise Refused(28)
        code = args.get("code", "")
        calls = CALL.findall(code)
        if not re.fullmatch(r"return \[.*\];", code, re.S):
            raise Refused(12)
        if len(calls) > 25:
            raise Refused(13)
        results, errors = [], []
        for method, text in calls:
            inner = json.loads(text)
            try:
                fault = self.fault_for(method, inner, True)
                if fault:
                    raise Refused(fault["code"])
                results.append(self.one(method, inner, kind))
            except Refused as refused:
                results.append(False)
                errors.append({"method": method, "error_code": refused.code, "error_msg": MESSAGES.get(refused.code, "Error")})
        if not calls:
            results = [[]]
        answer = {"response": results}
        if errors:
            answer["execute_errors"] = errors
        return answer

    def answer(self, method, args, token):
        """(fault kind or None, body)"""
        self.stats["requests"] += 1
        fault = None
        try:
            kind = self.kind_of(token)
            self.see(token, kind)
            if "v" not in args:
                raise Refused(8)
            fault = self.fault_for(method, args, False)
            if fault and "code" in fault:
                raise Refused(fault["code"], fault.get("more"))
            if method == "execute":
                body = self.execute(args, kind)
            else:
                body = {"response": self.one(method, args, kind)}
        except Refused as refused:
            self.stats["errors"] += 1
            params = [{"key": k, "value": v} for k, v in {"oauth": "1", "method": method, **args, "access_token": token}.items()]
            body = {"error": {"error_code": refused.code, "error_msg": MESSAGES.get(refused.code, "Error"),
                              "request_params": params, **refused.more}}
            if refused.code == 14:
                body["error"].update(captcha_sid="239633676097", captcha_img="http://127.0.0.1/captcha.php?sid=239633676097")
        text = json.dumps(body, ensure_ascii=self.stats["requests"] % 2 == 0).replace("/", "\\/").encode()
        if self.options.max_bytes and method == "execute" and len(text) > self.options.max_bytes:
            text = json.dumps({"error": {"error_code": 13, "error_msg": MESSAGES[13], "request_params": []}}).encode()
        return fault.get("kind") if fault else None, text


class Admin:
    """POST /admin/WHAT with JSON; GET /admin/stats, /admin/world."""

    def __init__(self, vk):
        self.vk = vk

    def do(self, what, body):
        handler = getattr(self, "do_" + what, None)
        return handler(body or {}) if handler else {"unknown": what}

    def do_stats(self, body):
        return self.vk.stats

    def do_clear(self, body):
        self.vk.clear_stats()
        return {}

    def do_world(self, body):
        return {"groups": [{"id": w.group_id, "screen_name": w.screen_name,
                            "posts": [{"id": p.id, "comments": p.total(), "tops": len(p.top_ids())}
                                      for p in w.posts if not p.deleted]} for w in self.vk.world.walls.values()]}

    def do_faults(self, body):
        """[{"method"?, "code" or "kind": html|cut|hang|drop|empty|status, "times" 1, "every", "after", "inner", "match"}]"""
        self.vk.faults = body
        return {}

    def do_revoke(self, body):
        self.vk.revoked.add(body["token"])
        return {}

    def do_allow(self, body):
        self.vk.revoked.discard(body["token"])
        return {}

    def do_options(self, body):
        for key, value in body.items():
            setattr(self.vk.options, key, value)
        return {}

    def do_group(self, body):
        wall = self.vk.world.walls[body["id"]]
        wall.is_closed = body.get("is_closed", wall.is_closed)
        wall.name = body.get("name", wall.name)
        return {}

    def post_of(self, body):
        return self.vk.world.walls[body.get("group_id", 1001)].post(body["post_id"])

    def do_add_post(self, body):
        wall = self.vk.world.walls[body.get("group_id", 1001)]
        return {"id": wall.add_post(body.get("text", "Новая запись"), body.get("tops", 0)).id}

    def do_post(self, body):
        post = self.post_of(body)
        for key in ("text", "edited", "pinned", "deleted", "comments_closed"):
            if key in body:
                setattr(post, key, body[key])
        return {}

    def do_add_comment(self, body):
        """{"post_id", "parent"?, "text"}"""
        post, made = self.post_of(body), self.vk.world.walls[body.get("group_id", 1001)].new_id()
        if body.get("parent"):
            post.more_replies.setdefault(body["parent"], []).append(made)
        else:
            post.more_tops.append(made)
        post.edits[made] = body.get("text", "Новый комментарий про банк")
        return {"id": made}

    def do_edit_comment(self, body):
        self.post_of(body).edits[body["id"]] = body["text"]
        return {}

    def do_delete_comment(self, body):
        self.post_of(body).deleted_ids.add(body["id"])
        return {}


class Server:
    def __init__(self, vk):
        self.vk, self.admin = vk, Admin(vk)

    async def connection(self, reader, writer):
        try:
            while await self.exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def exchange(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.split("\r\n")
        verb, target, _ = line.split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (f.partition(":") for f in fields)}
        if headers.get("expect"):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path, _, query = target.partition("?")
        if path.startswith("/admin/"):
            answer = self.admin.do(path.removeprefix("/admin/"), json.loads(body) if body else None)
            return await self.reply(writer, json.dumps(answer).encode())
        if not path.startswith("/method/"):
            return await self.reply(writer, b"not found", status="404 Not Found", kind="text/plain")
        args = dict(urllib.parse.parse_qsl(query) + urllib.parse.parse_qsl(body.decode()))
        token = args.pop("access_token", "") or headers.get("authorization", "").removeprefix("Bearer ")
        fault, text = self.vk.answer(path.removeprefix("/method/"), args, token)
        if self.vk.options.latency_ms:
            await asyncio.sleep(self.vk.options.latency_ms / 1000)
        return await self.reply_faulty(writer, fault, text)

    async def reply_faulty(self, writer, fault, text):
        if fault == "drop":
            return False
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "cut":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text[:len(text) // 2])
            await writer.drain()
            return False
        if fault == "short":  # as if whole
            return await self.reply(writer, text[:len(text) // 2])
        if fault == "html":
            return await self.reply(writer, b"<html><body>502 nginx</body></html>", kind="text/html")
        if fault == "empty":
            return await self.reply(writer, b"")
        if fault == "status":
            return await self.reply(writer, b"away", status="502 Bad Gateway", kind="text/plain")
        return await self.reply(writer, text)

    async def reply(self, writer, text, status="200 OK", kind="application/json; charset=utf-8"):
        writer.write(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text)
        await writer.drain()
        return True


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=8082, help="0: any free port")
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--comments", type=int, default=5000, help="about so many, in community 1001 (demo_club)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=0, help="requests per second for every token (default: as VK, by kind)")
    parser.add_argument("--latency-ms", type=int, default=0)
    parser.add_argument("--max-bytes", type=int, default=0, help="an execute answer that is longer is error 13")
    parser.add_argument("--old-shapes", action="store_true", help="answers as up to version 5.131")
    options = parser.parse_args()
    server = Server(Vk(options))
    try:
        listening = await asyncio.start_server(server.connection, "127.0.0.1", options.port, limit=1 << 20)
    except OSError as failure:
        sys.exit(f"vk emulator: port {options.port}: {failure.strerror}")
    print(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/method", flush=True)
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    await end.wait()
    listening.close()


if __name__ == "__main__":
    asyncio.run(main())
