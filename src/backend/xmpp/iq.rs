//! Questions to the server and to others (RFC 6120, info/query), and whose answers are believed.

use super::session::{Session, over};
use crate::model::{Error, Result, Status};
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::oneshot;
use xmpp_parsers::iq::{Iq, IqGetPayload, IqSetPayload};
use xmpp_parsers::jid::Jid;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::stanza_error::{DefinedCondition, ErrorType, StanzaError};

/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// What a question ends with.
pub(super) type Answer = std::result::Result<Option<Element>, StanzaError>;

/// Whom a question went to, and who waits for its answer.
type Waiting = (Option<Jid>, oneshot::Sender<Answer>);

/// The questions that have no answer yet.
#[derive(Default)]
pub(super) struct Iqs(RefCell<HashMap<String, Waiting>>);

impl Iqs {
    /// Nobody will answer any more.
    pub(super) fn end(&self) {
        self.0.borrow_mut().clear();
    }
}

impl Session {
    /// Asks for something.
    pub(super) async fn iq_get(&self, to: Option<Jid>, payload: impl IqGetPayload) -> Result<Option<Element>> {
        self.ask(to.clone(), |id| {
            let iq = Iq::from_get(id, payload);
            match to {
                Some(to) => iq.with_to(to),
                None => iq,
            }
        })
        .await
        .and_then(|answer| answer.map_err(|error| refusal(&error)))
    }

    /// Asks for something to be done.
    pub(super) async fn iq_set(&self, to: Option<Jid>, payload: impl IqSetPayload) -> Result<Option<Element>> {
        self.iq_set_raw(to, payload.into()).await
    }

    /// The same, with an element of no type.
    pub(super) async fn iq_set_raw(&self, to: Option<Jid>, payload: Element) -> Result<Option<Element>> {
        let answer = self.iq_set_answer(to, payload).await?;
        answer.map_err(|error| refusal(&error))
    }

    /// Asks with an element of no type, and gives the refusal as the server gave it.
    pub(super) async fn iq_get_raw(&self, to: Option<Jid>, payload: Element) -> Result<Answer> {
        self.ask(to.clone(), |id| Iq::Get {
            from: None,
            to,
            id,
            payload,
        })
        .await
    }

    /// The same, with the refusal as the server gave it.
    pub(super) async fn iq_set_answer(&self, to: Option<Jid>, payload: Element) -> Result<Answer> {
        self.ask(to.clone(), |id| Iq::Set {
            from: None,
            to,
            id,
            payload,
        })
        .await
    }

    async fn ask(&self, to: Option<Jid>, question: impl FnOnce(String) -> Iq) -> Result<Answer> {
        if self.is_over() {
            return Err(over());
        }
        let id = uuid::Uuid::new_v4().to_string();
        let (sender, answer) = oneshot::channel();
        self.iqs.0.borrow_mut().insert(id.clone(), (to, sender));
        self.send(question(id.clone()));
        match tokio::time::timeout(ANSWER_TIMEOUT, answer).await {
            Ok(answer) => answer.map_err(|_| over()),
            Err(_) => {
                self.iqs.0.borrow_mut().remove(&id);
                Err(Error::new(Status::Timeout, "the server did not answer"))
            }
        }
    }

    /// Something asked, or answered.
    pub(super) fn handle_iq(&self, iq: Iq) {
        match iq {
            Iq::Result { from, id, payload, .. } => self.answered(from.as_ref(), &id, Ok(payload)),
            Iq::Error { from, id, error, .. } => self.answered(from.as_ref(), &id, Err(error)),
            Iq::Set { from, id, payload, .. } if payload.is("query", xmpp_parsers::ns::ROSTER) => {
                // Only the account's own server says who is in the roster.
                if self.is_own(from.as_ref()) {
                    self.roster_push(payload);
                    self.reply(from, id, Ok(None));
                } else {
                    log::warn!("a roster push of {} was ignored", shown(from.as_ref()));
                    self.reply(from, id, Err(unavailable()));
                }
            }
            Iq::Get { from, id, payload, .. } if payload.is("query", xmpp_parsers::ns::DISCO_INFO) => {
                self.reply(from, id, Ok(Some(super::caps::disco_info(payload.attr("node")))));
            }
            Iq::Get { from, id, payload, .. } if payload.is("ping", xmpp_parsers::ns::PING) => {
                self.reply(from, id, Ok(None));
            }
            Iq::Get { from, id, .. } | Iq::Set { from, id, .. } => self.reply(from, id, Err(unavailable())),
        }
    }

    fn answered(&self, from: Option<&Jid>, id: &str, answer: Answer) {
        let mut waiting = self.iqs.0.borrow_mut();
        let is_asked = waiting.get(id).is_some_and(|(to, _)| match to {
            Some(to) => from == Some(to) || (from.is_none() && self.is_own(Some(to))),
            None => self.is_own(from),
        });
        if is_asked && let Some((_, sender)) = waiting.remove(id) {
            // Whoever asked may have stopped waiting.
            let _ = sender.send(answer);
        }
    }

    fn reply(&self, to: Option<Jid>, id: String, answer: Answer) {
        let from = None;
        self.send(match answer {
            Ok(payload) => Iq::Result { from, to, id, payload },
            Err(error) => Iq::Error {
                from,
                to,
                id,
                error,
                payload: None,
            },
        });
    }

    /// Whether a stanza comes from the account itself, which is its server speaking.
    pub(super) fn is_own(&self, from: Option<&Jid>) -> bool {
        match from {
            None => true,
            Some(from) => *from == self.me || *from == self.full || *from == self.domain(),
        }
    }
}

fn unavailable() -> StanzaError {
    StanzaError::new(
        ErrorType::Cancel,
        DefinedCondition::ServiceUnavailable,
        "en",
        "not supported",
    )
}

fn shown(from: Option<&Jid>) -> String {
    from.map(ToString::to_string).unwrap_or_default()
}

/// What a server's refusal means to the app.
pub(super) fn refusal(error: &StanzaError) -> Error {
    let said = error.texts.values().next().map_or("", String::as_str);
    let condition = condition_name(&error.defined_condition);
    let desc = if said.is_empty() {
        format!("the server refused: {condition}")
    } else {
        format!("the server refused: {condition} ({said})")
    };
    let status = match error.defined_condition {
        DefinedCondition::Forbidden
        | DefinedCondition::NotAllowed
        | DefinedCondition::NotAuthorized
        | DefinedCondition::RegistrationRequired
        | DefinedCondition::SubscriptionRequired => Status::NoPermission,
        DefinedCondition::FeatureNotImplemented => Status::NotSupported,
        DefinedCondition::RemoteServerTimeout => Status::Timeout,
        _ => Status::Refused,
    };
    Error::new(status, desc)
}

/// The condition as XMPP writes it.
fn condition_name(condition: &DefinedCondition) -> String {
    let mut name = String::new();
    for char in format!("{condition:?}")
        .chars()
        .take_while(|char| char.is_alphanumeric())
    {
        if char.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(char.to_lowercase());
    }
    name
}
