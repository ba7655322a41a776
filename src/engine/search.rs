//! Searching the cache: messages by what they say, and conversations by their names and ids.

use super::core::Engine;
use super::highlight::{self, SearchHighlight};
use super::json::{shown_body, shown_json};
use super::render;
use crate::model::id::quoted;
use crate::model::{ConversationId, ElemType, Error, Micros, Result, Status, UserId};
use crate::store::search_query::{self, Found, Keywords, Wanted};
use crate::store::{StoreError, StoreResult, conversation, message, search_build, search_state};
use rusqlite::Connection;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// Which messages are searched for.
#[derive(Clone, Debug, Default)]
pub struct MessageSearch {
    /// The conversation; `None`: all.
    pub conversation: Option<ConversationId>,
    /// The keywords; empty: all messages that the rest selects.
    pub keywords: Vec<String>,
    /// Whether a message must have all of the keywords.
    pub is_all: bool,
    /// The senders; empty: all.
    pub senders: Vec<UserId>,
    /// The kinds; empty: all that can be searched.
    pub kinds: Vec<ElemType>,
    /// The first second.
    pub from_time: Option<i64>,
    /// The last second.
    pub to_time: Option<i64>,
    /// How many results at most; 0: all.
    pub page_size: usize,
    /// Which page, from 0.
    pub page_index: usize,
    /// Where to go on, in place of the page's number; empty: nowhere.
    pub cursor: String,
}

/// What a search for messages has found.
#[derive(serde::Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageSearchResult")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageSearchResult {
    /// How many there are: messages where one conversation is searched, else conversations with such messages.
    total_count: usize,
    /// The page: one item for the conversation that is searched, or one for each conversation, that with the newest message
    /// first.
    message_search_result_items: Vec<MessageSearchResultItem>,
    /// Where the next page begins; empty at the end. libim's own for the cache.
    search_cursor: String,
    /// Whether all messages were searched: false while the index is being made (`onSearchIndexProgress`), and where more was
    /// found than a search looks at. libim's own.
    is_finished: bool,
}

/// What was found in a conversation.
#[derive(serde::Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageSearchResultItem")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageSearchResultItem {
    /// The conversation.
    #[serde(rename = "conversationID")]
    conversation_id: String,
    /// How many of its messages were found.
    message_count: usize,
    /// The messages, newest first. Where all conversations are searched it is empty unless there is exactly one: search the
    /// conversation to get them.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<super::Message<'static>>"))]
    message_list: Vec<Box<RawValue>>,
    /// Where the messages of `messageList` have the keywords. libim's own.
    highlight_list: Vec<SearchHighlight>,
}

/// The conversations that a search has found.
#[derive(serde::Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ConversationSearchResult")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationSearchResult {
    /// The first conversations: those whose `showName` begins with a keyword stand before the others, each in the order of the
    /// list.
    search_result_items: Vec<ConversationSearchResultItem>,
    /// How many were found.
    total_count: usize,
    /// Whether all conversations were searched: false while the index is being made.
    is_finished: bool,
}

/// A conversation that was found.
#[derive(serde::Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ConversationSearchResultItem")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationSearchResultItem {
    /// The conversation.
    #[cfg_attr(feature = "schema", schemars(with = "super::Conversation<'static>"))]
    conversation: Box<RawValue>,
    /// Where what it shows has the keywords. Empty where only a name that it does not show has them, such as the nickname of a
    /// friend with a remark.
    highlight_list: Vec<SearchHighlight>,
}

impl Engine {
    /// `searchLocalMessages`: a `V2TimMessageSearchResult` as JSON. 6017 for a cursor that is none; 7013 without an index.
    pub fn search_messages(&self, search: &MessageSearch) -> Result<String> {
        let place = Place::of(search)?;
        self.search(|db| found_messages(db, search, place))
    }

    /// `searchConversations`: a `ConversationSearchResult` as JSON. 7013 without an index.
    pub fn search_conversations(&self, keywords: &[String], is_all: bool, count: usize) -> Result<String> {
        let keywords = Keywords::new(keywords, is_all);
        self.search(|db| found_conversations(self, db, keywords.as_ref(), count))
    }

    /// Whether there is an index to search in. One that is damaged is made again.
    pub(super) fn check_search(&self, keywords: Option<&Keywords>) -> Result<()> {
        self.search(|db| {
            let is_found = keywords.map(|keywords| search_query::is_any(db, keywords));
            Ok(is_found.transpose().map(drop)?)
        })
    }

    /// Reads the index. One that is damaged is emptied, and made again meanwhile.
    fn search<T>(&self, work: impl Fn(&Connection) -> StoreResult<T>) -> Result<T> {
        if !self.options.search {
            return Err(Error::new(
                Status::NotSupported,
                "the cache is not searched: the client was opened with \"search\": false",
            ));
        }
        let attempt = || {
            self.store.snapshot(|db| {
                if !search_state::state(db)?.is_on() {
                    return Ok(None);
                }
                match work(db) {
                    Err(StoreError::Database(error)) if search_state::is_index_damage(&error) => {
                        log::warn!("the search index is damaged, it is made again: {error}");
                        Ok(None)
                    }
                    done => done.map(Some),
                }
            })
        };
        if let Some(found) = attempt()? {
            self.go_on_indexing();
            return Ok(found);
        }
        self.write(false, |tx| Ok(search_build::begin_again(tx.db)?))?;
        self.indexing.bell.ring();
        attempt()?.ok_or_else(|| Error::new(Status::DatabaseFailed, "the search index is damaged"))
    }
}

/// Which part of the results is wanted.
#[derive(Clone, Copy)]
struct Place {
    skip: usize,
    /// Only messages up to this number, so that new ones do not move the pages.
    up_to: Option<i64>,
}

impl Place {
    fn of(search: &MessageSearch) -> Result<Self> {
        if search.cursor.is_empty() {
            return Ok(Self {
                skip: search.page_index.saturating_mul(search.page_size),
                up_to: None,
            });
        }
        let parsed = search.cursor.split_once(':').and_then(|(up_to, skip)| {
            Some(Self {
                skip: skip.parse().ok()?,
                up_to: Some(up_to.parse().ok()?),
            })
        });
        parsed.ok_or_else(|| Error::invalid(format!("searchCursor {} is not a cursor", quoted(&search.cursor))))
    }

    /// The part of a list, and the cursor after it.
    fn part<T>(self, list: &[T], page_size: usize, newest: i64) -> (&[T], String) {
        let rest = list.get(self.skip..).unwrap_or_default();
        let size = if page_size == 0 {
            rest.len()
        } else {
            page_size.min(rest.len())
        };
        let cursor = if size < rest.len() {
            format!("{}:{}", self.up_to.unwrap_or(newest), self.skip + size)
        } else {
            String::new()
        };
        (rest.get(..size).unwrap_or_default(), cursor)
    }
}

fn found_messages(db: &Connection, search: &MessageSearch, place: Place) -> StoreResult<String> {
    let keywords = Keywords::new(&search.keywords, search.is_all);
    let second = |second: i64| Micros(second.saturating_mul(1_000_000));
    let mut wanted = Wanted {
        conversation: None,
        senders: search.senders.clone(),
        kinds: search.kinds.clone(),
        from: search.from_time.map(second),
        before: search.to_time.map(|to| second(to.saturating_add(1))),
        up_to: place.up_to,
    };
    let mut is_possible = search.keywords.is_empty() || keywords.is_some();
    if let Some(id) = &search.conversation {
        wanted.conversation = conversation::load(db, id)?.map(|row| row.id);
        is_possible &= wanted.conversation.is_some();
    }
    let mut outcome = if is_possible {
        search_query::messages(db, keywords.as_ref(), &wanted)?
    } else {
        search_query::Outcome {
            found: Vec::new(),
            is_whole: true,
        }
    };
    let newest = search_build::newest(db)?;
    let found = &mut outcome.found;
    let items;
    let (total_count, search_cursor) = if let Some(id) = &search.conversation {
        found.sort_unstable_by_key(|found| std::cmp::Reverse((found.position, found.id)));
        let (page, cursor) = place.part(found, search.page_size, newest);
        items = if found.is_empty() {
            Vec::new()
        } else {
            vec![item(db, id.as_str().to_owned(), found.len(), page, keywords.as_ref())?]
        };
        (found.len(), cursor)
    } else {
        found.sort_unstable_by_key(|found| std::cmp::Reverse((found.time, found.id)));
        let groups = grouped(found);
        let (page, cursor) = place.part(&groups, search.page_size, newest);
        let page = page.iter().map(|group| group_item(db, group, keywords.as_ref()));
        items = page.collect::<StoreResult<Vec<_>>>()?.into_iter().flatten().collect();
        (groups.len(), cursor)
    };
    shown_json(&MessageSearchResult {
        total_count,
        message_search_result_items: items,
        search_cursor,
        is_finished: outcome.is_whole,
    })
}

/// The conversations of messages, in the order of their first ones: the first message, and how many there are.
fn grouped(found: &[Found]) -> Vec<(Found, usize)> {
    let mut groups: Vec<(Found, usize)> = Vec::new();
    let mut places = HashMap::new();
    for one in found {
        let place = *places.entry(one.conversation).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.1 += 1,
            None => groups.push((*one, 1)),
        }
    }
    groups
}

fn group_item(
    db: &Connection,
    (first, count): &(Found, usize),
    keywords: Option<&Keywords>,
) -> StoreResult<Option<MessageSearchResultItem>> {
    let Some(row) = conversation::by_number(db, first.conversation)? else {
        return Ok(None);
    };
    let shown = if *count == 1 { std::slice::from_ref(first) } else { &[] };
    item(db, row.conversation_id.as_str().to_owned(), *count, shown, keywords).map(Some)
}

fn item(
    db: &Connection,
    conversation_id: String,
    message_count: usize,
    shown: &[Found],
    keywords: Option<&Keywords>,
) -> StoreResult<MessageSearchResultItem> {
    let mut item = MessageSearchResultItem {
        conversation_id,
        message_count,
        message_list: Vec::new(),
        highlight_list: Vec::new(),
    };
    for found in shown {
        let (Some(row), Some(of)) = (
            message::by_number(db, found.id)?,
            conversation::by_number(db, found.conversation)?,
        ) else {
            continue;
        };
        item.message_list.push(raw(render::message(db, &row, &of)?)?);
        if let Some(keywords) = keywords {
            let body = shown_body(&row);
            item.highlight_list
                .extend(highlight::of_message(&row.msg_id, &body.elem, keywords));
        }
    }
    Ok(item)
}

fn found_conversations(
    engine: &Engine,
    db: &Connection,
    keywords: Option<&Keywords>,
    count: usize,
) -> StoreResult<String> {
    let (found, is_finished) = match keywords {
        Some(keywords) => search_query::conversations(db, keywords)?,
        None => (Vec::new(), true),
    };
    let mut items = Vec::new();
    for number in found.iter().take(count) {
        let Some(json) = engine.shown_by_number(db, *number)? else {
            continue;
        };
        items.push(ConversationSearchResultItem {
            highlight_list: keywords.map_or_else(Vec::new, |keywords| highlight::of_conversation(&json, keywords)),
            conversation: raw(json)?,
        });
    }
    shown_json(&ConversationSearchResult {
        search_result_items: items,
        total_count: found.len(),
        is_finished,
    })
}

/// JSON that is there already.
fn raw(json: String) -> StoreResult<Box<RawValue>> {
    Ok(RawValue::from_string(json).map_err(|_| Error::internal("a rendered row is not JSON"))?)
}

#[cfg(test)]
mod damage;
#[cfg(test)]
mod random;
#[cfg(test)]
pub(super) mod random_names;
#[cfg(test)]
mod tests;
