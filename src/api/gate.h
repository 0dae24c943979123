/* What every request passes before its handler: who asks, how often, from where, with which rights.
 */
#ifndef API_GATE_H
#define API_GATE_H

#include "api/api.h"

void gate_open(struct api *api);
void gate_close(struct api *api);

enum gate_verdict { GATE_PASS, GATE_SIGN_IN, GATE_FORBIDDEN, GATE_FOREIGN };
/* Rights by the route's flags. state_changing: neither GET nor HEAD nor OPTIONS. site: of the page
 * that sent it; trusted: its origin is one of OBMEN_CORS_ORIGINS. Pure: see the table in the tests.
 */
enum gate_verdict gate_judge(unsigned flags, const struct api_call *call, bool state_changing,
    enum auth_site site, bool trusted);

#endif
