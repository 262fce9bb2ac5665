/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target on the inputs in its corpus, as a test program (runner.h) with one test a
 * file. CORPUS is the folder. A finding ends the program as it ends a fuzzer.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", CORPUS, name);
    FILE *file = fopen(path, "re");
    if (!file) {
        perror(path);
        return 2;
    }
    size_t size = 0, capacity = (size_t)1024 * 1024;
    uint8_t *data = malloc(capacity);
    if (data) {
        size = fread(data, 1, capacity, file);
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    fclose(file);
    return data ? 0 : 1;
}

static int for_each(int (*action)(const char *name))
{
    DIR *folder = opendir(CORPUS);
    int r = folder ? 0 : 2;
    struct dirent *entry;
    while (r == 0 && (entry = readdir(folder))) {
        if (entry->d_name[0] != '.') {
            r = action(entry->d_name);
        }
    }
    if (folder) {
        closedir(folder);
    } else {
        perror(CORPUS);
    }
    return r;
}

static int print(const char *name)
{
    return puts(name) < 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        return for_each(run);
    }
    return strcmp(argv[1], "--list") == 0 ? for_each(print) : run(argv[1]);
}
