//! Conversation groups: folders that the user makes, on all devices the same. A group has a key of its own and a name; it may
//! be empty. That a conversation is in a group is a setting of the conversation, and the name of each group is a setting of
//! the user's conversation with themselves, so that all of it converges as settings do.

use super::batch::Results;
use super::core::Engine;
use super::group_event::GroupChange;
use super::group_names::GroupNames;
use super::transaction::Transaction;
use crate::model::id::quoted;
use crate::model::{ConversationId, Error, GroupKey, Result, Setting, Status};
use crate::store::{StoreResult, conversation_group, tag};

/// How many groups there may be.
const MAX_GROUPS: usize = 100;

impl Engine {
    /// `getConversationGroupList`: the names, in the order in which the groups were made.
    pub fn conversation_groups(&self) -> Result<Vec<String>> {
        self.store.read(|db| Ok(GroupNames::load(db)?.all_names()))
    }

    /// `createConversationGroup`. 6017 when there is a group of that name, 51010 when there are 100.
    pub fn create_conversation_group(&self, name: &str, ids: &[ConversationId]) -> Result<Results> {
        self.write(true, |tx| {
            let groups = tx.groups()?;
            if !groups.keys(name).is_empty() {
                return Err(taken("groupName", name).into());
            }
            if groups.all_names().len() >= MAX_GROUPS {
                let desc = format!("there are {MAX_GROUPS} conversation groups already");
                return Err(Error::new(Status::TooManyConversationGroups, desc).into());
            }
            // A time later than that of every key seen: the new group comes last, whatever the clock says.
            let key = GroupKey::new(tx.next_stamp().time, fastrand::u64(..));
            tx.name_group(key, Some(name))?;
            let (results, members) = tx.put_into_group(ids, &[key], true)?;
            tx.tell_group(GroupChange::Created(name.to_owned(), members));
            Ok(results)
        })
    }

    /// `deleteConversationGroup`: the conversations stay. 51009 when there is no such group.
    pub fn delete_conversation_group(&self, name: &str) -> Result<()> {
        self.write(true, |tx| {
            for key in tx.keys_of("groupName", name)? {
                tx.name_group(key, None)?;
            }
            tx.tell_group(GroupChange::Deleted(name.to_owned()));
            Ok(())
        })
    }

    /// `renameConversationGroup`. 51009 when there is no group of the old name, 6017 when there is one of the new name.
    pub fn rename_conversation_group(&self, old: &str, new: &str) -> Result<()> {
        self.write(true, |tx| {
            let keys = tx.keys_of("oldName", old)?;
            if old == new {
                return Ok(());
            }
            if !tx.groups()?.keys(new).is_empty() {
                return Err(taken("newName", new).into());
            }
            for key in keys {
                tx.name_group(key, Some(new))?;
            }
            tx.tell_group(GroupChange::NameChanged(old.to_owned(), new.to_owned()));
            Ok(())
        })
    }

    /// `addConversationsToGroup`, `deleteConversationsFromGroup`. 51009 when there is no such group.
    pub fn change_conversation_group(&self, name: &str, ids: &[ConversationId], is_in: bool) -> Result<Results> {
        self.write(true, |tx| {
            let keys = tx.keys_of("groupName", name)?;
            let (results, changed) = tx.put_into_group(ids, &keys, is_in)?;
            tx.tell_group(GroupChange::Members(name.to_owned(), changed, is_in));
            Ok(results)
        })
    }
}

fn taken(field: &str, name: &str) -> Error {
    Error::invalid(format!(
        "{field} {} is the name of another conversation group",
        quoted(name)
    ))
}

impl Transaction<'_> {
    /// The keys of a name. 51009 when there is none.
    fn keys_of(&mut self, field: &str, name: &str) -> StoreResult<Vec<GroupKey>> {
        let keys = self.groups()?.keys(name);
        if keys.is_empty() {
            let desc = format!("{field} {} is no conversation group", quoted(name));
            return Err(Error::new(Status::NoSuchConversationGroup, desc).into());
        }
        Ok(keys)
    }

    /// Names a group here, or deletes it, and shares that.
    fn name_group(&mut self, key: GroupKey, name: Option<&str>) -> StoreResult<()> {
        let before = self.groups()?.name(key).map(str::to_owned);
        self.store_group_name(key, name)?;
        let me = ConversationId::c2c(&self.me());
        let name = name.map(str::to_owned);
        self.share(&me, Setting::GroupName(key, name), Setting::GroupName(key, before))
    }

    fn store_group_name(&mut self, key: GroupKey, name: Option<&str>) -> StoreResult<()> {
        let was_there = self.groups()?.name(key).is_some();
        self.groups()?.set(key, name);
        match name {
            Some(name) => conversation_group::save(self.db, key, name)?,
            None => conversation_group::remove(self.db, key)?,
        }
        // What shows the name is rendered again. A group that comes back finds those that were put into it.
        let members = if was_there {
            tag::in_group(self.db, key)?
        } else {
            conversation_group::members(self.db, key)?
        };
        members.iter().try_for_each(|id| self.refresh(id))
    }

    /// Puts conversations into a group or takes them out, and shares that. Says for which anything has changed. Of groups that
    /// share a name the first takes what is added; what is taken out is in none of them.
    fn put_into_group(
        &mut self,
        ids: &[ConversationId],
        keys: &[GroupKey],
        is_in: bool,
    ) -> StoreResult<(Results, Vec<ConversationId>)> {
        let mut changed = Vec::new();
        let results = self.each_listed(ids, |tx, loaded| {
            let has = |key: &GroupKey| loaded.row.group_keys.has(*key);
            let to_change: Vec<GroupKey> = if is_in && keys.iter().any(has) {
                Vec::new()
            } else if is_in {
                keys.iter().copied().take(1).collect()
            } else {
                keys.iter().copied().filter(has).collect()
            };
            let id = loaded.row.conversation_id.clone();
            for key in &to_change {
                loaded.row.group_keys.set(*key, is_in);
                tx.share(&id, Setting::InGroup(*key, is_in), Setting::InGroup(*key, !is_in))?;
            }
            if !to_change.is_empty() {
                changed.push(id);
            }
            Ok(())
        })?;
        Ok((results, changed))
    }

    /// Stores what the server has, because another device put the conversation into a group or our own change was refused,
    /// or what was saved of our own.
    pub(super) fn place_in_group(&mut self, id: &ConversationId, key: GroupKey, is_in: bool) -> StoreResult<()> {
        let name = self.groups()?.name(key).map(str::to_owned);
        let others = name
            .as_deref()
            .map(|name| self.groups().map(|groups| groups.keys(name)));
        let others = others.transpose()?.unwrap_or_default();
        let is_changed = self.edit(id, |_, loaded| {
            let keys = &mut loaded.row.group_keys;
            let is_in_another = others.iter().any(|other| *other != key && keys.has(*other));
            let is_changed = keys.has(key) != is_in && !is_in_another;
            keys.set(key, is_in);
            Ok(is_changed && loaded.row.is_listed)
        })?;
        if let Some(name) = name.filter(|_| is_changed) {
            self.tell_group(GroupChange::Members(name, vec![id.clone()], is_in));
        }
        Ok(())
    }

    /// The same for the name of a group.
    pub(super) fn place_group_name(&mut self, key: GroupKey, name: Option<&str>) -> StoreResult<()> {
        let before = self.groups()?.name(key).map(str::to_owned);
        self.store_group_name(key, name)?;
        let (was, groups) = (before.clone(), self.groups()?);
        let was = was.as_deref();
        // To the app groups of one name are one.
        let others = |name: &str| groups.keys(name).iter().any(|other| *other != key);
        let gone = before.filter(|before| name != Some(before) && !others(before));
        let come = name.filter(|name| was != Some(*name) && !others(name));
        let event = match (gone, come) {
            (Some(gone), Some(come)) => GroupChange::NameChanged(gone, come.to_owned()),
            (Some(gone), None) => GroupChange::Deleted(gone),
            (None, Some(come)) => GroupChange::Created(come.to_owned(), Vec::new()),
            (None, None) => return Ok(()),
        };
        self.tell_group(event);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message, refused};
    use crate::engine::group_names::check_name;
    use crate::events::Event;
    use crate::model::{Change, Micros, Stamp, StampedSetting};
    use serde_json::{Value, json};

    fn fixture() -> Fixture {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(Change::Message(message(&c2c("carol"), "carol", 2)));
        fixture.told();
        fixture
    }

    fn groups(fixture: &Fixture) -> Vec<String> {
        fixture.engine.conversation_groups().unwrap()
    }

    fn of_bob(fixture: &Fixture) -> Value {
        fixture.row(&bob())["conversationGroupList"].clone()
    }

    /// What another device changed of a conversation, later than anything here.
    fn elsewhere(id: &ConversationId, setting: Setting) -> Change {
        Change::Settings {
            conversation: id.clone(),
            settings: vec![StampedSetting {
                setting,
                stamp: Stamp {
                    time: Micros(i64::from(u32::MAX) * 1_000_000),
                    device: "other".to_owned(),
                },
            }],
        }
    }

    fn me() -> ConversationId {
        c2c("alice")
    }

    #[test]
    fn groups_keep_the_order_in_which_they_were_made_and_may_be_empty() {
        let fixture = fixture();
        for (second, name) in ["b", "a", "c"].into_iter().enumerate() {
            fixture.set_clock(crate::engine::fixture::START + 10 + i64::try_from(second).unwrap());
            fixture.engine.create_conversation_group(name, &[]).unwrap();
        }
        fixture.engine.rename_conversation_group("a", "z").unwrap();
        assert_eq!(groups(&fixture), ["b", "z", "c"]);
        fixture.engine.delete_conversation_group("b").unwrap();
        let fixture = fixture.reopen();
        assert_eq!(groups(&fixture), ["z", "c"]);
    }

    #[test]
    fn what_happens_to_groups_is_told_after_the_conversations() {
        let fixture = fixture();
        fixture.engine.create_conversation_group("Work", &[bob()]).unwrap();
        let told = fixture.told();
        assert_eq!(told[0].0, Event::ConversationChanged);
        assert_eq!(told[0].1[0]["conversationGroupList"], json!(["Work"]));
        assert_eq!(told[1].0, Event::ConversationGroupCreated);
        assert_eq!(told[1].1["groupName"], "Work");
        assert_eq!(told[1].1["conversationList"][0]["conversationID"], "c2c_bob");
        fixture.engine.rename_conversation_group("Work", "Office").unwrap();
        assert_eq!(fixture.told()[1].1, json!({ "oldName": "Work", "newName": "Office" }));
        fixture
            .engine
            .change_conversation_group("Office", &[bob(), c2c("carol")], true)
            .unwrap();
        let added = fixture.told_of(Event::ConversationsAddedToGroup);
        assert_eq!(added["conversationList"].as_array().unwrap().len(), 1, "bob was in it");
        fixture
            .engine
            .change_conversation_group("Office", &[bob()], false)
            .unwrap();
        assert_eq!(
            fixture.told_of(Event::ConversationsDeletedFromGroup)["groupName"],
            "Office"
        );
        fixture.engine.delete_conversation_group("Office").unwrap();
        assert_eq!(fixture.told_of(Event::ConversationGroupDeleted), "Office");
        fixture
            .engine
            .change_conversation_group("Office", &[bob()], true)
            .unwrap_err();
        assert!(fixture.told().is_empty());
    }

    #[test]
    fn names_are_unique_and_bounded() {
        let fixture = fixture();
        let status = |result: Result<()>| result.unwrap_err().status;
        fixture.engine.create_conversation_group("a", &[]).unwrap();
        fixture.engine.create_conversation_group("b", &[]).unwrap();
        let again = fixture.engine.create_conversation_group("a", &[]).map(drop);
        assert_eq!(status(again), Status::InvalidParameters);
        assert_eq!(
            status(fixture.engine.rename_conversation_group("a", "b")),
            Status::InvalidParameters
        );
        assert_eq!(
            status(fixture.engine.rename_conversation_group("c", "d")),
            Status::NoSuchConversationGroup
        );
        assert_eq!(status(check_name("groupName", "")), Status::InvalidParameters);
        assert_eq!(
            status(check_name("groupName", &"ä".repeat(65))),
            Status::ConversationGroupNameTooLong
        );
        check_name("groupName", &"ä".repeat(64)).unwrap();
        for number in 2..MAX_GROUPS {
            fixture
                .engine
                .create_conversation_group(&number.to_string(), &[])
                .unwrap();
        }
        let one_more = fixture.engine.create_conversation_group("x", &[]).map(drop);
        assert_eq!(status(one_more), Status::TooManyConversationGroups);
    }

    #[test]
    fn what_one_device_puts_into_a_group_that_another_renames_is_in_the_renamed_one() {
        let fixture = fixture();
        let key = GroupKey::new(Micros(5), 1);
        fixture.live(elsewhere(&me(), Setting::GroupName(key, Some("Work".to_owned()))));
        assert_eq!(fixture.told_of(Event::ConversationGroupCreated)["groupName"], "Work");
        fixture
            .engine
            .change_conversation_group("Work", &[bob()], true)
            .unwrap();
        let later = i64::from(u32::MAX) * 1_000_000 + 9;
        let Change::Settings {
            conversation,
            mut settings,
        } = elsewhere(&me(), Setting::GroupName(key, Some("Office".to_owned())))
        else {
            unreachable!()
        };
        settings[0].stamp.time = Micros(later);
        fixture.live(Change::Settings { conversation, settings });
        assert_eq!(of_bob(&fixture), json!(["Office"]));
        assert_eq!(groups(&fixture), ["Office"]);
    }

    #[test]
    fn groups_of_one_name_that_two_devices_made_are_one_to_the_app() {
        let fixture = fixture();
        fixture.engine.create_conversation_group("Work", &[bob()]).unwrap();
        let key = GroupKey::new(Micros(5), 1);
        fixture.live(elsewhere(&me(), Setting::GroupName(key, Some("Work".to_owned()))));
        fixture.live(elsewhere(&c2c("carol"), Setting::InGroup(key, true)));
        assert_eq!(groups(&fixture), ["Work"]);
        for id in [bob(), c2c("carol")] {
            assert_eq!(fixture.row(&id)["conversationGroupList"], json!(["Work"]));
        }
        fixture
            .engine
            .change_conversation_group("Work", &[bob(), c2c("carol")], false)
            .unwrap();
        assert_eq!(fixture.row(&c2c("carol"))["conversationGroupList"], json!([]));
        fixture.engine.delete_conversation_group("Work").unwrap();
        assert!(groups(&fixture).is_empty());
    }

    #[test]
    fn what_comes_before_the_name_of_its_group_waits_for_it_and_a_group_that_comes_back_has_its_conversations() {
        let fixture = fixture();
        let key = GroupKey::new(Micros(5), 1);
        fixture.live(elsewhere(&bob(), Setting::InGroup(key, true)));
        assert_eq!(of_bob(&fixture), json!([]));
        fixture.live(elsewhere(&me(), Setting::GroupName(key, Some("Work".to_owned()))));
        assert_eq!(of_bob(&fixture), json!(["Work"]));
    }

    #[test]
    fn a_group_that_the_server_refuses_is_undone() {
        let fixture = fixture();
        fixture.engine.create_conversation_group("Work", &[bob()]).unwrap();
        fixture.complete(refused());
        assert!(groups(&fixture).is_empty());
        assert_eq!(of_bob(&fixture), json!([]));
    }

    #[test]
    fn a_deleted_conversation_is_in_no_group_when_it_comes_back() {
        let fixture = fixture();
        fixture.engine.create_conversation_group("Work", &[bob()]).unwrap();
        fixture.engine.delete_conversation(&bob()).unwrap();
        fixture.live(from_bob(3));
        assert_eq!(of_bob(&fixture), json!([]));
        assert_eq!(groups(&fixture), ["Work"]);
    }
}
