"""The VK emulator (test/emulators/vk.py) as a part of a test."""
import re

import requests

from harness import ROOT, Process

GROUP = 1001


class Vk(Process):
    """.settings() for `obmen serve`; admin() changes its world and tells what it saw."""

    def __init__(self, name, *args):
        super().__init__(["/usr/bin/python3", "-B", str(ROOT / "test/emulators/vk.py"), "--port", "0", *map(str, args)],
                         re.sub(r"\W+", "_", name))
        self.url = self.line_with(r"(http://\S+)").group(1)
        self.origin = self.url.removesuffix("/method")

    def settings(self, token="user-demo", rate=0):
        return dict(OBMEN_VK_URL=self.url, OBMEN_VK_TOKEN=token, OBMEN_VK_RATE=rate)

    def admin(self, what, body=None):
        call = requests.get if body is None else requests.post
        answer = call(f"{self.origin}/admin/{what}", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def faults(self, *rules):
        self.admin("faults", list(rules))

    def stats(self):
        return self.admin("stats")

    def world(self, group=GROUP):
        return next(g for g in self.admin("world")["groups"] if g["id"] == group)

    def expected(self, group=GROUP):
        """(posts, comments) that can be read."""
        posts = self.world(group)["posts"]
        return len(posts), sum(p["comments"] for p in posts)


def start_task(server, task_type, who=None, **params):
    more = {k: params.pop(k) for k in ("timeout", "max_retries", "priority") if k in params}
    answer = (who or server.admin).post("/tasks", json={"task_type": task_type, "params": params, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()["task_id"]


def parse(server, group=GROUP, timeout=120, **params):
    return server.wait_task(start_task(server, "parse_comments", group_id=group, **params), timeout=timeout)
