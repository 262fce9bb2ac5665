/* SPDX-License-Identifier: MIT */
/* A Dockerfile and, behind the first NUL if there is one, a target stage. */
#include "dockerfile.h"

#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const davit_pair arguments[] = {{"V", "1"}, {"W", ""}, {"X", NULL}};
    const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
    size_t length = nul ? (size_t)(nul - data) : size;
    char *target = nul ? strndup((const char *)nul + 1, size - length - 1) : NULL;
    davit__dockerfile_options options = {
        .arguments = arguments, .argument_count = 3, .target = target, .platform = "linux/arm/v7"};
    davit__dockerfile dockerfile = {0};
    davit_error error = DAVIT_ERROR_INIT;
    int r = davit__dockerfile_scan((const char *)data, length, &options, &dockerfile, &error);
    if ((r < 0) != (error.code != DAVIT_OK) || (r == 0 && dockerfile.stage_count == 0)) {
        abort();
    }
    for (size_t i = 0; i < dockerfile.image_count; i++) {
        if (davit__empty(dockerfile.images[i].name) || dockerfile.images[i].line == 0) {
            abort();
        }
    }
    davit__dockerfile_free(&dockerfile);
    free(target);
    return 0;
}
