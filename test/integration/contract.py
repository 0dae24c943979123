"""Every answer that a test gets from the program is compared with docs/openapi.yaml: its status, its content type, and JSON with its
schema, in which members that are not described are a fault too. install() hooks it into requests."""
import json
import pathlib
import re
import urllib.parse

import jsonschema
import requests
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = ("get", "post", "put", "patch", "delete")
SAME_WITHOUT_PREFIX = ("/health", "/health/live", "/health/ready", "/health/detailed")
ROWS = 25  # of a long list as many are looked at


def strict(node):
    """The same schemas, but nothing beyond the members that they name is allowed where they name any."""
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: strict(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
        made["additionalProperties"] = False
    return made


class Contract:
    def __init__(self, description):
        self.components = strict(description["components"])
        self.prefix = description["servers"][0]["url"]
        self.paths = []
        self.validators = {}
        for path, item in description["paths"].items():
            base = item.get("servers", [{"url": self.prefix}])[0]["url"].rstrip("/")
            pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(base + path)) + "$")
            self.paths.append((path.count("{"), pattern, path, {m.upper(): item[m] for m in METHODS if m in item}))
        self.paths.sort(key=lambda one: one[0])  # literal ones first, as the router does it
        self.by_operation = {op["operationId"]: op for *_, item in self.paths for op in item.values()}

    def find(self, method, path):
        """operation or None: not described, or not built yet"""
        if path in SAME_WITHOUT_PREFIX:
            path = self.prefix + path
        for _, pattern, _, item in self.paths:
            if pattern.match(path):
                found = item.get(method)
                return None if found and found.get("x-planned") else found
        return None

    def resolved(self, node):
        while "$ref" in node:
            *_, kind, name = node["$ref"].split("/")
            node = self.components[kind][name]
        return node

    def validator(self, key, schema):
        if key not in self.validators:
            whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": self.components, **strict(schema)}
            self.validators[key] = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
        return self.validators[key]

    def fault(self, method, url, status, headers, content):
        """What is wrong with an answer, or None. content() gives the body."""
        path = urllib.parse.urlsplit(url).path
        kind = headers.get("Content-Type", "").split(";")[0]
        operation = self.find(method, path)
        if operation is None:
            problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
            if status < 400 or kind != "application/problem+json":
                return None  # another server's, the page, OPTIONS, or not built yet
            name, response = "problem", problem
        else:
            name = operation["operationId"]
            responses = operation["responses"]
            if str(status) not in responses and status < 400:
                return f"{name}: {status} is not described"
            response = self.resolved(responses.get(str(status)) or responses["default"])
        if method == "HEAD" or status in (204, 304) or status < 200:
            return None
        kinds = response.get("content", {})
        if "*/*" in kinds:
            return None
        if kind not in kinds:
            return f"{name}: {status} comes as {kind or 'nothing'}, described: {', '.join(kinds) or 'no body'}"
        if kind not in ("application/json", "application/problem+json"):
            return None
        body = json.loads(content())
        if isinstance(body, dict):
            body = {key: value[:ROWS] if isinstance(value, list) else value for key, value in body.items()}
        error = jsonschema.exceptions.best_match(self.validator((name, status, kind), kinds[kind]["schema"]).iter_errors(body))
        return error and f"{name}: {status}: {error.json_path}: {error.message[:500]}"


def load():
    with open(ROOT / "docs/openapi.yaml", encoding="utf-8") as f:
        return Contract(yaml.safe_load(f))


def install():
    contract, send = load(), requests.Session.send

    def checked(self, request, **more):
        answer = send(self, request, **more)
        path = urllib.parse.urlsplit(request.url).path
        if (path.startswith(contract.prefix + "/") or path in SAME_WITHOUT_PREFIX) and not more.get("stream"):
            fault = contract.fault(request.method, request.url, answer.status_code, answer.headers, lambda: answer.content)
            assert fault is None, f"{request.method} {request.url} is not what docs/openapi.yaml says: {fault}"
        return answer

    requests.Session.send = checked
