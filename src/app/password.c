#include "app/password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int read_line(char *out, size_t size, struct err *ret_err)
{
    if (!fgets(out, (int)size, stdin))
        return err_set(
            ret_err, ERR_VALIDATION_ERROR, "%s", TR("пароль не введён", "no password was given"));
    size_t n = strcspn(out, "\r\n");
    if (!out[n] && n == size - 1)
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("пароль слишком длинный", "the password is too long"));
    out[n] = 0;
    return 0;
}

static int ask(const char *prompt, char *out, size_t size, struct err *ret_err)
{
    struct termios before, silent;
    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return err_set(ret_err, ERR_INTERNAL_ERROR, "%s",
            TR("терминал не отвечает: передайте пароль через канал",
                "the terminal does not answer: pipe the password in"));
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    fputs(prompt, stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    int r = read_line(out, size, ret_err);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return r;
}

int password_read(char *ret_password, size_t size, struct err *ret_err)
{
    if (!isatty(STDIN_FILENO))
        return read_line(ret_password, size, ret_err);
    char again[1100];
    if (ask(TR("Пароль: ", "Password: "), ret_password, size, ret_err) < 0 ||
        ask(TR("Ещё раз: ", "Again: "), again, sizeof again, ret_err) < 0)
        return -1;
    bool same = strcmp(ret_password, again) == 0;
    explicit_bzero(again, sizeof again);
    if (!same)
        return err_set(
            ret_err, ERR_VALIDATION_ERROR, "%s", TR("пароли не совпадают", "the passwords differ"));
    return 0;
}
