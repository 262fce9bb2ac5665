/* SPDX-License-Identifier: MIT */
#include "template.h"

#include "memory.h"
#include "quote.h"
#include "slice.h"
#include "text.h"

/* What checking a template against a type finds out. */
typedef struct type_check {
    const davit_type *type;
    bool needs_detail;
    davit_error *error;
} type_check;

static bool has_details(const davit_type *type)
{
    for (size_t i = 0; i < type->count; i++) {
        if (davit_type_field(type, i).detail) {
            return true;
        }
    }
    return false;
}

int davit__node_unknown_field(const davit__node *node, const davit_type *type, davit__slice name,
                              davit_error *error)
{
    int length = (int)(name.length < DAVIT__QUOTE_SIZE ? name.length : DAVIT__QUOTE_SIZE);
    if (!type) {
        return davit__node_error(node, error, "there is no field '%.*s' in '.%s'", length,
                                 name.text, node->text);
    }
    DAVIT__BUFFER davit__buffer names = DAVIT__BUFFER_INIT;
    davit__field_names_print(type, &names);
    int r = davit__buffer_check(&names, error);
    return r < 0 ? r
                 : davit__node_error(node, error, "%s has no field '%.*s'; it has %s", type->name,
                                     length, name.text, names.data ? names.data : "none");
}

/* By our name or by docker's. */
static const davit__field *find_field(const davit_type *type, davit__slice name)
{
    const davit__docker_field *docker = davit__docker_field_find(type, name);
    return davit__field_find(type, docker ? davit__slice_of(docker->field) : name);
}

static int check_path(type_check *check, const davit__node *node, const davit_type *from)
{
    if (!node->text[0]) {
        check->needs_detail = check->needs_detail || (from == check->type && has_details(from));
        return 0;
    }
    davit__slice rest = davit__slice_of(node->text);
    const davit_type *type = from;
    davit__slice name;
    for (bool top = from == check->type; davit__slice_next(&rest, '.', &name); top = false) {
        const davit__field *field = type ? find_field(type, name) : NULL;
        if (!field) {
            return davit__node_unknown_field(node, type, name, check->error);
        }
        bool detail = davit_type_field(type, (size_t)(field - type->fields)).detail;
        check->needs_detail = check->needs_detail || (top && detail);
        if (field->kind == DAVIT_KIND_PAIRS) {
            break; /* any name can be in it */
        }
        type = field->kind == DAVIT_KIND_OBJECT ? field->type : NULL;
    }
    return 0;
}

static int check_nodes(type_check *check, const davit__node *node, const davit_type *dot);

/* Whether it is a path from the whole: "$.Name". */
static bool is_from_root(const davit__node *path)
{
    const davit__node *first = path->first;
    return first && first->kind == DAVIT__NODE_VARIABLE && !first->text[0];
}

/* What the dot stands for in a block; NULL: that is known only when rendering. */
static const davit_type *type_within(const davit__node *block, const davit_type *dot)
{
    const davit__node *path = block->first;
    if (block->kind == DAVIT__NODE_IF || path->kind != DAVIT__NODE_PATH || path->first || !dot) {
        return block->kind == DAVIT__NODE_IF ? dot : NULL;
    }
    davit__slice rest = davit__slice_of(path->text);
    davit__slice name;
    const davit__field *field = NULL;
    while (dot && davit__slice_next(&rest, '.', &name)) {
        field = davit__field_find(dot, name);
        dot = field ? field->type : NULL;
    }
    davit_kind wanted = block->kind == DAVIT__NODE_RANGE ? DAVIT_KIND_LIST : DAVIT_KIND_OBJECT;
    return field && field->kind == wanted ? dot : NULL;
}

static int check_node(type_check *check, const davit__node *node, const davit_type *dot)
{
    if (node->kind == DAVIT__NODE_PATH && (is_from_root(node) || (!node->first && dot))) {
        return check_path(check, node, is_from_root(node) ? check->type : dot);
    }
    int r = check_nodes(check, node->first, dot);
    if (r == 0 && node->body) {
        r = check_nodes(check, node->body, type_within(node, dot));
    }
    return r < 0 ? r : check_nodes(check, node->otherwise, dot);
}

/* `dot` is what the dot stands for; NULL: not known. */
static int check_nodes(type_check *check, const davit__node *node, const davit_type *dot)
{
    int r = 0;
    for (; r == 0 && node; node = node->next) {
        r = check_node(check, node, dot);
    }
    return r;
}

/* Without a type nothing is known, so any field may be one. */
static bool has_path(const davit__node *node)
{
    for (; node; node = node->next) {
        bool path = node->kind == DAVIT__NODE_PATH || node->kind == DAVIT__NODE_VARIABLE;
        if (path || has_path(node->first) || has_path(node->body) || has_path(node->otherwise)) {
            return true;
        }
    }
    return false;
}

int davit_template_parse(const char *text, const davit_type *type, davit_template **ret_template,
                         davit_error *error)
{
    DAVIT_CLEANUP(davit_template_free) davit_template *parsed = calloc(1, sizeof *parsed);
    if (!parsed) {
        return davit__error_no_memory(error);
    }
    int r = davit__template_read(text ? text : "", &parsed->first, error);
    if (r < 0) {
        return r;
    }
    if (type) {
        type_check check = {.type = type, .error = error};
        r = check_nodes(&check, parsed->first, type);
        parsed->needs_detail = check.needs_detail;
    } else {
        parsed->needs_detail = has_path(parsed->first);
    }
    if (r == 0) {
        *ret_template = DAVIT__TAKE(parsed);
    }
    return r;
}

void davit_template_set_style(davit_template *parsed, davit_text_style style)
{
    parsed->style = style;
}

bool davit_template_needs_detail(const davit_template *parsed)
{
    return parsed->needs_detail;
}

void davit_template_free(davit_template *parsed)
{
    if (parsed) {
        davit__nodes_free(parsed->first);
        free(parsed);
    }
}
