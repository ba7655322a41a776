//! The account's personal nodes (XEP-0163): published so that nobody else can read what is private, read, and heard of.

use super::session::Session;
use super::xml::element;
use crate::model::Result;
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;

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

fn options(access: Access, with_max: bool) -> Element {
    let access = match access {
        Access::Private => "whitelist",
        Access::Open => "open",
    };
    let mut fields = vec![
        Field::text_single("pubsub#persist_items", "true"),
        Field::text_single("pubsub#access_model", access),
    ];
    if with_max {
        fields.push(Field::text_single("pubsub#max_items", "max"));
    }
    let form = DataForm::new(DataFormType::Submit, PUBLISH_OPTIONS, fields);
    element("publish-options", ns::PUBSUB, &[], vec![form.into()])
}

impl Session {
    /// Publishes an item. A node that cannot be made as private as it has to be is not published to.
    pub(super) async fn publish(&self, node: &str, id: &str, payload: Element, access: Access) -> Result<()> {
        let mut refused = None;
        for with_max in [true, false] {
            let item = element("item", ns::PUBSUB, &[("id", id)], vec![payload.clone()]);
            let publish = element("publish", ns::PUBSUB, &[("node", node)], vec![item]);
            let children = vec![publish, options(access, with_max)];
            match self
                .iq_set_answer(None, element("pubsub", ns::PUBSUB, &[], children))
                .await?
            {
                Ok(_) => return Ok(()),
                Err(error) => refused = Some(super::iq::refusal(&error)),
            }
        }
        Err(refused.unwrap_or_else(super::session::over))
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
                use xmpp_parsers::stanza_error::DefinedCondition::{
                    FeatureNotImplemented, ItemNotFound, ServiceUnavailable,
                };
                return match error.defined_condition {
                    ItemNotFound | FeatureNotImplemented | ServiceUnavailable => Ok(Vec::new()),
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
