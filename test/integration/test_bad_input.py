"""Every operation of docs/openapi.yaml with everything that is wrong in it: each is refused with a sentence that names the field, none
with 5xx, none hangs, and the server is ready afterwards. What is tried comes from the schemas (bad_input.py), so a new endpoint is
walked through without a line here, except an id of something that exists."""
import re

import pytest
import requests
import yaml

from bad_input import BROKEN, Schemas
from harness import ADMIN_PASSWORD, ROOT, SLOWNESS, wait_for
from test_bankfile import Bank, imported

DESCRIPTION = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
SCHEMAS = Schemas(DESCRIPTION)
METHODS = ("get", "post", "put", "patch", "delete")
ROLES = ("ANYONE", "USER", "MANAGER", "ADMIN")
LIMIT = 30 * SLOWNESS


def operations():
    for path, item in DESCRIPTION["paths"].items():
        for method in METHODS:
            if method in item and not item[method].get("x-planned"):
                yield pytest.param(path, method, item, id=item[method]["operationId"])


# These start tasks: many of them fill the queue, which is 503 by right
STARTS = ("startTask", "syncTransactions", "syncContractors", "syncOrganizations", "syncCategories", "syncFull", "reclassify", "parseComments",
          "analyzeComments", "exportVk")
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


class Operation:
    def __init__(self, world, path, method, item):
        self.operation = item[method]
        self.world, self.method, self.path = world, method.upper(), path
        self.base = world.server.root if item.get("servers") else world.server.url
        parameters = [SCHEMAS.of(p) for p in item.get("parameters", []) + self.operation.get("parameters", [])]
        self.query = {p["name"]: p["schema"] for p in parameters if p["in"] == "query"}
        self.headers = {p["name"]: p["schema"] for p in parameters if p["in"] == "header"}
        self.role = self.operation["x-role"]
        self.id = self.operation["operationId"]
        content = self.operation.get("requestBody", {}).get("content", {})
        self.schema = content.get("application/json", {}).get("schema")
        self.multipart = "multipart/form-data" in content
        self.good = world.bodies.get(self.id) or (SCHEMAS.example(self.schema) if self.schema else None)

    def url(self, number=None, query=""):
        path = self.path
        if "{" in path:
            kind = re.match(r"/(?:ws/)?([^{]*)/\{", path)[1]
            assert kind in self.world.ids, f"World.ids needs the id of something that exists in /{kind}"
            known = self.world.ids[kind]
            path = re.sub(r"\{[^}]*\}", str(known) if number is None else number, path)
        return self.base + path + (f"?{query}" if query else "")

    def ask(self, url=None, who="ADMIN", method=None, **more):
        if self.good is not None and "data" not in more and "json" not in more:
            more["json"] = self.good
        headers = dict(self.world.headers[who], **more.pop("headers", {}))
        if self.path.startswith("/ws"):
            headers.update(UPGRADE)
        return requests.request(method or self.method, url or self.url(), headers=headers, timeout=LIMIT, allow_redirects=False, **more)


class World:
    """One of everything, so that an id in the path leads somewhere."""

    def __init__(self, server):
        self.server = server
        self.headers = {"ANYONE": {}, "ADMIN": server.admin.headers, "MANAGER": server.manager.headers, "USER": server.user.headers}
        self.headers = {k: {n: v for n, v in h.items() if n == "Authorization"} for k, h in self.headers.items()}
        admin = server.admin
        task = server.wait_task(server.start_sync(date_from="2020-01-01", date_to="2030-01-01"))
        imported(server, Bank(days=1, per_day=3).statement())
        category = admin.post("/categories", json={"name": "Проверка", "kind": "income"}).json()["id"]
        rule = {"rule_type": "KEYWORD", "pattern": "проверка", "category_id": category}
        mapping = {"business_operation": "Проверка ввода", "category_id": category}
        made = lambda path, body: admin.post(path, json=body).json()["id"]
        self.ids = {"tasks": task["task_id"], "categories": category, "users": made("/users", {
            "username": "swept", "password": ADMIN_PASSWORD, "role": "USER"}), "categorization-rules": made("/categorization-rules", rule),
            "business-operation-mappings": made("/business-operation-mappings", mapping), "vk/keywords": made("/vk/keywords", {"keyword": "проверка"}),
            "bank-statements/matches": server.database.sql("SELECT min(id) FROM statement_rows")[0][0],
            "bank-transactions": admin.get("/bank-transactions?limit=1").json()["transactions"][0]["id"]}
        self.bodies = {"addRule": rule, "changeRule": {"is_active": True}, "tryRule": rule, "addMapping": mapping, "startTask": {"task_type": "echo", "params": {"message": "a"}}}


@pytest.fixture(scope="module")
def world(shared):
    return World(shared)


def refusal(answer, field=None, statuses=(400, 422)):
    """What is wrong with an answer to something wrong, or None. (That it fits the schema of problems is seen by contract.py.)"""
    if answer.status_code not in statuses:
        return f"{answer.status_code} {answer.text[:300]}"
    if answer.headers.get("Content-Type") != "application/problem+json":
        return f"comes as {answer.headers.get('Content-Type')}"
    body = answer.json()
    if len(re.findall(r"\w\w+", body["detail"])) < 2:
        return f"says only {body['detail']!r}"
    for error in body.get("errors", []):
        if len(re.findall(r"\w+", error["message"])) < 2:
            return f"{error['field']}: says only {error['message']!r}"
    if field is not None and answer.status_code == 422:
        named = [e["field"] for e in body.get("errors", [])]
        if not any(n == field or n.startswith((field + ".", field + "[", field + "/")) for n in named):
            return f"does not name {field!r}: {answer.text[:300]}"
    return None


def collect(tried):
    found = [f"{what}: {fault}" for what, fault in tried if fault]
    assert not found, f"{len(found)} faults:\n" + "\n".join(found[:40])


def who_may(o):
    """Nobody, a wrong token, a role that is too low, and a cookie from elsewhere."""
    if o.role == "ANYONE":
        return
    yield "nobody", refusal(o.ask(who="ANYONE"), statuses=(401,))
    for token in ("Bearer", "Bearer x", "Bearer " + "x" * 4000, "Basic YTpi", "Bearer \u00ff"):
        yield f"{token[:20]!r}", refusal(o.ask(headers={"Authorization": token.encode("latin-1")}), statuses=(401,))
    lower = ROLES[ROLES.index(o.role) - 1]
    if lower != "ANYONE":
        yield f"as {lower}", refusal(o.ask(who=lower), statuses=(403,))
    if o.method != "GET":
        token = o.world.headers["ADMIN"]["Authorization"].removeprefix("Bearer ")
        headers = {"Cookie": f"obmen_token={token}", "Origin": "http://elsewhere.example"}
        yield "a foreign page", refusal(o.ask(who="ANYONE", headers=headers), statuses=(403,))


def what_path(o):
    if "{" not in o.path:
        return
    unknown = "00000000-0000-4000-8000-000000000000" if o.path.startswith(("/tasks", "/ws")) else "9223372036854775807"
    yield "an unknown id", refusal(o.ask(o.url(unknown)), statuses=(404,))
    for bad in ("abc", "-1", "0", "99999999999999999999", "1.5", "%27", "%D1%8F", "a" * 3000):
        yield f"id {bad[:30]}", refusal(o.ask(o.url(bad)), statuses=(404, 422))
    for bad in ("%00", "%FF", "%2e%2e", "%2F", "%zz"):
        yield f"id {bad}", refusal(o.ask(o.url(bad)), statuses=(400, 404))


def what_query(o):
    if o.path.startswith("/ws"):
        return  # a handshake looks for its token and for nothing else
    for name, schema in o.query.items():
        for bad in SCHEMAS.bad_texts(schema):
            yield f"{name}={bad[:60]}", refusal(o.ask(o.url(query=f"{name}={bad}")), name)
        good = SCHEMAS.example(schema)
        yield f"{name} twice", refusal(o.ask(o.url(query=f"{name}={good}&{name}={good}")), name)
    if o.id in ("metrics", "docs", "docsErrors"):
        return  # whoever asks for a page may add what they like
    yield "an unknown parameter", refusal(o.ask(o.url(query="no_such=1")), "no_such")
    yield "a broken escape", refusal(o.ask(o.url(query="limit=%zz")))
    yield "a long query", refusal(o.ask(o.url(query="no_such=" + "a" * 9000)), statuses=(414,))


def what_headers(o):
    if "Idempotency-Key" in o.headers and not o.multipart and o.id != "applyDryRun":
        yield "a long key", refusal(o.ask(headers={"Idempotency-Key": "k" * 256}))
    if "If-Match" in o.headers:
        yield "If-Match", refusal(o.ask(headers={"If-Match": '"nonsense"'}), statuses=(422,))


def what_body(o):
    if o.method == "GET" or o.multipart:
        return
    json_type = {"Content-Type": "application/json"}
    if o.schema is None:
        if o.id != "logout":
            yield "a body where none is taken", refusal(o.ask(data=b'{"no_such_member":1}', headers=json_type), "no_such_member")
        return
    for body, field in SCHEMAS.bad_bodies(o.schema, o.good):
        yield f"{str(body)[:120]} ({field})", refusal(o.ask(json=body), field)
    for data, status in BROKEN:
        yield f"{data[:30]}", refusal(o.ask(data=data, headers=json_type), statuses=(status,))
    for kind in ("text/plain", "application/xml", "application/jsonx", "application/json/x", "multipart/form-data", "\\"):
        yield kind, refusal(o.ask(data=b"<a/>", headers={"Content-Type": kind}), statuses=(400, 415) if "form" in kind else (415,))
    if o.operation["requestBody"].get("required"):
        yield "no body", refusal(o.ask(data=b"", headers=json_type))
    yield "too much", refusal(o.ask(data=b'{"a":"' + b"a" * (1 << 20) + b'"}', headers=json_type), statuses=(413,))


def part(name, content, more=""):
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{content}\r\n'


def what_form(o):
    if not o.multipart:
        return
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    file, end = part("file", "1CClientBankExchange\r\nКонецФайла", '; filename="a.txt"'), "--x--\r\n"
    for what, text, field in [
            ("no file", end, "file"), ("auto_classify", part("auto_classify", "maybe") + file + end, "auto_classify"), ("dry_run", part("dry_run", "2") + file + end, "dry_run"),
            ("unknown part", part("no_such", "1") + file + end, "no_such"), ("account", part("account_number", "a" * 200) + file + end, "account_number"),
            ("account, NUL", part("account_number", "4\0") + file + end, "account_number"), ("cut", file, None), ("cut in a head", file[:30], None),
            ("nothing", "", None), ("no part's name", "--x\r\n\r\na\r\n" + end, None), ("no multipart", "hello", None)]:
        yield what, refusal(o.ask(data=text.encode(), headers=kind), field)
    for bad in ("text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x",
                "multipart/form-data; boundary=" + "b" * 300):
        yield bad[:60], refusal(o.ask(data=(file + end).encode(), headers={"Content-Type": bad}), statuses=(400, 415, 422))


def what_method(o):
    known = {m.upper() for m in DESCRIPTION["paths"][o.path] if m in METHODS}
    for method in ("PUT", "POST", "PATCH", "DELETE", "GET"):
        if method not in known:
            answer = o.ask(method=method, data=b"")
            fault = refusal(answer, statuses=(405, 404))
            if not fault and answer.status_code == 405 and not known <= set(answer.headers["Allow"].replace(" ", "").split(",")):
                fault = f"Allow: {answer.headers['Allow']}"
            yield method, fault
            return


@pytest.mark.parametrize("path,method,item", operations())
def test_it_is_refused_and_said_why(world, path, method, item):
    o = Operation(world, path, method, item)
    tried = []
    for walk in (who_may, what_path, what_query, what_headers, what_body, what_form, what_method):
        tried += walk(o)
    collect(tried)
    assert world.server.is_ready()
    assert world.server.anonymous.get("/health/live").status_code == 200


@pytest.mark.parametrize("path,method,item", operations())
def test_what_seldom_comes_is_no_fault_of_the_program(world, path, method, item):
    """Values that fit, at their edges, and words that mean something to what is behind: any answer, but never 5xx."""
    o = Operation(world, path, method, item)
    found = []
    sent = [(f"{name}={value!r}", dict(params={name: str(value).lower() if isinstance(value, bool) else value}))
            for name, schema in o.query.items() for value in SCHEMAS.odd_values(schema)]
    if o.schema:
        found_schema = SCHEMAS.of(o.schema).get("properties", {})
        sent += [(f"{name}: {value!r}", dict(json={**o.good, name: value})) for name, schema in found_schema.items()
                 for value in SCHEMAS.odd_values(schema)]
    for what, more in sent:
        if o.id == "login" or o.path.startswith("/ws"):
            continue  # a wrong name is a wrong name, and ten of them close it
        answer = o.ask(**more)
        if answer.status_code >= 500 and not (answer.status_code == 503 and o.id in STARTS):
            found.append(f"{what}: {answer.status_code} {answer.text[:300]}")
    assert not found, f"{len(found)} faults:\n" + "\n".join(found[:40])
    assert world.server.is_ready()


def test_nothing_of_it_was_a_fault_of_the_program(world):
    """After all of them: no line of the log speaks of one, and the server is the one that was started."""
    assert world.server.child.poll() is None
    assert requests.get(world.server.root + "/the-last-of-all", timeout=10).status_code in (200, 404)
    wait_for(lambda: world.server.events("request") and world.server.events("request")[-1]["path"] == "/the-last-of-all", 20,
             "the log to be written")
    assert [e for e in world.server.events() if e.get("error_code") in ("INTERNAL_ERROR", "DATABASE_ERROR")] == []
    assert [e for e in world.server.events("request") if e["status"] >= 500 and e["path"] != "/health/ready"] == []
