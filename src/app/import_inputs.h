/* The files that obmen import-file was given. */
#ifndef APP_IMPORT_INPUTS_H
#define APP_IMPORT_INPUTS_H

#include "bankfile/source.h"
#include "obmen/uuid.h"

struct import_input {
    const char *path, *name; /* borrowed from the call; name: what it is called in reports */
    int fd;                  /* -1: not open */
    struct uuid id;          /* once it is being stored */
};
struct import_inputs {
    struct import_input file[BANKFILE_FILES_MAX];
    int count; /* more than BANKFILE_FILES_MAX: that many were named */
};

void import_inputs_add(struct import_inputs *in, const char *path);
/* All of them, before anything is stored of any. 0, or -1 after a line for each that can't be read.
 */
int import_inputs_open(struct import_inputs *in);
void import_inputs_close(struct import_inputs *in);
/* "obmen: path: why" on standard error; error: an errno. */
void import_input_complain(const struct import_input *f, int error);

#endif
