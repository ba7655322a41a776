//! Names that change at random, and which of them a look at all of them finds.

use super::super::filter::tests::act;
use super::*;
use crate::engine::fixture::{Fixture, START, team, team_with};
use crate::model::{AllowType, Change, GroupRole, Micros, Profile};
use serde_json::Value;
use std::collections::HashMap;

/// What users and groups are called, as far as it was told.
#[derive(Default)]
pub(in crate::engine) struct Names {
    /// Remark and nickname of users, and the names of groups.
    all: HashMap<String, (Option<String>, String)>,
}

/// A text that somebody may search for.
pub(in crate::engine) fn random_keyword(random: &mut fastrand::Rng) -> &'static str {
    let texts = [
        "a",
        "an",
        "ann b",
        "smith",
        "B",
        "京",
        "北京大",
        "é",
        "team",
        "other",
        "c",
        "d",
        "!",
        "x",
        "👍",
        "\"",
        "* a",
    ];
    random.choice(texts).unwrap()
}

impl Names {
    /// Gives a user or a group of [`act`] another name, or ends a friendship.
    pub(in crate::engine) fn change(&mut self, fixture: &Fixture, random: &mut fastrand::Rng) {
        const NAMES: [&str; 8] = [
            "",
            "Ann",
            "Anna Smith",
            "Ann Bo",
            "北京大学",
            "É. Smith",
            "team a",
            "👍🏽 \"Bo\"",
        ];
        let name = (*random.choice(&NAMES).unwrap()).to_owned();
        let user = *random.choice(&["a", "b", "c", "d"]).unwrap();
        let user_id = UserId::trusted(user);
        match random.u8(..5) {
            0 | 1 => {
                self.all.entry(format!("c2c_{user}")).or_default().1.clone_from(&name);
                fixture.live(Change::Profile(Profile {
                    user_id,
                    nick_name: name,
                    face_url: String::new(),
                    allow_type: AllowType::AllowAny,
                }));
            }
            2 | 3 => {
                let remark = random.bool().then_some(name);
                self.all.entry(format!("c2c_{user}")).or_default().0.clone_from(&remark);
                fixture.live(Change::Friend { user_id, remark });
            }
            _ => {
                self.all.entry(team().to_string()).or_default().1.clone_from(&name);
                let Change::Group { mut group, .. } = team_with(GroupRole::Member) else {
                    unreachable!("a group")
                };
                group.group_name = name;
                let time = Micros(START * 1_000_000);
                fixture.live(Change::Group { group, time });
            }
        }
    }

    /// Whether a conversation of the list has keywords in its names or its id.
    pub(in crate::engine) fn have(&self, row: &Value, keywords: Option<&Keywords>) -> bool {
        let id = row["conversationID"].as_str().unwrap();
        let (remark, name) = self.all.get(id).cloned().unwrap_or_default();
        let target = id.split_once('_').unwrap().1;
        keywords.is_some_and(|keywords| keywords.are_in(&[&remark.unwrap_or_default(), &name, target]))
    }
}

#[test]
fn random_searches_find_the_conversations_that_a_look_at_all_names_finds() {
    let seed = std::env::var("LIBIM_SEED").map_or(1, |seed| seed.parse().unwrap());
    let random = &mut fastrand::Rng::with_seed(seed);
    let mut fixture = Fixture::new();
    let (mut names, mut seqs) = (Names::default(), HashMap::new());
    for step in 0..600 {
        match random.u8(..8) {
            0..=3 => names.change(&fixture, random),
            4 if random.u8(..20) == 0 => {
                // The index of what is there, made again and not yet complete.
                fixture = fixture.reopen_with(|options| options.search = false);
                fixture = fixture.reopen_with(|options| options.search = true);
                if random.bool() {
                    names.change(&fixture, random);
                }
                while !fixture.engine.index_some().unwrap() {}
            }
            _ => act(&fixture, random, &mut seqs),
        }
        let page: Value = serde_json::from_str(&fixture.engine.conversation_page("0", 100).unwrap()).unwrap();
        let list = page["conversationList"].as_array().unwrap();
        let texts: Vec<String> = (0..random.usize(1..=3))
            .map(|_| random_keyword(random).to_owned())
            .collect();
        let is_all = random.bool();
        let keywords = Keywords::new(&texts, is_all);
        let json = fixture.engine.search_conversations(&texts, is_all, 100).unwrap();
        let found: Value = serde_json::from_str(&json).unwrap();
        let items = found["searchResultItems"].as_array().unwrap().iter();
        let rows: Vec<&Value> = items.map(|item| &item["conversation"]).collect();
        // Those whose shown names begin with a keyword come first, and the order of the list decides the rest.
        let begins = |row: &&Value| {
            let shown = row["showName"].as_str().unwrap();
            keywords.as_ref().is_some_and(|keywords| keywords.begin(shown))
        };
        let has = |row: &&Value| names.have(row, keywords.as_ref());
        let wanted: Vec<&Value> = list.iter().filter(has).collect();
        let mut ordered: Vec<&Value> = wanted.iter().copied().filter(begins).collect();
        ordered.extend(wanted.iter().copied().filter(|row| !begins(row)));
        assert_eq!(rows, ordered, "{seed} {step}: {texts:?} {is_all}");
        assert_eq!(found["totalCount"], ordered.len());
        assert_eq!(found["isFinished"], true);
    }
}
