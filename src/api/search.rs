//! Searching the cache.

use super::method::{Method, Request, Topic};
use super::request::check_list;
use super::response::Data;
use crate::client::Call;
use crate::engine::{ConversationSearchResult, MessageSearch, MessageSearchResult};
use crate::model::strict::Object;
use crate::model::{ElemType, Error, KeywordListMatchType, Micros, Result, Status};
use serde::Deserialize;

/// V2TIM's limits.
const MAX_KEYWORDS: usize = 5;
const MAX_SENDERS: usize = 5;

/// The longest keyword, in characters.
const MAX_CHARS: usize = 200;

pub(super) const OFF: (Status, &str) = (Status::NotSupported, "the client was opened with `search` false");

fn default_page_size() -> i64 {
    100
}

fn default_count() -> i64 {
    20
}

fn default_search_count() -> i64 {
    10
}

fn check_keywords(field: &str, keywords: &[String]) -> Result<()> {
    check_list(field, keywords, MAX_KEYWORDS, Status::InvalidParameters)?;
    for (place, keyword) in keywords.iter().enumerate() {
        check_length(&format!("{field}[{place}]"), keyword)?;
    }
    Ok(())
}

fn check_length(field: &str, keyword: &str) -> Result<()> {
    let length = keyword.chars().count();
    if length > MAX_CHARS {
        let sentence = format!("{field} has {length} characters; the most is {MAX_CHARS}");
        return Err(Error::invalid(sentence));
    }
    Ok(())
}

/// The only keyword of a search.
pub(super) fn check_keyword(field: &str, keyword: &str) -> Result<()> {
    if keyword.is_empty() {
        return Err(Error::invalid(format!("{field} is empty")));
    }
    check_length(field, keyword)
}

fn is_all(field: &str, match_type: i64) -> Result<bool> {
    match KeywordListMatchType::numbered(match_type) {
        Some(KeywordListMatchType::Or) => Ok(false),
        Some(KeywordListMatchType::And) => Ok(true),
        None => Err(Error::invalid(format!("{field} {match_type} is not 0 or 1"))),
    }
}

fn not_negative(field: &str, number: i64) -> Result<usize> {
    usize::try_from(number).map_err(|_| Error::invalid(format!("{field} {number} is not 0 or more")))
}

/// Searches the list for conversations by their names: remark, nickname or name of the group, and id.
///
/// A keyword is found where its words follow each other, whatever their case, width and diacritics; its last word may go on,
/// so that each keystroke can be a call. Chinese, Japanese, Korean and Thai characters are found wherever they stand. Only the
/// cache is searched.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SearchConversations {
    /// The keywords: 1 to 5, each of at most 200 characters. One without a letter, digit or symbol finds nothing.
    keyword_list: Vec<String>,
    /// Whether a conversation must have one of the keywords (0) or all of them (1).
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "KeywordListMatchType"))]
    match_type: i64,
    /// The most conversations to return.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
}

impl Request for SearchConversations {
    type Answer = ConversationSearchResult;
    const METHOD: Method = Method {
        name: "searchConversations",
        c_name: "im_search_conversations",
        topic: Topic::Search,
        is_own: true,
        errors: &[
            (
                Status::InvalidParameters,
                "no keyword or too many, one that is too long, `matchType` is not 0 or 1, or `count` is below 1",
            ),
            OFF,
        ],
        example: r#"{"keywordList":["bo"],"matchType":0,"count":20}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_keywords("keywordList", &self.keyword_list)?;
        let is_all = is_all("matchType", self.match_type)?;
        if self.count < 1 {
            return Err(Error::invalid(format!("count {} is below 1", self.count)));
        }
        let count = not_negative("count", self.count)?;
        client.read(|engine| engine.search_conversations(&self.keyword_list, is_all, count))
    }
}

/// Searches the stored messages by what they say: texts, descriptions of custom messages and places, names of files, titles
/// and abstracts of mergers.
///
/// Keywords are found as by `searchConversations`. Messages that were recalled or deleted are not found. Where more than some
/// thousands are found, those that were stored last are. Only the cache is searched.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SearchLocalMessages {
    /// What is searched for.
    search_param: Object<MessageSearchParam>,
}

/// What is searched for.
#[derive(Debug, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageSearchParam")
)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MessageSearchParam {
    /// The keywords: at most 5, each of at most 200 characters. Empty only where there is a `userIDList` or a
    /// `messageTypeList`. One without a letter, digit or symbol finds nothing.
    #[serde(default)]
    keyword_list: Vec<String>,
    /// Whether a message must have one of the keywords (0) or all of them (1).
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "KeywordListMatchType"))]
    r#type: i64,
    /// The conversation; null or empty: all.
    #[serde(rename = "conversationID", default)]
    conversation_id: Option<String>,
    /// The senders, at most 5; empty: all.
    #[serde(rename = "userIDList", default)]
    user_id_list: Vec<String>,
    /// The kinds of messages, by `elemType`; empty: all. Faces and group tips cannot be searched.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<ElemType>"))]
    message_type_list: Vec<i64>,
    /// The end of the time that is searched, in seconds since 1970; 0: now.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    search_time_position: i64,
    /// How many seconds back from there are searched; 0: without end.
    #[serde(default)]
    search_time_period: i64,
    /// How many results a page has: messages of the conversation, or conversations. 0: all.
    #[serde(default = "default_page_size")]
    page_size: i64,
    /// The number of the page, from 0.
    #[serde(default)]
    page_index: i64,
    /// For V2TIM's searchCloudMessages, which libim does not have; `pageSize` counts here.
    #[serde(default = "default_search_count")]
    search_count: i64,
    /// The `searchCursor` of the page before, in place of `pageIndex`: then messages that come meanwhile do not move the pages.
    #[serde(default)]
    search_cursor: String,
}

impl Request for SearchLocalMessages {
    type Answer = MessageSearchResult;
    const METHOD: Method = Method {
        name: "searchLocalMessages",
        c_name: "im_search_local_messages",
        topic: Topic::Search,
        errors: &[
            (
                Status::InvalidParameters,
                "nothing to search for, too many or too long keywords, or a value that is out of its range",
            ),
            (Status::InvalidUserId, ""),
            OFF,
        ],
        example: r#"{"searchParam":{"keywordList":["hello"],"type":0,"pageSize":20}}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let search = self.search_param.0.checked(client)?;
        client.read(|engine| engine.search_messages(&search))
    }
}

impl MessageSearchParam {
    fn checked(self, client: &Call<'_>) -> Result<MessageSearch> {
        if !self.keyword_list.is_empty() {
            check_keywords("searchParam.keywordList", &self.keyword_list)?;
        } else if self.user_id_list.is_empty() && self.message_type_list.is_empty() {
            return Err(Error::invalid(
                "searchParam.keywordList is empty, and there is no userIDList and no messageTypeList",
            ));
        }
        if self.user_id_list.len() > MAX_SENDERS {
            return Err(Error::invalid(format!(
                "searchParam.userIDList has {} entries; the most is {MAX_SENDERS}",
                self.user_id_list.len()
            )));
        }
        let mut kinds = Vec::new();
        for (place, number) in self.message_type_list.into_iter().enumerate() {
            let kind = ElemType::numbered(number);
            let kind = kind.filter(|kind| !matches!(kind, ElemType::Face | ElemType::GroupTips));
            kinds.push(kind.ok_or_else(|| {
                Error::invalid(format!(
                    "searchParam.messageTypeList[{place}] {number} is not the number of an elemType that can be searched"
                ))
            })?);
        }
        let senders = self.user_id_list.into_iter().enumerate();
        let senders = senders.map(|(place, user)| client.user(&format!("searchParam.userIDList[{place}]"), user));
        let senders = senders.collect::<Result<Vec<_>>>()?;
        let conversation = self.conversation_id.filter(|id| !id.is_empty());
        let conversation = conversation.map(|id| client.conversation("searchParam.conversationID", id));
        for (field, value) in [
            ("searchTimePosition", self.search_time_position),
            ("searchTimePeriod", self.search_time_period),
            ("searchCount", self.search_count),
        ] {
            not_negative(&format!("searchParam.{field}"), value)?;
        }
        let given = (self.search_time_position > 0).then_some(self.search_time_position);
        let period = (self.search_time_period > 0).then_some(self.search_time_period);
        Ok(MessageSearch {
            conversation: conversation.transpose()?,
            keywords: self.keyword_list,
            is_all: is_all("searchParam.type", self.r#type)?,
            senders,
            kinds,
            // Without an end nothing is after it: a clock that is slow must not hide what came last.
            to_time: given,
            from_time: period.map(|period| given.unwrap_or_else(|| Micros::now().seconds()).saturating_sub(period)),
            page_size: not_negative("searchParam.pageSize", self.page_size)?,
            page_index: not_negative("searchParam.pageIndex", self.page_index)?,
            cursor: self.search_cursor,
        })
    }
}
