//! The Python package `bindings/python`: its promises as scripts in `tests/python`, its types, the wheel it becomes, and
//! that its README and its example do what they say.

mod support;

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use support::document::program;
use support::inbox::shows_alices_list;
use support::{Checked, command, library, root, scenarios, temp_dir};

/// The package, as it lies in the repository.
fn package() -> PathBuf {
    root().join("bindings/python")
}

/// Python as it is, without installed packages, for which the package must be enough.
fn python() -> Checked {
    with_package("python3").arg("-S")
}

/// A Python that finds the package, with the library that cargo has just built. Whatever Python warns of is an error.
fn with_package(python: impl AsRef<OsStr>) -> Checked {
    command(python)
        .args(["-X", "dev", "-W", "error"])
        .env("LIBIM_LIBRARY", library("libim.so"))
        .env("PYTHONPATH", package())
        .env("PYTHONDONTWRITEBYTECODE", "1")
}

/// The Python that scripts/setup.sh has given the tools of developers.
fn tools() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let python = target.join("venv/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run scripts/setup.sh test",
        python.display()
    );
    python
}

fn mypy(dir: &Path) -> Checked {
    command(tools())
        .args(["-m", "mypy", "--strict", "--cache-dir"])
        .arg(dir.join("mypy"))
        .arg("--config-file")
        .arg(package().join("pyproject.toml"))
}

fn scripts() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/python")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let scripts: Vec<PathBuf> = files
        .filter(|file| file.extension().is_some_and(|end| end == "py"))
        .collect();
    assert!(scripts.len() > 5);
    scripts
}

fn script(name: &str) -> String {
    let output = python().arg(root().join("tests/python").join(name)).output();
    String::from_utf8(output).unwrap()
}

#[test]
fn models_are_values_and_what_is_public_is_documented() {
    script("models.py");
}

#[test]
fn every_scenario_ends_as_written() {
    let count = scenarios().len();
    let said = script("scenarios.py");
    assert!(said.starts_with(&format!("{count} scenarios, ")), "{said}");
    assert!(said.ends_with(", JSON read by json\n"), "{said}");
}

#[test]
fn every_scenario_ends_as_written_with_orjson() {
    let output = with_package(tools())
        .arg(root().join("tests/python/scenarios.py"))
        .output();
    let said = String::from_utf8(output).unwrap();
    assert!(said.ends_with(", JSON read by orjson\n"), "{said}");
}

#[test]
fn every_method_typed() {
    script("methods.py");
}

#[test]
fn errors_and_texts() {
    script("errors.py");
}

#[test]
fn listeners() {
    script("listeners.py");
}

#[test]
fn awaited_calls_and_streams_of_events() {
    script("asynchronous.py");
}

#[test]
fn views_of_the_list() {
    script("views.py");
}

#[test]
fn the_end_of_a_client() {
    script("closing.py");
}

#[test]
fn the_end_of_the_interpreter() {
    script("interpreter_exit.py");
}

#[test]
fn a_thousand_clients_and_listeners() {
    script("many.py");
}

#[test]
fn the_bot_of_the_examples_answers() {
    script("answering.py");
}

#[test]
fn every_script_is_run() {
    let source = include_str!("python.rs");
    for script in scripts() {
        let name = script.file_name().unwrap().to_str().unwrap();
        let is_run = source.contains(&format!("script(\"{name}\")"));
        assert!(
            is_run || ["support.py", "typed_use.py"].contains(&name),
            "{name} is not run"
        );
    }
}

#[test]
fn the_types_are_right_and_complete() {
    let dir = temp_dir();
    mypy(dir.path())
        .env("MYPYPATH", package())
        .arg(package().join("libim"))
        .arg(package().join("examples/inbox.py"))
        .arg(package().join("examples/bot.py"))
        .arg(root().join("benches/bindings/page.py"))
        .args(scripts())
        .output();
}

#[test]
fn the_code_is_formatted() {
    command(tools())
        .args(["-m", "ruff", "format", "--check", "--no-cache", "--config"])
        .arg(package().join("pyproject.toml"))
        .args([package(), root().join("tests/python"), root().join("benches/bindings")])
        .output();
}

#[test]
fn the_example_prints_alices_list() {
    let dir = temp_dir();
    let output = python()
        .arg(package().join("examples/inbox.py"))
        .arg(dir.path())
        .output();
    let printed = String::from_utf8(output).unwrap();
    shows_alices_list(&printed);
}

#[test]
fn the_bench_prints_one_line() {
    let output = python().arg(root().join("benches/bindings/page.py")).output();
    let printed = String::from_utf8(output).unwrap();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    assert!(
        printed.starts_with("Python (json): a page of 100 as models "),
        "{printed}"
    );
}

/// A copy of the package where a repository would have it; building it leaves files beside it.
fn copy(dir: &Path) -> PathBuf {
    let copy = dir.join("repository/bindings/python");
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    command("cp").arg("-R").arg(package()).arg(&copy).output();
    copy
}

/// Makes the wheel, with the given variables, and gives its path.
fn wheel(package: &Path, variables: &[(&str, &Path)]) -> PathBuf {
    let wheels = package.join("wheels");
    let mut build = command(tools());
    for (name, value) in variables {
        build = build.env(name, value);
    }
    build
        .args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"])
        .args(["--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir"])
        .arg(&wheels)
        .arg(package)
        .output();
    let mut made = std::fs::read_dir(wheels).unwrap();
    let wheel = made.next().expect("a wheel").unwrap().path();
    assert!(made.next().is_none(), "one wheel");
    wheel
}

/// The files in a wheel.
fn names_in(wheel: &Path) -> Vec<String> {
    let output = command("python3").args(["-m", "zipfile", "-l"]).arg(wheel).output();
    let listed = String::from_utf8(output).unwrap();
    let names = listed.lines().skip(1);
    names.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn the_wheel_brings_the_library_and_the_first_program_of_the_readme_runs() {
    let dir = temp_dir();
    // What only debuggers read would make the wheel twenty times as large.
    let stripped = dir.path().join("stripped.so");
    command("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(library("libim.so"))
        .output();
    let wheel = wheel(&copy(dir.path()), &[("LIBIM_LIBRARY", &stripped)]);
    let name = wheel.file_name().unwrap().to_str().unwrap();
    let tag = format!(
        "libim-{}-py3-none-linux_{}.whl",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH
    );
    assert_eq!(name, tag);
    let names = names_in(&wheel);
    for file in ["libim/libim.so", "libim/py.typed", "libim/__init__.py"] {
        assert!(names.iter().any(|name| name == file), "{file} is not in {names:?}");
    }

    let fresh = dir.path().join("fresh");
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
        .arg(&wheel)
        .output();

    let first = dir.path().join("first.py");
    let text = program("bindings/python/README.md", "python");
    assert!(text.lines().count() < 30, "a first program is short");
    std::fs::write(&first, text).unwrap();
    // Its data lies in the directory it runs in, and the library is the wheel's.
    let run = |arguments: &[&str]| {
        let output = command("env")
            .args(["-u", "LIBIM_LIBRARY", "-u", "PYTHONPATH", "-C"])
            .arg(dir.path())
            .arg(&python)
            .args(["-X", "dev", "-W", "error"])
            .args(arguments)
            .output();
        String::from_utf8(output).unwrap()
    };
    assert_eq!(run(&["first.py"]), "changed: ['bob']\nbob Hello, Bob\n");
    let maps = run(&["-c", "import libim; print(open('/proc/self/maps').read())"]);
    assert!(maps.contains("site-packages/libim/libim.so"), "{maps}");
    // Those who use the package get its types.
    mypy(dir.path())
        .arg("--python-executable")
        .arg(&python)
        .arg(root().join("tests/python/typed_use.py"))
        .arg(&first)
        .output();
}

/// A cargo that notes down what it was asked, and has built `built`.
fn fake_cargo(dir: &Path, built: &Path) -> PathBuf {
    let bin = dir.join("bin");
    std::fs::create_dir(&bin).unwrap();
    let cargo = bin.join("cargo");
    let artifact = format!(
        r#"{{"reason":"compiler-artifact","filenames":["/x/libim.a","{}"]}}"#,
        built.display()
    );
    let text = format!(
        "#!/bin/sh\necho \"$(pwd) $*\" >'{}'\necho '{artifact}'\necho '{{\"reason\":\"build-finished\"}}'\n",
        dir.join("asked").display()
    );
    std::fs::write(&cargo, text).unwrap();
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    bin
}

#[test]
fn without_a_library_cargo_builds_one() {
    let dir = temp_dir();
    let package = copy(dir.path());
    let repository = dir.path().join("repository").canonicalize().unwrap();
    std::fs::write(repository.join("Cargo.toml"), "").unwrap();
    let built = dir.path().join("libim.so");
    std::fs::write(&built, "a library").unwrap();
    let bin = fake_cargo(dir.path(), &built);
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    // An empty LIBIM_LIBRARY is none.
    let wheel = wheel(
        &package,
        &[("PATH", Path::new(&path)), ("LIBIM_LIBRARY", Path::new(""))],
    );
    let asked = std::fs::read_to_string(dir.path().join("asked")).unwrap();
    let arguments = asked.strip_prefix(repository.to_str().unwrap()).expect(&asked);
    assert!(arguments.starts_with(" build --lib --profile release "), "{asked}");

    let unpacked = dir.path().join("unpacked");
    command("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(&wheel)
        .arg(&unpacked)
        .output();
    let shipped = std::fs::read_to_string(unpacked.join("libim/libim.so")).unwrap();
    assert_eq!(shipped, "a library");
}
