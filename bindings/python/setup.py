"""Makes wheels that bring the C library with them; pyproject.toml says the rest.

The library is built with cargo, at the top of the repository or, in a source distribution, in its folder `crate`; with
optimizations unless LIBIM_PROFILE names another profile, such as `dev`, and with the flags in LIBIM_CARGO_FLAGS. With
LIBIM_LIBRARY that file is shipped, and nothing is built.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
# As in libim/_library.py, which cannot be imported before there is a library.
FILE_NAME = {"darwin": "libim.dylib", "win32": "im.dll"}.get(sys.platform, "libim.so")


def library() -> Path:
    """The library to ship."""
    override = os.environ.get("LIBIM_LIBRARY")
    if override:
        return Path(override)
    manifests = [folder / "Cargo.toml" for folder in (HERE / "crate", HERE.parent.parent)]
    manifest = next((found for found in manifests if found.exists()), None)
    if not manifest:
        sys.exit(f"libim: {HERE.parent.parent} is not libim's repository; install from there, or set LIBIM_LIBRARY")
    profile = os.environ.get("LIBIM_PROFILE", "release")
    command = ["cargo", "build", "--lib", "--profile", profile, "--message-format", "json-render-diagnostics"]
    command += os.environ.get("LIBIM_CARGO_FLAGS", "").split()
    try:
        output = subprocess.run(command, cwd=manifest.parent, stdout=subprocess.PIPE, check=True, text=True).stdout
    except FileNotFoundError:
        sys.exit("libim: cargo is missing; install Rust 1.89 or newer, see https://rustup.rs, or set LIBIM_LIBRARY")
    except subprocess.CalledProcessError:
        sys.exit("libim: cargo could not build the library")
    for line in output.splitlines():
        for file in json.loads(line).get("filenames", ()):
            if Path(file).name == FILE_NAME:
                return Path(file)
    sys.exit(f"libim: cargo has built no {FILE_NAME}")


class BuildWithLibrary(build_py):
    """Puts the library beside the modules."""

    def run(self) -> None:
        """Builds the modules and the library."""
        folder = HERE / "libim" if self.editable_mode else Path(self.build_lib) / "libim"
        if not self.editable_mode:
            shutil.rmtree(folder, ignore_errors=True)  # what an earlier build left
        super().run()
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(library(), folder / FILE_NAME)


class PlatformWheel(bdist_wheel):
    """A wheel for any Python 3, as there is no extension module in it, and for this platform, as there is a library."""

    def get_tag(self) -> "tuple[str, str, str]":
        """The tag of the wheel's name."""
        return "py3", "none", super().get_tag()[2]


class WithLibrary(Distribution):
    """A distribution that is not the same on every platform."""

    def has_ext_modules(self) -> bool:
        """True for what is to be installed as platform-dependent."""
        return True


setup(distclass=WithLibrary, cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel})
