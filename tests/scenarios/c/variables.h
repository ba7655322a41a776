/* Variables of scenarios: values that a step has saved, put into the texts of later ones. */
#ifndef VARIABLES_H
#define VARIABLES_H

#include <jansson.h>

/* A new value with every ${name} replaced by the value of that name in the object `variables`. Ends the program when
 * there is none. */
json_t *fill_in(const json_t *variables, const json_t *value);

/* What is at a JSON Pointer (RFC 6901), borrowed; NULL when nothing is. */
json_t *at_pointer(json_t *value, const char *pointer);

#endif
