// libim for C++: which of its two forms is in use.
//
// Methods and handlers have models (`im::Conversation` and so on), or the same data as JSON text. The forms live in two
// inline namespaces, so that one program may contain files compiled in either.
#ifndef LIBIM_CONFIG_HPP
#define LIBIM_CONFIG_HPP

#include <libim.h>

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "libim.hpp needs C++17"
#endif

// 1, the default, for typed models; 0 for JSON text. Define it before the first include to choose.
#ifndef LIBIM_JSON
#define LIBIM_JSON 1
#endif

// The name of the form's inline namespace; not for apps.
#if LIBIM_JSON
#define LIBIM_FORM typed
#else
#define LIBIM_FORM text
#endif

#endif
