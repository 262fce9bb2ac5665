/* SPDX-License-Identifier: MIT */
/* Pull, push, and asking whether a registry takes credentials. */
#include "credentials.h"
#include "docker.h"
#include "memory.h"

#include <davit/parse.h>

/* ---- transfers ---- */

typedef struct transfer {
    davit_transfer_callback progress;
    void *context;
    char *digest; /* of the manifest, once it is known */
} transfer;

/* Docker tells it by itself too; Podman only behind its status: "1: digest: sha256:... size: 5". */
static int note_digest(transfer *state, const json_t *line, davit_error *error)
{
    static const char mark[] = "digest: sha256:";
    const char *found = davit__json_text(line, "aux.Digest");
    const char *status = davit__json_text(line, "status");
    if (!found && status && !davit__json_text(line, "id")) {
        found = strcasestr(status, mark);
        found = found ? found + strlen("digest: ") : NULL;
    }
    if (!found) {
        return 0;
    }
    free(state->digest);
    state->digest = NULL;
    return davit__slice_copy((davit__slice){found, strcspn(found, " \r\n")}, &state->digest, error);
}

static int64_t not_negative(const json_t *line, const char *path)
{
    int64_t number = json_integer_value(davit__json_at(line, path));
    return number > 0 ? number : 0;
}

static int take_line(void *context, const json_t *line, davit_error *error)
{
    transfer *state = context;
    /* libpod has "stream" for what the compatible API calls "status". */
    const char *status = davit__json_text(line, "status");
    davit_transfer told = {
        .id = davit__json_text(line, "id"),
        .status = status ? status : davit__json_text(line, "stream"),
        .current = not_negative(line, "progressDetail.current"),
        .total = not_negative(line, "progressDetail.total"),
    };
    int r = note_digest(state, line, error);
    if (r < 0 || !told.status || !state->progress) {
        return r;
    }
    if (state->progress(state->context, &told) != 0) {
        return davit__error_set(error, DAVIT_ERROR_CANCELLED, "stopped by the receiver");
    }
    return 0;
}

int davit__transfer(davit__api *api, const davit_call *call, davit__target *target,
                    const davit_credentials *credentials, davit_transfer_callback progress,
                    void *context, char **ret_digest, davit_error *error)
{
    DAVIT__FREE char *auth = NULL;
    int r = credentials ? davit__registry_auth(credentials, &auth, error) : 0;
    if (r < 0) {
        return r;
    }
    const davit_pair headers[] = {{"X-Registry-Auth", auth}};
    davit__api_request request = {
        .method = "POST",
        .target = target,
        .headers = headers,
        .header_count = DAVIT__COUNT(headers),
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__EXCHANGE *exchange = NULL;
    r = davit__api_start(api, call, &request, &exchange, error);
    if (r < 0) {
        return r;
    }
    transfer state = {.progress = progress, .context = context};
    r = davit__docker_read_lines(exchange, DAVIT_ERROR_IMAGE, take_line, &state, error);
    DAVIT__FREE char *digest = state.digest;
    if (r >= 0 && ret_digest) {
        *ret_digest = DAVIT__TAKE(digest);
    }
    return r;
}

/* ---- pull ---- */

int davit__docker_image_pull(void *state, const davit_call *call, const char *name,
                             const davit_pull_options *options, davit_transfer_callback progress,
                             void *context, davit_error *error)
{
    davit__api *api = state;
    davit_reference reference;
    int r = davit_reference_parse(name, &reference, error);
    if (r < 0) {
        return r;
    }
    /* Fully qualified: engines differ in what they make of short names. Without a tag: all. */
    DAVIT__FREE char *repository = davit__format("%s/%s", reference.domain, reference.path);
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/images/create", NULL);
    davit__target_query(&target, "fromImage", options->all_tags ? repository : reference.full_name);
    davit__target_query(&target, "platform", options->platform);
    davit_reference_clear(&reference);
    if (!repository) {
        return davit__error_no_memory(error);
    }
    return davit__transfer(api, call, &target, options->credentials, progress, context, NULL,
                           error);
}

/* ---- push ---- */

/* An access that is denied tells nothing about the image: it is here. */
static int denied(int r, const davit_error *failure, davit_error *error)
{
    bool refused = r == DAVIT_ERROR_IMAGE_NOT_FOUND && strstr(failure->message, "denied");
    if (error) {
        *error = *failure;
        error->code = refused ? DAVIT_ERROR_UNAUTHORIZED : failure->code;
    }
    return refused ? DAVIT_ERROR_UNAUTHORIZED : r;
}

int davit__docker_image_push(void *state, const davit_call *call, const char *name,
                             const davit_push_options *options, davit_transfer_callback progress,
                             void *context, char **ret_digest, davit_error *error)
{
    davit__api *api = state;
    davit_reference reference;
    int r = davit_reference_parse(name, &reference, error);
    if (r < 0) {
        return r;
    }
    DAVIT__FREE char *repository = davit__format("%s/%s", reference.domain, reference.path);
    bool digest = reference.digest;
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/images/%s/push", repository ? repository : "");
    davit__target_query(&target, "tag", reference.tag);
    davit_reference_clear(&reference);
    if (!repository) {
        return davit__error_no_memory(error);
    }
    if (digest) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                                "'%s': expected a name with a tag, not a digest", name);
    }
    /* The header has to be there, if only with nobody's credentials. */
    static const davit_credentials nobody = DAVIT_CREDENTIALS_INIT;
    const davit_credentials *credentials = options->credentials ? options->credentials : &nobody;
    davit_error failure = DAVIT_ERROR_INIT;
    r = davit__transfer(api, call, &target, credentials, progress, context, ret_digest, &failure);
    return r < 0 ? denied(r, &failure, error) : r;
}

/* ---- login ---- */

int davit__docker_registry_check(void *state, const davit_call *call,
                                 const davit_credentials *credentials, bool *ret_checked,
                                 char **ret_token, davit_error *error)
{
    davit__api *api = state;
    DAVIT__JSON json_t *body = davit__credentials_json(credentials);
    if (!body) {
        return davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG, "credentials: not valid UTF-8");
    }
    DAVIT__TARGET davit__target target;
    davit__target_init(&target, api->prefix, "/auth", NULL);
    davit__api_request request = {
        .method = "POST",
        .target = &target,
        .body = body,
        .not_found = DAVIT_ERROR_IMAGE_NOT_FOUND,
    };
    DAVIT__JSON json_t *answer = NULL;
    int r = davit__api_call(api, call, &request, &answer, error);
    if (r < 0) {
        return r;
    }
    *ret_checked = true;
    const char *token = davit__json_text(answer, "IdentityToken");
    return davit__copy(davit__empty(token) ? NULL : token, ret_token, error);
}
