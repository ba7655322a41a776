//! Which conversations a view shows, and reading them.

use super::super::core::Engine;
use super::super::filter::ConversationFilter;
use super::super::group_names::GroupNames;
use crate::model::Filter;
use crate::store::list::ListKey;
use crate::store::search_names::{self, NameWords};
use crate::store::search_query::Keywords;
use crate::store::tag::Entry;
use crate::store::{StoreResult, filter, named};
use rusqlite::Connection;
use std::sync::Arc;

/// A key below every row's.
const BOTTOM: ListKey = (-1, 0);

/// Rows with their places.
pub(super) type Rows = Vec<(ListKey, Arc<str>)>;

/// Which conversations a view shows.
#[derive(Clone, Debug, Default)]
pub struct ViewQuery {
    /// Those that it selects,
    pub filter: ConversationFilter,
    /// and of these those whose names or ids have the text; `None`: all.
    pub search: Option<String>,
}

/// A search for names.
struct Search {
    /// `None`: a text without words, which nothing has.
    keywords: Option<Keywords>,
    /// What the index lacked when the rows were read.
    gap: u32,
}

/// A query with what it stands for now.
pub(super) struct Selection {
    filter: ConversationFilter,
    /// What the filter selects, with the groups as they are now.
    selected: Filter,
    search: Option<Search>,
}

/// The keywords of a text; `None` when it has no words.
pub(super) fn keywords(text: &str) -> Option<Keywords> {
    Keywords::new(&[text.to_owned()], false)
}

impl Selection {
    pub(super) fn new(db: &Connection, query: &ViewQuery) -> StoreResult<Self> {
        Ok(Self {
            selected: query.filter.selection(&GroupNames::load(db)?),
            filter: query.filter.clone(),
            search: query.search.as_deref().map(|text| Search {
                keywords: keywords(text),
                gap: 0,
            }),
        })
    }

    /// Whether names are searched for.
    pub(super) fn is_search(&self) -> bool {
        self.search.is_some()
    }

    /// Notes how the groups are now. Whether the filter selects others by that.
    pub(super) fn note_groups(&mut self, groups: &GroupNames) -> bool {
        let selected = self.filter.selection(groups);
        let is_other = selected != self.selected;
        self.selected = selected;
        is_other
    }

    /// Whether it selects a conversation that has these words.
    fn has(&self, entry: &Entry, words: &str) -> bool {
        let is_found = |search: &Search| {
            let keywords = search.keywords.as_ref();
            keywords.is_some_and(|keywords| keywords.are_in_words(words))
        };
        entry.is_selected(&self.selected) && self.search.as_ref().is_none_or(is_found)
    }

    /// The place of a conversation before a change, if it was selected.
    pub(super) fn key_before(&self, engine: &Engine, entry: Option<&Entry>, names: &NameWords) -> Option<ListKey> {
        let entry = entry.filter(|entry| self.has(entry, &names.before))?;
        Some(entry.key(engine.options.order))
    }

    /// The place of a conversation after a change, if it is selected.
    pub(super) fn key_now(&self, engine: &Engine, entry: Option<&Entry>, names: &NameWords) -> Option<ListKey> {
        let entry = entry.filter(|entry| self.has(entry, &names.now))?;
        Some(entry.key(engine.options.order))
    }

    /// Whether the index has been changed by others than the conversations in it, or may have been: while it is made, names
    /// come into it that no transaction tells of.
    pub(super) fn is_overtaken(&self, db: &Connection, is_concerned: bool) -> StoreResult<bool> {
        let Some(search) = &self.search else { return Ok(false) };
        let gap = search_names::gap(db)?;
        Ok(gap != search.gap || gap != 0 && is_concerned)
    }

    /// How many conversations it selects. From here on [`Selection::is_overtaken`] says whether that is still so.
    pub(super) fn count(&mut self, db: &Connection) -> StoreResult<i64> {
        let Some(search) = &mut self.search else {
            return filter::count(db, &self.selected);
        };
        search.gap = search_names::gap(db)?;
        match &search.keywords {
            Some(keywords) => named::count(db, &self.selected, keywords),
            None => Ok(0),
        }
    }

    /// The next `limit` rows below a place, and whether there are no more than these.
    pub(super) fn read(
        &self,
        engine: &Engine,
        db: &Connection,
        mut below: ListKey,
        limit: usize,
    ) -> StoreResult<(Rows, bool)> {
        let mut rows = Vec::new();
        while rows.len() < limit {
            let wanted = limit - rows.len();
            let places = self.places(engine, db, below, wanted)?;
            let is_end = places.len() < wanted;
            for (key, number) in places {
                below = key;
                // One of which nothing can be read is left out here too, as it is in pages.
                if let Some(json) = engine.shown_by_number(db, number)? {
                    rows.push((key, Arc::from(json)));
                }
            }
            if is_end {
                return Ok((rows, true));
            }
        }
        Ok((rows, false))
    }

    fn places(
        &self,
        engine: &Engine,
        db: &Connection,
        below: ListKey,
        limit: usize,
    ) -> StoreResult<Vec<(ListKey, i64)>> {
        let order = engine.options.order;
        match &self.search {
            None => {
                let most = i64::try_from(limit).unwrap_or(i64::MAX);
                filter::page(db, order, &self.selected, below, BOTTOM, most)
            }
            Some(Search { keywords: None, .. }) => Ok(Vec::new()),
            Some(Search {
                keywords: Some(keywords),
                ..
            }) => named::page(db, order, &self.selected, keywords, below, limit),
        }
    }
}
