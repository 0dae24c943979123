#!/usr/bin/python3
"""extract.py PAGE SERVE.C OWN.C NEW-SERVE.C: the code of docs/writing-a-task.md as it is printed. The first block becomes OWN.C; the
second, one line, is put where the page says: behind onec_register in a copy of serve.c, with the declaration above."""
import re
import sys

page, serve, own_out, serve_out = sys.argv[1:]
text = open(page).read()
blocks = re.findall(r"^```c\n(.*?)^```$", text, re.M | re.S)
assert len(blocks) == 2, f"{page}: {len(blocks)} blocks of C instead of two"
task, line = blocks
assert task.count("\n") < 100, f"{page}: the task type has {task.count(chr(10))} lines, under 100 are promised"
assert line.count("\n") == 1, f"{page}: one line registers the type"
declaration = re.search(r"`(extern const struct obm_task_type \w+;)`", text).group(1)
wiring = open(serve).read()
place = re.search(r"^ *onec_register\(.*\n", wiring, re.M)
assert place, f"{serve}: no onec_register"
first = re.search(r"^#define ", wiring, re.M).start()
with open(own_out, "w") as out:
    out.write(f'#line {text[:text.index(task)].count(chr(10)) + 1} "{page}"\n' + task)
with open(serve_out, "w") as out:
    out.write(wiring[:first] + declaration + "\n\n" + wiring[first:place.end()] + line + wiring[place.end():])
