//! The conversation groups that exist, during one transaction or read: their keys and names.

use crate::model::id::quoted;
use crate::model::{Error, GroupKey, GroupKeys, Result, Status};
use crate::store::{StoreResult, conversation_group};
use rusqlite::Connection;

/// The longest name of a group, in bytes.
// V2TIM's 32 are ten Chinese characters.
const MAX_NAME_BYTES: usize = 128;

/// Checks a name that came from outside. 6017 when it is empty, 51011 when it is too long.
pub(crate) fn check_name(field: &str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid(format!("{field} is empty")));
    }
    if name.len() > MAX_NAME_BYTES {
        let desc = format!(
            "{field} {} has {} bytes; the most is {MAX_NAME_BYTES}",
            quoted(name),
            name.len()
        );
        return Err(Error::new(Status::ConversationGroupNameTooLong, desc));
    }
    Ok(())
}

/// The groups.
pub(super) struct GroupNames {
    before: Vec<(GroupKey, String)>,
    now: Vec<(GroupKey, String)>,
}

impl GroupNames {
    /// Those of the database.
    pub(super) fn load(db: &Connection) -> StoreResult<Self> {
        let now = conversation_group::all(db)?;
        Ok(Self {
            before: now.clone(),
            now,
        })
    }

    /// Those of a conversation's keys that exist.
    pub(super) fn now(&self, keys: &GroupKeys) -> Vec<GroupKey> {
        among(&self.now, keys)
    }

    /// Those that existed when the transaction began.
    pub(super) fn before(&self, keys: &GroupKeys) -> Vec<GroupKey> {
        among(&self.before, keys)
    }

    /// Whether the transaction has changed them.
    pub(super) fn are_changed(&self) -> bool {
        self.now != self.before
    }

    /// The names of groups, each once: two devices may have made groups of the same name at the same moment, and to the app
    /// they are one.
    pub(super) fn names(&self, keys: &[GroupKey]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (key, name) in &self.now {
            if keys.contains(key) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// All names, in the order in which the groups were made.
    pub(super) fn all_names(&self) -> Vec<String> {
        let keys: Vec<GroupKey> = self.now.iter().map(|(key, _)| *key).collect();
        self.names(&keys)
    }

    /// The keys of a name; the first made comes first. Empty: there is no such group.
    pub(super) fn keys(&self, name: &str) -> Vec<GroupKey> {
        let named = self.now.iter().filter(|(_, other)| other == name);
        named.map(|(key, _)| *key).collect()
    }

    /// The name of a group; `None` when it does not exist.
    pub(super) fn name(&self, key: GroupKey) -> Option<&str> {
        self.now
            .iter()
            .find(|(other, _)| *other == key)
            .map(|(_, name)| name.as_str())
    }

    /// Gives a group a name, or takes it away.
    pub(super) fn set(&mut self, key: GroupKey, name: Option<&str>) {
        self.now.retain(|(other, _)| *other != key);
        if let Some(name) = name {
            let place = self.now.partition_point(|(other, _)| *other < key);
            self.now.insert(place, (key, name.to_owned()));
        }
    }
}

fn among(groups: &[(GroupKey, String)], keys: &GroupKeys) -> Vec<GroupKey> {
    let existing = groups.iter().map(|(key, _)| *key);
    existing.filter(|key| keys.has(*key)).collect()
}
