// libim for C++: what it needs, and which of its two forms is in use.
//
// With nlohmann/json the methods give typed models (`im::Conversation` and so on). Without it they give the same JSON
// as text. The forms live in two inline namespaces, so that files compiled with and without it can be in one program.
#ifndef LIBIM_CONFIG_HPP
#define LIBIM_CONFIG_HPP

#include <libim.h>

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "libim.hpp needs C++17"
#endif

// 1 for typed models, 0 for JSON text; define it before the first include to choose. By default: typed where
// nlohmann/json is found.
#ifndef LIBIM_JSON
#if __has_include(<nlohmann/json.hpp>)
#define LIBIM_JSON 1
#else
#define LIBIM_JSON 0
#endif
#endif

// The name of the form's inline namespace; not for apps.
#if LIBIM_JSON
#define LIBIM_FORM typed
#else
#define LIBIM_FORM text
#endif

#endif
