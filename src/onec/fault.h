/* What 1C and the web server before it can answer that is no data: may it pass, and what is a
 * person to do. The decision is by HTTP status and code; texts only choose the words. */
#ifndef ONEC_FAULT_H
#define ONEC_FAULT_H

#include "onec/answer.h"

enum onec_verdict onec_fault_transport(const struct err *fault, struct err *ret_err);
enum onec_verdict onec_fault_status(
    const struct onec_answer *a, const char *set, struct err *ret_err);
/* odata.error or exception */
enum onec_verdict onec_fault_complaint(
    const struct onec_answer *a, const char *set, struct err *ret_err);
/* a good status with a body that is not what was asked for */
enum onec_verdict onec_fault_body(const struct onec_answer *a, struct err *ret_err);
enum onec_verdict onec_fault_too_many(int limit, struct err *ret_err);
enum onec_verdict onec_fault_too_large(struct err *ret_err);

/* Permanent, for all callers: */
int onec_fault_not_configured(struct err *ret_err);
int onec_fault_not_published(const char *set, struct err *ret_err);

#endif
