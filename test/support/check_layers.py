"""A layer includes only itself and what lies below it (docs/architecture.md); prints each line that does not."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What each folder of src/ may include besides itself and include/obmen.
BELOW = {
    "base": "",
    "pg": "base",
    "http": "base",
    "ws": "base http",
    "task": "base pg",
    "cache": "base pg",
    "file": "base pg",
    "sheet": "base",
    "ledger": "base pg cache",
    "extract": "base pg task file sheet ledger",
    "classify": "base pg task ledger",
    "onec": "base pg ledger task cache classify",
    "bankfile": "base pg ledger task file classify",
    "vk": "base pg task file sheet cache",
    "auth": "base pg",
    "live": "base http ws task auth",
    "api": "base pg http ws task ledger onec auth live cache file sheet extract classify bankfile vk",
    "demo": "base http",
    "app": "base pg http ws task ledger onec auth live cache file sheet extract classify bankfile vk api demo",
}


def main():
    bad = 0
    folders = {p.name for p in (ROOT / "src").iterdir() if p.is_dir()}
    for unknown in sorted(folders - BELOW.keys()):
        print(f"src/{unknown}: a layer that test/support/check_layers.py does not know")
        bad += 1
    for path in sorted((ROOT / "src").rglob("*.[ch]")):
        layer = path.relative_to(ROOT / "src").parts[0]
        allowed = {layer, "obmen", *BELOW.get(layer, "").split()}
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^/"]+)/', line)
            if found and found.group(1) not in allowed:
                print(f"{path.relative_to(ROOT)}:{number}: {layer} must not include {found.group(1)}")
                bad += 1
    for path in sorted((ROOT / "include").rglob("*.h")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^/"]+)/', line)
            if found and found.group(1) != "obmen":
                print(f"{path.relative_to(ROOT)}:{number}: a public header must not include {found.group(1)}")
                bad += 1
    return bad > 0


sys.exit(main())
