//! What has changed in a view of the list (`openConversationView`), as steps on the rows that the app shows; and how the
//! changes that a slow listener has not heard become few.

use std::fmt::Write;
use std::sync::Arc;

/// Why a row has changed; a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons(u16);

impl Reasons {
    /// A message was sent, arrived, or changed its state.
    pub const MESSAGE: Self = Self(1);
    /// The last message was recalled.
    pub const RECALL: Self = Self(1 << 1);
    /// The last message was edited.
    pub const EDIT: Self = Self(1 << 2);
    /// Something was read, here or by the peer.
    pub const READ: Self = Self(1 << 3);
    /// The draft.
    pub const DRAFT: Self = Self(1 << 4);
    /// Pinned, or pinned no more.
    pub const PIN: Self = Self(1 << 5);
    /// Marks or custom data.
    pub const MARK: Self = Self(1 << 6);
    /// Conversation groups.
    pub const GROUP: Self = Self(1 << 7);
    /// A name or a picture.
    pub const PROFILE: Self = Self(1 << 8);
    /// The receive option.
    pub const RECV_OPT: Self = Self(1 << 9);
    /// The conversation or messages in it were deleted.
    pub const DELETE: Self = Self(1 << 10);
    /// A sync brought it.
    pub const SYNC: Self = Self(1 << 11);
    /// The filter selects it now, or no more.
    pub const FILTER: Self = Self(1 << 12);

    /// By the numbers of their bits.
    const NAMES: [&str; 13] = [
        "message", "recall", "edit", "read", "draft", "pin", "mark", "group", "profile", "recvOpt", "delete", "sync",
        "filter",
    ];

    /// These and others.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn write(self, json: &mut String) {
        json.push('[');
        let names = Self::NAMES.iter().enumerate();
        let mut separator = "";
        for (_, name) in names.filter(|(bit, _)| self.0 & (1 << bit) != 0) {
            // Writing to a string cannot fail.
            let _ = write!(json, r#"{separator}"{name}""#);
            separator = ",";
        }
        json.push(']');
    }
}

/// A step from the rows that the app shows to those that it is to show. Indexes are those after the steps before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Diff {
    /// A row comes in at an index.
    Insert(usize, Arc<str>, Reasons),
    /// The row at an index has new content.
    Update(usize, Arc<str>, Reasons),
    /// The row at the first index is taken out, and put in at the second with new content.
    Move(usize, usize, Arc<str>, Reasons),
    /// The row at an index goes.
    Remove(usize, Reasons),
    /// These rows take the place of all.
    Reset(Vec<Arc<str>>, Reasons),
}

/// Where a row of the new list comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// From that index of the old list, as it was.
    Kept(usize),
    /// From that index of the old list, with new content and perhaps at another place.
    Changed(usize, Arc<str>, Reasons),
    /// It was not in the old list.
    New(Arc<str>, Reasons),
}

impl Slot {
    fn old_index(&self) -> Option<usize> {
        match self {
            Self::Kept(index) | Self::Changed(index, ..) => Some(*index),
            Self::New(..) => None,
        }
    }
}

/// The steps from a list of `old_len` rows to the new list. Rows that are kept must be in their old order. `gone` says why the
/// row at an old index goes.
pub fn steps(old_len: usize, new: &[Slot], gone: impl Fn(usize) -> Reasons) -> Vec<Diff> {
    let mut steps = Vec::new();
    let mut stays = vec![false; old_len];
    for index in new.iter().filter_map(Slot::old_index) {
        if let Some(stays) = stays.get_mut(index) {
            *stays = true;
        }
    }
    // The list as it is after the steps so far; a row that is new has no old index.
    let mut list: Vec<Option<usize>> = Vec::with_capacity(new.len().max(old_len));
    for (index, stays) in stays.iter().enumerate() {
        if *stays {
            list.push(Some(index));
        } else {
            // Those before it are gone already.
            steps.push(Diff::Remove(list.len(), gone(index)));
        }
    }
    // Each row that is changed or new goes behind the one before it. Those that are kept have their order, so what has been
    // looked at always is in the order of the new list.
    let mut at = 0;
    for slot in new {
        match slot {
            Slot::Kept(index) => at = position(&list, *index, at),
            Slot::Changed(index, row, reasons) => {
                let from = position(&list, *index, at);
                if from == at {
                    steps.push(Diff::Update(at, row.clone(), *reasons));
                } else {
                    // One that moves down leaves a place before the index.
                    let to = if from < at { at - 1 } else { at };
                    list.remove(from);
                    list.insert(to, Some(*index));
                    steps.push(Diff::Move(from, to, row.clone(), *reasons));
                    at = to;
                }
            }
            Slot::New(row, reasons) => {
                list.insert(at, None);
                steps.push(Diff::Insert(at, row.clone(), *reasons));
            }
        }
        at += 1;
    }
    steps
}

/// Where a row of the old list is, looked for from an index on first: there most are.
fn position(list: &[Option<usize>], index: usize, from: usize) -> usize {
    let is_it = |row: &Option<usize>| *row == Some(index);
    let behind = list.iter().skip(from).position(is_it).map(|behind| from + behind);
    behind.or_else(|| list.iter().position(is_it)).unwrap_or(from)
}

/// How many steps may be pending before they are made fewer.
const MAX_STEPS: usize = 256;

/// What one transaction has changed in a view, or several that were merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewChange {
    /// The view's number.
    pub view: i64,
    /// How many rows there were before.
    pub old_len: usize,
    /// The steps.
    pub diffs: Vec<Diff>,
    /// How many conversations the filter selects.
    pub total: i64,
    /// Whether the rows are all that the filter selects.
    pub is_finished: bool,
    /// How many steps may follow before they are made fewer again.
    pub(super) room: usize,
}

impl ViewChange {
    /// A change by one transaction.
    pub fn new(view: i64, old_len: usize, diffs: Vec<Diff>, total: i64, is_finished: bool) -> Self {
        Self {
            view,
            old_len,
            diffs,
            total,
            is_finished,
            room: MAX_STEPS,
        }
    }

    /// Merges the view's next change into this one.
    pub(super) fn append(&mut self, newer: Self) {
        self.diffs.extend(newer.diffs);
        (self.total, self.is_finished) = (newer.total, newer.is_finished);
        if self.diffs.len() > self.room {
            self.diffs = self.fewer();
            // As many again, so that the work is not done again at the next step.
            self.room = MAX_STEPS.max(2 * self.diffs.len());
        }
    }

    /// Steps to the same rows, of which there are not more than rows: three for each at most.
    fn fewer(&self) -> Vec<Diff> {
        let (mut rows, mut gone) = (
            (0..self.old_len).map(Slot::Kept).collect(),
            vec![Reasons::default(); self.old_len],
        );
        for diff in &self.diffs {
            follow(&mut rows, diff, &mut gone);
        }
        let is_kept = rows.iter().any(|row| row.old_index().is_some());
        if !is_kept && !rows.is_empty() {
            let mut reasons = Reasons::default();
            let new = rows.into_iter().filter_map(|row| match row {
                Slot::New(row, why) => {
                    reasons = reasons.and(why);
                    Some(row)
                }
                _ => None,
            });
            let rows = new.collect();
            return vec![Diff::Reset(rows, reasons)];
        }
        steps(self.old_len, &rows, |index| {
            gone.get(index).copied().unwrap_or_default()
        })
    }

    /// The payload: a `ConversationViewChange`.
    pub(super) fn payload(&self) -> String {
        let mut json = format!(r#"{{"viewID":{},"diffs":["#, self.view);
        for (at, diff) in self.diffs.iter().enumerate() {
            if at > 0 {
                json.push(',');
            }
            write_diff(&mut json, diff);
        }
        let _ = write!(json, r#"],"total":{},"isFinished":{}}}"#, self.total, self.is_finished);
        json
    }
}

/// Carries a step out on rows of which only is known where they come from.
fn follow(rows: &mut Vec<Slot>, diff: &Diff, gone: &mut [Reasons]) {
    let changed = |before: &Slot, row: &Arc<str>, reasons: Reasons| match before {
        Slot::Kept(index) => Slot::Changed(*index, row.clone(), reasons),
        Slot::Changed(index, _, earlier) => Slot::Changed(*index, row.clone(), earlier.and(reasons)),
        Slot::New(_, earlier) => Slot::New(row.clone(), earlier.and(reasons)),
    };
    let mut leaves = |row: &Slot, reasons: Reasons| {
        if let Some(why) = row.old_index().and_then(|index| gone.get_mut(index)) {
            *why = reasons;
        }
    };
    match diff {
        Diff::Insert(index, row, reasons) => rows.insert((*index).min(rows.len()), Slot::New(row.clone(), *reasons)),
        Diff::Update(index, row, reasons) => {
            if let Some(slot) = rows.get_mut(*index) {
                *slot = changed(slot, row, *reasons);
            }
        }
        Diff::Move(from, to, row, reasons) => {
            if *from < rows.len() {
                let slot = rows.remove(*from);
                rows.insert((*to).min(rows.len()), changed(&slot, row, *reasons));
            }
        }
        Diff::Remove(index, reasons) => {
            if *index < rows.len() {
                leaves(&rows.remove(*index), *reasons);
            }
        }
        Diff::Reset(new, reasons) => {
            for row in rows.iter() {
                leaves(row, *reasons);
            }
            *rows = new.iter().map(|row| Slot::New(row.clone(), *reasons)).collect();
        }
    }
}

fn write_diff(json: &mut String, diff: &Diff) {
    let (op, index, from, row, rows, reasons) = match diff {
        Diff::Insert(index, row, reasons) => ("insert", Some(index), None, Some(row), &[][..], reasons),
        Diff::Update(index, row, reasons) => ("update", Some(index), None, Some(row), &[][..], reasons),
        Diff::Move(from, to, row, reasons) => ("move", Some(to), Some(from), Some(row), &[][..], reasons),
        Diff::Remove(index, reasons) => ("remove", Some(index), None, None, &[][..], reasons),
        Diff::Reset(rows, reasons) => ("reset", None, None, None, rows.as_slice(), reasons),
    };
    let number = |number: Option<&usize>| number.map_or_else(|| "null".to_owned(), usize::to_string);
    let _ = write!(
        json,
        r#"{{"op":"{op}","index":{},"fromIndex":{},"conversation":{},"conversationList":[{}],"reasons":"#,
        number(index),
        number(from),
        row.map_or("null", |row| row),
        rows.join(","),
    );
    reasons.write(json);
    json.push('}');
}

#[cfg(test)]
mod tests;
