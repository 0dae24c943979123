"""deploy/ as systemd reads it. (Its alert rules and dashboard: test_metrics.py.)"""
import re
import shutil
import subprocess

import pytest

from harness import OBMEN, ROOT

UNIT = (ROOT / "deploy/systemd/obmen.service").read_text()


def verified(folder, text):
    """What systemd says against a unit with this text, for a program that is there."""
    unit = folder / "obmen.service"
    unit.write_text(text.replace("/usr/local/bin/obmen", OBMEN))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "obmen.service" in line]  # not of the machine's own units
    assert done.returncode == 0 or said, done.stderr
    return said


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze (Debian package systemd)")
def test_systemd_has_nothing_against_the_unit(tmp_path):
    assert verified(tmp_path, UNIT) == []
    assert "RestartSecs" in verified(tmp_path, UNIT.replace("RestartSec=", "RestartSecs="))[0], "it would have said so"


def test_the_unit_starts_what_there_is(tmp_path):
    """Its command line is one of the program's: a missing configuration is what it stumbles over, nothing before."""
    command = re.search(r"^ExecStart=/usr/local/bin/obmen (.*)$", UNIT, re.M)[1].split()
    command = [str(tmp_path / "none.conf") if part.endswith(".conf") else part for part in command]
    done = subprocess.run([OBMEN, *command], capture_output=True, text=True, timeout=60, env={})
    assert done.returncode != 0 and "none.conf" in done.stderr, done.stderr
    for key, value in re.findall(r"^Environment=(\w+)=(\S+)$", UNIT, re.M):
        known = subprocess.run([OBMEN, "serve"], capture_output=True, text=True, timeout=60, env={key: value})
        assert key not in known.stderr, known.stderr
