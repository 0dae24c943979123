"""docs/openapi.yaml against the program: check_openapi.py ROUTES, where ROUTES is the built test/obmen-routes. Prints each route
that is missing on either side or asks for another role, and what is not right in the description itself."""
import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = ("get", "post", "put", "patch", "delete")


def normal(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


def described(description):
    """(METHOD, path with prefix) → operation"""
    found = {}
    prefix = description["servers"][0]["url"]
    for path, item in description["paths"].items():
        base = item.get("servers", [{"url": prefix}])[0]["url"].rstrip("/")
        for method in METHODS:
            if method in item:
                found[method.upper(), normal(base + path)] = item[method]
    return found


def routes(program):
    """(METHOD, path) → role. The health paths answer without the prefix too, which is said once."""
    found = {}
    for line in subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        method, path, role = line.split()
        found[method, normal(path)] = role
    return {(method, path): role for (method, path), role in found.items()
            if not (path.startswith("/health") and (method, "/api/v1" + path) in found)}


def references(node):
    if isinstance(node, list):
        for one in node:
            yield from references(one)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for one in node.values():
            yield from references(one)


def faults(description, program):
    said, there, operations = described(description), routes(program), set()
    for method, path in sorted(there.keys() - said.keys()):
        yield f"{method} {path} is not in docs/openapi.yaml"
    for (method, path), operation in sorted(said.items()):
        if operation["operationId"] in operations:
            yield f"{method} {path}: operationId {operation['operationId']} is taken"
        operations.add(operation["operationId"])
        planned = operation.get("x-planned")
        if (method, path) not in there:
            if not planned:
                yield f"{method} {path} is described, but the program has no such route"
        elif planned:
            yield f"{method} {path} is there: take its x-planned away, so that its answers are checked"
        elif operation["x-role"] != there[method, path]:
            yield f"{method} {path} is for {there[method, path]}, described as {operation['x-role']}"
        if "default" not in operation["responses"]:
            yield f"{method} {path} has no default answer"
    for ref in sorted(set(references(description))):
        node = description
        for step in ref.removeprefix("#/").split("/"):
            node = node.get(step) if isinstance(node, dict) else None
        if node is None:
            yield f"{ref} leads nowhere"


def main():
    with open(ROOT / "docs/openapi.yaml", encoding="utf-8") as f:
        description = yaml.safe_load(f)
    found = list(faults(description, sys.argv[1]))
    print("\n".join(found) or f"{len(described(description))} operations, none amiss")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
