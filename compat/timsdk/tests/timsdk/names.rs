//! The names: those of the list, and each of them answers.

use super::{compile, support};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

fn header() -> String {
    std::fs::read_to_string(support::root().join("include/TIMLibim.h")).unwrap()
}

fn listed() -> BTreeSet<String> {
    ImSDK::NAMES.lines().map(str::to_owned).collect()
}

#[test]
fn the_library_exports_the_names_of_the_api_and_nothing_else() {
    let output = support::command("readelf")
        .args(["--wide", "--dyn-syms"])
        .arg(support::library("libImSDK.so"))
        .output();
    let output = String::from_utf8(output).unwrap();
    let symbols = output.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let exported =
        symbols.filter(|columns| matches!(columns[..], [_, _, _, _, "GLOBAL" | "WEAK", _, place, _] if place != "UND"));
    let exported: BTreeSet<String> = exported.map(|columns| columns[7].to_owned()).collect();
    assert_eq!(exported, listed());
}

#[test]
fn programs_find_it_by_the_name_of_the_library_that_it_replaces() {
    let output = support::command("readelf")
        .args(["--wide", "--dynamic"])
        .arg(support::library("libImSDK.so"))
        .output();
    let output = String::from_utf8(output).unwrap();
    let names: Vec<&str> = output.lines().filter(|line| line.contains("(SONAME)")).collect();
    assert!(names.len() == 1 && names[0].ends_with("[libImSDK.so]"), "{names:?}");
}

/// The functions that the header declares: their names and their parameters.
fn declared() -> BTreeMap<String, Vec<String>> {
    let text = header().replace('\n', " ");
    let code = text
        .split("typedef")
        .map(|part| part.split_once(';').map_or("", |(_, rest)| rest))
        .collect::<String>();
    let mut functions = BTreeMap::new();
    for statement in code.split(';') {
        let Some((head, parameters)) = statement.split_once('(') else {
            continue;
        };
        let name = head.rsplit([' ', '*']).next().unwrap();
        if name.starts_with("TIM") || name == "callExperimentalAPI" {
            let parameters = parameters.trim_end().trim_end_matches(')');
            let parameters = parameters.split(',').map(|parameter| parameter.trim().to_owned());
            functions.insert(name.to_owned(), parameters.collect());
        }
    }
    functions
}

#[test]
fn the_header_declares_the_same_names() {
    assert_eq!(declared().into_keys().collect::<BTreeSet<_>>(), listed());
}

/// An argument that is right by its kind, for somebody who knows nothing of the function.
fn argument(parameter: &str) -> String {
    let name = parameter.rsplit([' ', '*']).next().unwrap();
    if parameter.starts_with("const char *") {
        let is_list = ["array", "list", "Locator"].iter().any(|word| name.contains(word)) && !name.contains("param");
        return match name {
            _ if is_list => "\"[]\"",
            "filter" => "\"{}\"",
            _ if name.starts_with("json") => "\"{}\"",
            _ => "\"nobody\"",
        }
        .to_owned();
    }
    match parameter {
        "TIMConvType conv_type" => "kTIMConv_C2C",
        "TIMCommCallback cb" | "TIMCommCallback json_signaling_info_cb" | "TIMCommCallback res_cb" => "answered",
        "TIMCommCallback msgid_cb" => "NULL",
        "TIMMsgGroupMessageReadMemberListCallback cb" => "answered_by_members",
        "const void *user_data" => "counter",
        _ if parameter.starts_with("char *") => "buffer",
        _ => "0",
    }
    .to_owned()
}

/// A program that calls every function with a callback, while somebody is logged in, and prints what came of it.
fn program(functions: &[(&String, &Vec<String>)]) -> String {
    let mut program = include_str!("c/every.c").to_owned();
    let mut calls = String::new();
    for (name, parameters) in functions {
        let arguments: Vec<String> = parameters.iter().map(|parameter| argument(parameter)).collect();
        writeln!(
            calls,
            "    counter = begin(\"{name}\");\n    end(counter, {name}({}));",
            arguments.join(", ")
        )
        .unwrap();
    }
    program.push_str(&format!(
        "\nvoid call_all(void)\n{{\n    struct counter *counter;\n    char buffer[128];\n{calls}}}\n"
    ));
    program
}

#[test]
fn every_function_answers_once_and_with_json() {
    // Those that begin and end the rest.
    let apart = ["TIMInit", "TIMUninit", "TIMLogin", "TIMLogout"];
    let declared = declared();
    let answering: Vec<_> = declared
        .iter()
        .filter(|(name, parameters)| {
            !apart.contains(&name.as_str())
                && !name.starts_with("TIMSet") | name.contains("Config") | name.contains("SelfStatus")
                && parameters.iter().any(|parameter| parameter == "const void *user_data")
                && !name.contains("RecvNewMsg")
        })
        .collect();
    assert!(answering.len() > 150, "{}", answering.len());
    let dir = support::temp_dir();
    let source = dir.path().join("every.c");
    std::fs::write(&source, program(&answering)).unwrap();
    let program = compile(&source, dir.path(), &[]);
    let output = support::command(program).arg(dir.path()).output();
    let output = String::from_utf8(output).unwrap();
    let mut codes = BTreeMap::new();
    for line in output.lines() {
        let [name, returned, count, code, json] = line.splitn(5, '\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let expected = if returned == "0" { "1" } else { "0" };
        assert_eq!(count, expected, "{line}");
        assert!(json.is_empty() || serde_json::from_str::<Value>(json).is_ok(), "{line}");
        codes.insert(
            name.to_owned(),
            (returned.parse::<i32>().unwrap(), code.parse::<i32>().unwrap()),
        );
    }
    assert_eq!(codes.len(), answering.len());
    // Functions that libim has nothing for say so.
    let source = std::fs::read_to_string(support::root().join("src/ffi/unsupported.rs")).unwrap();
    let rows = source
        .split("unsupported! {")
        .nth(1)
        .unwrap()
        .split_once("\n}")
        .unwrap()
        .0;
    let mut count = 0;
    for row in rows.lines().filter_map(|row| row.trim().split_once('(')) {
        assert_eq!(codes[row.0], (0, 7013), "{}", row.0);
        count += 1;
    }
    assert!(count > 50);
    // And what it has is not such.
    for name in [
        "TIMConvGetConvList",
        "TIMGroupGetJoinedGroupList",
        "TIMFriendshipGetFriendProfileList",
    ] {
        assert_eq!(codes[name], (0, 0), "{name}");
    }
}
