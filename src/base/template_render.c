/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "quote.h"
#include "template_value.h"
#include "text.h"

#include <ctype.h>

/* Most bytes that one template makes of one object. */
#define OUTPUT_CEILING (64 * 1024 * 1024)

typedef struct render_state {
    davit__value object; /* typed; kind NONE: there is none */
    davit__value raw;    /* the engine's JSON; kind NONE: not given */
    davit_error *error;
} render_state;

/* A function of templates: `values` are its arguments. */
typedef int function(const render_state *renderer, const davit__node *node, davit__value *values,
                     size_t count, davit__value *ret_value);

static int evaluate(const render_state *renderer, const davit__node *node, davit__value *ret_value);

static int take_text(const render_state *renderer, davit__buffer *buffer, davit__value *ret_value)
{
    davit__value value = {.kind = DAVIT__VALUE_TEXT};
    int r = davit__buffer_take(buffer, &value.text, renderer->error);
    if (r == 0) {
        *ret_value = value;
    }
    return r;
}

static int call_json(const render_state *renderer, const davit__node *node, davit__value *values,
                     size_t count, davit__value *ret_value)
{
    (void)node;
    (void)count;
    DAVIT__JSON json_t *json = NULL;
    davit__value value = {.kind = DAVIT__VALUE_TEXT};
    int r = davit__value_json(&values[0], &json, renderer->error);
    if (r == 0) {
        r = davit__json_dump(json, 0, &value.text, renderer->error);
    }
    if (r == 0) {
        *ret_value = value;
    }
    return r;
}

static int change_case(const render_state *renderer, const davit__value *value, int (*change)(int),
                       davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = davit__value_print(value, &text, renderer->error);
    for (size_t i = 0; r == 0 && i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        text.data[i] = c < 0x80 ? (char)change(c) : (char)c;
    }
    return r < 0 ? r : take_text(renderer, &text, ret_value);
}

static int call_upper(const render_state *renderer, const davit__node *node, davit__value *values,
                      size_t count, davit__value *ret_value)
{
    (void)node;
    (void)count;
    return change_case(renderer, &values[0], toupper, ret_value);
}

static int call_lower(const render_state *renderer, const davit__node *node, davit__value *values,
                      size_t count, davit__value *ret_value)
{
    (void)node;
    (void)count;
    return change_case(renderer, &values[0], tolower, ret_value);
}

/* One step of index: by the text of `key`, or by its number if that is what it is. */
static int index_one(const render_state *renderer, const davit__node *node,
                     const davit__value *value, const davit__value *key, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = davit__value_print(key, &text, renderer->error);
    if (r < 0 || (r = davit__buffer_check(&text, renderer->error)) < 0) {
        return r;
    }
    davit__slice name = {text.data ? text.data : "", text.length};
    int64_t number;
    if (davit__value_member(value, name, ret_value) ||
        (davit__slice_number(name, INT32_MAX, &number) &&
         davit__value_element(value, (size_t)number, ret_value))) {
        return 0;
    }
    if (value->kind == DAVIT__VALUE_JSON && json_is_object(value->json)) {
        *ret_value = (davit__value){.kind = DAVIT__VALUE_NONE};
        return 0;
    }
    char quoted[DAVIT__QUOTE_SIZE];
    return davit__node_error(node, renderer->error, "index: there is no %s",
                             davit__quote(name.text, quoted));
}

static int call_index(const render_state *renderer, const davit__node *node, davit__value *values,
                      size_t count, davit__value *ret_value)
{
    int r = 0;
    for (size_t i = 1; r == 0 && i < count; i++) {
        davit__value inner = {0};
        r = index_one(renderer, node, &values[0], &values[i], &inner);
        davit__value_clear(&values[0]);
        values[0] = inner;
    }
    if (r == 0) {
        *ret_value = values[0];
        values[0] = (davit__value){0};
    }
    return r;
}

#define ARGUMENT_CEILING 16

static const struct {
    const char *name;
    size_t least;
    size_t most;
    function *call;
} functions[] = {
    {"index", 2, ARGUMENT_CEILING, call_index},
    {"json", 1, 1, call_json},
    {"lower", 1, 1, call_lower},
    {"upper", 1, 1, call_upper},
};

bool davit__function_arity(const char *name, size_t *ret_least, size_t *ret_most)
{
    for (size_t i = 0; i < DAVIT__COUNT(functions); i++) {
        if (strcmp(functions[i].name, name) == 0) {
            *ret_least = functions[i].least;
            *ret_most = functions[i].most;
            return true;
        }
    }
    return false;
}

const char *davit__function_names(void)
{
    return "index, json, lower, upper";
}

static int call(const render_state *renderer, const davit__node *node, davit__value *ret_value)
{
    davit__value values[ARGUMENT_CEILING] = {0};
    size_t count = 0;
    int r = 0;
    for (const davit__node *argument = node->first; r == 0 && argument; argument = argument->next) {
        r = evaluate(renderer, argument, &values[count]);
        count++;
    }
    for (size_t i = 0; r == 0 && i < DAVIT__COUNT(functions); i++) {
        if (strcmp(functions[i].name, node->text) == 0) {
            r = functions[i].call(renderer, node, values, count, ret_value);
            break;
        }
    }
    for (size_t i = 0; i < count; i++) {
        davit__value_clear(&values[i]);
    }
    return r;
}

/* Where a path ended before its end. */
typedef struct dead_end {
    const davit_type *type; /* NULL: not in a struct */
    davit__slice name;      /* what is not there */
} dead_end;

/* Follow "State.Status" from a value. */
static bool follow(const davit__value *from, const char *path, davit__value *ret_value,
                   dead_end *ret_end)
{
    davit__value at = *from; /* the caller's at first, ours after the first step */
    bool ours = false;
    davit__slice rest = davit__slice_of(path);
    davit__slice name;
    while (path[0] && davit__slice_next(&rest, '.', &name)) {
        davit__value next = {0};
        bool found = davit__value_member(&at, name, &next);
        *ret_end = (dead_end){at.type, name};
        if (ours) {
            davit__value_clear(&at);
        }
        if (!found) {
            return false;
        }
        at = next;
        ours = true;
    }
    if (!ours) {
        json_incref(at.json);
    }
    *ret_value = at;
    return true;
}

/* What is not in the typed object is looked for in the engine's JSON. */
static int evaluate_path(const render_state *renderer, const davit__node *node,
                         davit__value *ret_value)
{
    dead_end end, ignored;
    DAVIT__VALUE davit__value base = {0};
    if (node->first) {
        int r = evaluate(renderer, node->first, &base);
        if (r < 0 || follow(&base, node->text, ret_value, &end)) {
            return r;
        }
    } else if (follow(&renderer->object, node->text, ret_value, &end) ||
               follow(&renderer->raw, node->text, ret_value, &ignored)) {
        return 0;
    }
    return davit__node_unknown_field(node, end.type, end.name, renderer->error);
}

static int evaluate(const render_state *renderer, const davit__node *node, davit__value *ret_value)
{
    davit__value value = {.kind = DAVIT__VALUE_TEXT};
    switch (node->kind) {
    case DAVIT__NODE_PATH:
        return evaluate_path(renderer, node, ret_value);
    case DAVIT__NODE_CALL:
        return call(renderer, node, ret_value);
    case DAVIT__NODE_NUMBER:
        value.text = davit__format("%lld", (long long)node->number);
        break;
    case DAVIT__NODE_TEXT:
    case DAVIT__NODE_STRING:
        value.text = strdup(node->text);
        break;
    }
    if (!value.text) {
        return davit__error_no_memory(renderer->error);
    }
    *ret_value = value;
    return 0;
}

static int render_nodes(const render_state *renderer, const davit__node *node,
                        davit__buffer *buffer)
{
    int r = 0;
    for (; r == 0 && node && !buffer->failed; node = node->next) {
        DAVIT__VALUE davit__value value = {0};
        r = evaluate(renderer, node, &value);
        if (r == 0) {
            r = davit__value_print(&value, buffer, renderer->error);
        }
    }
    return r;
}

int davit_template_render(const davit_template *parsed, const davit_type *type, const void *object,
                          const char *raw, char **ret_text, davit_error *error)
{
    DAVIT__JSON json_t *json = NULL;
    if (raw) {
        int r = davit__json_parse(raw, strlen(raw), "the engine's answer", &json, error);
        if (r < 0) {
            return r;
        }
    }
    render_state renderer = {
        .object = {.kind = type ? DAVIT__VALUE_OBJECT : DAVIT__VALUE_NONE,
                   .type = type,
                   .object = object},
        .raw = {.kind = json ? DAVIT__VALUE_JSON : DAVIT__VALUE_NONE, .json = json},
        .error = error,
    };
    DAVIT__BUFFER davit__buffer text = {.ceiling = OUTPUT_CEILING};
    int r = render_nodes(&renderer, parsed->first, &text);
    if (r == 0 && text.failed == DAVIT_ERROR_PROTOCOL) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                             "template: the result has more than %d bytes", OUTPUT_CEILING);
    }
    return r < 0 ? r : davit__buffer_take(&text, ret_text, error);
}
