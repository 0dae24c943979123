/* What the files about bank transactions share. */
#ifndef API_TRANSACTIONS_H
#define API_TRANSACTIONS_H

#include "api/api.h"
#include "ledger/query.h"

/* {id} of the path, or answered 404. */
bool transaction_path_id(struct http_request *req, int64_t *ret);
/* A ledger_row_fn with the request as arg: the row, its version as ETag. */
void transaction_reply(void *req, struct str json, int64_t version, const struct err *err);

#endif
