/* SPDX-License-Identifier: MIT */
#include "openssl.h"

#include "memory.h"

#include <dlfcn.h>

#define LIBRARY "libssl.so.3"

#if OPENSSL_VERSION_MAJOR != 3
#error "the headers are not those of " LIBRARY
#endif

/* A function's address as POSIX has it: dlsym() gives an object's pointer. */
static bool find(void *library, const char *name, void *target)
{
    void *address = dlsym(library, name);
    memcpy(target, &address, sizeof address);
    return address != NULL;
}

int davit__openssl_load(davit__openssl *ret_openssl, davit_error *error)
{
    davit__openssl found = {0};
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "TLS needs OpenSSL's " LIBRARY ": install it (package libssl3): %s",
                                dlerror());
    }
    const char *missing = NULL;
#define FIND(name) missing = find(library, #name, &found.name) ? missing : #name;
    DAVIT__OPENSSL_FUNCTIONS(FIND)
#undef FIND
    dlclose(library); /* the handle only: see RTLD_NODELETE */
    if (missing) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED, LIBRARY " lacks %s: replace it",
                                missing);
    }
    *ret_openssl = found;
    return 0;
}
