//! The account's personal nodes (XEP-0163): published so that nobody else can read what is private, read, and heard of.

use super::session::Session;
use super::stanza::xml::element;
use crate::model::Result;
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;
use xmpp_parsers::stanza_error::DefinedCondition;

/// Who may read a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// The account only.
    Private,
    /// Everybody.
    Open,
}

/// An item of a node.
pub(super) struct Item {
    pub(super) id: String,
    /// `None`: it was taken back.
    pub(super) payload: Option<Element>,
}

const PUBLISH_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";
/// How many items a node may have, the first that the server takes: a node has one for each conversation.
const MAX_ITEMS: [&str; 5] = ["max", "100000", "10000", "1000", "256"];
/// A node with room for fewer is made larger.
const ENOUGH: u64 = 10_000;

/// What makes a node keep its items, and who may read them.
fn fields(access: Access) -> Vec<Field> {
    let access = match access {
        Access::Private => "whitelist",
        Access::Open => "open",
    };
    vec![
        Field::text_single("pubsub#persist_items", "true"),
        Field::text_single("pubsub#access_model", access),
    ]
}

fn options(access: Access) -> Element {
    let form = DataForm::new(DataFormType::Submit, PUBLISH_OPTIONS, fields(access));
    element("publish-options", ns::PUBSUB, &[], vec![form.into()])
}

fn configuration(access: Access, max_items: &str) -> Element {
    let mut fields = fields(access);
    fields.push(Field::text_single("pubsub#max_items", max_items));
    DataForm::new(DataFormType::Submit, ns::PUBSUB_CONFIGURE, fields).into()
}

impl Session {
    /// Publishes an item. A node that cannot be made as private as it has to be is not published to.
    pub(super) async fn publish(&self, node: &str, id: &str, payload: Element, access: Access) -> Result<()> {
        if access == Access::Private && !self.roomy_nodes.borrow().contains(node) {
            self.make_room(node).await?;
            self.roomy_nodes.borrow_mut().insert(node.to_owned());
        }
        let item = element("item", ns::PUBSUB, &[("id", id)], vec![payload]);
        let publish = element("publish", ns::PUBSUB, &[("node", node)], vec![item]);
        let pubsub = element("pubsub", ns::PUBSUB, &[], vec![publish, options(access)]);
        self.iq_set_raw(None, pubsub).await.map(drop)
    }

    /// Makes a private node that holds many items: not every server does that when an item is published.
    async fn make_room(&self, node: &str) -> Result<()> {
        let configure = element("configure", ns::PUBSUB_OWNER, &[("node", node)], Vec::new());
        let question = element("pubsub", ns::PUBSUB_OWNER, &[], vec![configure]);
        let Ok(known) = self.iq_get_raw(None, question).await? else {
            return self.create_node(node).await;
        };
        let max_items = known
            .as_ref()
            .and_then(|pubsub| pubsub.get_child("configure", ns::PUBSUB_OWNER))
            .and_then(|configure| configure.get_child("x", ns::DATA_FORMS))
            .and_then(|form| DataForm::try_from(form.clone()).ok())
            .and_then(|form| {
                let field = |field: &&Field| field.var.as_deref() == Some("pubsub#max_items");
                form.fields
                    .iter()
                    .find(field)
                    .and_then(|field| field.values.first().cloned())
            });
        // Some servers write the largest number as a word.
        if max_items.is_none_or(|max| max.parse().map_or(true, |max: u64| max >= ENOUGH)) {
            return Ok(());
        }
        for max_items in MAX_ITEMS {
            let form = configuration(Access::Private, max_items);
            let configure = element("configure", ns::PUBSUB_OWNER, &[("node", node)], vec![form]);
            let order = element("pubsub", ns::PUBSUB_OWNER, &[], vec![configure]);
            if self.iq_set_answer(None, order).await?.is_ok() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn create_node(&self, node: &str) -> Result<()> {
        for max_items in MAX_ITEMS {
            let create = element("create", ns::PUBSUB, &[("node", node)], Vec::new());
            let form = configuration(Access::Private, max_items);
            let configure = element("configure", ns::PUBSUB, &[], vec![form]);
            let order = element("pubsub", ns::PUBSUB, &[], vec![create, configure]);
            match self.iq_set_answer(None, order).await? {
                Ok(_) => return Ok(()),
                // Another device was faster.
                Err(error) if error.defined_condition == DefinedCondition::Conflict => return Ok(()),
                Err(_) => {}
            }
        }
        // Publishing makes the node, as large as the server likes.
        Ok(())
    }

    /// Takes an item back.
    pub(super) async fn retract(&self, node: &str, id: &str) -> Result<()> {
        let item = element("item", ns::PUBSUB, &[("id", id)], Vec::new());
        let retract = element("retract", ns::PUBSUB, &[("node", node), ("notify", "true")], vec![item]);
        let pubsub = element("pubsub", ns::PUBSUB, &[], vec![retract]);
        self.iq_set_raw(None, pubsub).await.map(drop)
    }

    /// The items of a node, the account's own or another user's; none when there is no such node.
    pub(super) async fn items(&self, owner: Option<&BareJid>, node: &str) -> Result<Vec<Item>> {
        let items = element("items", ns::PUBSUB, &[("node", node)], Vec::new());
        let pubsub = element("pubsub", ns::PUBSUB, &[], vec![items]);
        let to = owner.map(|owner| Jid::from(owner.clone()));
        let answer = match self.iq_get_raw(to, pubsub).await? {
            Ok(answer) => answer,
            Err(error) => {
                return match error.defined_condition {
                    DefinedCondition::ItemNotFound
                    | DefinedCondition::FeatureNotImplemented
                    | DefinedCondition::ServiceUnavailable => Ok(Vec::new()),
                    _ => Err(super::iq::refusal(&error)),
                };
            }
        };
        let Some(items) = answer.as_ref().and_then(|pubsub| pubsub.get_child("items", ns::PUBSUB)) else {
            return Ok(Vec::new());
        };
        Ok(items
            .children()
            .filter_map(|item| read_item(item, ns::PUBSUB))
            .collect())
    }

    /// News of a node. The account's private nodes are the account's own: what others call the same is not looked at.
    pub(super) fn handle_event(&self, message: Message) {
        let Some(owner) = message.from.as_ref().map(Jid::to_bare) else {
            return;
        };
        for event in message
            .payloads
            .iter()
            .filter(|payload| payload.is("event", ns::PUBSUB_EVENT))
        {
            let Some(items) = event.get_child("items", ns::PUBSUB_EVENT) else {
                continue;
            };
            let node = items.attr("node").unwrap_or_default().to_owned();
            let items: Vec<Item> = items
                .children()
                .filter_map(|item| read_item(item, ns::PUBSUB_EVENT))
                .collect();
            self.heard_of(&owner, &node, items);
        }
    }
}

fn read_item(item: &Element, namespace: &str) -> Option<Item> {
    let id = item.attr("id")?.to_owned();
    if item.is("retract", namespace) {
        return Some(Item { id, payload: None });
    }
    item.is("item", namespace).then(|| Item {
        id,
        payload: item.children().next().cloned(),
    })
}
