//! LibIM as others depend on it: by a path, as the README says, and by the address of a repository.

use crate::support::document::document;
use crate::support::{command, root};
use crate::{build, inside, sources, temp_dir};
use std::path::Path;

/// The part of the README that begins with a line of code.
fn code(first: &str) -> String {
    let readme = document("bindings/swift/README.md");
    let rest = readme.split(&format!("```swift\n{first}")).nth(1).unwrap();
    format!("{first}{}", rest.split("```").next().unwrap())
}

/// Writes the package of the README, with a dependency in place of its own, and its program; gives what that prints.
fn first(dir: &Path, name: &str, dependency: &str, product: &str) -> String {
    let sources = dir.join("Sources/First");
    std::fs::create_dir_all(&sources).unwrap();
    let package = code("// swift-tools-version")
        .replace(r#".package(path: "../libim/bindings/swift")"#, dependency)
        .replace(r#".product(name: "LibIM", package: "swift")"#, product);
    assert!(package.contains(dependency) && package.contains(product), "{package}");
    std::fs::write(dir.join("Package.swift"), package).unwrap();
    let text = code("import LibIM");
    assert!(text.lines().count() < 30, "a first program is short");
    std::fs::write(sources.join("main.swift"), text).unwrap();
    let built = build(dir, name, &[]);
    // Its data lies in the directory it runs in.
    let output = inside().args(["env", "-C"]).arg(dir).arg(built.join("First")).output();
    String::from_utf8(output).unwrap()
}

#[test]
fn the_program_of_the_readme_prints_the_list() {
    let dir = temp_dir();
    let here = format!(".package(path: {:?})", root().join("bindings/swift"));
    let printed = first(
        dir.path(),
        "first",
        &here,
        r#".product(name: "LibIM", package: "swift")"#,
    );
    assert_eq!(printed, "bob: Hello, Bob\n");
}

/// The examples in the comments of the package; that which makes the client of the others first.
fn examples() -> Vec<String> {
    let mut examples = Vec::new();
    for path in sources(&root().join("bindings/swift/Sources")) {
        let mut example = None;
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let comment = line
                .trim_start()
                .strip_prefix("///")
                .map(|text| text.strip_prefix(' ').unwrap_or(text));
            match (comment, &mut example) {
                (Some("```swift"), _) => example = Some(String::new()),
                (Some("```"), _) => examples.extend(example.take()),
                (Some(text), Some(example)) => *example += &format!("{text}\n"),
                _ => example = None,
            }
        }
    }
    examples.sort_by_key(|example| !example.contains("let client = "));
    examples
}

/// At the top of a program, where they are tried first, and where Swift 6.0 crashed at one.
#[test]
fn the_examples_in_the_comments_compile() {
    let examples = examples();
    assert!(examples.len() >= 5, "{examples:?}");
    let dir = temp_dir();
    let sources = dir.path().join("Sources/First");
    std::fs::create_dir_all(&sources).unwrap();
    let here = format!(".package(path: {:?})", root().join("bindings/swift"));
    let package = code("// swift-tools-version").replace(r#".package(path: "../libim/bindings/swift")"#, &here);
    std::fs::write(dir.path().join("Package.swift"), package).unwrap();
    std::fs::write(
        sources.join("main.swift"),
        format!("import LibIM\n\n{}", examples.join("\n")),
    )
    .unwrap();
    build(dir.path(), "comments", &[]);
}

#[test]
fn a_package_that_depends_on_the_address_of_the_repository_builds() {
    let dir = temp_dir();
    let repository = dir.path().join("libim");
    std::fs::create_dir_all(repository.join("bindings/swift")).unwrap();
    for path in [
        "Package.swift",
        "bindings/swift/Package.swift",
        "bindings/swift/Sources",
    ] {
        let to = repository.join(path);
        command("cp").arg("-R").arg(root().join(path)).arg(to).output();
    }
    let version = env!("CARGO_PKG_VERSION");
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["commit", "--quiet", "-m", "A release"],
        &["tag", &format!("v{version}")],
    ] {
        command("git")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .arg("-C")
            .arg(&repository)
            .args(["-c", "user.name=libim", "-c", "user.email=libim@localhost"])
            .args(arguments)
            .output();
    }
    // As the README writes it, with another address.
    let written = code(".package(url:");
    let (dependency, product) = written.trim().split_once('\n').unwrap();
    let address = format!("file://{}", repository.display());
    let dependency = dependency.replace("https://example.org/libim", &address);
    assert!(
        dependency.contains(&address) && dependency.contains(version),
        "{dependency}"
    );
    let printed = first(&dir.path().join("app"), "remote", &dependency, product);
    assert_eq!(printed, "bob: Hello, Bob\n");
}
