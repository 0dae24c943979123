/* The task type that classifies rows of the ledger again: those named, or those of a filter. */
#ifndef CLASSIFY_RECLASSIFY_H
#define CLASSIFY_RECLASSIFY_H

#include "obmen/task.h"

#define RECLASSIFY_SCHEMA                                                                          \
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"                         \
    "\"ids\":{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":1}},"                 \
    "\"date_from\":{\"type\":\"string\",\"format\":\"date\"},"                                     \
    "\"date_to\":{\"type\":\"string\",\"format\":\"date\"},"                                       \
    "\"transaction_type\":{\"type\":\"string\",\"enum\":[\"CREDIT\",\"DEBIT\"]},"                  \
    "\"payment_source\":{\"type\":\"string\",\"enum\":[\"BANK\",\"CASH\"]},"                       \
    "\"status\":{\"type\":\"string\",\"enum\":[\"NEW\",\"CATEGORIZED\",\"NEEDS_REVIEW\"]},"        \
    "\"counterparty_inn\":{\"type\":\"string\",\"maxLength\":20},"                                 \
    "\"account_number\":{\"type\":\"string\",\"maxLength\":40},"                                   \
    "\"organization_id\":{\"type\":\"integer\",\"minimum\":1},"                                    \
    "\"category_id\":{\"type\":\"integer\",\"minimum\":1},"                                        \
    "\"dry_run\":{\"type\":\"boolean\",\"default\":false}}}"

extern const struct obm_task_type reclassify_transactions;

#endif
