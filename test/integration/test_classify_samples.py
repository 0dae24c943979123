"""Real purposes: the bank files of the shared samples, imported as a person would, against what an accountant says of each document."""
import collections
import os
import pathlib

import pytest

from test_bankfile import imported

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("OBMEN_SHARED_DATA", ROOT.parent / "shared/data")) / "bankexchange"
MILK = "EX_SUPPLIERS"
UNKNOWN = None  # no accountant could say: the publisher replaced purposes, names and INNs by the same words
# file → what is told with it (a file without a section does not name our account), and the truth of each row in the order of the file
TRUTH = {
    "doncombank_v102_broken_header.txt": ({}, [
        "EX_BANK", "EX_NDFL", "EX_WAGES", "EX_BANK", "EX_CONTRIB", "EX_CONTRIB", "EX_BANK", "EX_CONTRIB", "EX_BANK", "EX_NDFL",
        "EX_ACCOUNTABLE", "EX_BANK", "EX_SERVICES", "EX_SUPPLIERS"]),
    "rshb_v102_headerless_fragment.txt": ({"account_number": "40702810266000000335"}, [
        "IN_INTEREST", "MOVE", "IN_INTEREST", "MOVE", "IN_LOAN", MILK, MILK, MILK, MILK, MILK, MILK, MILK, MILK, MILK, MILK, "EX_BANK"]),
    "gpb_v101_blank_line_in_header.txt": ({}, ["EX_SUPPLIERS"]),
    "oebs_export_treasury_utf8.txt": ({"account_number": "40702810942020002415"}, ["EX_SERVICES"]),
    "synthetic_v102_two_docs.txt": ({}, ["EX_SERVICES", "IN_SALES"]),
    "derived_cp866_says_dos.txt": ({}, ["EX_SERVICES", "IN_SALES"]),
    "vtb24_v102_one_day_cp1251.txt": ({}, ["EX_BANK"] * 6 + [UNKNOWN] * 7),
    "all_fields_v103_utf8_no_eol.txt": ({}, ["MOVE"] * 4),  # two documents between two accounts of ours: each is a row of both
    "minimal_three_lines.txt": ({}, []),
}
ROWS = """SELECT a.code, s.code, b.payment_purpose, b.category_reason FROM statement_rows r
    JOIN bank_transactions b ON b.source = 'bank' AND b.external_id = r.external_id AND b.account_number = r.account_number
    LEFT JOIN categories a ON a.id = b.category_id LEFT JOIN categories s ON s.id = b.suggested_category_id ORDER BY r.line, b.id"""


@pytest.mark.skipif(not DATA.is_dir(), reason="the samples are not here")
def test_purposes_of_real_files(start, cluster):
    assert set(TRUTH) == {p.name for p in DATA.glob("*.txt")}, "every sample is counted"
    figures, missed, wrong = collections.Counter(), [], []
    for name, (told, truth) in TRUTH.items():
        database = cluster.create()
        server = start.server(database)
        task = imported(server, (name, (DATA / name).read_bytes()), **told)
        assert task["status"] == "completed" and task["stats"]["failed"] == 0, (name, task)
        rows = database.sql(ROWS)
        server.stop()
        database.drop()
        assert len(rows) == len(truth), (name, rows)
        for (assigned, suggested, purpose, reason), right in zip(rows, truth):
            kind = "unknowable" if right is UNKNOWN else "assigned" if assigned else "suggested" if suggested else "nothing"
            figures[kind] += 1
            if kind == "assigned" and assigned != right:
                wrong.append((name, right, assigned, purpose, reason))
            elif kind in ("suggested", "nothing") and suggested != right:
                missed.append((name, right, suggested, purpose, reason))
    print(f"\n{sum(figures.values())} rows: {dict(figures)}; assigned wrongly {len(wrong)}, suggested otherwise {sum(m[2] is not None for m in missed)}")
    for line in wrong + missed:
        print(line)
    assert not wrong, "an assignment must be right"
    assert sum(figures.values()) == 53 and figures["unknowable"] == 7
    assert figures["assigned"] >= 27 and len(missed) <= 8
