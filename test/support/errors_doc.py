"""docs/errors.md from the source: include/obmen/err.h has codes, statuses, titles, src/base/err_advice.c the rest.

errors_doc.py writes it; errors_doc.py --check fails when it is not what would be written."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/errors.md"
RETRIED = {"NO": "no", "CALLER": "by who called", "ITSELF": "by the task itself"}
HEAD = """# Errors

One taxonomy through all layers: REST and WebSocket answers (`code`), tasks (`error_code`), the log (`error_code`). How errors travel
inside: [decisions/0002-errors.md](decisions/0002-errors.md). The server shows this table, in its own language, at `/docs/errors`, where
the `type` of every problem points.

Made of `include/obmen/err.h` and `src/base/err_advice.c` by `test/support/errors_doc.py`; do not edit. HTTP is the code's usual status: a
request that cannot be parsed is a VALIDATION_ERROR with 400, a fault in a statement of ours a DATABASE_ERROR with 500.

| code | HTTP | | tried again | what to do |
|---|---|---|---|---|
"""


def page():
    codes = re.findall(r'X\((\w+), (\d+), "([^"]*)"\)', (ROOT / "include/obmen/err.h").read_text())
    advice = {}
    row = r'\[ERR_(\w+)\] =\s*\{ERR_RETRY_(\w+),\s*((?:"[^"]*"\s*)+),\s*((?:"[^"]*"\s*)+)\}'
    for name, retry, _, english in re.findall(row, (ROOT / "src/base/err_advice.c").read_text()):
        advice[name] = (RETRIED[retry], "".join(re.findall(r'"([^"]*)"', english)))
    missing = {name for name, _, _ in codes} ^ advice.keys()
    if not codes or missing:
        sys.exit(f"err.h and err_advice.c do not have the same codes: {sorted(missing)}")
    return HEAD + "".join(f"| `{name}` | {status} | {title} | {advice[name][0]} | {advice[name][1]} |\n"
                          for name, status, title in codes)


if "--check" in sys.argv:
    if not PAGE.exists() or PAGE.read_text() != page():
        sys.exit("docs/errors.md is stale: run test/support/errors_doc.py")
else:
    PAGE.write_text(page())
