//! Personal nodes (XEP-0163): the account's own, published so that nobody else can read what is private, and those of others.

use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::disco;
use crate::backend::xmpp::stanza::pubsub::{self, Access, Item};
use crate::model::Micros;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use tokio::sync::Mutex;
use xmpp_parsers::disco::DiscoItemsQuery;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How many items a node may have, the first that the server takes: a node has one for each conversation.
const MAX_ITEMS: [&str; 5] = ["max", "100000", "10000", "1000", "256"];
/// A node that holds fewer is made larger.
const ENOUGH: u64 = 10_000;
/// How many items a node is taken to hold that does not say it as a number: servers have that as their first setting.
const ASSUMED: u64 = 256;
/// How many items of a node that is too large for one answer are asked for at once.
const IN_ONE_PART: usize = 500;
/// How many of the newest items are asked for at first where not even the names fit into one answer.
const MOST_AT_ONCE: usize = 8192;

/// Whether an answer had more than is read at once, or than the server sends at once.
fn is_too_large(error: &XmppError) -> bool {
    error.is(&DefinedCondition::ResourceConstraint) || error.is(&DefinedCondition::PolicyViolation)
}

/// Whether a refusal is of whatever is published, and not of one item.
pub(crate) fn takes_nothing(error: &XmppError) -> bool {
    let conditions = [
        DefinedCondition::Forbidden,
        DefinedCondition::FeatureNotImplemented,
        DefinedCondition::ItemNotFound,
        DefinedCondition::ServiceUnavailable,
    ];
    conditions.iter().any(|condition| error.is(condition))
}

/// Access to nodes.
pub(crate) struct Pep {
    session: Rc<Session>,
    /// Private nodes that were seen to hold enough items in this session.
    // A lock and no cell: of several who publish to a new node at once, one makes it, and the others wait.
    nodes_with_capacity: Mutex<HashSet<String>>,
    /// Nodes whose items are too many for one answer.
    large_nodes: RefCell<HashSet<(Option<BareJid>, String)>>,
    /// Own nodes of which the last reading may not have brought all items.
    partly_read: RefCell<HashSet<String>>,
}

impl Pep {
    pub(crate) fn new(session: &Rc<Session>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            nodes_with_capacity: Mutex::default(),
            large_nodes: RefCell::default(),
            partly_read: RefCell::default(),
        })
    }

    /// Publishes an item. A node that cannot be made as private as it has to be is not published to.
    pub(crate) async fn publish(&self, node: &str, id: &str, payload: Element, access: Access) -> XmppResult<()> {
        if access == Access::Private {
            self.prepare(node).await?;
        }
        let publish = pubsub::publish(node, id, payload, access);
        self.session.set(None, publish).await.map(drop)
    }

    async fn prepare(&self, node: &str) -> XmppResult<()> {
        let mut nodes = self.nodes_with_capacity.lock().await;
        if !nodes.contains(node) {
            self.ensure_node_capacity(node).await?;
            nodes.insert(node.to_owned());
        }
        Ok(())
    }

    /// How many items a private node takes beside so many.
    pub(crate) async fn space(&self, node: &str, count: usize) -> XmppResult<usize> {
        self.prepare(node).await?;
        let known = match self.session.get(None, pubsub::configuration_of(node)).await {
            Err(XmppError::Refused { .. }) => None,
            known => known?,
        };
        let max = known
            .as_ref()
            .and_then(|form| pubsub::max_items(form).or_else(|| pubsub::most_items(form)));
        Ok(usize::try_from(max.unwrap_or(ASSUMED))
            .unwrap_or(usize::MAX)
            .saturating_sub(count))
    }

    /// Makes a private node that holds many items: not every server does that when an item is published.
    async fn ensure_node_capacity(&self, node: &str) -> XmppResult<()> {
        let known = match self.session.get(None, pubsub::configuration_of(node)).await {
            Ok(known) => known,
            // There is no such node, or its configuration is not shown: making it tells which.
            Err(XmppError::Refused { .. }) => return self.create_node(node).await,
            Err(error) => return Err(error),
        };
        let max_items = known.as_ref().and_then(pubsub::max_items);
        if max_items.is_none_or(|max| max >= ENOUGH) {
            return Ok(());
        }
        for max_items in MAX_ITEMS {
            match self.session.set(None, pubsub::configure(node, max_items)).await {
                Ok(_) => return Ok(()),
                Err(XmppError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        // A node that stays small is better than none.
        Ok(())
    }

    async fn create_node(&self, node: &str) -> XmppResult<()> {
        for max_items in MAX_ITEMS {
            match self.session.set(None, pubsub::create(node, max_items)).await {
                Ok(_) => return Ok(()),
                // Another device was faster.
                Err(error) if error.is(&DefinedCondition::Conflict) => return Ok(()),
                Err(XmppError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        // Publishing makes the node, as large as the server likes.
        Ok(())
    }

    /// Now, by the server's clock.
    pub(crate) fn now(&self) -> Micros {
        self.session.clock.now()
    }

    /// Takes an item back.
    pub(crate) async fn retract(&self, node: &str, id: &str) -> XmppResult<()> {
        self.session.set(None, pubsub::retract(node, id)).await.map(drop)
    }

    /// The items of a node, the account's own or another user's; none when there is no such node.
    pub(crate) async fn items(&self, owner: Option<&BareJid>, node: &str) -> XmppResult<Vec<Item>> {
        let key = (owner.cloned(), node.to_owned());
        if owner.is_none() {
            self.partly_read.borrow_mut().remove(node);
        }
        let items = if self.large_nodes.borrow().contains(&key) {
            self.items_in_parts(owner, node).await
        } else {
            match self.ask(owner, pubsub::items(node)).await {
                Err(error) if is_too_large(&error) => {
                    self.large_nodes.borrow_mut().insert(key);
                    self.items_in_parts(owner, node).await
                }
                items => items,
            }
        };
        match items {
            // No such node or user: nothing is published there.
            Err(error) if error.is(&DefinedCondition::ItemNotFound) => Ok(Vec::new()),
            // No personal nodes at all, or none at the moment.
            Err(XmppError::Refused {
                condition: DefinedCondition::FeatureNotImplemented | DefinedCondition::ServiceUnavailable,
                ..
            }) => {
                self.note_partly_read(owner, node);
                Ok(Vec::new())
            }
            items => items,
        }
    }

    /// One item of a node of the account's own, if it is there.
    pub(crate) async fn item(&self, node: &str, id: &str) -> XmppResult<Option<Element>> {
        match self.ask(None, pubsub::some_items(node, &[id.to_owned()])).await {
            Err(error) if error.is(&DefinedCondition::ItemNotFound) => Ok(None),
            // Some servers give all.
            items => Ok(items?
                .into_iter()
                .find(|item| item.id == id)
                .and_then(|item| item.payload)),
        }
    }

    /// Whether the last reading of a node of the account's own has brought all that is in it. If not, what is missing may
    /// be there all the same.
    pub(crate) fn is_wholly_read(&self, node: &str) -> bool {
        !self.partly_read.borrow().contains(node)
    }

    fn note_partly_read(&self, owner: Option<&BareJid>, node: &str) {
        if owner.is_none() {
            self.partly_read.borrow_mut().insert(node.to_owned());
        }
    }

    async fn ask(&self, owner: Option<&BareJid>, question: Element) -> XmppResult<Vec<Item>> {
        let to = owner.map(|owner| Jid::from(owner.clone()));
        let answer = self.session.get(to, question).await?;
        Ok(answer.as_ref().map(pubsub::items_in).unwrap_or_default())
    }

    /// Items that are too large for one answer: first their names, then a few at a time. Not every server has pages (XEP-0059)
    /// here.
    async fn items_in_parts(&self, owner: Option<&BareJid>, node: &str) -> XmppResult<Vec<Item>> {
        let to = Jid::from(owner.unwrap_or(&self.session.me).clone());
        let query = DiscoItemsQuery {
            node: Some(node.to_owned()),
            rsm: None,
        };
        let ids = match self.session.get(Some(to), query).await {
            Ok(answer) => answer.as_ref().map(disco::items),
            Err(error) if is_too_large(&error) => None,
            Err(error) => return Err(error),
        };
        let Some(ids) = ids else {
            return self.newest_items(owner, node).await;
        };
        let ids: Vec<String> = ids.into_iter().filter_map(|item| item.name).collect();
        let mut parts: Vec<&[String]> = ids.chunks(IN_ONE_PART).collect();
        let mut items = Vec::new();
        while let Some(part) = parts.pop() {
            match self.ask(owner, pubsub::some_items(node, part)).await {
                Ok(some) => items.extend(some),
                Err(error) if is_too_large(&error) && part.len() > 1 => {
                    let (older, newer) = part.split_at(part.len() / 2);
                    parts.extend([older, newer]);
                }
                // It was retracted meanwhile, or is too large by itself.
                Err(XmppError::Refused { .. }) => {
                    log::info!("an item of {node} could not be read");
                    self.note_partly_read(owner, node);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(items)
    }

    /// As many of the newest items as one answer holds.
    async fn newest_items(&self, owner: Option<&BareJid>, node: &str) -> XmppResult<Vec<Item>> {
        log::warn!("the node {node} is too large: only its newest items are read");
        self.note_partly_read(owner, node);
        let mut count = MOST_AT_ONCE;
        loop {
            match self.ask(owner, pubsub::newest_items(node, count)).await {
                Err(error) if is_too_large(&error) && count > 1 => count /= 2,
                items => return items,
            }
        }
    }

    /// Asks to be told of changes to another user's node.
    pub(crate) async fn subscribe(&self, owner: &BareJid, node: &str) -> XmppResult<()> {
        let to = Some(Jid::from(owner.clone()));
        let subscribe = pubsub::subscribe(node, &self.session.me);
        self.session.set(to, subscribe).await.map(drop)
    }
}
