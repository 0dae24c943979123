/* The demo 1C: a service of its own that answers as 1C's standard OData interface does, with
 * generated data. */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

/* obmen demo-1c: runs until SIGINT or SIGTERM. Returns the exit status. */
int demo_main(int argc, char **argv);

#endif
