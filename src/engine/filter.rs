//! Filters as an app writes them.

use super::group_names::GroupNames;
use crate::model::{ConversationType, Error, Filter, GroupFilter, Marks, Result};
use serde::{Deserialize, Serialize};

/// Which conversations to select: those that meet all conditions. Null is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimConversationFilter")
)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ConversationFilter {
    /// The kind: 1 with a user (C2C), 2 with a group.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<ConversationType>"))]
    conversation_type: Option<i64>,
    /// The name of a conversation group; empty for the conversations that are in none.
    #[serde(default)]
    conversation_group: Option<String>,
    /// Marks, as `markConversation` has them: conversations with any of these; 0 for those without a mark.
    #[serde(default)]
    mark_type: Option<u64>,
    /// Marks: conversations with none of these. Together with `markType`: one of those, and none of these. libim's own.
    #[serde(default)]
    without_mark_type: Option<u64>,
    /// Whether there are unread messages.
    #[serde(default)]
    has_unread_count: Option<bool>,
    /// Whether there are unread messages that mention the user.
    #[serde(default)]
    has_group_at_info: Option<bool>,
}

impl ConversationFilter {
    /// Checks what types cannot. 6017.
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(kind) = self.conversation_type
            && kind != ConversationType::C2c as i64
            && kind != ConversationType::Group as i64
        {
            return Err(Error::invalid(format!("filter.conversationType {kind} is not 1 or 2")));
        }
        for (field, marks) in [
            ("filter.markType", self.mark_type),
            ("filter.withoutMarkType", self.without_mark_type),
        ] {
            marks.map_or(Ok(()), |marks| Marks::parse(field, marks).map(drop))?;
        }
        Ok(())
    }

    /// What it selects, with the groups that exist. One of which there is none selects nothing.
    pub(super) fn selection(&self, groups: &GroupNames) -> Filter {
        Filter {
            conversation_type: self.conversation_type.map(|kind| {
                if kind == ConversationType::Group as i64 {
                    ConversationType::Group
                } else {
                    ConversationType::C2c
                }
            }),
            group: self.conversation_group.as_deref().map(|name| match name {
                "" => GroupFilter::None,
                name => GroupFilter::Any(groups.keys(name)),
            }),
            marks: self.mark_type.map(|marks| Marks::from_stored(marks.cast_signed())),
            without_marks: Marks::from_stored(self.without_mark_type.unwrap_or_default().cast_signed()),
            has_unread: self.has_unread_count,
            has_at: self.has_group_at_info,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, c2c, message, team};
    use crate::events::Event;
    use crate::model::conversation::AT_ALL;
    use crate::model::{Change, ConversationId, ConversationOrder, RecvOpt};
    use serde_json::{Value, json};
    use std::collections::HashMap;

    pub(in crate::engine) fn filter(json: Value) -> ConversationFilter {
        serde_json::from_value(json).unwrap()
    }

    /// Whether a filter selects a conversation, from what the app sees of it.
    pub(in crate::engine) fn selects(filter: &Value, row: &Value) -> bool {
        let condition = |key: &str, holds: &dyn Fn(&Value) -> bool| filter.get(key).is_none_or(holds);
        let list = |key: &str| row[key].as_array().unwrap();
        condition("conversationType", &|kind| row["type"] == *kind)
            && condition("conversationGroup", &|name| match name.as_str().unwrap() {
                "" => list("conversationGroupList").is_empty(),
                _ => list("conversationGroupList").contains(name),
            })
            && condition("markType", &|marks| match marks.as_u64().unwrap() {
                0 => list("markList").is_empty(),
                marks => list("markList").iter().any(|mark| mark.as_u64().unwrap() & marks != 0),
            })
            && condition("withoutMarkType", &|marks| {
                let without = marks.as_u64().unwrap();
                list("markList")
                    .iter()
                    .all(|mark| mark.as_u64().unwrap() & without == 0)
            })
            && condition("hasUnreadCount", &|wanted| (row["unreadCount"] != 0) == *wanted)
            && condition("hasGroupAtInfo", &|wanted| {
                list("groupAtInfoList").is_empty() != *wanted
            })
    }

    pub(in crate::engine) fn random_filter(random: &mut fastrand::Rng) -> Value {
        let mut filter = json!({});
        if random.u8(..3) == 0 {
            filter["conversationType"] = json!(random.u8(1..3));
        }
        if random.u8(..3) == 0 {
            filter["conversationGroup"] = json!(random.choice(["", "one", "two", "gone"]));
        }
        if random.u8(..3) == 0 {
            filter["markType"] = json!(random.choice([0, 1, 4, 5, 1_u64 << 40 | 1]));
        }
        if random.u8(..3) == 0 {
            filter["withoutMarkType"] = json!(random.choice([0, 1, 4, 5, 1_u64 << 40]));
        }
        if random.u8(..3) == 0 {
            filter["hasUnreadCount"] = json!(random.bool());
        }
        if random.u8(..3) == 0 {
            filter["hasGroupAtInfo"] = json!(random.bool());
        }
        filter
    }

    /// One random act of the app or the server.
    pub(in crate::engine) fn act(
        fixture: &Fixture,
        random: &mut fastrand::Rng,
        seq: &mut HashMap<ConversationId, u64>,
    ) {
        let ids = [
            c2c("a"),
            c2c("b"),
            c2c("c"),
            c2c("d"),
            team(),
            ConversationId::trusted("group_other"),
        ];
        let id = random.choice(&ids).unwrap().clone();
        let one = std::slice::from_ref(&id);
        let engine = &fixture.engine;
        let name = *random.choice(&["one", "two"]).unwrap();
        match random.u8(..14) {
            0..=4 => {
                let seq = seq.entry(id.clone()).or_default();
                *seq += 1;
                let mut message = message(&id, "peer", *seq);
                message.msg_id = format!("{id} {seq}");
                if random.bool() {
                    message.body.group_at_user_list = vec![AT_ALL.to_owned()];
                }
                fixture.live(Change::Message(message));
            }
            5 => engine.set_pinned(&id, random.bool()).unwrap(),
            6 | 7 => {
                let marks = Marks::from_stored(*random.choice(&[1, 4, 5, 1 << 40]).unwrap());
                engine.mark(one, marks, random.u8(..3) > 0).map(drop).unwrap();
            }
            8 => engine
                .set_recv_opt(one, *random.choice(&[RecvOpt::Receive, RecvOpt::NotNotify]).unwrap())
                .unwrap(),
            9 => drop(engine.create_conversation_group(name, one)),
            10 => drop(engine.change_conversation_group(name, one, random.bool())),
            11 => match random.u8(..4) {
                0 => drop(engine.delete_conversation_group(name)),
                1 => drop(engine.rename_conversation_group(name, if name == "one" { "two" } else { "one" })),
                _ => {}
            },
            12 => engine.clean_unread(&crate::engine::UnreadScope::One(id), 0, 0).unwrap(),
            _ => match random.u8(..3) {
                0 => engine.delete_conversation(&id).unwrap(),
                _ => engine.set_draft(&id, "draft").unwrap(),
            },
        }
    }

    fn walk(fixture: &Fixture, filter: &Value, size: i64) -> Vec<Value> {
        let (mut next, mut rows) = ("0".to_owned(), Vec::new());
        loop {
            let page = fixture
                .engine
                .filtered_page(&self::filter(filter.clone()), &next, size)
                .unwrap();
            let page: Value = serde_json::from_str(&page).unwrap();
            let list = page["conversationList"].as_array().unwrap();
            rows.extend(list.iter().cloned());
            if page["isFinished"] == true {
                return rows;
            }
            assert_eq!(
                i64::try_from(list.len()).unwrap(),
                size,
                "a page is full unless it is the last"
            );
            next = page["nextSeq"].as_str().unwrap().to_owned();
        }
    }

    #[test]
    fn a_filtered_walk_a_count_and_a_subscription_are_those_of_the_list_filtered_by_hand() {
        let seed = std::env::var("LIBIM_SEED").map_or(1, |seed| seed.parse().unwrap());
        for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
            let random = &mut fastrand::Rng::with_seed(seed);
            let mut fixture = Fixture::with(|options| options.order = order);
            let mut seqs = HashMap::new();
            let filters: Vec<Value> = (0..20).map(|_| random_filter(random)).collect();
            let mut told: HashMap<String, i64> = HashMap::new();
            for filter in &filters {
                fixture.engine.subscribe_unread(self::filter(filter.clone())).unwrap();
            }
            for step in 0..400 {
                act(&fixture, random, &mut seqs);
                if step == 200 {
                    // Subscriptions end with the client.
                    fixture = fixture.reopen();
                    fixture.told();
                    for filter in &filters {
                        let parsed = self::filter(filter.clone());
                        told.insert(filter.to_string(), fixture.engine.unread_by_filter(&parsed).unwrap());
                        fixture.engine.subscribe_unread(parsed).unwrap();
                    }
                }
                for (event, payload) in fixture.told() {
                    if event == Event::UnreadMessageCountChangedByFilter {
                        let mut filter = payload["filter"].clone();
                        filter
                            .as_object_mut()
                            .unwrap()
                            .retain(|_, condition| !condition.is_null());
                        told.insert(filter.to_string(), payload["totalUnreadCount"].as_i64().unwrap());
                    }
                }
                let page: Value = serde_json::from_str(&fixture.engine.conversation_page("0", 100).unwrap()).unwrap();
                let list = page["conversationList"].as_array().unwrap();
                for filter in &filters {
                    let expected: Vec<Value> = list.iter().filter(|row| selects(filter, row)).cloned().collect();
                    assert_eq!(walk(&fixture, filter, random.i64(1..4)), expected, "{step} {filter}");
                    let notifying = expected.iter().filter(|row| row["recvOpt"] == 0);
                    let unread: i64 = notifying.map(|row| row["unreadCount"].as_i64().unwrap()).sum();
                    let count = fixture.engine.unread_by_filter(&self::filter(filter.clone())).unwrap();
                    assert_eq!(count, unread, "{step} {filter}");
                    assert_eq!(
                        told.get(&filter.to_string()).copied().unwrap_or(0),
                        unread,
                        "told {step} {filter}"
                    );
                }
            }
        }
    }

    #[test]
    fn inbox_archive_and_what_is_hidden_are_the_list_in_three_parts() {
        let random = &mut fastrand::Rng::with_seed(5);
        let fixture = Fixture::new();
        let parts = [
            json!({ "withoutMarkType": 12 }),
            json!({ "markType": 4, "withoutMarkType": 8 }),
            json!({ "markType": 8 }),
        ];
        let mut seqs = HashMap::new();
        for _ in 0..200 {
            act(&fixture, random, &mut seqs);
            let id = [random.choice([c2c("a"), c2c("b"), team()]).unwrap()];
            let mark = Marks::from_stored(random.choice([4, 8, 12]).unwrap());
            fixture.engine.mark(&id, mark, random.bool()).map(drop).unwrap();
            let page: Value = serde_json::from_str(&fixture.engine.conversation_page("0", 100).unwrap()).unwrap();
            let shown: Vec<Vec<Value>> = parts.iter().map(|part| walk(&fixture, part, 2)).collect();
            let listed = page["conversationList"].as_array().unwrap();
            assert_eq!(shown.iter().map(Vec::len).sum::<usize>(), listed.len());
            for rows in &shown {
                // In the order of the list, so with the pinned ones first.
                assert!(rows.is_sorted_by_key(|row| !row["isPinned"].as_bool().unwrap()));
            }
            let has = |row: &Value, mark: i64| row["markList"].as_array().unwrap().contains(&json!(mark));
            assert!(shown[0].iter().all(|row| !has(row, 4) && !has(row, 8)));
            assert!(shown[1].iter().all(|row| has(row, 4) && !has(row, 8)));
            assert!(shown[2].iter().all(|row| has(row, 8)));
            let unread = |part: &Value| fixture.engine.unread_by_filter(&filter(part.clone())).unwrap();
            assert_eq!(parts.iter().map(unread).sum::<i64>(), unread(&json!({})));
        }
    }

    #[test]
    fn a_condition_that_cannot_be_is_named() {
        for (wrong, field) in [
            (json!({ "conversationType": 3 }), "filter.conversationType 3"),
            (json!({ "markType": 16 }), "filter.markType 16"),
            (json!({ "withoutMarkType": 32 }), "filter.withoutMarkType 32"),
        ] {
            let error = filter(wrong).check().unwrap_err();
            assert!(error.desc.contains(field), "{}", error.desc);
        }
    }
}
