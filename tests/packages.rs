//! The packages of a release: each is made from the build of this test, installed where nothing of this repository is, and
//! runs the first program of its language's README. Node's is in `tests/node.rs`, and `make release` makes all of them. The
//! site of the documents is made too.

mod support;

use std::path::{Path, PathBuf};
use support::document::{document, program};
use support::{Checked, command, library, root, temp_dir};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Cargo's target folder, in whose `<profile>/deps` this program is.
fn target() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    this.ancestors().nth(3).unwrap().to_owned()
}

/// A script in `scripts/packaging`, which packs what cargo has built for this test and puts it into a folder.
fn packing(script: &str, out: &Path) -> Checked {
    let build = library("libim.so");
    command(root().join("scripts/packaging").join(script))
        .arg(out)
        .env("LIBIM_BUILD", build.parent().unwrap())
}

/// The files in a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The one file in a folder whose name ends so.
fn file(folder: &Path, end: &str) -> PathBuf {
    let files = files(folder);
    let mut found = files.iter().filter(|file| file.to_str().unwrap().ends_with(end));
    let file = found.next().unwrap_or_else(|| panic!("no {end} in {files:?}"));
    assert!(found.next().is_none(), "several {end} in {files:?}");
    file.clone()
}

/// A program that runs in a folder and sees no libim but the one installed there.
fn run(folder: &Path, program: &Path, arguments: &[&str]) -> String {
    let output = command("env")
        .args(["-u", "LIBIM_LIBRARY", "-u", "PYTHONPATH", "-u", "LD_LIBRARY_PATH", "-C"])
        .arg(folder)
        .arg(program)
        .args(arguments)
        .output();
    String::from_utf8(output).unwrap()
}

/// Installs the packages in a fresh Debian, whose compiler builds the README's program with what pkg-config says.
#[test]
fn debian_packages_are_clean_and_a_c_program_finds_them() {
    let dir = temp_dir();
    let packages = dir.path().join("packages");
    packing("deb.sh", &packages).output();
    let of = |name: &str| file(&packages, &format!("{name}_{VERSION}_amd64.deb"));
    let (shared, dev) = (of("libim0"), of("libim-dev"));
    let lintian = command("lintian")
        .args(["--allow-root", "--fail-on", "error,warning"])
        .args([&shared, &dev])
        .output();
    assert!(!String::from_utf8_lossy(&lintian).contains("W:"), "{lintian:?}");

    std::fs::write(packages.join("first.c"), program("README.md", "c")).unwrap();
    // On the disk of the target folder: on others there may be no overlay.
    let changes = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let output = command(root().join("scripts/debian-root.sh"))
        .arg("run")
        .arg(target().join("swift-root"))
        .arg("-c")
        .arg(changes.path())
        .arg("-w")
        .arg(&packages)
        .args(["sh", "-e", "-c"])
        .arg(
            "cd \"$1\"; dpkg -i libim0_*.deb libim-dev_*.deb >log 2>&1 || { cat log; exit 1; }\n\
             gcc -std=c11 -Wall -Wextra -Werror first.c -o first $(pkg-config --cflags --libs libim)\n\
             ./first\n\
             gcc first.c -o static $(pkg-config --cflags libim) -Wl,-Bstatic -lim -Wl,-Bdynamic $(pkg-config --libs-only-l --static libim | sed s/-lim//)\n\
             dpkg -r libim-dev libim0 >log 2>&1 || { cat log; exit 1; }\n\
             ! ./first 2>log; ./static",
        )
        .arg("sh")
        .arg(&packages)
        .output();
    let printed = String::from_utf8(output).unwrap();
    // With the shared library, and with the static one when that is gone.
    assert_eq!(printed.matches("Hello, Bob").count(), 2, "{printed}");
    // What root has made there.
    clear(changes.path());
}

/// Removes what only root may.
fn clear(folder: &Path) {
    command("sh")
        .args(["-c", "rm -rf \"$1\"/* 2>/dev/null || sudo rm -rf \"$1\"/*", "sh"])
        .arg(folder)
        .output();
}

#[test]
fn the_file_of_symbols_has_every_function() {
    let symbols = document("scripts/packaging/debian/libim0.symbols");
    let packed = symbols
        .lines()
        .filter_map(|line| line.trim().strip_suffix(&format!("@Base {VERSION}")));
    let packed: Vec<_> = packed.collect();
    let exported: Vec<_> = support::header::functions().into_keys().collect();
    assert_eq!(packed, exported, "scripts/abi.sh write");
}

#[test]
fn a_tarball_is_unpacked_anywhere_and_packed_twice_the_same() {
    let dir = temp_dir();
    let name = format!("libim-{VERSION}-linux-{}", std::env::consts::ARCH);
    let made = ["one", "two"].map(|folder| {
        let out = dir.path().join(folder);
        packing("tarball.sh", &out).output();
        std::fs::read(out.join(format!("{name}.tar.gz"))).unwrap()
    });
    assert!(made[0] == made[1], "the same files, other bytes");
    command("tar")
        .arg("-xzf")
        .arg(dir.path().join(format!("one/{name}.tar.gz")))
        .arg("-C")
        .arg(dir.path())
        .output();
    let lib = dir.path().join(name).join("lib");
    let flags = command("pkg-config")
        .args(["--define-prefix", "--cflags", "--libs", "libim"])
        .env("PKG_CONFIG_LIBDIR", lib.join("pkgconfig"))
        .output();
    std::fs::write(dir.path().join("first.c"), program("README.md", "c")).unwrap();
    let first = dir.path().join("first");
    let mut rpath = std::ffi::OsString::from("-Wl,-rpath,");
    rpath.push(&lib);
    command("gcc")
        .arg(dir.path().join("first.c"))
        .arg("-o")
        .arg(&first)
        .args(String::from_utf8(flags).unwrap().split_whitespace())
        .arg(rpath)
        .output();
    assert!(run(dir.path(), &first, &[]).contains("Hello, Bob"));
}

/// Runs the README's program in a fresh environment into which pip has installed a package.
fn first_program_in_python(dir: &Path, package: &Path) {
    let fresh = dir.join("fresh");
    command("python3").args(["-m", "venv"]).arg(&fresh).output();
    let python = fresh.join("bin/python");
    command(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-index",
        ])
        .arg(package)
        .output();
    std::fs::write(dir.join("first.py"), program("bindings/python/README.md", "python")).unwrap();
    assert_eq!(
        run(dir, &python, &["-W", "error", "first.py"]),
        "changed: ['bob']\nbob Hello, Bob\n"
    );
}

#[test]
fn python_has_a_wheel_for_many_systems_and_a_source_distribution_that_builds() {
    let (dir, other) = (temp_dir(), temp_dir());
    let stripped = dir.path().join("stripped.so");
    command("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(library("libim.so"))
        .output();
    let python = target().join("venv/bin/python");
    let out = dir.path().join("out");
    packing("wheel.sh", &out)
        .env("PYTHON", &python)
        .env("LIBIM_LIBRARY", &stripped)
        .output();
    let wheel = file(&out, ".whl");
    let name = wheel.file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with(&format!("libim-{VERSION}-py3-none-manylinux_2_")),
        "{name}"
    );
    first_program_in_python(dir.path(), &wheel);

    // Without a network: cargo has all crates here, and setuptools is that of the tests. Without XMPP it is built in a
    // fraction of the time.
    let built = other.path().join("built");
    command(&python)
        .args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"])
        .args(["--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir"])
        .arg(&built)
        .arg(file(&out, ".tar.gz"))
        .env("LIBIM_LIBRARY", "")
        .env("LIBIM_PROFILE", "dev")
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_PROFILE_DEV_STRIP", "true")
        .env("LIBIM_CARGO_FLAGS", "--no-default-features")
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdist"))
        .output();
    first_program_in_python(other.path(), &file(&built, ".whl"));
}

/// Everything but the jar of the documentation, which takes minutes; `make release` makes that too.
#[test]
fn a_project_on_the_jvm_gets_the_library_with_the_jar() {
    let dir = temp_dir();
    let repository = dir.path().join("repository");
    packing("maven.sh", &repository)
        .arg("-Ddokka.skip=true")
        .env("LIBIM_WORK", dir.path().join("work"))
        .output();
    let made = repository.join("im/libim/libim").join(VERSION);
    for end in ["sources.jar", &format!("libim-{VERSION}.jar"), ".pom"] {
        file(&made, end);
    }

    let project = dir.path().join("project");
    command("cp")
        .arg("-r")
        .arg(root().join("tests/packages/consumer"))
        .arg(&project)
        .output();
    let first = project.join("src/main/kotlin/first.kt");
    std::fs::create_dir_all(first.parent().unwrap()).unwrap();
    std::fs::write(&first, program("bindings/kotlin/README.md", "kotlin")).unwrap();
    // A local repository of its own, with links to what was downloaded before but for libim itself.
    let local = dir.path().join("local");
    command("sh")
        .args([
            "-c",
            "mkdir \"$2\"; [ ! -d \"$1\" ] || cp -rs \"$1/.\" \"$2\"; rm -rf \"$2/im/libim\"",
            "sh",
        ])
        .arg(std::env::home_dir().unwrap_or_default().join(".m2/repository"))
        .arg(&local)
        .output();
    let classpath = dir.path().join("classpath");
    command("mvn")
        .args(["--batch-mode", "--quiet", "--file"])
        .arg(&project)
        .arg(format!("-Dmaven.repo.local={}", local.display()))
        .arg(format!("-Dlibim.repository=file://{}", repository.display()))
        .arg(format!("-Dlibim.version={VERSION}"))
        .arg(format!("-Dmdep.outputFile={}", classpath.display()))
        .args(["compile", "dependency:build-classpath"])
        .output();
    let classes = project.join("target/classes");
    let jars = std::fs::read_to_string(classpath).unwrap();
    assert!(jars.contains(&format!("libim-{VERSION}.jar")), "{jars}");
    let on = format!("{}:{jars}", classes.display());
    let java = Path::new("java");
    assert_eq!(
        run(dir.path(), java, &["-cp", &on, "FirstKt"]),
        "new: c2c_bob\nbob: Hello, Bob\n"
    );
    assert_eq!(run(dir.path(), java, &["-cp", &on, "First"]), "bob\n");
}

#[test]
fn every_link_of_the_site_leads_somewhere_and_the_guide_has_every_first_program() {
    let said = command(root().join("scripts/docs.sh"))
        .env("CARGO_TARGET_DIR", target())
        .output();
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains(" 0 lead nowhere"), "{said}");
    let page = std::fs::read_to_string(target().join("book/src/docs/first-list.md")).unwrap();
    for (path, language) in [
        ("README.md", "c"),
        ("bindings/cpp/README.md", "cpp"),
        ("bindings/python/README.md", "python"),
        ("bindings/node/README.md", "js"),
        ("bindings/kotlin/README.md", "kotlin"),
    ] {
        let block = format!("```{language}\n{}```", program(path, language));
        assert!(page.contains(&block), "the guide lacks the program of {path}");
    }
    assert!(page.contains("import LibIM"), "the guide lacks the program in Swift");
    // A link that leads nowhere is found.
    let index = target().join("book/html/index.html");
    let text = std::fs::read_to_string(&index).unwrap();
    std::fs::write(
        &index,
        text.replacen("</main>", "<a href=\"docs/list.html#nowhere\">x</a></main>", 1),
    )
    .unwrap();
    let failed = std::process::Command::new(root().join("scripts/site-links.py"))
        .arg(target().join("book/html"))
        .output()
        .unwrap();
    std::fs::write(&index, text).unwrap();
    assert!(!failed.status.success());
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(said, "index.html: docs/list.html#nowhere\n");
}
