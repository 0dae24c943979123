#include "cmocka_all.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/config.h"
#include "obmen/utf8.h"

/* Loads with a single variable. */
static int load(struct config *c, const char *assignment, struct err *e)
{
    char *env[] = {"HOME=/root", "PATH=/bin", (char *)assignment, NULL};
    *e = ERR_INIT;
    return config_load(c, NULL, env, e);
}

static void test_defaults(void **state)
{
    struct config c;
    struct err e;
    assert_int_equal(load(&c, "OBMEN_LISTEN=", &e), 0); /* empty means not set */
    assert_null(c.database_url);
    assert_string_equal(c.listen, "127.0.0.1:8001");
    assert_int_equal(c.workers, 10);
    assert_int_equal(c.queue_max, 1000);
    assert_int_equal(c.task_retention_days, 90);
    assert_int_equal(c.db_pool, 10);
    assert_int_equal(c.db_overflow, 20);
    assert_int_equal(c.db_timeout_ms, 30000);
    assert_int_equal(c.batch, 100);
    assert_null(c.admin_password);
    assert_null(c.secret);
    assert_int_equal(c.token_ttl_s, 43200);
    assert_null(c.onec_url);
    assert_null(c.onec_username);
    assert_null(c.onec_password);
    assert_int_equal(c.onec_profile, ONEC_AUTO);
    assert_int_equal(c.onec_page, 1000);
    assert_int_equal(c.onec_timeout_ms, 60000);
    assert_string_equal(c.vk_url, "https://api.vk.com/method");
    assert_null(c.vk_token);
    assert_null(c.redis_url);
    assert_null(c.static_dir);
    assert_null(c.cors_origins);
    assert_null(c.trusted_proxies);
    assert_int_equal(c.log_level, LOG_INFO);
    assert_int_equal(c.log_format, LOG_FORMAT_AUTO);
    assert_false(c.english);
    assert_null(c.tls_cert);
    assert_null(c.tls_key);
    assert_int_equal(c.rate, 100);
    assert_int_equal(c.max_connections, 10000);
    assert_int_equal(c.max_connections_per_address, 1000);
    assert_null(c.metrics_token);
    config_release(&c);
    assert_int_equal(config_load(&c, NULL, NULL, &e), 0);
    config_release(&c);
}

#define TEXT(member) offsetof(struct config, member)

static void test_good_values(void **state)
{
    static const struct {
        const char *assignment;
        size_t member;
        const char *text; /* NULL: the value as given */
    } texts[] = {
        {"DATABASE_URL=postgresql://u:p@h/db?sslmode=require", TEXT(database_url), NULL},
        {"DATABASE_URL=host=/var/run dbname=obmen", TEXT(database_url), NULL},
        {"OBMEN_LISTEN=0.0.0.0:80", TEXT(listen), NULL},
        {"OBMEN_LISTEN=[::]:8001", TEXT(listen), NULL},
        {"OBMEN_LISTEN=[fe80::1%eth0]:8001", TEXT(listen), NULL},
        {"OBMEN_LISTEN=127.0.0.1:0", TEXT(listen), NULL},
        {"OBMEN_LISTEN=127.0.0.1:8001 ,\t[::1]:8001", TEXT(listen), "127.0.0.1:8001,[::1]:8001"},
        {"OBMEN_ADMIN_PASSWORD=пароль", TEXT(admin_password), NULL},
        {"OBMEN_SECRET=0123456789abcdef0123456789abcdef", TEXT(secret), NULL},
        {"OBMEN_1C_URL=http://1c.local/base/odata/standard.odata/", TEXT(onec_url),
            "http://1c.local/base/odata/standard.odata"},
        {"OBMEN_1C_URL=https://[::1]:8443/b", TEXT(onec_url), NULL},
        {"OBMEN_1C_URL=http://s/Бух/odata", TEXT(onec_url), "http://s/%D0%91%D1%83%D1%85/odata"},
        {"OBMEN_1C_URL=http://s:81", TEXT(onec_url), NULL},
        {"OBMEN_1C_URL=http://s/a%20b", TEXT(onec_url), NULL},
        {"OBMEN_1C_USERNAME=Администратор", TEXT(onec_username), NULL},
        {"OBMEN_VK_URL=http://127.0.0.1:9/method", TEXT(vk_url), NULL},
        {"OBMEN_VK_TOKEN=vk1.a.abcdef", TEXT(vk_token), NULL},
        {"OBMEN_REDIS_URL=redis://:p%40ss@h:6379/0", TEXT(redis_url), NULL},
        {"OBMEN_REDIS_URL=rediss://h", TEXT(redis_url), NULL},
        {"OBMEN_STATIC=/tmp", TEXT(static_dir), NULL},
        {"OBMEN_CORS_ORIGINS=https://a.example, http://localhost:5173", TEXT(cors_origins),
            "https://a.example,http://localhost:5173"},
        {"OBMEN_TRUSTED_PROXIES=10.0.0.0/8, ::1,fd00::/8, 127.0.0.1", TEXT(trusted_proxies),
            "10.0.0.0/8,::1,fd00::/8,127.0.0.1"},
        {"OBMEN_METRICS_TOKEN=secret-token", TEXT(metrics_token), NULL},
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct config c;
        struct err e;
        if (load(&c, texts[i].assignment, &e) < 0)
            fail_msg("%s: %s", texts[i].assignment, e.message);
        assert_string_equal(*(const char **)((char *)&c + texts[i].member),
            texts[i].text ? texts[i].text : strchr(texts[i].assignment, '=') + 1);
        config_release(&c);
    }

    static const struct {
        const char *assignment;
        size_t member;
        int value;
    } numbers[] = {
        {"OBMEN_WORKERS=1", TEXT(workers), 1},
        {"OBMEN_QUEUE_MAX=1000000", TEXT(queue_max), 1000000},
        {"OBMEN_TASK_RETENTION_DAYS=0", TEXT(task_retention_days), 0},
        {"OBMEN_DB_POOL=1", TEXT(db_pool), 1},
        {"OBMEN_DB_OVERFLOW=0", TEXT(db_overflow), 0},
        {"OBMEN_DB_TIMEOUT_MS=500", TEXT(db_timeout_ms), 500},
        {"OBMEN_BATCH=500", TEXT(batch), 500},
        {"OBMEN_TOKEN_TTL=60", TEXT(token_ttl_s), 60},
        {"OBMEN_1C_PAGE=50", TEXT(onec_page), 50},
        {"OBMEN_1C_TIMEOUT_MS=5000", TEXT(onec_timeout_ms), 5000},
        {"OBMEN_RATE=7", TEXT(rate), 7},
        {"OBMEN_MAX_CONNECTIONS=0", TEXT(max_connections), 0},
        {"OBMEN_MAX_CONNECTIONS_PER_ADDRESS=0", TEXT(max_connections_per_address), 0},
        {"OBMEN_1C_PROFILE=bp", TEXT(onec_profile), ONEC_BP},
        {"OBMEN_1C_PROFILE=ut", TEXT(onec_profile), ONEC_UT},
        {"OBMEN_LOG=error", TEXT(log_level), LOG_ERROR},
        {"OBMEN_LOG=debug", TEXT(log_level), LOG_DEBUG},
        {"OBMEN_LOG_FORMAT=json", TEXT(log_format), LOG_FORMAT_JSON},
        {"OBMEN_LOG_FORMAT=text", TEXT(log_format), LOG_FORMAT_TEXT},
    };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct config c;
        struct err e;
        if (load(&c, numbers[i].assignment, &e) < 0)
            fail_msg("%s: %s", numbers[i].assignment, e.message);
        assert_int_equal(*(int *)((char *)&c + numbers[i].member), numbers[i].value);
        config_release(&c);
    }
}

/* The one line names the key, shows the value, says what is allowed. */
static void test_bad_values(void **state)
{
    static const struct {
        const char *assignment, *says;
    } rows[] = {
        {"OBMEN_WORKERS=0", "1…1000"},
        {"OBMEN_WORKERS=-1", "1…1000"},
        {"OBMEN_WORKERS=many", "no whole number; allowed is 1…1000"},
        {"OBMEN_WORKERS=1e3", "no whole number"},
        {"OBMEN_WORKERS= 5", "no whole number"},
        {"OBMEN_WORKERS=99999999999999999999999", "1…1000"},
        {"OBMEN_BATCH=10001", "out of range; allowed is 1…10000"},
        {"OBMEN_TOKEN_TTL=59", "60…"},
        {"OBMEN_LISTEN=8001", "address:port"},
        {"OBMEN_LISTEN=localhost:8001", "127.0.0.1:8001"},
        {"OBMEN_LISTEN=:8001", "address:port"},
        {"OBMEN_LISTEN=127.0.0.1", "address:port"},
        {"OBMEN_LISTEN=127.0.0.1:", "port"},
        {"OBMEN_LISTEN=127.0.0.1:65536", "0…65535"},
        {"OBMEN_LISTEN=127.0.0.1:-1", "0…65535"},
        {"OBMEN_LISTEN=127.0.0.256:1", "address:port"},
        {"OBMEN_LISTEN=::1:8001", "address:port"},
        {"OBMEN_LISTEN=[::1]", "port"},
        {"OBMEN_LISTEN=[::1%]:80", "address:port"},
        {"OBMEN_LISTEN=[1.2.3.4]:80", "address:port"},
        {"OBMEN_LISTEN=127.0.0.1:80,", "address:port"},
        {"OBMEN_LISTEN=127.0.0.1:80,,[::]:80", "address:port"},
        {"OBMEN_1C_URL=1c.local/base", "http://"},
        {"OBMEN_1C_URL=ftp://h/", "http://"},
        {"OBMEN_1C_URL=http://", "server"},
        {"OBMEN_1C_URL=http:///path", "server"},
        {"OBMEN_1C_URL=http://u:p@h/base", "settings of their own"},
        {"OBMEN_1C_URL=http://h:0/", "port"},
        {"OBMEN_1C_URL=http://h:99999/", "port"},
        {"OBMEN_1C_URL=http://h/a b", "blanks"},
        {"OBMEN_1C_URL=http://h/a?b=1", "\"?\""},
        {"OBMEN_1C_URL=http://h/a#b", "\"#\""},
        {"OBMEN_1C_URL=http://сервер/b", "server's name"},
        {"OBMEN_1C_URL=http://[::1/b", "server's name"},
        {"OBMEN_1C_URL=http://h/\xFF", "UTF-8"},
        {"OBMEN_1C_USERNAME=a:b", "colon"},
        {"OBMEN_1C_PROFILE=erp", "auto, ut, bp"},
        {"OBMEN_1C_PROFILE=u", "auto, ut, bp"},
        {"OBMEN_1C_PROFILE=UT", "auto, ut, bp"},
        {"OBMEN_LOG=verbose", "debug, info, warning, error"},
        {"OBMEN_LOG_FORMAT=xml", "auto, text, json"},
        {"OBMEN_VK_URL=api", "http://"},
        {"OBMEN_STATIC=/no/such/folder", "no such folder"},
        {"OBMEN_STATIC=/dev/null", "no folder"},
        {"OBMEN_TLS_CERT=/no/such.pem", "cannot be read"},
        {"OBMEN_TLS_KEY=/tmp", "no file"},
        {"OBMEN_TLS_CERT=/dev/null", "OBMEN_TLS_KEY: not set"},
        {"OBMEN_CORS_ORIGINS=*", "https://host"},
        {"OBMEN_CORS_ORIGINS=https://a.example/", "without a path"},
        {"OBMEN_TRUSTED_PROXIES=10.0.0.0/33", "0…32"},
        {"OBMEN_TRUSTED_PROXIES=::/129", "0…128"},
        {"OBMEN_TRUSTED_PROXIES=10.0.0.0/", "0…32"},
        {"OBMEN_TRUSTED_PROXIES=proxy.local", "10.0.0.0/8"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct err e = ERR_INIT;
        char *env[] = {"OBMEN_LANG=en", (char *)rows[i].assignment, NULL};
        if (config_load(&c, NULL, env, &e) == 0)
            fail_msg("taken: %s", rows[i].assignment);
        struct str value = str_from(rows[i].assignment), key = str_cut(&value, '=');
        assert_non_null(strstr(e.message, rows[i].says));
        assert_non_null(memmem(e.message, strlen(e.message), key.p, key.n));
        assert_null(strchr(e.message, '\n'));
        assert_true(utf8_valid(str_from(e.message)));
        assert_null(c.memory.head); /* nothing is left behind */
    }
    lang_english = false;
}

static void test_secrets_are_not_shown(void **state)
{
    static const char *const rows[] = {"DATABASE_URL=hunter2", "OBMEN_ADMIN_PASSWORD=hunter2",
        "OBMEN_SECRET=hunter2", "OBMEN_VK_TOKEN=hunter2", "OBMEN_REDIS_URL=hunter2",
        "OBMEN_METRICS_TOKEN=hunter2", "OBMEN_1C_PASSWORD=hunter2\x01"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct err e;
        assert_int_equal(load(&c, rows[i], &e), -1);
        assert_null(strstr(e.message, "hunter2"));
        assert_null(strstr(e.cause, "hunter2"));
        assert_non_null(memmem(e.message, strlen(e.message), rows[i], strcspn(rows[i], "=")));
    }
}

static void test_hostile_value_stays_one_line(void **state)
{
    struct config c;
    struct err e;
    char text[5000] = "OBMEN_WORKERS=5\nforged\x1b[2J";
    assert_int_equal(load(&c, text, &e), -1);
    for (const char *p = e.message; *p; p++)
        assert_true((unsigned char)*p >= 0x20);
    memset(text + 14, 'x', sizeof text - 15);
    text[sizeof text - 1] = '\0';
    assert_int_equal(load(&c, text, &e), -1);
    assert_non_null(strstr(e.message, "1…1000")); /* the end of the line is not pushed out */
}

static void test_unknown_keys(void **state)
{
    static const struct {
        const char *assignment, *says;
    } rows[] = {
        {"OBMEN_WORKRES=5", "OBMEN_WORKERS?"}, {"OBMEN_1C_USER=u", "OBMEN_1C_USERNAME?"},
        {"OBMEN_1C_LOGIN_NAME_OF_MINE=u", "--help"},
        {"OBMEN_MAX_CONNECTION=5", "OBMEN_MAX_CONNECTIONS?"}, {"OBMEN_=5", "OBMEN_"},
        {"OBMEN_workers=5", "OBMEN_workers"},
        {"OBMEN_"
         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=1",
            "--help"},
        {"OBMEN_WORKRES=", "OBMEN_WORKERS?"}, /* empty or not: the key is wrong */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct err e;
        assert_int_equal(load(&c, rows[i].assignment, &e), -1);
        assert_non_null(strstr(e.message, rows[i].says));
    }
    struct config c;
    struct err e;
    assert_int_equal(load(&c, "OTHER_KEY=1", &e), 0);
    config_release(&c);
    assert_int_equal(load(&c, "OBMENX=1", &e), 0);
    config_release(&c);
}

static void test_language(void **state)
{
    struct config c;
    struct err e = ERR_INIT;
    char *english[] = {"OBMEN_LANG=en", NULL}, *wrong[] = {"OBMEN_LANG=de", NULL};
    assert_int_equal(config_load(&c, NULL, english, &e), 0);
    assert_true(c.english);
    assert_true(lang_english);
    config_release(&c);
    assert_int_equal(config_load(&c, NULL, wrong, &e), -1);
    assert_false(lang_english);
    assert_string_equal(e.message, "OBMEN_LANG=de: неизвестное значение; допустимо: ru, en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_good_values), cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_secrets_are_not_shown),
        cmocka_unit_test(test_hostile_value_stays_one_line), cmocka_unit_test(test_unknown_keys),
        cmocka_unit_test(test_language)};
    return RUN(tests);
}
