/* SPDX-License-Identifier: MIT */
#include "template_functions.h"

#include "memory.h"
#include "quote.h"
#include "utf8.h"

#include <ctype.h>

/* Most spaces that one call adds. */
#define PAD_CEILING 1024

/* The argument as text. */
static int text_of(const davit__call *call, size_t index, davit__buffer *text)
{
    int r = davit__value_print(&call->values[index], text, call->error);
    if (r == 0 && !text->data) {
        davit__buffer_add_text(text, "");
    }
    return r < 0 ? r : davit__buffer_check(text, call->error);
}

/* The argument as a number that is not negative. */
static int size_of(const davit__call *call, size_t index, size_t *ret_size)
{
    davit__number number;
    if (!davit__value_number(&call->values[index], &number) ||
        !(number.real >= 0 && number.real <= INT32_MAX)) {
        return davit__node_error(call->node, call->error,
                                 "%s: argument %zu has to be a number that is not negative",
                                 call->node->text, index + 1);
    }
    *ret_size = (size_t)number.real;
    return 0;
}

/* ---- text ---- */

static int call_json(const davit__call *call, davit__value *ret_value)
{
    DAVIT__JSON json_t *json = NULL;
    davit__value value = {.kind = DAVIT__VALUE_TEXT};
    int r = davit__value_json(&call->values[0], &json, call->error);
    if (r == 0) {
        r = davit__json_dump(json, 0, &value.text, call->error);
    }
    if (r == 0) {
        *ret_value = value;
    }
    return r;
}

static int change_case(const davit__call *call, int (*change)(int), davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = text_of(call, 0, &text);
    for (size_t i = 0; r == 0 && i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        text.data[i] = c < 0x80 ? (char)change(c) : (char)c;
    }
    return r < 0 ? r : davit__value_take_text(&text, ret_value, call->error);
}

static int call_upper(const davit__call *call, davit__value *ret_value)
{
    return change_case(call, toupper, ret_value);
}

static int call_lower(const davit__call *call, davit__value *ret_value)
{
    return change_case(call, tolower, ret_value);
}

/* The first letter of each word. */
static int call_title(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = text_of(call, 0, &text);
    bool first = true;
    for (size_t i = 0; r == 0 && i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (first && c < 0x80) {
            text.data[i] = (char)toupper(c);
        }
        first = isspace(c);
    }
    return r < 0 ? r : davit__value_take_text(&text, ret_value, call->error);
}

/* `truncate .ID 8`: so many characters at most. */
static int call_truncate(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    size_t most = 0;
    int r = text_of(call, 0, &text);
    if (r < 0 || (r = size_of(call, 1, &most)) < 0) {
        return r;
    }
    size_t at = 0;
    for (; most > 0 && at < text.length; most--) {
        size_t length = davit__utf8_length(text.data + at, text.length - at);
        at += length > 0 ? length : 1;
    }
    *ret_value = davit__value_of_text(text.data, at);
    return 0;
}

static void add_spaces(davit__buffer *text, size_t count)
{
    for (; count > 0; count--) {
        davit__buffer_add_char(text, ' ');
    }
}

/* `pad .Name 1 2`: spaces before and behind what is not empty. */
static int call_pad(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    DAVIT__BUFFER davit__buffer padded = DAVIT__BUFFER_INIT;
    size_t before = 0, behind = 0;
    int r = text_of(call, 0, &text);
    if (r < 0 || (r = size_of(call, 1, &before)) < 0 || (r = size_of(call, 2, &behind)) < 0) {
        return r;
    }
    if (before > PAD_CEILING || behind > PAD_CEILING) {
        return davit__node_error(call->node, call->error, "pad: more than %d spaces", PAD_CEILING);
    }
    if (text.length > 0) {
        add_spaces(&padded, before);
        davit__buffer_add(&padded, text.data, text.length);
        add_spaces(&padded, behind);
    }
    return davit__value_take_text(&padded, ret_value, call->error);
}

/* ---- lists ---- */

/* `join .Networks ","` */
static int call_join(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    DAVIT__BUFFER davit__buffer separator = DAVIT__BUFFER_INIT;
    int r = text_of(call, 1, &separator);
    if (r == 0 && !davit__value_is_many(&call->values[0])) {
        r = davit__node_error(call->node, call->error, "join: the first argument is no list");
    }
    davit__value_walk walk = {.of = &call->values[0]};
    for (bool first = true; r == 0; first = false) {
        DAVIT__VALUE davit__value key = {0};
        DAVIT__VALUE davit__value element = {0};
        if (!davit__value_next(&walk, &key, &element)) {
            break;
        }
        davit__buffer_add_text(&text, first ? "" : separator.data);
        r = davit__value_print(&element, &text, call->error);
    }
    return r < 0 ? r : davit__value_take_text(&text, ret_value, call->error);
}

static int add_piece(json_t *list, const char *text, size_t length, davit_error *error)
{
    DAVIT__FREE char *piece = strndup(text, length);
    json_t *json = NULL;
    int r = piece ? davit__json_string(piece, &json, error) : davit__error_no_memory(error);
    if (r == 0 && json_array_append_new(list, json) < 0) {
        r = davit__error_no_memory(error);
    }
    return r;
}

/* `split .Names ","`, a list of texts. */
static int call_split(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    DAVIT__BUFFER davit__buffer separator = DAVIT__BUFFER_INIT;
    int r = text_of(call, 0, &text);
    if (r < 0 || (r = text_of(call, 1, &separator)) < 0) {
        return r;
    }
    if (separator.length == 0) {
        return davit__node_error(call->node, call->error, "split: the separator is empty");
    }
    DAVIT__JSON json_t *list = json_array();
    const char *at = text.data;
    for (bool more = true; more && r == 0;) {
        const char *end = strstr(at, separator.data);
        more = end != NULL;
        r = add_piece(list, at, end ? (size_t)(end - at) : strlen(at), call->error);
        at = end ? end + separator.length : at;
    }
    if (r == 0) {
        *ret_value = (davit__value){.kind = DAVIT__VALUE_JSON, .json = DAVIT__TAKE(list)};
    }
    return r;
}

/* One step of index: by the text of `key`, or by its number if that is what it is. */
static int index_one(const davit__call *call, const davit__value *value, const davit__value *key,
                     davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = davit__value_print(key, &text, call->error);
    if (r < 0 || (r = davit__buffer_check(&text, call->error)) < 0) {
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
    return davit__node_error(call->node, call->error, "index: there is no %s",
                             davit__quote(name.text, quoted));
}

/* Hand out one of the arguments. */
static void take(davit__value *value, davit__value *ret_value)
{
    *ret_value = *value;
    *value = (davit__value){0};
}

static int call_index(const davit__call *call, davit__value *ret_value)
{
    int r = 0;
    for (size_t i = 1; r == 0 && i < call->count; i++) {
        davit__value inner = {0};
        r = index_one(call, &call->values[0], &call->values[i], &inner);
        davit__value_clear(&call->values[0]);
        call->values[0] = inner;
    }
    if (r == 0) {
        take(&call->values[0], ret_value);
    }
    return r;
}

static int call_len(const davit__call *call, davit__value *ret_value)
{
    size_t length = 0;
    if (!davit__value_length(&call->values[0], &length)) {
        return davit__node_error(call->node, call->error, "len: that has no length");
    }
    *ret_value = davit__value_of_number((int64_t)length);
    return 0;
}

/* ---- conditions ---- */

/* The last of the arguments that were looked at decides. */
static int call_last(const davit__call *call, davit__value *ret_value)
{
    take(&call->values[call->count - 1], ret_value);
    return 0;
}

static int call_not(const davit__call *call, davit__value *ret_value)
{
    *ret_value = davit__value_of_bool(!davit__value_is_true(&call->values[0]));
    return 0;
}

/* Numbers by their value, all else by its text. *ret_order is < 0, 0 or > 0. */
static int compare(const davit__call *call, size_t other, int *ret_order)
{
    davit__number a, b;
    if (davit__value_number(&call->values[0], &a) &&
        davit__value_number(&call->values[other], &b)) {
        *ret_order = davit__number_compare(a, b);
        return 0;
    }
    DAVIT__BUFFER davit__buffer left = DAVIT__BUFFER_INIT;
    DAVIT__BUFFER davit__buffer right = DAVIT__BUFFER_INIT;
    int r = text_of(call, 0, &left);
    if (r < 0 || (r = text_of(call, other, &right)) < 0) {
        return r;
    }
    *ret_order = strcmp(left.data, right.data);
    return 0;
}

/* Like the first of the others? */
static int call_eq(const davit__call *call, davit__value *ret_value)
{
    bool same = false;
    for (size_t i = 1; i < call->count && !same; i++) {
        int order = 0;
        int r = compare(call, i, &order);
        if (r < 0) {
            return r;
        }
        same = order == 0;
    }
    *ret_value = davit__value_of_bool(same);
    return 0;
}

static int call_ne(const davit__call *call, davit__value *ret_value)
{
    int order = 0;
    int r = compare(call, 1, &order);
    *ret_value = davit__value_of_bool(order != 0);
    return r;
}

static int call_lt(const davit__call *call, davit__value *ret_value)
{
    int order = 0;
    int r = compare(call, 1, &order);
    *ret_value = davit__value_of_bool(order < 0);
    return r;
}

static int call_le(const davit__call *call, davit__value *ret_value)
{
    int order = 0;
    int r = compare(call, 1, &order);
    *ret_value = davit__value_of_bool(order <= 0);
    return r;
}

static int call_gt(const davit__call *call, davit__value *ret_value)
{
    int order = 0;
    int r = compare(call, 1, &order);
    *ret_value = davit__value_of_bool(order > 0);
    return r;
}

static int call_ge(const davit__call *call, davit__value *ret_value)
{
    int order = 0;
    int r = compare(call, 1, &order);
    *ret_value = davit__value_of_bool(order >= 0);
    return r;
}

/* ---- printing ---- */

static int print_all(const davit__call *call, davit__buffer *text, const char *separator)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < call->count; i++) {
        davit__buffer_add_text(text, i > 0 ? separator : "");
        r = davit__value_print(&call->values[i], text, call->error);
    }
    return r;
}

static int call_print(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = print_all(call, &text, "");
    return r < 0 ? r : davit__value_take_text(&text, ret_value, call->error);
}

static int call_println(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = print_all(call, &text, " ");
    davit__buffer_add_char(&text, '\n');
    return r < 0 ? r : davit__value_take_text(&text, ret_value, call->error);
}

/* "%-10.3s": what stands between the percent sign and the letter. */
typedef struct conversion {
    bool left;
    size_t width;
    size_t precision; /* SIZE_MAX: none */
    char letter;
} conversion;

static bool read_conversion(const char **at, conversion *ret_conversion)
{
    int64_t width = 0, precision = -1;
    bool left = **at == '-';
    *at += left;
    davit__slice digits = {*at, strspn(*at, DAVIT__DIGITS)};
    *at += digits.length;
    if (digits.length > 0 && !davit__slice_number(digits, PAD_CEILING, &width)) {
        return false;
    }
    if (**at == '.') {
        digits = (davit__slice){*at + 1, strspn(*at + 1, DAVIT__DIGITS)};
        *at += 1 + digits.length;
        if (!davit__slice_number(digits, INT32_MAX, &precision)) {
            return false;
        }
    }
    *ret_conversion = (conversion){
        .left = left,
        .width = (size_t)width,
        .precision = precision < 0 ? SIZE_MAX : (size_t)precision,
        .letter = **at,
    };
    *at += **at != '\0';
    return ret_conversion->letter && strchr("sdvqt", ret_conversion->letter);
}

static int convert(const davit__call *call, const conversion *how, size_t index,
                   davit__buffer *text)
{
    DAVIT__BUFFER davit__buffer piece = DAVIT__BUFFER_INIT;
    int r;
    if (how->letter == 'q') {
        const davit__call one = {call->node, &call->values[index], 1, call->error};
        DAVIT__VALUE davit__value quoted = {0};
        r = call_json(&one, &quoted);
        davit__buffer_add_text(&piece, r == 0 ? quoted.text : "");
    } else {
        r = davit__value_print(&call->values[index], &piece, call->error);
    }
    size_t length = piece.length < how->precision ? piece.length : how->precision;
    size_t gap = length < how->width ? how->width - length : 0;
    add_spaces(text, how->left ? 0 : gap);
    davit__buffer_add(text, piece.data ? piece.data : "", length);
    add_spaces(text, how->left ? gap : 0);
    return r < 0 ? r : davit__buffer_check(&piece, call->error);
}

/* `printf "%-10s %d" .Name .Pid` with %s, %v, %d, %t, %q and %%. */
static int call_printf(const davit__call *call, davit__value *ret_value)
{
    DAVIT__BUFFER davit__buffer format = DAVIT__BUFFER_INIT;
    DAVIT__BUFFER davit__buffer text = DAVIT__BUFFER_INIT;
    int r = text_of(call, 0, &format);
    size_t next = 1;
    for (const char *at = format.data; r == 0 && *at;) {
        conversion how;
        size_t plain = strcspn(at, "%");
        davit__buffer_add(&text, at, plain);
        at += plain;
        if (at[0] == '%' && at[1] == '%') {
            davit__buffer_add_char(&text, '%');
            at += 2;
        } else if (*at) {
            at++;
            r = !read_conversion(&at, &how)
                    ? davit__node_error(call->node, call->error,
                                        "printf: there are %%s, %%v, %%d, %%t, %%q and %%%%")
                : next == call->count
                    ? davit__node_error(call->node, call->error, "printf: too few arguments")
                    : convert(call, &how, next++, &text);
        }
    }
    if (r == 0 && next < call->count) {
        r = davit__node_error(call->node, call->error, "printf: too many arguments");
    }
    return r < 0 ? r : davit__value_take_text(&text, ret_value, call->error);
}

static const davit__function functions[] = {
    {"and", 1, DAVIT__ARGUMENT_CEILING, DAVIT__UNTIL_FALSE, call_last},
    {"eq", 2, DAVIT__ARGUMENT_CEILING, DAVIT__EAGER, call_eq},
    {"ge", 2, 2, DAVIT__EAGER, call_ge},
    {"gt", 2, 2, DAVIT__EAGER, call_gt},
    {"index", 2, DAVIT__ARGUMENT_CEILING, DAVIT__EAGER, call_index},
    {"join", 2, 2, DAVIT__EAGER, call_join},
    {"json", 1, 1, DAVIT__EAGER, call_json},
    {"le", 2, 2, DAVIT__EAGER, call_le},
    {"len", 1, 1, DAVIT__EAGER, call_len},
    {"lower", 1, 1, DAVIT__EAGER, call_lower},
    {"lt", 2, 2, DAVIT__EAGER, call_lt},
    {"ne", 2, 2, DAVIT__EAGER, call_ne},
    {"not", 1, 1, DAVIT__EAGER, call_not},
    {"or", 1, DAVIT__ARGUMENT_CEILING, DAVIT__UNTIL_TRUE, call_last},
    {"pad", 3, 3, DAVIT__EAGER, call_pad},
    {"print", 1, DAVIT__ARGUMENT_CEILING, DAVIT__EAGER, call_print},
    {"printf", 1, DAVIT__ARGUMENT_CEILING, DAVIT__EAGER, call_printf},
    {"println", 0, DAVIT__ARGUMENT_CEILING, DAVIT__EAGER, call_println},
    {"split", 2, 2, DAVIT__EAGER, call_split},
    {"title", 1, 1, DAVIT__EAGER, call_title},
    {"truncate", 2, 2, DAVIT__EAGER, call_truncate},
    {"upper", 1, 1, DAVIT__EAGER, call_upper},
};

const davit__function *davit__function_find(const char *name)
{
    for (size_t i = 0; i < DAVIT__COUNT(functions); i++) {
        if (strcmp(functions[i].name, name) == 0) {
            return &functions[i];
        }
    }
    return NULL;
}

void davit__function_names_print(davit__buffer *buffer)
{
    for (size_t i = 0; i < DAVIT__COUNT(functions); i++) {
        davit__buffer_printf(buffer, "%s%s", i > 0 ? ", " : "", functions[i].name);
    }
}
