/* What can be imported from 1C: each kind says which sets it reads and what becomes of a record. */
#ifndef ONEC_KINDS_H
#define ONEC_KINDS_H

#include "onec/import.h"

extern const struct onec_import_kind onec_documents, onec_contractors, onec_organizations,
    onec_items;

#endif
