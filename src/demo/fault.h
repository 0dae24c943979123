/* An answer that refuses: HTTP status and the code of odata.error. */
#ifndef DEMO_FAULT_H
#define DEMO_FAULT_H

struct demo_fault {
    int status;
    int code; /* of odata.error */
    char text[200];
};

/* Fills *f and returns -1. */
int demo_refuse(struct demo_fault *f, int status, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
