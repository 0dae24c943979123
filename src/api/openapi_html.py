"""The API's description as one page to read: page(description) → HTML without scripts and without anything from elsewhere."""
import html
import json
import re

METHODS = ("get", "post", "put", "patch", "delete")
STYLE = """
:root{color-scheme:light dark;--ink:#1d2321;--quiet:#5b6662;--line:#e3e6e4;--page:#fff;--side:#f5f6f5;--accent:#1f6f5c;--code:#eef2f0}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9e6;--quiet:#9aa6a1;--line:#2d3330;--page:#121514;--side:#191d1b;--accent:#4fc0a4;--code:#212826}}
*{box-sizing:border-box}html{scroll-behavior:smooth;scroll-padding-top:12px}
body{margin:0;font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:var(--ink);background:var(--page);display:grid;grid-template-columns:290px minmax(0,1fr)}
nav{background:var(--side);border-right:1px solid var(--line);padding:20px 16px;height:100vh;position:sticky;top:0;overflow:auto;font-size:13px}
nav h2{font-size:13px;margin:16px 0 4px}nav ul{list-style:none;margin:0;padding:0}nav a{display:block;padding:2px 0;color:var(--quiet);text-decoration:none;overflow-wrap:anywhere}nav a:hover{color:var(--ink)}
main{padding:28px 32px 80px;max-width:1000px}h1{margin:0 0 12px;font-size:28px}main h2{margin:48px 0 8px;padding-bottom:6px;border-bottom:1px solid var(--line);font-size:21px}
h3{margin:36px 0 4px;font-size:16px;font-weight:600;overflow-wrap:anywhere}h4{margin:14px 0 4px;font-size:13px;color:var(--quiet);font-weight:600}
a{color:var(--accent)}code{font:13px/1.5 ui-monospace,'DejaVu Sans Mono',Menlo,monospace;background:var(--code);border-radius:4px;padding:1px 4px}
.m{display:inline-block;min-width:52px;font:600 12px ui-monospace,'DejaVu Sans Mono',monospace;color:var(--accent)}nav .m{font-size:11px;min-width:46px}
.role{font-size:12px;color:var(--quiet);border:1px solid var(--line);border-radius:10px;padding:1px 8px;font-weight:400;margin-left:8px;white-space:nowrap}
.t{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}td,th{text-align:left;vertical-align:top;padding:5px 14px 5px 0;border-bottom:1px solid var(--line)}th{font-weight:500;white-space:nowrap}
.q{color:var(--quiet)}p{margin:6px 0}.n{color:var(--quiet);font-size:12px;font-weight:400}
@media(max-width:800px){body{display:block}nav{position:static;height:auto;max-height:40vh;border-right:0;border-bottom:1px solid var(--line)}main{padding:20px 16px 60px}}
"""
ROLES = {"ANYONE": "anyone", "USER": "signed in", "MANAGER": "MANAGER, ADMIN", "ADMIN": "ADMIN"}


def words(text):
    """Paragraphs, `code` and [links](…) of a description."""
    out = []
    for part in re.split(r"\n\s*\n", (text or "").strip()):
        part = html.escape(" ".join(part.split()), quote=False)
        part = re.sub(r"`([^`]+)`", r"<code>\1</code>", part)
        out.append(part)
    return out


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


class Page:
    def __init__(self, description):
        self.description = description

    def resolve(self, node):
        while "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = self.description["components"][kind][name]
        return node

    def short(self, schema):
        """A schema in a few words, with links to those that have a name."""
        if "$ref" in schema:
            name = schema["$ref"].split("/")[-1]
            target = self.resolve(schema)
            if target.get("type") == "object" or "properties" in target:
                return f'<a href="#schema-{name}">{name}</a>'
            return self.short(target)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return " or ".join(self.short(one) for one in schema[key])
        if "allOf" in schema:
            return self.short(schema["allOf"][0])
        if "enum" in schema:
            return " | ".join(f"<code>{html.escape(json.dumps(v, ensure_ascii=False).strip(chr(34)))}</code>" for v in schema["enum"])
        if "const" in schema:
            return f"<code>{html.escape(json.dumps(schema['const']))}</code>"
        kinds = schema.get("type", "any")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        said = []
        for kind in kinds:
            if kind == "array":
                said.append("array of " + self.short(schema.get("items", {})))
            elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
                said.append("object of " + self.short(schema["additionalProperties"]))
            else:
                said.append(html.escape(kind))
        text = " or ".join(said)
        if schema.get("format"):
            text += f' <span class="n">{html.escape(schema["format"])}</span>'
        return text

    def limits(self, schema):
        schema, said = self.resolve(schema), []
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None or high is not None:
            said.append(f"{'' if low is None else low}…{'' if high is None else high}")
        if "maxLength" in schema:
            said.append(f"at most {schema['maxLength']} characters")
        if "default" in schema:
            said.append("default " + html.escape(json.dumps(schema["default"], ensure_ascii=False)))
        return f'<span class="n">{"; ".join(said)}</span>' if said else ""

    def row(self, name, schema, required, description):
        text = description or self.resolve(schema).get("description", "")
        mark = '' if required else ' <span class="n">optional</span>'
        return (f"<tr><th><code>{html.escape(name)}</code>{mark}</th><td>{self.short(schema)} {self.limits(schema)}"
                + "".join(f"<p class=q>{part}</p>" for part in words(text)) + "</td></tr>")

    def shape(self, schema):
        """What an answer or a body looks like: a link, or a table of its members."""
        whole = self.resolve(schema)
        if "$ref" in schema and (whole.get("type") == "object" or "properties" in whole):
            return f"<p>{self.short(schema)}</p>"
        if "properties" in whole:
            return self.members(whole)
        return f"<p>{self.short(schema)}</p>"

    def members(self, schema):
        needed = schema.get("required", [])
        rows = "".join(self.row(name, part, name in needed, part.get("description"))
                       for name, part in schema.get("properties", {}).items())
        more = schema.get("additionalProperties")
        if more and more is not True:
            rows += f"<tr><th class=q>any other</th><td>{self.short(more)}</td></tr>"
        nested = "".join(f"<h4>{html.escape(name)}{'[]' if 'items' in part else ''}</h4>" + self.members(part.get("items", part))
                         for name, part in schema.get("properties", {}).items()
                         if "$ref" not in part and "properties" in part.get("items", part))
        return f'<div class=t><table>{rows or "<tr><td class=q>Nothing in it.</td></tr>"}</table></div>' + nested

    def operation(self, method, path, shared, op):
        out = [f'<h3 id="{op["operationId"]}"><span class=m>{method.upper()}</span> {html.escape(path)}'
               f'<span class=role>{ROLES[op["x-role"]]}</span></h3><p>{"".join(words(op["summary"]))}.</p>']
        out += [f"<p class=q>{part}</p>" for part in words(op.get("description"))]
        parameters = [self.resolve(p) for p in shared + op.get("parameters", [])]
        if parameters:
            out.append("<h4>Parameters</h4><div class=t><table>" + "".join(
                self.row(p["name"], p["schema"], p.get("required"), ("In the header. " if p["in"] == "header" else "") + p.get("description", ""))
                for p in parameters) + "</table></div>")
        if "requestBody" in op:
            content = self.resolve(op["requestBody"])["content"]
            out.append(f"<h4>Body: {', '.join(content)}</h4>" + self.shape(next(iter(content.values()))["schema"]))
        refusals = []
        for status, response in op["responses"].items():
            if response.get("$ref", "").endswith("/Problem"):
                refusals.append(status)
                continue
            response = self.resolve(response)
            kinds = response.get("content", {})
            out.append(f"<h4>{status}: {html.escape(response['description'])}"
                       + (f" ({', '.join(kinds)})" if kinds else "") + "</h4>")
            shown = kinds.get("application/json", {}).get("schema")
            out.append(self.shape(shown) if shown else "")
        out.append(f'<p class=n>Refusals: {", ".join(s for s in refusals if s != "default") or "as every call"}; '
                   'see <a href="#schema-Problem">Problem</a>.</p>')
        return "".join(out)

    def render(self):
        d = self.description
        base = d["servers"][0]["url"]
        menu, body = [], []
        for tag in d["tags"]:
            found = [(method, (item.get("servers", [{"url": base}])[0]["url"].rstrip("/") + path), item.get("parameters", []), item[method])
                     for path, item in d["paths"].items() for method in METHODS
                     if method in item and tag["name"] in item[method]["tags"]]
            if not found:
                continue
            menu.append(f'<h2>{html.escape(tag["name"])}</h2><ul>' + "".join(
                f'<li><a href="#{op["operationId"]}"><span class=m>{method.upper()}</span>{html.escape(path.removeprefix(base))}</a></li>'
                for method, path, _, op in found) + "</ul>")
            body.append(f'<h2 id="about-{slug(tag["name"])}">{html.escape(tag["name"])}</h2>'
                        + "".join(f"<p class=q>{part}</p>" for part in words(tag.get("description")))
                        + "".join(self.operation(*one) for one in found))
        named = {name: schema for name, schema in d["components"]["schemas"].items() if schema.get("type") == "object" or "properties" in schema}
        menu.append("<h2>Shapes</h2><ul>" + "".join(f'<li><a href="#schema-{name}">{name}</a></li>' for name in named) + "</ul>")
        body.append("<h2>Shapes</h2>" + "".join(
            f'<h3 id="schema-{name}">{name}</h3>' + "".join(f"<p class=q>{part}</p>" for part in words(schema.get("description")))
            + self.members(schema) for name, schema in named.items()))
        title = html.escape(d["info"]["title"])
        return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
                f'<title>{title}</title><link rel="icon" href="/icon.svg"><style>{STYLE}</style></head><body>'
                f'<nav aria-label="Contents"><a href="{base}/openapi.json">openapi.json</a>{"".join(menu)}</nav><main><h1>{title}</h1>'
                + "".join(f"<p>{part}</p>" for part in words(d["info"]["description"])) + "".join(body) + "</main></body></html>\n")


def page(description):
    return Page(description).render()
