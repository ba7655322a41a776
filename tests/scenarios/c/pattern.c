#include "pattern.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fault of the innermost value that does not fit. */
static bool misfit(const json_t *pattern, const json_t *value, char *fault, size_t size)
{
    char *real = json_dumps(value, JSON_ENCODE_ANY), *wanted = json_dumps(pattern, JSON_ENCODE_ANY);
    snprintf(fault, size, "%.500s is not %.300s", real, wanted);
    free(real);
    free(wanted);
    return false;
}

static bool has(const json_t *pattern, const json_t *value, char *fault, size_t size)
{
    size_t at;
    json_t *entry;
    json_array_foreach(value, at, entry)
    {
        if (fits(pattern, entry, fault, size))
            return true;
    }
    return false;
}

static bool fits_rule(const char *rule, const json_t *given, const json_t *value, char *fault, size_t size)
{
    if (strcmp(rule, "$any") == 0)
        return true;
    if (strcmp(rule, "$not") == 0)
        return !fits(given, value, fault, size);
    if (strcmp(rule, "$length") == 0)
        return json_is_array(value) && (json_int_t)json_array_size(value) == json_integer_value(given);
    if (strcmp(rule, "$has") == 0)
        return has(given, value, fault, size);
    if (strcmp(rule, "$above") == 0)
        return json_is_integer(value) && json_integer_value(value) > json_integer_value(given);
    if (strcmp(rule, "$below") == 0)
        return json_is_integer(value) && json_integer_value(value) < json_integer_value(given);
    fprintf(stderr, "there is no rule %s\n", rule);
    exit(1);
}

static bool fits_object(const json_t *pattern, const json_t *value, char *fault, size_t size)
{
    const char *key;
    json_t *inner;
    json_object_foreach((json_t *)pattern, key, inner)
    {
        const json_t *found = json_object_get(value, key);
        if (!found) {
            snprintf(fault, size, "%s is missing", key);
            return false;
        }
        if (!fits(inner, found, fault, size))
            return false;
    }
    return true;
}

bool fits(const json_t *pattern, const json_t *value, char *fault, size_t size)
{
    if (json_is_object(pattern) && json_object_size(pattern) == 1) {
        void *only = json_object_iter((json_t *)pattern);
        const char *rule = json_object_iter_key(only);
        if (rule[0] == '$')
            return fits_rule(rule, json_object_iter_value(only), value, fault, size) ||
                   misfit(pattern, value, fault, size);
    }
    if (json_is_object(pattern) && json_is_object(value))
        return fits_object(pattern, value, fault, size);
    if (json_is_array(pattern) && json_is_array(value) && json_array_size(pattern) == json_array_size(value)) {
        for (size_t at = 0; at < json_array_size(pattern); at++)
            if (!fits(json_array_get(pattern, at), json_array_get(value, at), fault, size))
                return false;
        return true;
    }
    return json_equal(pattern, value) || misfit(pattern, value, fault, size);
}
