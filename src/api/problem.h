/* Two errors that every resource has. Others go by http_reply_error. */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "http/server.h"
#include "task/schema.h"

/* 422 with errors[]; what is wrong with the first field is the detail. */
void problem_fields(struct http_request *req, const struct field_errors *fields);
/* NOT_FOUND in one word: what was asked for does not exist, or not for this person. */
void problem_not_found(struct http_request *req, const char *message);

#endif
