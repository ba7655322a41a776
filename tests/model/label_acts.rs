//! What the app and other devices do to marks, custom data and groups.

use crate::driver::Driver;
use crate::labels::{NAMES, own};
use im::model::*;

impl Driver {
    fn any_mark(&mut self) -> Mark {
        let bit = [0, 1, 2, 3, 32, 52][self.rng.usize(0..6)];
        Mark::from_bit(bit).unwrap()
    }

    /// A key that exists, or one that nobody has heard of yet.
    fn any_key(&mut self) -> GroupKey {
        let folders = self.model.folders();
        if folders.is_empty() || self.rng.u8(0..4) == 0 {
            return GroupKey::new(Micros(self.rng.i64(1..4)), 1);
        }
        folders[self.rng.usize(0..folders.len())].0
    }

    fn any_name(&mut self) -> String {
        NAMES[self.rng.usize(0..NAMES.len())].to_owned()
    }

    /// What another device may have set.
    pub fn any_label(&mut self) -> Setting {
        match self.rng.u8(0..8) {
            0..=2 => Setting::Marked(self.any_mark(), self.rng.bool()),
            3 => Setting::CustomData(self.any_text()),
            4..=6 => Setting::InGroup(self.any_key(), self.rng.bool()),
            _ => Setting::OutOfList(Place {
                time: Micros(self.any_time()),
                id: self.any_message().unwrap_or_default(),
                ..Place::default()
            }),
        }
    }

    fn any_all_recv_opt(&mut self) -> AllRecvOpt {
        let opt = [RecvOpt::Receive, RecvOpt::NotNotify][self.rng.usize(0..2)];
        match self.rng.bool() {
            true => AllRecvOpt::daily(opt, [self.rng.i64(0..3), 0, 0], 3600).unwrap(),
            false => AllRecvOpt::from_moment(opt, self.rng.i64(1..3), 60).unwrap(),
        }
    }

    /// Another device has changed something of the account: a group, or the receive option of all conversations.
    pub fn account_elsewhere(&mut self) -> Change {
        let setting = if self.rng.u8(0..4) == 0 {
            Setting::AllRecvOpt(self.any_all_recv_opt())
        } else {
            let name = (self.rng.u8(0..3) > 0).then(|| self.any_name());
            Setting::GroupName(self.any_key(), name)
        };
        let stamp = self.any_stamp();
        Change::Settings {
            conversation: ConversationId::trusted(own()),
            settings: vec![StampedSetting { setting, stamp }],
        }
    }

    fn some_convs(&mut self) -> Vec<String> {
        let mut ids: Vec<String> = (0..self.rng.usize(1..5)).map(|_| self.any_conv()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    pub fn label(&mut self) {
        match self.rng.u8(0..20) {
            0..=5 => self.mark(),
            6 | 7 => self.custom_data(),
            8..=13 => self.folder(),
            14 => self.all_recv_opt(),
            _ => self.delete_several(),
        }
    }

    /// The results for each conversation: of those in the list alone something becomes.
    fn check_results(&self, ids: &[String], results: &im::engine::Results) -> Vec<String> {
        let mut listed = Vec::new();
        assert_eq!(ids.len(), results.len());
        for (id, result) in ids.iter().zip(results) {
            let is_listed = self.model.convs.get(id).is_some_and(|conv| conv.is_listed);
            assert_eq!(result.is_none(), is_listed, "{id} {result:?}");
            if is_listed {
                listed.push(id.clone());
            }
        }
        listed
    }

    fn mark(&mut self) {
        let (ids, is_set) = (self.some_convs(), self.rng.bool());
        let marks = self.any_mark().value() | self.any_mark().value();
        self.note(format!("mark {ids:?} {marks} {is_set}"));
        let marks = Marks::parse("markType", marks).unwrap();
        let results = self.engine().mark(&parsed(&ids), marks, is_set).unwrap();
        for id in self.check_results(&ids, &results) {
            for mark in marks.iter() {
                self.model.share(&id, Setting::Marked(mark, is_set));
            }
        }
    }

    fn custom_data(&mut self) {
        let (ids, data) = (self.some_convs(), self.any_text());
        self.note(format!("customData {ids:?} {data:?}"));
        let results = self.engine().set_custom_data(&parsed(&ids), &data).unwrap();
        for id in self.check_results(&ids, &results) {
            self.model.share(&id, Setting::CustomData(data.clone()));
        }
    }

    fn all_recv_opt(&mut self) {
        let opt = self.any_all_recv_opt();
        self.note(format!("allRecvOpt {opt:?}"));
        self.engine().set_all_recv_opt(opt).unwrap();
        self.model.share(&own(), Setting::AllRecvOpt(opt));
    }

    fn delete_several(&mut self) {
        let (ids, with_messages) = (self.some_convs(), self.rng.u8(0..4) == 0);
        self.note(format!("delete {ids:?} messages={with_messages}"));
        let results = self
            .engine()
            .delete_conversations(&parsed(&ids), with_messages)
            .unwrap();
        for id in self.check_results(&ids, &results) {
            if with_messages {
                self.model.delete_conversation(&id);
            } else {
                self.model.take_out(&id);
            }
        }
    }

    fn folder(&mut self) {
        let name = self.any_name();
        let keys = self.model.keys(&name);
        let status = |result: Result<()>| result.err().map(|error| error.status);
        match self.rng.u8(0..10) {
            0 | 1 => {
                let ids = self.some_convs();
                self.note(format!("create {name} {ids:?}"));
                // The engine takes a random number for the key.
                let seed = self.rng.u64(..);
                fastrand::seed(seed);
                let random = fastrand::u64(..);
                fastrand::seed(seed);
                let result = self.engine().create_conversation_group(&name, &parsed(&ids));
                if !keys.is_empty() {
                    assert_eq!(status(result.map(drop)), Some(Status::InvalidParameters));
                    return;
                }
                let key = GroupKey::new(Micros(self.model.next_stamp().0), random);
                self.model.share(&own(), Setting::GroupName(key, Some(name)));
                for id in self.check_results(&ids, &result.unwrap()) {
                    self.model.share(&id, Setting::InGroup(key, true));
                }
            }
            2 => {
                self.note(format!("delete group {name}"));
                let result = self.engine().delete_conversation_group(&name);
                let expected = keys.is_empty().then_some(Status::NoSuchConversationGroup);
                assert_eq!(status(result), expected);
                for key in keys {
                    self.model.share(&own(), Setting::GroupName(key, None));
                }
            }
            3 => {
                let new = self.any_name();
                self.note(format!("rename {name} {new}"));
                let result = self.engine().rename_conversation_group(&name, &new);
                let is_taken = name != new && !self.model.keys(&new).is_empty();
                let expected = match (keys.is_empty(), is_taken) {
                    (true, _) => Some(Status::NoSuchConversationGroup),
                    (false, true) => Some(Status::InvalidParameters),
                    (false, false) => None,
                };
                assert_eq!(status(result), expected);
                if expected.is_none() {
                    for key in keys {
                        self.model.share(&own(), Setting::GroupName(key, Some(new.clone())));
                    }
                }
            }
            number => {
                let (ids, is_in) = (self.some_convs(), number < 8);
                self.note(format!("group {name} {ids:?} {is_in}"));
                let result = self.engine().change_conversation_group(&name, &parsed(&ids), is_in);
                let Some(first) = keys.first() else {
                    assert_eq!(status(result.map(drop)), Some(Status::NoSuchConversationGroup));
                    return;
                };
                for id in self.check_results(&ids, &result.unwrap()) {
                    if !is_in {
                        for key in &keys {
                            self.model.share(&id, Setting::InGroup(*key, false));
                        }
                    } else if !keys.iter().any(|key| self.model.convs[&id].is_in(*key)) {
                        self.model.share(&id, Setting::InGroup(*first, true));
                    }
                }
            }
        }
    }
}

fn parsed(ids: &[String]) -> Vec<ConversationId> {
    ids.iter().map(|id| ConversationId::trusted(id.clone())).collect()
}
