/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "podman.h"

#include <davit/parse.h>

static int check(const davit_credentials *credentials, davit_error *error)
{
    if (credentials && !davit__empty(credentials->registry_token)) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "registry token: Podman takes a name with a password, or an "
                                "identity token");
    }
    return 0;
}

static int pull_all_tags(davit__api *api, const davit_call *call, const char *name,
                         const davit_pull_options *options, davit_transfer_callback progress,
                         void *context, davit_error *error)
{
    davit_reference reference;
    int r = davit_reference_parse(name, &reference, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *repository = davit__format("%s/%s", reference.domain, reference.path);
    davit_reference_clear(&reference);
    if (!repository) {
        return davit__error_no_memory(error);
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->libpod, "/images/pull", NULL);
    davit__target_query(&target, "reference", repository);
    davit__target_query(&target, "allTags", "true");
    r = davit__transfer(api, call, &target, options->credentials, progress, context, NULL, error);
    return r == DAVIT_ERROR_UNAUTHORIZED && options->credentials
               ? davit__error_wrap(error, r, "Podman asks for the tags without credentials")
               : r;
}

int davit__podman_image_pull(void *state, const davit_call *call, const char *name,
                             const davit_pull_options *options, davit_transfer_callback progress,
                             void *context, davit_error *error)
{
    int r = check(options->credentials, error);
    if (r < 0) {
        return r;
    }
    if (options->all_tags && options->platform) {
        return davit__error_set(error, DAVIT_ERROR_UNSUPPORTED,
                                "all tags of one platform: Podman pulls them for its own");
    }
    return options->all_tags
               ? pull_all_tags(state, call, name, options, progress, context, error)
               : davit__docker_image_pull(state, call, name, options, progress, context, error);
}

/* A short name is that of a local image; where that one's name says no registry, the push fails
 * with the name in full. */
int davit__podman_image_push(void *state, const davit_call *call, const char *name,
                             const davit_push_options *options, davit_transfer_callback progress,
                             void *context, char **ret_digest, davit_error *error)
{
    DAVIT__FREE char *full = NULL;
    int r = check(options->credentials, error);
    if (r >= 0) {
        r = davit__podman_image_name(state, call, name, &full, error);
    }
    return r < 0 ? r
                 : davit__docker_image_push(state, call, full, options, progress, context,
                                            ret_digest, error);
}

/* Podman asks the registry with TLS only, whatever its settings say of it. */
int davit__podman_registry_check(void *state, const davit_call *call,
                                 const davit_credentials *credentials, bool *ret_checked,
                                 char **ret_token, davit_error *error)
{
    davit_error failure = DAVIT_ERROR_INIT;
    int r =
        davit__docker_registry_check(state, call, credentials, ret_checked, ret_token, &failure);
    if (r < 0 && strstr(failure.message, "server gave HTTP response to HTTPS client")) {
        *ret_checked = false;
        return 0;
    }
    if (r < 0 && error) {
        *error = failure;
    }
    return r;
}
