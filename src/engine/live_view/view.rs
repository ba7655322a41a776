//! A view, and what a committed transaction changes in it.
//!
//! Of its rows a view keeps the places only: what they show is in the transaction or in the cache.

mod one_row;

use super::super::core::Engine;
use super::super::group_names::GroupNames;
use super::super::subscription::Moved;
use super::ViewExtent;
use super::query::{Selection, ViewQuery};
use super::reasons::reasons;
use crate::events::{Diff, Reasons, Slot, ViewChange, steps};
use crate::store::StoreResult;
use crate::store::list::ListKey;
use crate::store::tag::Entry;
use rusqlite::Connection;
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::mem::replace;
use std::sync::Arc;

/// A key above every row's.
const TOP: ListKey = (i64::MAX, i64::MAX);

/// A conversation that a transaction changed. What only views ask for is worked out once for all of them.
pub(super) struct Change<'a> {
    moved: &'a Moved,
    live: bool,
    row: OnceCell<Arc<str>>,
    reasons: OnceCell<Reasons>,
}

impl<'a> Change<'a> {
    pub(super) fn new(moved: &'a Moved, live: bool) -> Self {
        Self {
            moved,
            live,
            row: OnceCell::new(),
            reasons: OnceCell::new(),
        }
    }

    fn row(&self) -> Arc<str> {
        self.row.get_or_init(|| Arc::from(self.moved.json.as_str())).clone()
    }

    /// Whether a row shows nothing of it.
    fn is_invisible(&self) -> bool {
        self.moved.json == self.moved.json_before
    }

    fn reasons(&self) -> Reasons {
        let work_out = || {
            if self.is_invisible() && !self.moved.names.are_kept() {
                // A name that another one covers.
                return Reasons::PROFILE;
            }
            reasons(&self.moved.json_before, &self.moved.json, self.live)
        };
        *self.reasons.get_or_init(work_out)
    }
}

/// A row of the new window, with its place.
type Placed = (ListKey, Slot);

/// The rows of a view after a transaction.
struct Window<'a> {
    /// In no order.
    rows: Vec<Placed>,
    /// Rows that moved below the floor, where the cache says whether they still are in the window: their indexes by their
    /// places now.
    below: HashMap<ListKey, (usize, &'a Change<'a>)>,
}

/// A view.
pub(super) struct View {
    pub(super) number: i64,
    selection: Selection,
    /// How many rows it shows at most.
    limit: usize,
    /// The places of its rows, the first of the list first.
    keys: Vec<ListKey>,
    /// Whether these are all that the filter selects.
    is_finished: bool,
    total: i64,
    /// Something has failed: the rows that the app has are not known to be those of `keys`.
    pub(super) is_behind: bool,
}

impl View {
    /// A view of what a query selects, without its rows yet: [`View::look_again`] reads them.
    pub(super) fn new(db: &Connection, number: i64, query: &ViewQuery, limit: usize) -> StoreResult<Self> {
        Ok(Self {
            number,
            selection: Selection::new(db, query)?,
            limit,
            keys: Vec::new(),
            is_finished: false,
            total: 0,
            is_behind: false,
        })
    }

    /// Shows more rows.
    pub(super) fn grow(&mut self, engine: &Engine, db: &Connection, count: usize) -> StoreResult<Option<ViewChange>> {
        if self.is_behind {
            let limit = self.limit;
            self.limit = limit.saturating_add(count);
            let change = self.look_again(engine, db, &[]);
            return change.map(Some).inspect_err(|_| self.limit = limit);
        }
        let (old_len, before) = (self.keys.len(), self.extent());
        let mut diffs = Vec::new();
        if !self.is_finished {
            let (rows, is_end) = self.selection.read(engine, db, self.floor().unwrap_or(TOP), count)?;
            self.is_finished = is_end || self.is_all(old_len + rows.len());
            for (key, row) in rows {
                diffs.push(Diff::Insert(self.keys.len(), row, Reasons::default()));
                self.keys.push(key);
            }
        }
        self.limit = self.limit.saturating_add(count);
        Ok(self.change(old_len, before, diffs))
    }

    /// Shows what another query selects.
    pub(super) fn set(&mut self, engine: &Engine, db: &Connection, query: &ViewQuery) -> StoreResult<ViewChange> {
        let before = replace(&mut self.selection, Selection::new(db, query)?);
        self.look_again(engine, db, &[]).inspect_err(|_| {
            // A call that fails changes nothing.
            self.selection = before;
        })
    }

    /// Whether it searches.
    pub(super) fn is_search(&self) -> bool {
        self.selection.is_search()
    }

    pub(super) fn extent(&self) -> ViewExtent {
        ViewExtent {
            is_finished: self.is_finished,
            total: self.total,
        }
    }

    fn key_before(&self, engine: &Engine, change: &Change<'_>) -> Option<ListKey> {
        let moved = change.moved;
        self.selection.key_before(engine, moved.before.as_ref(), &moved.names)
    }

    fn key_now(&self, engine: &Engine, change: &Change<'_>) -> Option<ListKey> {
        let moved = change.moved;
        self.selection.key_now(engine, moved.now.as_ref(), &moved.names)
    }

    fn place(&self, key: ListKey) -> Option<usize> {
        self.keys.binary_search_by(|other| key.cmp(other)).ok()
    }

    /// What a transaction has changed; nothing for one that does not concern the view.
    pub(super) fn follow(
        &mut self,
        engine: &Engine,
        db: &Connection,
        changes: &[Change<'_>],
        groups: Option<&GroupNames>,
    ) -> StoreResult<Option<ViewChange>> {
        // A name may stand for another group now: a change of conversations does not tell.
        let is_other = groups.is_some_and(|groups| self.selection.note_groups(groups));
        if is_other || self.is_behind || self.is_overtaken(engine, db, changes)? {
            return self.look_again(engine, db, changes).map(Some);
        }
        let before = self.extent();
        let old_len = self.keys.len();
        let mut concerning = changes.iter().filter(|change| self.concerns(engine, change));
        if let (Some(only), None) = (concerning.next(), concerning.next())
            && let Some(diffs) = self.follow_one(engine, only)
        {
            return Ok(self.change(old_len, before, diffs));
        }
        let Some(Window { mut rows, mut below }) = self.moved(engine, changes) else {
            // What is below the rows may be gone.
            self.is_finished |= self.is_all(old_len);
            return Ok(self.change(old_len, before, Vec::new()));
        };
        rows.sort_unstable_by_key(|row| Reverse(row.0));
        let mut floor = self.floor();
        if rows.len() > self.limit {
            rows.truncate(self.limit);
            floor = rows.last().map(|row| row.0);
        }
        if let Some(place) = floor
            && rows.len() < self.limit
        {
            let wanted = self.limit - rows.len();
            let (more, is_end) = self.selection.read(engine, db, place, wanted)?;
            if is_end {
                floor = None;
            }
            rows.extend(more.into_iter().map(|(key, row)| match below.remove(&key) {
                Some((index, change)) => (key, Slot::Changed(index, row, change.reasons())),
                None => (key, Slot::New(row, Reasons::default())),
            }));
        }
        self.is_finished = floor.is_none() || self.is_all(rows.len());
        let diffs = self.put(rows, changes, engine, Reasons::default());
        Ok(self.change(old_len, before, diffs))
    }

    fn is_overtaken(&self, engine: &Engine, db: &Connection, changes: &[Change<'_>]) -> StoreResult<bool> {
        let concerns = |change| self.concerns(engine, change);
        Ok(self.is_search() && self.selection.is_overtaken(db, changes.iter().any(concerns))?)
    }

    fn concerns(&self, engine: &Engine, change: &Change<'_>) -> bool {
        let before = self.key_before(engine, change);
        before.or(self.key_now(engine, change)).is_some()
    }

    /// Above this place the view knows all that its filter selects; below it the cache does. `None`: there is nothing below.
    fn floor(&self) -> Option<ListKey> {
        if self.is_finished {
            None
        } else {
            self.keys.last().copied()
        }
    }

    fn is_all(&self, rows: usize) -> bool {
        i64::try_from(rows).is_ok_and(|rows| rows >= self.total)
    }

    /// The window after a transaction, as far as it is above the floor. Nothing when no row changes. Counts the total.
    fn moved<'a>(&mut self, engine: &Engine, changes: &'a [Change<'a>]) -> Option<Window<'a>> {
        let (mut rows, mut below, mut replaced) = (Vec::new(), HashMap::new(), HashSet::new());
        for change in changes {
            let before = self.key_before(engine, change);
            let now = self.key_now(engine, change);
            self.total += i64::from(now.is_some()) - i64::from(before.is_some());
            let index = before.and_then(|key| self.place(key));
            if index.is_some() && before == now && change.is_invisible() {
                // What changed does not show.
                continue;
            }
            replaced.extend(index);
            let Some(now) = now else { continue };
            let is_known = self.floor().is_none_or(|floor| now >= floor);
            match index {
                Some(index) if is_known => rows.push((now, Slot::Changed(index, change.row(), change.reasons()))),
                Some(index) => drop(below.insert(now, (index, change))),
                None if is_known => rows.push((now, Slot::New(change.row(), self.why(change, before.is_none())))),
                None => {}
            }
        }
        if replaced.is_empty() && rows.is_empty() {
            return None;
        }
        let kept = self
            .keys
            .iter()
            .enumerate()
            .filter(|(index, _)| !replaced.contains(index));
        rows.extend(kept.map(|(index, key)| (*key, Slot::Kept(index))));
        Some(Window { rows, below })
    }

    /// Why a row comes in or goes; `by_filter`: the filter did not select it before, or does no more.
    fn why(&self, change: &Change<'_>, by_filter: bool) -> Reasons {
        let is_listed = change.moved.before.is_some() && change.moved.now.is_some();
        let filter = if by_filter && is_listed {
            Reasons::FILTER
        } else {
            Reasons::default()
        };
        change.reasons().and(filter)
    }

    /// Reads the whole window from the cache. Of rows whose places the transaction did not change the app has the content.
    pub(super) fn look_again(
        &mut self,
        engine: &Engine,
        db: &Connection,
        changes: &[Change<'_>],
    ) -> StoreResult<ViewChange> {
        let (old_len, order) = (self.keys.len(), engine.options.order);
        // By the places now: where a row was, and what has changed in it.
        let mut was: HashMap<ListKey, (usize, Option<&Change<'_>>)> = HashMap::new();
        for (index, key) in self.keys.iter().enumerate() {
            was.insert(*key, (index, None));
        }
        for change in changes {
            let index = change
                .moved
                .before
                .as_ref()
                .and_then(|entry| was.remove(&entry.key(order)));
            if let (Some((index, _)), Some(now)) = (index, &change.moved.now) {
                was.insert(now.key(order), (index, Some(change)));
            }
        }
        if self.is_behind {
            was.clear();
        }
        self.total = self.selection.count(db)?;
        let (rows, is_end) = self.selection.read(engine, db, TOP, self.limit)?;
        self.is_finished = is_end || self.is_all(rows.len());
        self.is_behind = false;
        let is_kept = rows.iter().any(|(key, _)| was.contains_key(key));
        if !is_kept && old_len > 0 && !rows.is_empty() {
            let (keys, rows) = rows.into_iter().unzip();
            self.keys = keys;
            return Ok(self.told(old_len, vec![Diff::Reset(rows, Reasons::FILTER)]));
        }
        let placed = rows
            .into_iter()
            .map(|(key, row)| {
                let slot = match was.get(&key) {
                    Some((index, Some(change))) => Slot::Changed(*index, row, change.reasons()),
                    Some((index, None)) => Slot::Kept(*index),
                    None => Slot::New(row, Reasons::FILTER),
                };
                (key, slot)
            })
            .collect();
        let diffs = self.put(placed, changes, engine, Reasons::FILTER);
        Ok(self.told(old_len, diffs))
    }

    /// Takes on the rows of the window, in their order, and returns the steps to them. `otherwise`: why rows go to which nothing
    /// has happened.
    fn put(&mut self, rows: Vec<Placed>, changes: &[Change<'_>], engine: &Engine, otherwise: Reasons) -> Vec<Diff> {
        let old = std::mem::take(&mut self.keys);
        let slots: Vec<Slot>;
        (self.keys, slots) = rows.into_iter().unzip();
        let order = engine.options.order;
        steps(old.len(), &slots, |index| {
            let key = old.get(index);
            let is_it = |entry: &Entry| Some(&entry.key(order)) == key;
            let change = changes
                .iter()
                .find(|change| change.moved.before.as_ref().is_some_and(is_it));
            change.map_or(otherwise, |change| {
                self.why(change, self.key_now(engine, change).is_none())
            })
        })
    }

    fn change(&self, old_len: usize, before: ViewExtent, diffs: Vec<Diff>) -> Option<ViewChange> {
        (!diffs.is_empty() || before != self.extent()).then(|| self.told(old_len, diffs))
    }

    fn told(&self, old_len: usize, diffs: Vec<Diff>) -> ViewChange {
        ViewChange::new(self.number, old_len, diffs, self.total, self.is_finished)
    }
}
