/* All SQL on users, revoked_tokens and the secret. */
#ifndef AUTH_STATEMENTS_H
#define AUTH_STATEMENTS_H

#include "obmen/db.h"

extern const struct db_stmt auth_sql_secret, auth_sql_all_users, auth_sql_all_revoked,
    auth_sql_revoke, auth_sql_purge, auth_sql_notify, auth_sql_for_sign_in, auth_sql_lock_users,
    auth_sql_add, auth_sql_change, auth_sql_one, auth_sql_page, auth_sql_count;

/* The columns of a user in add, change, one and page, in this order; the last is the version. */
enum { USER_ID, USER_NAME, USER_ROLE, USER_ACTIVE, USER_CREATED, USER_UPDATED, USER_VERSION };

/* For commands without a loop (now.c); all parameters travel as text. */
extern const char auth_sql_make_secret[], auth_sql_any_user[], auth_sql_set_password[],
    auth_sql_disable[], auth_sql_named[], auth_sql_list[];

#endif
