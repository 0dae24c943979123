"""Writes the built page as C: page_embed.py OUTPUT DEPFILE FOLDER. The bytes come in by .incbin, so that megabytes
compile at once. Without the folder the page is one that says how to build it."""
import hashlib
import os
import sys

MISSING = """<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<title>Обмен</title>
<h1>Страница не собрана</h1>
<p>Сервер работает, но собран без страницы. Соберите её и сервер заново:</p>
<pre>cd frontend &amp;&amp; npm ci &amp;&amp; npm run build &amp;&amp; cd .. &amp;&amp; ninja -C build</pre>
<p lang="en">The server works, but was built without its page. Build it, then the server again, with the commands above.</p>
</html>
"""


def files_of(folder, seen):
    """path → file; `seen` gets every folder and file that the result depends on."""
    found = {}
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(d for d in folders if not d.startswith("."))
        seen.append(where)
        for name in sorted(names):
            if not name.startswith("."):
                full = os.path.join(where, name)
                seen.append(full)
                found["/" + os.path.relpath(full, folder)] = full
    return found


def main():
    out, depfile, folder = sys.argv[1:]
    seen = []
    found = files_of(folder, seen)
    if "/index.html" not in found:
        # Seen when the folder appears: it changes its parent.
        seen.append(os.path.dirname(os.path.abspath(folder)))
        missing = os.path.join(os.path.dirname(os.path.abspath(out)), "page_missing.html")
        with open(missing, "w", encoding="utf-8") as f:
            f.write(MISSING)
        found = {"/index.html": missing}
    forms = {path for path in found for end in (".br", ".gz") if path.endswith(end) and path[:-3] in found}
    asm, declared, table = [], [], []

    def form(path):
        if path not in found:
            return "{0}", b""
        full = os.path.abspath(found[path])
        with open(full, "rb") as f:
            data = f.read()
        if any(c in full for c in '"\\\n'):
            sys.exit(f"{full}: quotes, backslashes and line ends are not possible in the page's file names")
        label = f"page_bytes_{len(declared)}"
        asm.append(f'    ".balign 16\\n{label}: .incbin \\"{full}\\"\\n"')
        declared.append(f"extern const char {label}[];")
        return f"{{{label}, {len(data)}}}", data

    for path in sorted(set(found) - forms, key=lambda p: p.encode()):
        plain, data = form(path)
        br, gz = form(path + ".br")[0], form(path + ".gz")[0]
        tag = hashlib.sha256(data).hexdigest()[:20]
        size = len(path.encode())
        table.append(f'    {{{{"{path}", {size}}}, {plain}, {br}, {gz}, "{tag}"}},')
    with open(out, "w", encoding="utf-8") as c:
        c.write('#include "http/page_files.h"\n\n')
        c.write('__asm__(".pushsection .rodata\\n"\n' + "\n".join(asm) + '\n    ".popsection\\n");\n')
        c.write("\n".join(declared) + "\n\n")
        c.write("const struct page_file page_embedded[] = {\n" + "\n".join(table) + "\n};\n")
        c.write(f"const int page_embedded_count = {len(table)};\n")
    with open(depfile, "w", encoding="utf-8") as d:
        d.write(f"{out}: " + " ".join(s.replace(" ", "\\ ") for s in seen) + "\n")


main()
