"""The description of the API as it is served, and the net that holds answers against it."""
import base64
import hashlib
import re
from html.parser import HTMLParser

import contract
import pytest
import requests


def test_it_is_served(server):
    answer = requests.get(server.url + "/openapi.json", timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    said = answer.json()
    assert said["openapi"].startswith("3.") and "/tasks/{id}" in said["paths"]
    for path, item in said["paths"].items():
        for operation in item.values():
            assert "x-planned" not in operation, f"{path}: what is not built is not shown"
    again = requests.get(server.url + "/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}, timeout=10)
    assert again.status_code == 304 and not again.content
    packed = requests.get(server.url + "/openapi.json", headers={"Accept-Encoding": "gzip"}, timeout=10)
    assert packed.headers["Content-Encoding"] == "gzip" and packed.json() == said
    refused = requests.get(server.url + "/openapi.json?x=1", timeout=10)
    assert refused.status_code == 422


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.links, self.style, self.at = set(), set(), [], "", None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.at = tag
        self.tags.add(tag)
        assert not any(name.startswith("on") for name in attributes), f"a script in <{tag}>"
        if "id" in attributes:
            assert attributes["id"] not in self.ids, f"#{attributes['id']} twice"
            self.ids.add(attributes["id"])
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]

    def handle_data(self, data):
        if self.at == "style":
            self.style += data

    def handle_endtag(self, tag):
        self.at = None


def test_it_can_be_read(server):
    answer = requests.get(server.root + "/docs", timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script" not in policy
    reader = Reader()
    reader.feed(answer.text)
    assert "script" not in reader.tags
    assert all(link.startswith(("#", "/")) for link in reader.links), "nothing from elsewhere"
    assert {link[1:] for link in reader.links if link.startswith("#")} <= reader.ids, "no link leads nowhere"
    assert {"login", "getTask", "listTransactions", "schema-Task"} <= reader.ids
    assert base64.b64encode(hashlib.sha256(reader.style.encode()).digest()).decode() in policy, "the style may be used"
    assert requests.get(server.root + "/docs", headers={"If-None-Match": answer.headers["ETag"]}, timeout=10).status_code == 304


TASK = "/api/v1/tasks/00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize("path, status, kind, body, fault", [
    ("/api/v1/auth/me", 200, "application/json", '{"id":1,"username":"a","role":"USER"}', None),
    ("/api/v1/auth/me", 200, "application/json", '{"id":1,"username":"a"}', "role"),
    ("/api/v1/auth/me", 200, "application/json", '{"id":"1","username":"a","role":"USER"}', r"\$\.id"),
    ("/api/v1/auth/me", 200, "application/json", '{"id":1,"username":"a","role":"USER","more":1}', "more"),
    ("/api/v1/auth/me", 200, "text/html", "<p>", "comes as text/html"),
    ("/api/v1/auth/me", 201, "application/json", "{}", "201 is not described"),
    (TASK, 404, "application/problem+json", '{"type":"about:blank","title":"t","status":404,"detail":"d","code":"NOT_FOUND","request_id":"r"}', None),
    (TASK, 404, "application/problem+json", '{"type":"about:blank","title":"t","status":404,"detail":"d","code":"GONE","request_id":"r"}', "GONE"),
    ("/api/v1/nothing", 404, "application/problem+json", '{"title":"t"}', "required"),
    ("/api/v1/tasks/stats", 200, "application/json", '{"pending":0}', "taskStats"),
])
def test_the_net_holds(path, status, kind, body, fault):
    said = contract.load().fault("GET", "http://x" + path, status, {"Content-Type": kind}, lambda: body)
    assert said is None if fault is None else re.search(fault, said), said
