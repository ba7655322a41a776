//! Personal nodes (XEP-0163): the account's own, published so that nobody else can read what is private, and those of others.

use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::pubsub::{self, Access, Item};
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How many items a node may have, the first that the server takes: a node has one for each conversation.
const MAX_ITEMS: [&str; 5] = ["max", "100000", "10000", "1000", "256"];
/// A node that holds fewer is made larger.
const ENOUGH: u64 = 10_000;

/// Access to nodes.
pub(crate) struct Pep {
    session: Rc<Session>,
    /// Private nodes that were seen to hold enough items in this session.
    nodes_with_capacity: RefCell<HashSet<String>>,
}

impl Pep {
    pub(crate) fn new(session: &Rc<Session>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            nodes_with_capacity: RefCell::default(),
        })
    }

    /// Publishes an item. A node that cannot be made as private as it has to be is not published to.
    pub(crate) async fn publish(&self, node: &str, id: &str, payload: Element, access: Access) -> XmppResult<()> {
        if access == Access::Private && !self.nodes_with_capacity.borrow().contains(node) {
            self.ensure_node_capacity(node).await?;
            self.nodes_with_capacity.borrow_mut().insert(node.to_owned());
        }
        let publish = pubsub::publish(node, id, payload, access);
        self.session.set(None, publish).await.map(drop)
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

    /// Takes an item back.
    pub(crate) async fn retract(&self, node: &str, id: &str) -> XmppResult<()> {
        self.session.set(None, pubsub::retract(node, id)).await.map(drop)
    }

    /// The items of a node, the account's own or another user's; none when there is no such node.
    pub(crate) async fn items(&self, owner: Option<&BareJid>, node: &str) -> XmppResult<Vec<Item>> {
        let to = owner.map(|owner| Jid::from(owner.clone()));
        match self.session.get(to, pubsub::items(node)).await {
            Ok(answer) => Ok(answer.as_ref().map(pubsub::items_in).unwrap_or_default()),
            Err(XmppError::Refused {
                // No such node or user, or no personal nodes at all: nothing is published there.
                condition:
                    DefinedCondition::ItemNotFound
                    | DefinedCondition::FeatureNotImplemented
                    | DefinedCondition::ServiceUnavailable,
                ..
            }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Asks to be told of changes to another user's node.
    pub(crate) async fn subscribe(&self, owner: &BareJid, node: &str) -> XmppResult<()> {
        let to = Some(Jid::from(owner.clone()));
        let subscribe = pubsub::subscribe(node, &self.session.me);
        self.session.set(to, subscribe).await.map(drop)
    }
}
