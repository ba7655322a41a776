//! The conversations of the list by what filters ask for: facets, which every conversation has, and tags (marks, groups, and
//! pairs of the two), which some have; and the sums of unread messages by all of these.

use super::columns::number_of;
use super::conversation::ConversationRow;
use super::list::ListKey;
use crate::model::{ConversationOrder, ConversationType, Facts, Filter, GroupFilter, GroupKey, Mark, Marks};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The bits of `conversation.facets`.
const IS_GROUP: i64 = 1;
pub(super) const HAS_MARK: i64 = 2;
const IN_GROUP: i64 = 4;
const HAS_UNREAD: i64 = 8;
const HAS_AT: i64 = 16;

/// Instead of a group's key: whatever the groups are.
const ANY_GROUP: i64 = 0;
/// Instead of a mark's bit: whatever the marks are.
const ANY_MARK: i64 = -1;

/// A list of conversations that have something in common: the key of a group and the bit of a mark, or one of the two.
// Both together are a list too: of two long lists that have little in common, a page would have to step over most.
pub(super) type Tag = (i64, i64);

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

/// The lists that a filter selects from; `None`: it asks for no group and no mark, so the whole list.
pub(super) fn tags(filter: &Filter) -> Option<Vec<Tag>> {
    let groups = match &filter.group {
        Some(GroupFilter::Any(keys)) => Some(keys.iter().map(|key| key.value()).collect::<Vec<_>>()),
        _ => None,
    };
    let marks = filter.marks.filter(|marks| !marks.is_empty());
    if groups.is_none() && marks.is_none() {
        return None;
    }
    let marks = marks.map_or_else(|| vec![ANY_MARK], |marks| bits(marks).collect());
    let groups = groups.unwrap_or_else(|| vec![ANY_GROUP]);
    Some(
        groups
            .into_iter()
            .flat_map(|group| marks.iter().map(move |mark| (group, *mark)))
            .collect(),
    )
}

fn bits(marks: Marks) -> impl Iterator<Item = i64> {
    marks.iter().map(|mark: Mark| i64::from(mark.bit()))
}

/// A conversation of the list as the tables of this file have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    orderkey: i64,
    last_time: i64,
    facets: i64,
    groups: Vec<i64>,
    marks: Marks,
    /// Its unread messages, if it notifies.
    pub(crate) unread: i64,
}

impl Entry {
    pub(crate) fn new(orderkey: i64, last_time: i64, facts: &Facts<'_>, unread: i64) -> Self {
        Self {
            orderkey,
            last_time,
            facets: facets(facts),
            groups: facts.groups.iter().map(|key| key.value()).collect(),
            marks: facts.marks,
            unread,
        }
    }

    /// Its place in the list.
    pub(crate) fn key(&self, order: ConversationOrder) -> ListKey {
        match order {
            ConversationOrder::OrderKey => (0, self.orderkey),
            ConversationOrder::LastMessageTimestamp => (self.last_time, self.orderkey),
        }
    }

    /// Whether a filter selects it.
    pub(crate) fn is_selected(&self, filter: &Filter) -> bool {
        selected(filter).contains(&self.facets)
            && !filter.without_marks.meets(self.marks)
            && tags(filter).is_none_or(|any| {
                any.iter().any(|(group, mark)| {
                    (*group == ANY_GROUP || self.groups.contains(group))
                        && (*mark == ANY_MARK || bits(self.marks).any(|bit| bit == *mark))
                })
            })
    }

    /// The lists that it is in.
    fn tags(&self) -> impl Iterator<Item = Tag> {
        let groups = std::iter::once(ANY_GROUP).chain(self.groups.iter().copied());
        groups
            .flat_map(|group| {
                let marks = std::iter::once(ANY_MARK).chain(bits(self.marks));
                marks.map(move |mark| (group, mark))
            })
            .filter(|tag| *tag != (ANY_GROUP, ANY_MARK))
    }
}

/// What a transaction changes of the sums.
// By group, facets and marks.
#[derive(Default)]
pub(crate) struct Sums(BTreeMap<(i64, i64, i64), i64>);

impl Sums {
    fn add(&mut self, entry: &Entry, unread: i64) {
        for group in std::iter::once(ANY_GROUP).chain(entry.groups.iter().copied()) {
            let of = (group, entry.facets, entry.marks.value().cast_signed());
            *self.0.entry(of).or_default() += unread;
        }
    }

    /// Writes the changes. Once at the end of the transaction: many conversations have the same facets.
    pub(crate) fn save(self, db: &Connection) -> rusqlite::Result<()> {
        for ((group, facets, marks), change) in self.0.into_iter().filter(|(_, change)| *change != 0) {
            db.prepare_cached(
                "INSERT INTO unread_sum (group_key, facets, marks, unread) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO UPDATE SET unread = max(min(unread, 1 << 53), 0) + ?4",
            )?
            .execute([group, facets, marks, change])?;
            // Sets of marks come and go: a count reads all that there are.
            if change < 0 {
                db.prepare_cached(
                    "DELETE FROM unread_sum WHERE group_key = ?1 AND facets = ?2 AND marks = ?3 AND unread = 0",
                )?
                .execute([group, facets, marks])?;
            }
        }
        Ok(())
    }
}

/// The sum over the conversations in a group, or in the list, of which the facets are among `facets` and that have one of
/// the marks, if there are any, and none of those in `without`.
pub(super) fn sum(
    db: &Connection,
    group: Option<GroupKey>,
    facets: &str,
    marks: Marks,
    without: Marks,
) -> rusqlite::Result<i64> {
    let group = group.map_or(ANY_GROUP, GroupKey::value);
    db.prepare_cached(&format!(
        "SELECT CAST(total(unread) AS INTEGER) FROM unread_sum WHERE group_key = ?1 AND facets IN ({facets}) \
         AND (?2 = 0 OR marks & ?2 <> 0) AND marks & ?3 = 0"
    ))?
    .query_row(
        [group, marks.value().cast_signed(), without.value().cast_signed()],
        |row| number_of(row, 0),
    )
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
        for (group, mark) in before.tags() {
            db.prepare_cached(
                "DELETE FROM conversation_tag WHERE group_key = ?1 AND mark = ?2 AND facets = ?3 AND orderkey = ?4",
            )?
            .execute([group, mark, before.facets, before.orderkey])?;
        }
    }
    if let Some(now) = now {
        sums.add(now, now.unread);
        for (group, mark) in now.tags() {
            db.prepare_cached(
                "INSERT OR REPLACE INTO conversation_tag (group_key, mark, facets, orderkey, last_time, conversation) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute([group, mark, now.facets, now.orderkey, now.last_time, conversation])?;
        }
    }
    Ok(())
}

/// The conversations of the list in a group.
pub(crate) fn in_group(db: &Connection, key: GroupKey) -> rusqlite::Result<Vec<crate::model::ConversationId>> {
    db.prepare_cached(
        "SELECT c.conversation_id FROM conversation_tag t JOIN conversation c ON c.id = t.conversation WHERE t.group_key = ?1 \
         AND t.mark = -1 \
         ORDER BY t.orderkey DESC",
    )?
    .query_map([key.value()], |row| row.get(0))?
    .collect()
}
