/* docs/openapi.yaml as it is served; made at build time by openapi_embed.py. */
#ifndef API_OPENAPI_FILES_H
#define API_OPENAPI_FILES_H

#include "http/page_files.h"

extern const struct page_file openapi_file, docs_file;
/* The Content-Security-Policy that lets docs_file have its style and nothing else. */
extern const char docs_policy[];

#endif
