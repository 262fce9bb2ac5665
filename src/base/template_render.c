/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "template_functions.h"
#include "text.h"

/* Most bytes that one template makes of one object. */
#define OUTPUT_CEILING (64 * 1024 * 1024)

/* Most work for one object, as loops can stand in loops: a step for each expression and each pass
 * of a loop, and one for so many bytes of text. */
#define STEP_CEILING   (1024 * 1024)
#define BYTES_PER_STEP 16

typedef struct variable {
    const char *name;
    davit__value value;
} variable;

typedef struct render_state {
    davit__value object;     /* typed; kind NONE: there is none */
    davit__value raw;        /* the engine's JSON; kind NONE: not given */
    const davit__value *dot; /* of the block that is rendered; NULL: the whole */
    variable variables[DAVIT__VARIABLE_CEILING];
    size_t variable_count;
    size_t steps;
    davit__buffer *output;
    davit_error *error;
} render_state;

static int evaluate(render_state *renderer, const davit__node *node, davit__value *ret_value);

/* Count what was done; too much of it is an error. */
static int count_work(render_state *renderer, const davit__node *node, const davit__value *value)
{
    renderer->steps += 1 + (value->text ? strlen(value->text) / BYTES_PER_STEP : 0);
    if (renderer->steps > STEP_CEILING) {
        return davit__node_error(node, renderer->error, "that takes more than %d steps",
                                 STEP_CEILING);
    }
    return 0;
}

/* ---- variables ---- */

static davit__value *find_variable(render_state *renderer, const char *name)
{
    for (size_t i = renderer->variable_count; i > 0; i--) {
        if (strcmp(renderer->variables[i - 1].name, name) == 0) {
            return &renderer->variables[i - 1].value;
        }
    }
    return NULL;
}

/* Takes the value. That there is room was checked when the template was parsed. */
static void set_variable(render_state *renderer, const char *name, davit__value *value)
{
    variable *added = &renderer->variables[renderer->variable_count++];
    *added = (variable){name, *value};
    *value = (davit__value){0};
}

static void forget_variables(render_state *renderer, size_t count)
{
    while (renderer->variable_count > count) {
        davit__value_clear(&renderer->variables[--renderer->variable_count].value);
    }
}

/* ---- expressions ---- */

/* The arguments one after the other, up to where a lazy function has seen enough. */
static int evaluate_arguments(render_state *renderer, const davit__function *function,
                              const davit__node *node, davit__call *call)
{
    int r = 0;
    bool enough = false;
    for (const davit__node *argument = node->first; r == 0 && argument && !enough;
         argument = argument->next) {
        davit__value *value = &call->values[call->count++];
        r = evaluate(renderer, argument, value);
        bool truth = r == 0 && davit__value_is_true(value);
        enough = (function->laziness == DAVIT__UNTIL_TRUE && truth) ||
                 (function->laziness == DAVIT__UNTIL_FALSE && !truth);
    }
    return r;
}

static int evaluate_call(render_state *renderer, const davit__node *node, davit__value *ret_value)
{
    const davit__function *function = davit__function_find(node->text);
    davit__value values[DAVIT__ARGUMENT_CEILING] = {0};
    davit__call call = {.node = node, .values = values, .error = renderer->error};
    int r = evaluate_arguments(renderer, function, node, &call);
    if (r == 0) {
        r = function->run(&call, ret_value);
    }
    for (size_t i = 0; i < call.count; i++) {
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
    *ret_value = ours ? at : davit__value_copy(from);
    return true;
}

/* A path of the whole: what is not in the typed object is looked for in the engine's JSON. */
static int evaluate_root(const render_state *renderer, const davit__node *node, const char *path,
                         davit__value *ret_value)
{
    dead_end end = {0}, raw_end = {0};
    bool typed = renderer->object.kind != DAVIT__VALUE_NONE;
    bool raw = renderer->raw.kind != DAVIT__VALUE_NONE;
    if ((typed && follow(&renderer->object, path, ret_value, &end)) ||
        (raw && follow(&renderer->raw, path, ret_value, &raw_end)) ||
        (!typed && !raw && follow(&renderer->raw, path, ret_value, &end))) {
        return 0;
    }
    if (!typed) {
        end = raw ? raw_end : end;
    }
    return davit__node_unknown_field(node, end.type, end.name, renderer->error);
}

static int evaluate_path(render_state *renderer, const davit__node *node, davit__value *ret_value)
{
    dead_end end = {0};
    DAVIT__VALUE davit__value base = {0};
    const davit__node *first = node->first;
    bool root = first ? first->kind == DAVIT__NODE_VARIABLE && !first->text[0] : !renderer->dot;
    if (root) {
        return evaluate_root(renderer, node, node->text, ret_value);
    }
    if (first) {
        int r = evaluate(renderer, first, &base);
        if (r < 0) {
            return r;
        }
    }
    if (follow(first ? &base : renderer->dot, node->text, ret_value, &end)) {
        return 0;
    }
    return davit__node_unknown_field(node, end.type, end.name, renderer->error);
}

static int evaluate_variable(render_state *renderer, const davit__node *node,
                             davit__value *ret_value)
{
    const davit__value *value = find_variable(renderer, node->text);
    if (!value) {
        return evaluate_root(renderer, node, "", ret_value);
    }
    *ret_value = davit__value_copy(value);
    return 0;
}

static int evaluate_node(render_state *renderer, const davit__node *node, davit__value *ret_value)
{
    switch (node->kind) {
    case DAVIT__NODE_PATH:
        return evaluate_path(renderer, node, ret_value);
    case DAVIT__NODE_VARIABLE:
        return evaluate_variable(renderer, node, ret_value);
    case DAVIT__NODE_CALL:
        return evaluate_call(renderer, node, ret_value);
    case DAVIT__NODE_NUMBER:
        *ret_value = davit__value_of_number(node->number);
        return 0;
    case DAVIT__NODE_BOOL:
        *ret_value = davit__value_of_bool(node->number);
        return 0;
    default:
        *ret_value = davit__value_of_text(node->text, strlen(node->text));
        return 0;
    }
}

static int evaluate(render_state *renderer, const davit__node *node, davit__value *ret_value)
{
    DAVIT__VALUE davit__value value = {0};
    int r = evaluate_node(renderer, node, &value);
    if (r == 0) {
        r = count_work(renderer, node, &value);
    }
    if (r == 0) {
        *ret_value = value;
        value = (davit__value){0};
    }
    return r;
}

/* ---- pieces ---- */

static int render_nodes(render_state *renderer, const davit__node *node);

/* Pieces in which the dot stands for `value`. */
static int render_within(render_state *renderer, const davit__node *pieces,
                         const davit__value *value)
{
    const davit__value *before = renderer->dot;
    renderer->dot = value;
    int r = render_nodes(renderer, pieces);
    renderer->dot = before;
    return r;
}

static int render_set(render_state *renderer, const davit__node *node)
{
    davit__value value = {0};
    int r = evaluate(renderer, node->first, &value);
    if (r < 0) {
        return r;
    }
    if (node->declares) {
        set_variable(renderer, node->text, &value);
        return 0;
    }
    davit__value *known = find_variable(renderer, node->text);
    davit__value_clear(known);
    *known = value;
    return 0;
}

/* {{if}} and {{with}} */
static int render_choice(render_state *renderer, const davit__node *node)
{
    DAVIT__VALUE davit__value value = {0};
    size_t known = renderer->variable_count;
    int r = evaluate(renderer, node->first, &value);
    if (r < 0) {
        return r;
    }
    if (node->text) {
        davit__value copy = davit__value_copy(&value);
        set_variable(renderer, node->text, &copy);
    }
    if (!davit__value_is_true(&value)) {
        r = render_nodes(renderer, node->otherwise);
    } else if (node->kind == DAVIT__NODE_WITH) {
        r = render_within(renderer, node->body, &value);
    } else {
        r = render_nodes(renderer, node->body);
    }
    forget_variables(renderer, known);
    return r;
}

/* One pass of a loop. */
static int render_pass(render_state *renderer, const davit__node *node, davit__value *key,
                       const davit__value *element)
{
    size_t known = renderer->variable_count;
    int r = count_work(renderer, node, element);
    if (r < 0) {
        return r;
    }
    if (node->key) {
        set_variable(renderer, node->key, key);
    }
    if (node->text) {
        davit__value copy = davit__value_copy(element);
        set_variable(renderer, node->text, &copy);
    }
    r = render_within(renderer, node->body, element);
    forget_variables(renderer, known);
    return r;
}

static int render_range(render_state *renderer, const davit__node *node)
{
    DAVIT__VALUE davit__value value = {0};
    int r = evaluate(renderer, node->first, &value);
    if (r == 0 && !davit__value_is_many(&value)) {
        r = davit__node_error(node, renderer->error, "range goes through lists and objects only");
    }
    davit__value_walk walk = {.of = &value};
    bool empty = true;
    while (r == 0 && !renderer->output->failed) {
        DAVIT__VALUE davit__value key = {0};
        DAVIT__VALUE davit__value element = {0};
        if (!davit__value_next(&walk, &key, &element)) {
            break;
        }
        empty = false;
        r = render_pass(renderer, node, &key, &element);
    }
    return r == 0 && empty ? render_nodes(renderer, node->otherwise) : r;
}

static int render_node(render_state *renderer, const davit__node *node)
{
    DAVIT__VALUE davit__value value = {0};
    switch (node->kind) {
    case DAVIT__NODE_SET:
        return render_set(renderer, node);
    case DAVIT__NODE_IF:
    case DAVIT__NODE_WITH:
        return render_choice(renderer, node);
    case DAVIT__NODE_RANGE:
        return render_range(renderer, node);
    default:
        break;
    }
    int r = evaluate(renderer, node, &value);
    return r < 0 ? r : davit__value_print(&value, renderer->output, renderer->error);
}

static int render_nodes(render_state *renderer, const davit__node *node)
{
    int r = 0;
    for (; r == 0 && node && !renderer->output->failed; node = node->next) {
        r = render_node(renderer, node);
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
    DAVIT__BUFFER davit__buffer text = {.ceiling = OUTPUT_CEILING};
    render_state renderer = {
        .object = {.kind = type ? DAVIT__VALUE_OBJECT : DAVIT__VALUE_NONE,
                   .type = type,
                   .object = object,
                   .style = parsed->style},
        .raw = {.kind = json ? DAVIT__VALUE_JSON : DAVIT__VALUE_NONE, .json = json},
        .output = &text,
        .error = error,
    };
    int r = render_nodes(&renderer, parsed->first);
    forget_variables(&renderer, 0);
    if (r == 0 && text.failed == DAVIT_ERROR_PROTOCOL) {
        r = davit__error_set(error, DAVIT_ERROR_INVALID_CONFIG,
                             "template: the result has more than %d bytes", OUTPUT_CEILING);
    }
    return r < 0 ? r : davit__buffer_take(&text, ret_text, error);
}
