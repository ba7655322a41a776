#include "variables.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *variable(const json_t *variables, const char *name, size_t length)
{
    json_t *found = json_object_getn(variables, name, length);
    if (!found) {
        fprintf(stderr, "there is no variable %.*s\n", (int)length, name);
        exit(1);
    }
    return found;
}

/* Appends to a text that grows. */
static void append(char **text, size_t *length, const char *more, size_t size)
{
    char *grown = realloc(*text, *length + size + 1);
    if (!grown)
        abort();
    memcpy(grown + *length, more, size);
    *text = grown;
    *length += size;
}

static json_t *fill_in_text(const json_t *variables, const json_t *value)
{
    const char *rest = json_string_value(value), *end = rest + json_string_length(value), *at;
    char *filled = NULL;
    size_t length = 0;
    append(&filled, &length, "", 0);
    while ((at = strstr(rest, "${")) != NULL) {
        const char *name = at + 2, *brace = strchr(name, '}');
        json_t *found = variable(variables, name, (size_t)(brace - name));
        if ((size_t)(brace - name) + 3 == json_string_length(value)) {
            free(filled);
            return json_incref(found);
        }
        append(&filled, &length, rest, (size_t)(at - rest));
        if (json_is_string(found)) {
            append(&filled, &length, json_string_value(found), json_string_length(found));
        } else {
            char *decimals = json_dumps(found, JSON_ENCODE_ANY);
            append(&filled, &length, decimals, strlen(decimals));
            free(decimals);
        }
        rest = brace + 1;
    }
    append(&filled, &length, rest, (size_t)(end - rest));
    json_t *result = json_stringn(filled, length);
    free(filled);
    return result;
}

json_t *fill_in(const json_t *variables, const json_t *value)
{
    if (json_is_string(value))
        return fill_in_text(variables, value);
    json_t *filled = json_copy((json_t *)value);
    if (json_is_array(value)) {
        for (size_t at = 0; at < json_array_size(value); at++)
            json_array_set_new(filled, at, fill_in(variables, json_array_get(value, at)));
    } else if (json_is_object(value)) {
        const char *key;
        json_t *inner;
        json_object_foreach((json_t *)value, key, inner)
        {
            json_object_set_new(filled, key, fill_in(variables, inner));
        }
    }
    return filled;
}

json_t *at_pointer(json_t *value, const char *pointer)
{
    while (value && *pointer == '/') {
        const char *name = pointer + 1;
        const size_t length = strcspn(name, "/");
        value = json_is_array(value) ? json_array_get(value, strtoul(name, NULL, 10))
                                     : json_object_getn(value, name, length);
        pointer = name + length;
    }
    return value;
}
