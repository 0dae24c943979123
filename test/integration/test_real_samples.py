"""Bodies that real 1C servers sent (../shared/data/onec, not copied here), served as they are and imported."""
import http.server
import json
import os
import pathlib
import threading
import urllib.parse

import pytest

from harness import ROOT
from test_bad_luck import fails
from test_import import settled

SAMPLES = pathlib.Path(os.environ.get("OBMEN_SHARED_DATA", ROOT.parent / "shared/data")) / "onec"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the samples are not here ({SAMPLES})")
BOM = b"\xef\xbb\xbf"


class OneC:
    """Answers each set with one body; everything else as a real server does: 404 with code 8."""

    def __init__(self, answers):
        unknown = (404, (SAMPLES / "error_code8_entity_not_found_404.json").read_bytes())

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).split("standard.odata", 1)[1].strip("/")
                status, body = answers.get(path, unknown)
                kind = "application/atom+xml" if body.lstrip().startswith(b"<") else "application/json;charset=utf-8"
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.settings = dict(OBMEN_1C_URL=f"http://127.0.0.1:{self.server.server_port}/1c/odata/standard.odata",
                             OBMEN_1C_USERNAME="Бухгалтер", OBMEN_1C_PASSWORD="x")

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def onec():
    made = []

    def start(answers):
        made.append(OneC(answers))
        return made[-1]

    yield start
    for one in made:
        one.close()


def sample(name):
    return (SAMPLES / name).read_bytes()


SETS = BOM + '{"odata.metadata":"x","value":[{"name":"Catalog_Контрагенты","url":"Catalog_Контрагенты"}]}'.encode()


@pytest.mark.parametrize("bom", [b"", BOM])
def test_a_real_contractor_is_imported(start, database, onec, bom):
    source = onec({"": (200, SETS), "Catalog_Контрагенты/$count": (200, bom + b"1"),
                   "Catalog_Контрагенты": (200, bom + sample("bp30_Catalog_Kontragenty_list1.json"))})
    server = start.server(database, **source.settings)
    task = server.wait_task(server.start_sync("contractors"))
    assert settled(task)["created"] == 1
    card = server.admin.get("/contractors").json()["contractors"][0]
    assert card["external_id"] == "a348aa8c-d629-11e5-0a9b-000c295e30eb"
    assert (card["name"], card["full_name"]) == ("ТЕХНО-ЛОГИСТИК ООО", 'ООО "ТЕХНО-ЛОГИСТИК"')
    assert (card["inn"], card["kpp"], card["warnings"]) == ("5024089920", "501701001", [])


def test_real_cash_flow_items_become_categories(start, database, onec):
    body = sample("derived_ut_Catalog_StatyiDDS_predefined_list14.json")
    items = "Catalog_СтатьиДвиженияДенежныхСредств"
    source = onec({"": (200, SETS), f"{items}/$count": (200, BOM + b"14"), items: (200, BOM + body)})
    server = start.server(database, **source.settings)
    assert settled(server.wait_task(server.start_sync("categories")))["created"] == 14
    wanted = {(i["Ref_Key"], i["Code"], i["Description"]) for i in json.loads(body)["value"]}
    assert set(database.sql("SELECT external_id, code, name FROM categories WHERE source = '1c' AND is_active")) == wanted
    kinds = dict(database.sql("SELECT name, kind FROM categories WHERE source = '1c'"))
    assert kinds["Выдача денежных средств в кассу ККМ"] == kinds["Сдача денежных средств в банк (в рублях)"] == "internal"
    assert kinds["Поступление оплаты от клиента"] == "income" and kinds["Выплата заработной платы"] == "expense"


def test_an_empty_publication_is_explained(start, database, onec):
    source = onec({"": (200, sample("service_document_nothing_published.xml"))})
    server = start.server(database, **source.settings)
    fails(server, "ONEC_API_ERROR", "OData", what="sync_contractors")
    answer = server.admin.get("/sync-1c/test-connection").json()
    assert answer["success"] is False and answer["message"]


@pytest.mark.parametrize("name, status", [("error_code14_filter_parse_400.json", 400), ("error_code6_method_not_found.json", 404),
                                          ("error_code8_entity_not_found_404.json", 404)])
def test_real_error_bodies_end_the_task_with_a_sentence(start, database, onec, name, status):
    source = onec({"": (200, SETS), "Catalog_Контрагенты/$count": (status, BOM + sample(name)), "Catalog_Контрагенты": (status, BOM + sample(name))})
    server = start.server(database, **source.settings)
    task = fails(server, "ONEC_API_ERROR", what="sync_contractors")
    assert task["attempt"] == 1 and len(task["error"]) > 20
