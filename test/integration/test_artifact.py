"""GET /tasks/{id}/artifact: whole, in part, unchanged, gone. The files are put into the database as a task would."""
import hashlib
import uuid
from urllib.parse import unquote

import pytest

from harness import wait_for

CONTENTS = bytes(i * 31 % 251 for i in range(700_001))


def artifact(database, task_id, contents=CONTENTS, name="отчёт за 2025.csv", complete=True, expires=None, piece=262144):
    file_id = str(uuid.uuid4())
    database.sql("INSERT INTO stored_files (id, task_id, kind, name, media_type, size, sha256, complete, expires_at)"
                 " VALUES (%s, %s, 'artifact', %s, 'text/csv; charset=utf-8', %s, %s, %s, now() + %s::interval)",
                 (file_id, task_id, name, len(contents), hashlib.sha256(contents).hexdigest() if complete else None, complete, expires))
    for pos in range(0, len(contents), piece):
        database.sql("INSERT INTO file_chunks VALUES (%s, %s, %s)", (file_id, pos, contents[pos:pos + piece]))
    return file_id


def ended_task(session):
    made = session.post("/tasks", json={"task_type": "echo", "params": {"message": "x"}})
    assert made.status_code == 202, made.text
    return made.json()["task_id"]


@pytest.fixture(scope="module")
def made(shared):
    task_id = ended_task(shared.admin)
    shared.wait_task(task_id)
    artifact(shared.database, task_id)
    return f"/tasks/{task_id}/artifact"


def test_whole(server, made):
    answer = server.admin.get(made)
    assert answer.status_code == 200 and answer.content == CONTENTS
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(CONTENTS)) and "Transfer-Encoding" not in answer.headers
    assert answer.headers["Accept-Ranges"] == "bytes"
    ascii_name, utf8_name = answer.headers["Content-Disposition"].split("; ")[1:]
    assert ascii_name == 'filename="_____ __ 2025.csv"' and unquote(utf8_name) == "filename*=UTF-8''отчёт за 2025.csv"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(CONTENTS).hexdigest()}"'


def test_head(server, made):
    answer = server.admin.head(made)
    assert answer.status_code == 200 and answer.content == b"" and answer.headers["Content-Length"] == str(len(CONTENTS))
    assert server.admin.get(made).content == CONTENTS, "the connection goes on"


@pytest.mark.parametrize("header, first, last", [
    ("bytes=0-0", 0, 0), ("bytes=0-99", 0, 99), ("bytes=262143-262144", 262143, 262144), ("bytes=700000-", 700000, 700000),
    ("bytes=-1", 700000, 700000), ("bytes=-9999999", 0, 700000), ("bytes=5-99999999", 5, 700000), ("Bytes= 262144-600000", 262144, 600000)])
def test_part(server, made, header, first, last):
    answer = server.admin.get(made, headers={"Range": header})
    assert answer.status_code == 206 and answer.content == CONTENTS[first:last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENTS)}"


@pytest.mark.parametrize("header", ["bytes=700001-", "bytes=999999999-", "bytes=-0"])
def test_part_outside(server, made, header):
    answer = server.admin.get(made, headers={"Range": header})
    assert answer.status_code == 416 and answer.headers["Content-Range"] == f"bytes */{len(CONTENTS)}"
    assert answer.json()["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("header", ["bytes=5-4", "bytes=0-1,5-6", "bytes=x", "lines=1-2", "bytes", "bytes=", "bytes=-", "bytes=1-x"])
def test_part_without_sense(server, made, header):
    answer = server.admin.get(made, headers={"Range": header})
    assert answer.status_code == 200 and answer.content == CONTENTS


def test_unchanged(server, made):
    tag = server.admin.head(made).headers["ETag"]
    for header in (tag, f'"a", {tag}', f"W/{tag}", "*"):
        answer = server.admin.get(made, headers={"If-None-Match": header})
        assert answer.status_code == 304 and answer.content == b"" and answer.headers["ETag"] == tag
    assert server.admin.get(made, headers={"If-None-Match": '"other"'}).status_code == 200
    assert server.admin.get(made, headers={"Range": "bytes=0-9", "If-Range": tag}).status_code == 206
    assert server.admin.get(made, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).content == CONTENTS


def test_none(server):
    task_id = ended_task(server.admin)
    server.wait_task(task_id)
    path = f"/tasks/{task_id}/artifact"

    def detail():
        answer = server.admin.get(path)
        assert answer.status_code == 404 and answer.json()["code"] == "NOT_FOUND"
        return answer.json()["detail"]

    assert "нет файла" in detail()
    artifact(server.database, task_id, complete=False)
    assert "не готов" in detail()
    artifact(server.database, task_id, expires="-1 hour")
    assert "Срок" in detail()
    artifact(server.database, task_id, b"", name="пусто")
    answer = server.admin.get(path)
    assert answer.status_code == 200 and answer.content == b"" and answer.headers["Content-Length"] == "0"


def test_others_see_nothing(server, made):
    answer = server.user.get(made)
    assert answer.status_code == 404 and "Нет такой задачи" in answer.json()["detail"]
    assert server.anonymous.get(made).status_code == 401


def test_a_lost_piece_is_noticed(server):
    """Half an answer never looks like a whole one."""
    task_id = ended_task(server.admin)
    server.wait_task(task_id)
    file_id = artifact(server.database, task_id)
    server.database.sql("DELETE FROM file_chunks WHERE file_id = %s AND pos > 262144", (file_id,))
    with pytest.raises(Exception):
        server.admin.get(f"/tasks/{task_id}/artifact").content
    assert wait_for(lambda: server.events("artifact cut short"), what="a line in the log")


def test_goes_with_its_task(start, database):
    server = start.server(database)
    task_id = ended_task(server.admin)
    server.wait_task(task_id)
    artifact(database, task_id)
    assert server.admin.post("/tasks/cleanup?max_age_hours=0").json()["removed_count"] == 1
    wait_for(lambda: database.sql("SELECT count(*) FROM stored_files")[0][0] == 0, what="the file to be gone")
    assert database.sql("SELECT count(*) FROM file_chunks")[0][0] == 0
    assert server.admin.get(f"/tasks/{task_id}/artifact").status_code == 404
