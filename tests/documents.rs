//! The documents: links lead somewhere, the table of contents names every page, the version is the same everywhere, and what is
//! said of V2TIM's parameters is so.

mod support;

use im::api::METHODS;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use support::app::App;
use support::{command, root, temp_dir};

/// Every page that git knows, from the project's root.
fn pages() -> Vec<PathBuf> {
    let listed = command("git")
        .arg("-C")
        .arg(root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"])
        .output();
    let pages: Vec<PathBuf> = String::from_utf8(listed).unwrap().lines().map(PathBuf::from).collect();
    assert!(pages.len() > 15, "{pages:?}");
    pages
}

/// The text outside of code, and the targets of its links.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code || line.starts_with("    ") {
            continue;
        }
        for part in line.split("](").skip(1) {
            found.extend(part.split(')').next().map(str::to_owned));
        }
    }
    found
}

/// How a heading is named in links: letters, digits and hyphens, in lower case.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter),
            _ => None,
        })
        .collect()
}

/// A path without `..` in it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(plain.pop(), "{} leads out of the project", path.display()),
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        let text = std::fs::read_to_string(root().join(&page)).unwrap();
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => page.clone(),
                file => plain(&page.parent().unwrap().join(file)),
            };
            // The site has the header as a page.
            let target = if target.ends_with("libim.h.md") {
                PathBuf::from("include/libim.h")
            } else {
                target
            };
            let there = root().join(&target);
            let has_heading = || {
                let text = std::fs::read_to_string(&there).unwrap();
                text.contains(&format!("<a id=\"{heading}\">"))
                    || text
                        .lines()
                        .any(|line| line.starts_with('#') && anchor(line) == heading)
            };
            if !there.exists() || (!heading.is_empty() && !has_heading()) {
                wrong.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(count > 50, "only {count} links were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_of_contents_names_every_page() {
    let docs = root().join("docs");
    let contents = std::fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let named: BTreeSet<PathBuf> = links(&contents)
        .iter()
        .map(|link| plain(&Path::new("docs").join(link)))
        .collect();
    let missing: Vec<PathBuf> = pages()
        .into_iter()
        .filter(|page| !page.starts_with(".github") && !page.ends_with("SUMMARY.md") && !named.contains(page))
        .collect();
    assert!(missing.is_empty(), "docs/SUMMARY.md lacks {missing:?}");
}

#[test]
fn the_version_is_the_same_everywhere() {
    command(root().join("scripts/release.sh")).arg("check").output();
}

/// `make torture`: one part that fails hides no other.
#[test]
fn all_parts_of_the_torture_are_played_and_those_that_failed_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let cargo = dir.path().join("cargo");
    let script = "#!/bin/sh\necho \"$@\" >>\"$0.log\"\ncase $* in *router* | *devices_xmpp*) exit 7 ;; esac\n";
    std::fs::write(&cargo, script).unwrap();
    command("chmod").arg("+x").arg(&cargo).output();
    let output = std::process::Command::new(root().join("scripts/torture.sh"))
        .arg(&cargo)
        .output()
        .unwrap();
    let (said, failed) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(
        (output.status.code(), failed.trim()),
        (Some(1), "failed: devices_xmpp stanzas")
    );
    let played = std::fs::read_to_string(dir.path().join("cargo.log")).unwrap();
    assert_eq!(
        played.lines().count(),
        said.lines().filter(|line| line.starts_with("== ")).count()
    );
    assert!(played.lines().last().unwrap().contains("memory"), "{played}");
}

/// The parameters of V2TIM that docs/json.md calls accepted change nothing, and those that it calls refused are.
#[test]
fn parameters_of_v2tim_that_mean_nothing_here_are_accepted_and_others_refused() {
    let dir = temp_dir();
    let _bob = App::login(dir.path(), "bob");
    let alice = App::open(dir.path(), "alice");
    alice.ok("login", json!({ "userID": "alice" }));
    let text = include_str!("../docs/json.md");
    let (_, section) = text.split_once("## V2TIM's other parameters").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let (table, refused) = section.split_once("Any other parameter").unwrap();
    let quoted = |text: &str| -> Vec<String> { text.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let call = |name: &str, key: &str| {
        let method = METHODS.iter().find(|method| method.name == name).unwrap();
        let mut request: serde_json::Value = serde_json::from_str(method.example).unwrap();
        let (example_code, _) = alice.call(name, &request);
        request[key] = json!({ "any": ["thing"] });
        (alice.call(name, &request), example_code)
    };
    let mut tried = 0;
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').collect();
        let names = quoted(cells[1]);
        for key in quoted(cells[2]) {
            let ((code, answer), expected) = call(&names[0], &key);
            assert_eq!(code, expected, "{key}: {answer}");
            assert!(!answer.to_string().contains(&key), "{answer}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
    for (method, key) in [
        ("addFriend", "friendGroup"),
        ("kickGroupMember", "duration"),
        ("createGroup", "isSupportTopic"),
        ("setSelfInfo", "selfSignature"),
    ] {
        assert!(quoted(refused).iter().any(|word| word == key), "{key}");
        let ((code, answer), _) = call(method, key);
        assert_eq!(code, 6017, "{method}.{key}");
        assert!(answer.to_string().contains(key), "{answer}");
    }
}
