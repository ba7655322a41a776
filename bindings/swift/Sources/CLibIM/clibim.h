/* libim's own header, wherever pkg-config finds it. */
#include <libim.h>
