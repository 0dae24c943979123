"""Bad values from a schema of docs/openapi.yaml: what does not fit it, and only that. Nothing is left to chance: the same every time."""
import copy

TOO_LONG = 4  # the program counts bytes: as many characters more are surely too many
HUGE = 10 ** 30
ABSENT = object()


# Words of SQL, of LIKE, of tsquery, of regular expressions, of formats; letters that turn, combine, vanish, or have no other case
ODD = ["'; DROP TABLE tasks; --", "%", "_", "\\", "\\'", "%s%n%d", "a & b | !c <-> (d:*", "!", "()", ":*", "'", '"', "$1", "{}", "[a-", "(((", "a{99999}", "^$",
       ".*", "\u202e\u0301\u200b", "ẞŉǰΐİı", "\ufdfa" * 50, "ё" * 100, "\U0001f9d1\u200d\U0001f4bb" * 20, "\u0001\u007f\u0085", "\ufeff", "\ufffe\uffff",
       "0", "-1", "null", "true", " ", "\t\n", "а" * 200, "=1+1", "<script>alert(1)</script>", "../../etc/passwd", "1e999", "0x10"]


class Schemas:
    def __init__(self, description):
        self.components = description["components"]

    def of(self, node):
        """The schema without references; allOf and oneOf with null melted into one."""
        while "$ref" in node:
            *_, kind, name = node["$ref"].split("/")
            node = self.components[kind][name]
        if "allOf" in node:
            node = {**self.of(node["allOf"][0]), **{k: v for k, v in node.items() if k != "allOf"}}
        if "oneOf" in node:
            inner = dict(self.of(node["oneOf"][0]))
            inner["type"] = [inner["type"], "null"]
            inner["enum"] = inner["enum"] + [None]
            node = inner
        return node

    def types(self, node):
        node = self.of(node)
        kind = node.get("type")
        if kind is None and "enum" in node:
            return {"string"}
        return set(kind) if isinstance(kind, list) else {kind} if kind else set()

    def example(self, node):
        """A value that fits."""
        node = self.of(node)
        if "enum" in node:
            return node["enum"][0]
        kinds = self.types(node)
        if "object" in kinds:
            names = node.get("required") or list(node.get("properties", {}))[:node.get("minProperties", 0)]
            return {k: self.example(node["properties"][k]) for k in names}
        if "array" in kinds:
            return [self.example(node["items"])]
        if "integer" in kinds or "number" in kinds:
            return max(1, node.get("minimum", 1)) if "integer" in kinds else 0.5
        if "boolean" in kinds:
            return True
        if node.get("format") == "date":
            return "2025-01-31"
        if node.get("format") == "date-time":
            return "2100-01-01T00:00:00Z"
        return "a" * max(9, node.get("minLength", 0))

    # ---- a parameter of the query: text ----

    def bad_texts(self, node):
        node = self.of(node)
        kinds = self.types(node)
        yield "%00"
        yield "%FF%FE"
        yield "%C0%AF"
        if "enum" in node:
            yield from ("nonsense", "0", str(node["enum"][0]).swapcase(), "%27%22%3B--")
        elif kinds & {"integer", "number"}:
            yield from ("abc", "-1", "99999999999999999999", "1e3", "0x10", "%2B", "NaN", "%D9%A1", "1%202", "--1", "%27")
            if "integer" in kinds:
                yield "1.5"
            if "maximum" in node:
                yield str(node["maximum"] + 1)
            if node.get("minimum", 0) > 0:
                yield "0"
        elif "boolean" in kinds:
            yield from ("yes", "2", "TRUE", "null")
        elif node.get("format") == "date":
            yield from ("abc", "2025-02-30", "2025-13-01", "2025-1-1", "0000-00-00", "99999-01-01", "2025-01-01T00:00:00Z",
                        "20250101", "-2025-01-01", "infinity", "now")
        elif "pattern" in node:  # amounts
            yield from ("abc", "1e5", "NaN", "infinity", "9" * 40, "1.234", "--1", "1.2.3", "0x10")
        elif "maxLength" in node:
            yield "a" * (node["maxLength"] * TOO_LONG + 1)

    # ---- what fits, but seldom comes: any answer that is none of the program's faults ----

    def odd_values(self, node):
        node = self.of(node)
        kinds = self.types(node)
        if "enum" in node:
            yield from (one for one in node["enum"] if one is not None)
        elif kinds & {"integer", "number"}:
            yield from (node.get("minimum", -2 ** 63), node.get("maximum", 2 ** 63 - 1), 2 ** 31, 2 ** 53 + 1)
        elif "boolean" in kinds:
            yield from (True, False)
        elif node.get("format") == "date":
            yield from ("0001-01-01", "9999-12-31", "2024-02-29", "1582-10-10")
        elif node.get("format") == "date-time":
            yield from ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
        elif "pattern" in node:
            yield from ("0.00", "-0.00", "92233720368547758.07", "-92233720368547758.08", "99999999999999.99")
        elif "string" in kinds:
            for text in ODD:
                yield text[:node.get("maxLength", 1000)]
        elif "array" in kinds:
            for one in self.odd_values(node["items"]):
                yield [one]
        elif "object" in kinds:
            yield {"a": {"b": [None, "\u0001"]}}

    # ---- a member of a body: JSON ----

    def bad_values(self, node):
        node = self.of(node)
        kinds = self.types(node)
        if not kinds:
            return
        if "null" not in kinds:
            yield None
        if not kinds & {"string"}:
            yield from ("abc", "", "1")
        if not kinds & {"integer", "number"}:
            yield from (1, -1.5, HUGE)
        if "boolean" not in kinds:
            yield True
        if "array" not in kinds:
            yield [1]
        if "object" not in kinds:
            yield {"a": 1}
        if "enum" in node:
            yield from ("nonsense", "", str(node["enum"][0]).swapcase(), str(node["enum"][0]) + "\0")
        elif "string" in kinds:
            if kinds == {"string"}:
                yield "a\0b"
            if node.get("minLength", 0) > 0:
                yield ""
            if "maxLength" in node:
                yield "a" * (node["maxLength"] * TOO_LONG + 1)
            if node.get("format") in ("date", "date-time"):
                yield from ("abc", "2025-02-30", "2025-02-30T00:00:00Z", "99999-01-01", "")
        if kinds & {"integer", "number"}:
            yield from (-HUGE, 1e300) if "integer" in kinds else ()
            if "integer" in kinds:
                yield 1.5
            if "minimum" in node:
                yield node["minimum"] - 1
            if "maximum" in node:
                yield node["maximum"] + 1
        if "array" in kinds:
            item = self.of(node["items"])
            if node.get("minItems"):
                yield []
            if "maxItems" in node:
                yield [self.example(item)] * (node["maxItems"] + 1)
            for bad in self.bad_values(item):
                yield [bad]

    def bad_bodies(self, schema, good):
        """(body, the field that is wrong in it)"""
        schema = self.of(schema)
        for name in schema.get("required", []):
            body = copy.deepcopy(good)
            body.pop(name, None)
            yield body, name
        for name, node in schema.get("properties", {}).items():
            for bad in self.bad_values(node):
                yield {**good, name: bad}, name
        if schema.get("additionalProperties") is False:
            yield {**good, "no_such_member": 1}, "no_such_member"
            yield {**good, "": 1}, ""
        if schema.get("minProperties"):
            yield {}, None


# Not JSON, or not what the body is about: (bytes, statuses)
BROKEN = [
    (b"{", 400), (b"nul", 400), (b'{"a":}', 400), (b'{"a":1,}', 400), (b"{'a':1}", 400), (b'{"a":"\xff\xfe"}', 400),
    (b'{"a":1}{"b":2}', 400), (b'{"a":"\x00"}', 400), (b'\x00', 400), (b'{"a":"\\ud800"}', 400), (b'{"a":01}', 400),
    (b'{"a":NaN}', 400), (b"[" * 2000, 400), (b'{"a":' * 2000, 400), (b"[]", 422), (b'"x"', 422), (b"1", 422), (b"true", 422),
]
