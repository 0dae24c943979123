/* Runs a fuzz target over the files of a folder, each in memory of exactly its size, and over none.
 */
#include <dirent.h>
#include "fuzz.h"

static int run_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        return -1;
    long size = ftell(f);
    rewind(f);
    uint8_t *data = malloc(size ? (size_t)size : 1);
    int r = data && fread(data, 1, (size_t)size, f) == (size_t)size ? 0 : -1;
    fclose(f);
    if (r == 0) {
        printf("%s, %ld bytes\n", name, size);
        fflush(stdout);
        LLVMFuzzerTestOneInput(data, (size_t)size);
    }
    free(data);
    return r;
}

int main(int argc, char **argv)
{
    int files = 0, failed = 0;
    if (argc != 2)
        return 2;
    DIR *d = opendir(argv[1]);
    if (!d) {
        perror(argv[1]);
        return 1;
    }
    for (struct dirent *e; (e = readdir(d));)
        if (*e->d_name != '.') {
            files++;
            failed += run_file(argv[1], e->d_name) < 0;
        }
    closedir(d);
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    printf("%d inputs, %d unreadable\n", files, failed);
    return files == 0 || failed > 0;
}
