"""The C library: where it is, and the signatures of its functions.

It is loaded when the package is imported. `LIBIM_LIBRARY` names the file to load; without it the one that the wheel
brought, or else one that is installed on the system. ctypes releases the interpreter's lock during each of these calls,
so a call that waits holds up no other Python thread, nor the callbacks that it may be waiting for.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

ABI_VERSION = 0

FILE_NAME = {"darwin": "libim.dylib", "win32": "im.dll"}.get(sys.platform, "libim.so")
_SYSTEM_NAME = {"darwin": f"libim.{ABI_VERSION}.dylib", "win32": "im.dll"}.get(sys.platform, f"libim.so.{ABI_VERSION}")

# `im_on_response`, `im_on_event`, `im_on_ready`, `im_destroy` and `im_on_log`. A pointer that comes in is an `int`, or None for NULL;
# a text is copied into `bytes`.
ON_RESPONSE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_size_t)
ON_EVENT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_size_t)
ON_READY = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
DESTROY = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
ON_LOG = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_size_t)

_TEXT = ctypes.c_char_p
_RESPONSE = ctypes.POINTER(ctypes.c_char_p)
_SIGNATURES = {
    "im_version": (_TEXT, []),
    "im_abi_version": (ctypes.c_uint32, []),
    "im_client_open": (ctypes.c_int32, [_TEXT, ctypes.POINTER(ctypes.c_uint64), _RESPONSE]),
    "im_client_close": (ctypes.c_int32, [ctypes.c_uint64]),
    "im_call": (ctypes.c_int32, [ctypes.c_uint64, _TEXT, _TEXT, _RESPONSE]),
    "im_call_async": (ctypes.c_int32, [ctypes.c_uint64, _TEXT, _TEXT, ON_RESPONSE, ctypes.c_void_p]),
    "im_listener_add": (
        ctypes.c_int32,
        [ctypes.c_uint64, ctypes.c_uint64, ON_EVENT, ctypes.c_void_p, DESTROY, ctypes.POINTER(ctypes.c_uint64)],
    ),
    "im_listener_remove": (ctypes.c_int32, [ctypes.c_uint64, ctypes.c_uint64]),
    "im_stream_open": (
        ctypes.c_int32,
        [ctypes.c_uint64, ctypes.c_uint64, ON_READY, ctypes.c_void_p, DESTROY, ctypes.POINTER(ctypes.c_uint64)],
    ),
    "im_stream_next": (ctypes.c_int32, [ctypes.c_uint64, ctypes.POINTER(ctypes.c_int32), _RESPONSE]),
    "im_stream_close": (ctypes.c_int32, [ctypes.c_uint64]),
    "im_string_free": (None, [_TEXT]),
    "im_set_logger": (ctypes.c_int32, [ON_LOG, ctypes.c_void_p, DESTROY, ctypes.c_int32]),
}


def _find() -> str:
    override = os.environ.get("LIBIM_LIBRARY")
    if override:
        return override
    shipped = Path(__file__).with_name(FILE_NAME)
    return str(shipped) if shipped.exists() else _SYSTEM_NAME


def load() -> ctypes.CDLL:
    """Loads the library. Raises `ImportError` when there is none, or one of another ABI."""
    name = _find()
    try:
        library = ctypes.CDLL(name)
        for function, (result, arguments) in _SIGNATURES.items():
            entry = getattr(library, function)
            entry.restype, entry.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise ImportError(f"the C library of libim cannot be loaded ({error}); LIBIM_LIBRARY names another") from error
    version = library.im_abi_version()
    if version != ABI_VERSION:
        raise ImportError(f"{name} has ABI {version} of libim; this package wants {ABI_VERSION}")
    return library


lib = load()


def library_version() -> str:
    """The version of the C library, for example `0.1.0`."""
    version: bytes = lib.im_version()
    return version.decode()
