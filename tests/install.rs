//! `make install`: what it puts where, that projects outside the tree find it with pkg-config and CMake and link it
//! shared and static, and that `make uninstall` leaves nothing of it behind.

mod support;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Checked, command, library, root, temp_dir};

/// The library's names for the version of the package and of the ABI.
fn names() -> (String, String) {
    let version = env!("CARGO_PKG_VERSION");
    let abi = im::ffi::constants::IM_ABI_VERSION;
    (format!("libim.so.{version}"), format!("libim.so.{abi}"))
}

/// `make install` or `make uninstall` with the libraries that cargo has built for this test.
fn make(rule: &str, variables: &[(&str, &Path)]) {
    let build = library("libim.so").parent().unwrap().to_owned();
    let mut make = command("make")
        .args(["--no-print-directory", "-C"])
        .arg(root())
        // The libraries are there already; cargo is busy with this test.
        .args([rule, "CARGO=true"]);
    for (name, value) in variables {
        make = make.arg(assignment(name, value));
    }
    make.env("LIBIM_BUILD", build).output();
}

fn assignment(name: &str, value: &Path) -> OsString {
    let mut text = OsString::from(format!("{name}="));
    text.push(value);
    text
}

/// All files and links below a directory, relative to it.
fn files(directory: &Path) -> BTreeSet<PathBuf> {
    let found = command("find")
        .arg(directory)
        .args(["!", "-type", "d", "-printf", "%P\\n"]);
    String::from_utf8(found.output())
        .unwrap()
        .lines()
        .map(PathBuf::from)
        .collect()
}

/// Directories below a directory that bear the package's name.
fn own_directories(directory: &Path) -> String {
    let found = command("find").arg(directory).args(["-type", "d", "-name", "libim"]);
    String::from_utf8(found.output()).unwrap()
}

/// What pkg-config says about an installation below `destdir`, word by word.
fn pkg_config(destdir: &Path, libdir: &str, arguments: &[&str]) -> Vec<String> {
    let said = command("pkg-config")
        .env("PKG_CONFIG_SYSROOT_DIR", destdir)
        .env("PKG_CONFIG_LIBDIR", destdir.join(&libdir[1..]).join("pkgconfig"))
        .args(arguments)
        .arg("libim")
        .output();
    String::from_utf8(said)
        .unwrap()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Runs a program that has to find the list and tell its version.
fn run(program: &Path, libdir: Option<&Path>, dir: &Path) {
    let data = dir.join(format!("data of {}", program.file_name().unwrap().display()));
    let mut program = command(program).arg(data);
    if let Some(libdir) = libdir {
        program = program.env("LD_LIBRARY_PATH", libdir);
    }
    let expected = concat!("libim ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(String::from_utf8(program.output()).unwrap(), expected);
}

/// Whether a program asks the loader for libim.
fn is_shared(program: &Path) -> bool {
    let dynamic = command("readelf").args(["-W", "-d"]).arg(program).output();
    String::from_utf8(dynamic)
        .unwrap()
        .contains(&format!("[{}]", names().1))
}

fn compiler(source: &str) -> Checked {
    let (compiler, dialect) = if source.ends_with(".cpp") {
        ("g++", "c++17")
    } else {
        ("gcc", "c11")
    };
    command(compiler)
        .arg(format!("-std={dialect}"))
        .args(["-Wall", "-Wextra", "-Werror", "-pedantic"])
        .arg(root().join("tests/install").join(source))
}

/// Builds a CMake project of this repository against an installation, and gives the directory it is built in.
fn cmake(project: &str, package: &Path, dir: &Path) -> PathBuf {
    let build = dir.join("build");
    command("cmake")
        .arg("-S")
        .arg(root().join(project))
        .arg("-B")
        .arg(&build)
        .arg(assignment("-DSOURCES", &root().join("tests/install")))
        .arg(assignment("-Dlibim_DIR:PATH", package))
        .output();
    command("cmake").arg("--build").arg(&build).output();
    build
}

#[test]
fn a_project_finds_it_with_pkg_config() {
    let dir = temp_dir();
    let destdir = dir.path().join("dest");
    // Where it goes when nothing says where.
    make("install", &[("DESTDIR", &destdir)]);
    let libdir = destdir.join("usr/local/lib");

    let version = pkg_config(&destdir, "/usr/local/lib", &["--modversion"]);
    assert_eq!(version, [env!("CARGO_PKG_VERSION")]);
    for source in ["list.c", "list.cpp"] {
        let shared = dir.path().join(format!("shared {source}"));
        compiler(source)
            .args(pkg_config(&destdir, "/usr/local/lib", &["--cflags", "--libs"]))
            .arg("-o")
            .arg(&shared)
            .output();
        assert!(is_shared(&shared), "{source} is not linked with the soname");
        run(&shared, Some(&libdir), dir.path());

        // Where both are there, the linker takes the shared library unless the static one is named.
        let linked = pkg_config(&destdir, "/usr/local/lib", &["--static", "--cflags", "--libs"]);
        let linked = linked
            .iter()
            .map(|word| if word == "-lim" { "-l:libim.a" } else { word });
        let alone = dir.path().join(format!("static {source}"));
        compiler(source).args(linked).arg("-o").arg(&alone).output();
        assert!(!is_shared(&alone), "{source} still wants the shared library");
        run(&alone, None, dir.path());
    }
}

#[test]
fn a_project_finds_it_with_cmake() {
    let dir = temp_dir();
    let destdir = dir.path().join("dest");
    // As on Debian, where libraries lie a step deeper.
    let libdir = Path::new("/usr/lib/some-linux-gnu");
    let places = [("PREFIX", Path::new("/usr")), ("LIBDIR", libdir), ("DESTDIR", &destdir)];
    make("install", &places);

    let package = destdir.join("usr/lib/some-linux-gnu/cmake/libim");
    let build = cmake("tests/install/cmake", &package, dir.path());

    for language in ["c", "cpp"] {
        let shared = build.join(format!("{language}_shared"));
        assert!(is_shared(&shared), "{language} is not linked with the soname");
        run(&shared, None, dir.path());
        let alone = build.join(format!("{language}_static"));
        assert!(!is_shared(&alone), "{language} still wants the shared library");
        run(&alone, None, dir.path());
    }
}

#[test]
fn the_example_for_cpp_builds_with_cmake_and_with_pkg_config() {
    let dir = temp_dir();
    let prefix = dir.path().join("prefix");
    make("install", &[("PREFIX", &prefix)]);
    let examples = root().join("bindings/cpp/examples");
    let copy = dir.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for file in ["Makefile", "inbox.cpp", "tray.cpp"] {
        fs::copy(examples.join(file), copy.join(file)).unwrap();
    }
    command("make")
        .arg("-C")
        .arg(&copy)
        .arg(assignment("PKG_CONFIG_PATH", &prefix.join("lib/pkgconfig")))
        .output();
    let build = cmake("bindings/cpp/examples", &prefix.join("lib/cmake/libim"), dir.path());

    for program in [copy.join("inbox"), build.join("inbox")] {
        let data = program.with_extension("data");
        fs::create_dir(&data).unwrap();
        let printed = command(program)
            .env("LD_LIBRARY_PATH", prefix.join("lib"))
            .arg(data)
            .output();
        assert!(printed.starts_with(b"alice's list, 2 a page; 3 unread in all\n"));
    }
}

#[test]
fn the_variables_say_where_and_uninstalling_leaves_nothing() {
    let dir = temp_dir();
    let destdir = dir.path().join("dest");
    let places = [
        ("PREFIX", Path::new("/opt/im")),
        ("LIBDIR", Path::new("/far/lib64")),
        ("INCLUDEDIR", Path::new("/opt/im/inc")),
        ("DESTDIR", &destdir),
    ];
    make("install", &places);
    make("install", &places); // over itself

    let (file, soname) = names();
    let mut expected: BTreeSet<PathBuf> = [
        &file,
        &soname,
        "libim.so",
        "libim.a",
        "pkgconfig/libim.pc",
        "cmake/libim/libim-config.cmake",
        "cmake/libim/libim-config-version.cmake",
    ]
    .map(|name| Path::new("far/lib64").join(name))
    .into();
    expected.extend(["libim.h", "libim.hpp"].map(|name| Path::new("opt/im/inc").join(name)));
    for header in files(&root().join("bindings/cpp/libim")) {
        expected.insert(Path::new("opt/im/inc/libim").join(header));
    }
    assert_eq!(files(&destdir), expected);
    let lib = destdir.join("far/lib64");
    assert_eq!(fs::read_link(lib.join("libim.so")).unwrap(), Path::new(&soname));
    assert_eq!(fs::read_link(lib.join(&soname)).unwrap(), Path::new(&file));
    assert_eq!(
        fs::read(lib.join(&file)).unwrap(),
        fs::read(library("libim.so")).unwrap()
    );

    let include = format!("-I{}", destdir.join("opt/im/inc").display());
    assert_eq!(pkg_config(&destdir, "/far/lib64", &["--cflags"]), [include]);
    let link = [format!("-L{}", lib.display()), "-lim".to_owned()];
    assert_eq!(pkg_config(&destdir, "/far/lib64", &["--libs"]), link);

    // What others have put beside it stays.
    fs::write(lib.join("pkgconfig/other.pc"), "").unwrap();
    make("uninstall", &places);
    assert_eq!(
        files(&destdir),
        BTreeSet::from([PathBuf::from("far/lib64/pkgconfig/other.pc")])
    );
    assert_eq!(own_directories(&destdir), "");
}
