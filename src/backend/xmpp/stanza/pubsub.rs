//! Personal nodes (XEP-0060, XEP-0163) as elements: publishing, configuring, reading, and what is told of them.

use super::forms;
use super::xml::element;
use crate::backend::xmpp::ns::{
    DATA_FORMS, PUBLISH_OPTIONS, PUBSUB, PUBSUB_CONFIGURE, PUBSUB_EVENT, PUBSUB_OWNER, VALIDATE,
};
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;

/// The access to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The account only.
    Private,
    /// Everybody.
    Open,
}

/// An item of a node.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    /// `None`: it was retracted.
    pub(crate) payload: Option<Element>,
}

/// Something changed in somebody's node.
#[derive(Debug)]
pub(crate) struct NodeEvent {
    /// The owner of the node, by the address that the event comes from.
    pub(crate) owner: BareJid,
    pub(crate) node: String,
    pub(crate) items: Vec<Item>,
}

/// The configuration that makes a node keep its items, and limits the access to them.
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

fn configuration(max_items: &str) -> Element {
    let mut fields = fields(Access::Private);
    fields.push(Field::text_single("pubsub#max_items", max_items));
    DataForm::new(DataFormType::Submit, PUBSUB_CONFIGURE, fields).into()
}

fn pubsub(namespace: &str, children: Vec<Element>) -> Element {
    element("pubsub", namespace, &[], children)
}

/// Publishes an item. The options have the server refuse to put it into a node that others may read.
pub(crate) fn publish(node: &str, id: &str, payload: Element, access: Access) -> Element {
    let item = element("item", PUBSUB, &[("id", id)], vec![payload]);
    let publish = element("publish", PUBSUB, &[("node", node)], vec![item]);
    let form = DataForm::new(DataFormType::Submit, PUBLISH_OPTIONS, fields(access));
    let options = element("publish-options", PUBSUB, &[], vec![form.into()]);
    pubsub(PUBSUB, vec![publish, options])
}

/// Takes an item back.
pub(crate) fn retract(node: &str, id: &str) -> Element {
    let item = element("item", PUBSUB, &[("id", id)], Vec::new());
    // Without `notify` a server need not tell the other devices.
    let attrs = [("node", node), ("notify", "true")];
    pubsub(PUBSUB, vec![element("retract", PUBSUB, &attrs, vec![item])])
}

/// Asks for all items.
pub(crate) fn items(node: &str) -> Element {
    pubsub(PUBSUB, vec![element("items", PUBSUB, &[("node", node)], Vec::new())])
}

/// Asks for the items with these ids.
pub(crate) fn some_items(node: &str, ids: &[String]) -> Element {
    let item = |id: &String| element("item", PUBSUB, &[("id", id)], Vec::new());
    let items = ids.iter().map(item).collect();
    pubsub(PUBSUB, vec![element("items", PUBSUB, &[("node", node)], items)])
}

/// Asks for so many of the newest items.
pub(crate) fn newest_items(node: &str, count: usize) -> Element {
    let attrs = [("node", node), ("max_items", &count.to_string())];
    pubsub(PUBSUB, vec![element("items", PUBSUB, &attrs, Vec::new())])
}

/// Asks to be told of changes.
pub(crate) fn subscribe(node: &str, me: &BareJid) -> Element {
    let attrs = [("node", node), ("jid", me.as_str())];
    pubsub(PUBSUB, vec![element("subscribe", PUBSUB, &attrs, Vec::new())])
}

/// Makes a private node that holds so many items.
pub(crate) fn create(node: &str, max_items: &str) -> Element {
    let create = element("create", PUBSUB, &[("node", node)], Vec::new());
    let configure = element("configure", PUBSUB, &[], vec![configuration(max_items)]);
    pubsub(PUBSUB, vec![create, configure])
}

/// Asks how a node is configured.
pub(crate) fn configuration_of(node: &str) -> Element {
    let configure = element("configure", PUBSUB_OWNER, &[("node", node)], Vec::new());
    pubsub(PUBSUB_OWNER, vec![configure])
}

/// Makes a private node hold so many items.
pub(crate) fn configure(node: &str, max_items: &str) -> Element {
    let form = configuration(max_items);
    let configure = element("configure", PUBSUB_OWNER, &[("node", node)], vec![form]);
    pubsub(PUBSUB_OWNER, vec![configure])
}

/// How many items a node holds, as its configuration says. `None` when it does not say, or says "max" in a word.
pub(crate) fn max_items(answer: &Element) -> Option<u64> {
    let form = answer.get_child("configure", PUBSUB_OWNER).and_then(forms::inside)?;
    forms::value(&form, "pubsub#max_items")?.parse().ok()
}

/// How many items a node can hold at most, as the form of its configuration says (XEP-0122), where it says "max" in a word.
pub(crate) fn most_items(answer: &Element) -> Option<u64> {
    let form = answer
        .get_child("configure", PUBSUB_OWNER)?
        .get_child("x", DATA_FORMS)?;
    let field = form
        .children()
        .find(|field| field.attr("var") == Some("pubsub#max_items"))?;
    let range = field.get_child("validate", VALIDATE)?.get_child("range", VALIDATE)?;
    range.attr("max")?.parse().ok()
}

/// The items in an answer.
pub(crate) fn items_in(answer: &Element) -> Vec<Item> {
    let items = answer.get_child("items", PUBSUB);
    let items = items.into_iter().flat_map(Element::children);
    items.filter_map(|item| read_item(item, PUBSUB)).collect()
}

/// The node events in a message; `None` when there are none.
pub(crate) fn events(message: &Message, me: &BareJid) -> Option<Vec<NodeEvent>> {
    let mut events = message
        .payloads
        .iter()
        .filter(|it| it.is("event", PUBSUB_EVENT))
        .peekable();
    events.peek()?;
    // Without a sender a stanza is the account's own server's, on behalf of the account (RFC 6120, 8.1.2.1).
    let owner = message.from.as_ref().map_or_else(|| me.clone(), Jid::to_bare);
    let event = |event: &Element| {
        let items = event.get_child("items", PUBSUB_EVENT)?;
        Some(NodeEvent {
            owner: owner.clone(),
            node: items.attr("node").unwrap_or_default().to_owned(),
            items: items
                .children()
                .filter_map(|item| read_item(item, PUBSUB_EVENT))
                .collect(),
        })
    };
    Some(events.filter_map(event).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_with_what_they_hold() {
        let answer: Element = "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'>\
            <item id='1'><a xmlns='urn:a'/></item><item id='2'/><item><b xmlns='urn:b'/></item></items></pubsub>"
            .parse()
            .unwrap();
        let items = items_in(&answer);
        assert_eq!(
            items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(),
            ["1", "2"]
        );
        assert!(items[0].payload.as_ref().unwrap().is("a", "urn:a"));
        assert!(items[1].payload.is_none());
        assert!(items_in(&pubsub(PUBSUB, Vec::new())).is_empty());
    }

    #[test]
    fn news_of_a_node_say_whose_it_is() {
        let parse = |from: &str, event: &str| {
            let xml = format!("<message xmlns='jabber:client' {from}>{event}</message>");
            let me = BareJid::new("alice@example.org").unwrap();
            events(&Message::try_from(xml.parse::<Element>().unwrap()).unwrap(), &me)
        };
        let event = "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='n'>\
                     <item id='1'><a xmlns='urn:a'/></item><retract id='2'/></items></event>";
        let told = parse("from='bob@example.org/phone'", event).unwrap();
        assert_eq!(
            (told[0].owner.as_str(), told[0].node.as_str()),
            ("bob@example.org", "n")
        );
        assert!(told[0].items[0].payload.is_some() && told[0].items[1].payload.is_none());
        assert_eq!(told[0].items[1].id, "2");
        let own = parse("", event).unwrap();
        assert_eq!(
            own[0].owner.as_str(),
            "alice@example.org",
            "the account's own server has no need to say"
        );
        assert!(parse("from='bob@example.org'", "<body>hi</body>").is_none());
    }

    #[test]
    fn what_is_private_is_published_as_private_only() {
        let payload = element("a", "urn:a", &[], Vec::new());
        let xml = String::from(&publish("n", "1", payload.clone(), Access::Private));
        assert!(xml.contains("whitelist") && xml.contains("publish-options"), "{xml}");
        assert!(!String::from(&publish("n", "1", payload, Access::Open)).contains("whitelist"));
    }

    #[test]
    fn the_size_of_a_node_is_read_from_its_configuration() {
        let answer = |value: &str| -> Element {
            format!(
                "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='n'>\
                 <x xmlns='jabber:x:data' type='form'><field var='pubsub#max_items' type='text-single'>\
                 <value>{value}</value></field></x></configure></pubsub>"
            )
            .parse()
            .unwrap()
        };
        assert_eq!(max_items(&answer("256")), Some(256));
        assert_eq!(max_items(&answer("max")), None);
        assert_eq!(max_items(&configuration_of("n")), None);
    }
}
