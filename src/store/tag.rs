//! The conversations of the list by what filters ask for: facets, which every conversation has, and tags (marks and groups),
//! which some have; and the sums of unread messages by both.

use super::conversation::ConversationRow;
use crate::model::{ConversationType, Facts, Filter, GroupFilter, GroupKey, Mark, Marks};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// The bits of `conversation.facets`.
const IS_GROUP: i64 = 1;
const HAS_MARK: i64 = 2;
const IN_GROUP: i64 = 4;
const HAS_UNREAD: i64 = 8;
const HAS_AT: i64 = 16;

/// The tag that stands for all conversations in the sums.
pub(super) const ALL: i64 = -1;

/// A row as filters see it, with the groups that it is in of those that exist.
pub(crate) fn facts<'a>(row: &ConversationRow, groups: &'a [GroupKey]) -> Facts<'a> {
    Facts {
        conversation_type: row.conversation_id.kind(),
        groups,
        marks: row.marks,
        has_unread: row.unread_count > 0,
        has_at: row.facets & HAS_AT != 0,
    }
}

/// The facets of a conversation.
pub(crate) fn facets(facts: &Facts<'_>) -> i64 {
    [
        (facts.conversation_type == ConversationType::Group, IS_GROUP),
        (!facts.marks.is_empty(), HAS_MARK),
        (!facts.groups.is_empty(), IN_GROUP),
        (facts.has_unread, HAS_UNREAD),
        (facts.has_at, HAS_AT),
    ]
    .into_iter()
    .fold(0, |facets, (holds, bit)| if holds { facets | bit } else { facets })
}

/// The values of the facets that a filter selects.
pub(super) fn selected(filter: &Filter) -> Vec<i64> {
    let conditions = [
        (
            IS_GROUP,
            filter.conversation_type.map(|wanted| wanted == ConversationType::Group),
        ),
        (HAS_MARK, filter.marks.map(|marks| !marks.is_empty())),
        (IN_GROUP, filter.group.as_ref().map(|group| *group != GroupFilter::None)),
        (HAS_UNREAD, filter.has_unread),
        (HAS_AT, filter.has_at),
    ];
    let holds =
        |facets: i64, (bit, wanted): &(i64, Option<bool>)| wanted.is_none_or(|wanted| (facets & bit != 0) == wanted);
    (0..2 * HAS_AT)
        // Only messages of groups mention somebody.
        .filter(|facets| facets & HAS_AT == 0 || facets & IS_GROUP != 0)
        .filter(|facets| conditions.iter().all(|condition| holds(*facets, condition)))
        .collect()
}

/// SQLite joins at most 500 lists; more groups of one name than this many devices cannot have made at the same moment.
const MAX_TAGS: usize = 30;

/// The tags of which a conversation must have one of each row. Empty: the filter asks for no tag.
pub(super) fn tags(filter: &Filter) -> Vec<Vec<i64>> {
    let mut rows = Vec::new();
    if let Some(GroupFilter::Any(keys)) = &filter.group {
        rows.push(keys.iter().copied().map(of_group).take(MAX_TAGS).collect());
    }
    if let Some(marks) = filter.marks.filter(|marks| !marks.is_empty()) {
        rows.push(of_marks(marks).collect());
    }
    rows
}

/// The tags of marks; of none for the empty set.
fn of_marks(marks: Marks) -> impl Iterator<Item = i64> {
    marks.iter().map(|mark: Mark| i64::from(mark.bit()))
}

/// The tag of a group. Keys are larger than the number of any bit.
fn of_group(key: GroupKey) -> i64 {
    key.value()
}

/// A conversation of the list as the tables of this file have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    orderkey: i64,
    last_time: i64,
    facets: i64,
    tags: Vec<i64>,
    /// Its unread messages, if it notifies.
    pub(crate) unread: i64,
}

impl Entry {
    pub(crate) fn new(orderkey: i64, last_time: i64, facts: &Facts<'_>, unread: i64) -> Self {
        Self {
            orderkey,
            last_time,
            facets: facets(facts),
            tags: of_marks(facts.marks)
                .chain(facts.groups.iter().map(|key| of_group(*key)))
                .collect(),
            unread,
        }
    }
}

impl Entry {
    /// Whether a filter selects it.
    pub(crate) fn is_selected(&self, filter: &Filter) -> bool {
        selected(filter).contains(&self.facets)
            && tags(filter)
                .iter()
                .all(|any| any.iter().any(|tag| self.tags.contains(tag)))
    }
}

/// What a transaction changes of the sums.
#[derive(Default)]
pub(crate) struct Sums(BTreeMap<(i64, i64), i64>);

impl Sums {
    fn add(&mut self, entry: &Entry, unread: i64) {
        for tag in std::iter::once(ALL).chain(entry.tags.iter().copied()) {
            *self.0.entry((tag, entry.facets)).or_default() += unread;
        }
    }

    /// Writes the changes. Once at the end of the transaction: many conversations have the same facets.
    pub(crate) fn save(self, db: &Connection) -> rusqlite::Result<()> {
        for ((tag, facets), change) in self.0.into_iter().filter(|(_, change)| *change != 0) {
            db.prepare_cached(
                "INSERT INTO unread_sum (tag, facets, unread) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET unread = unread + ?3",
            )?
            .execute([tag, facets, change])?;
        }
        Ok(())
    }
}

/// Puts a conversation where it belongs now. `None`: not in the list.
pub(crate) fn replace(
    db: &Connection,
    sums: &mut Sums,
    conversation: i64,
    before: Option<&Entry>,
    now: Option<&Entry>,
) -> rusqlite::Result<()> {
    if before == now {
        return Ok(());
    }
    if let Some(before) = before {
        sums.add(before, -before.unread);
        for tag in &before.tags {
            db.prepare_cached("DELETE FROM conversation_tag WHERE tag = ?1 AND facets = ?2 AND orderkey = ?3")?
                .execute([*tag, before.facets, before.orderkey])?;
        }
    }
    if let Some(now) = now {
        sums.add(now, now.unread);
        for tag in &now.tags {
            db.prepare_cached(
                "INSERT OR REPLACE INTO conversation_tag (tag, facets, orderkey, last_time, conversation) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![tag, now.facets, now.orderkey, now.last_time, conversation])?;
        }
    }
    Ok(())
}

/// The conversations of the list with a tag, by their numbers.
pub(crate) fn in_group(db: &Connection, key: GroupKey) -> rusqlite::Result<Vec<crate::model::ConversationId>> {
    db.prepare_cached(
        "SELECT c.conversation_id FROM conversation_tag t JOIN conversation c ON c.id = t.conversation WHERE t.tag = ?1 \
         ORDER BY t.orderkey DESC",
    )?
    .query_map([of_group(key)], |row| row.get(0))?
    .collect()
}
