"""docs/openapi.yaml as the program serves it: openapi_embed.py YAML OUT_C OUT_FOLDER. Writes openapi.json and docs.html (one
static page, its style allowed by hash, no script), both also compressed, and the C file that holds them by .incbin."""
import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys

import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import openapi_html  # noqa: E402

METHODS = ("get", "post", "put", "patch", "delete")


class Strict(yaml.SafeLoader):
    """YAML in which a key that stands twice is a fault; others silently take the last one."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for i, key in enumerate(keys) if key in keys[:i]), None)
        if twice is not None:
            sys.exit(f"docs/openapi.yaml:{node.start_mark.line + 1}: error: {twice} stands twice in this mapping")
        return super().construct_mapping(node, deep)


def without_planned(description):
    """What the program does not have yet is nobody's business yet. Schemas that only such operations use go as well."""
    paths = {}
    for path, item in description["paths"].items():
        kept = {key: value for key, value in item.items() if key not in METHODS or not value.get("x-planned")}
        if any(method in kept for method in METHODS):
            paths[path] = kept
    description = {**description, "paths": paths}
    used, queue = set(), [paths, {k: v for k, v in description["components"].items() if k not in ("schemas", "responses", "parameters")}]
    while queue:
        node = queue.pop()
        if isinstance(node, list):
            queue += node
        elif isinstance(node, dict):
            ref = node.get("$ref")
            if isinstance(ref, str) and ref not in used:
                used.add(ref)
                _, _, kind, name = ref.split("/")
                queue.append(description["components"][kind][name])
            queue += node.values()
    components = {kind: {name: value for name, value in members.items()
                         if kind == "securitySchemes" or f"#/components/{kind}/{name}" in used}
                  for kind, members in description["components"].items()}
    return {**description, "components": components}


def brotli(data):
    return subprocess.run(["brotli", "--quality=11", "--stdout", "-"], input=data, stdout=subprocess.PIPE, check=True).stdout


def main():
    source, out_c, folder = sys.argv[1:]
    with open(source, encoding="utf-8") as f:
        description = without_planned(yaml.load(f, Loader=Strict))
    style_hash = base64.b64encode(hashlib.sha256(openapi_html.STYLE.encode()).digest()).decode()
    files = {
        "openapi": ("/openapi.json", json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode()),
        "docs": ("/docs.html", openapi_html.page(description).encode()),
    }
    os.makedirs(folder, exist_ok=True)
    asm, declared, made = [], [], []
    for name, (path, data) in files.items():
        forms = []
        for form, content in (("", data), ("br", brotli(data)), ("gz", gzip.compress(data, 9, mtime=0))):
            label = f"openapi_{name}_{form or 'plain'}"
            full = os.path.abspath(os.path.join(folder, label + ".bin"))
            with open(full, "wb") as f:
                f.write(content)
            asm.append(f'    ".balign 16\\n{label}: .incbin \\"{full}\\"\\n"')
            declared.append(f"extern const char {label}[];")
            forms.append(f"{{{label}, {len(content)}}}")
        tag = hashlib.sha256(data).hexdigest()[:20]
        made.append(f'const struct page_file {name}_file = {{{{"{path}", {len(path)}}}, {", ".join(forms)}, "{tag}"}};')
    with open(out_c, "w", encoding="utf-8") as c:
        c.write('#include "api/openapi_files.h"\n\n')
        c.write('__asm__(".pushsection .rodata\\n"\n' + "\n".join(asm) + '\n    ".popsection\\n");\n')
        c.write("\n".join(declared + made) + "\n")
        c.write(f"const char docs_policy[] = \"default-src 'none'; style-src 'sha256-{style_hash}'; img-src 'self'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\";\n")


main()
