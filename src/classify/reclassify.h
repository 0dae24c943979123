/* The task type that classifies rows of the ledger again: those named, or those of a filter. */
#ifndef CLASSIFY_RECLASSIFY_H
#define CLASSIFY_RECLASSIFY_H

#include "ledger/filter.h"
#include "obmen/task.h"

#define RECLASSIFY_SCHEMA                                                                          \
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"                         \
    "\"ids\":{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":1}}"                  \
    "," LEDGER_FILTER_PARAMS ","                                                                   \
    "\"dry_run\":{\"type\":\"boolean\",\"default\":false}}}"

extern const struct obm_task_type reclassify_transactions;

#endif
