"""Writes the schema's files as C: embed.py OUTPUT NNNN-title.sql…"""
import hashlib
import os
import re
import sys

out, files = sys.argv[1], sorted(sys.argv[2:], key=os.path.basename)
numbers = []
with open(out, "w", encoding="utf-8") as c:
    c.write('#include "pg/schema.h"\n\n')
    for i, path in enumerate(files):
        with open(path, "rb") as f:
            sql = f.read()
        name = os.path.basename(path)
        m = re.fullmatch(r"(\d{4})-[a-z0-9-]+\.sql", name)
        if not m or b"\0" in sql:
            sys.exit(f"{path}: expected a text file called NNNN-title.sql")
        numbers.append((int(m[1]), name, hashlib.sha256(sql).hexdigest()))
        c.write(f"static const char sql{i}[] = {{")
        for at in range(0, len(sql), 20):
            c.write("\n    " + "".join(f"{b if b < 128 else b - 256}," for b in sql[at:at + 20]))
        c.write("\n    0};\n\n")
    if [n for n, _, _ in numbers] != list(range(1, len(numbers) + 1)):
        sys.exit("schema files must be numbered 0001, 0002 … without a gap")
    c.write("const struct schema_file schema_files[] = {\n")
    for i, (n, name, digest) in enumerate(numbers):
        c.write(f'    {{{n}, "{name}", "{digest}", sql{i}}},\n')
    c.write("    {0},\n};\n")
