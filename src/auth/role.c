#include "auth/auth.h"

static const char *const names[] = {
    [ROLE_USER] = "USER", [ROLE_MANAGER] = "MANAGER", [ROLE_ADMIN] = "ADMIN"};

const char *role_name(enum role r)
{
    return names[r];
}

bool role_parse(struct str name, enum role *ret)
{
    for (int i = ROLE_USER; i <= ROLE_ADMIN; i++)
        if (str_is(name, names[i])) {
            *ret = (enum role)i;
            return true;
        }
    return false;
}
