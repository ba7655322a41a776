/* Patterns of scenarios: whether a JSON value is as a story says. tests/scenarios/README.md has the rules. */
#ifndef PATTERN_H
#define PATTERN_H

#include <jansson.h>
#include <stdbool.h>

/* Whether a value fits a pattern. When it does not, `fault` says where and why. */
bool fits(const json_t *pattern, const json_t *value, char *fault, size_t size);

#endif
