//! Slots for files (XEP-0363): who gives them, how one is asked for, and what it says.

use super::file_types::{extension, media_type};
use crate::backend::xmpp::ns::UPLOAD;
use crate::model::web::is_address;
use xmpp_parsers::disco::DiscoInfoResult;
use xmpp_parsers::http_upload::SlotRequest;
use xmpp_parsers::minidom::Element;

/// What may be said to the place of a file.
const HEADERS: [&str; 3] = ["authorization", "cookie", "expires"];

/// Where a file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The address to bring it to.
    pub(crate) put: String,
    /// What is to be said there, by name.
    pub(crate) headers: Vec<(String, String)>,
    /// The address of the file then.
    pub(crate) get: String,
}

/// Whether an entity gives slots; and the largest file, if it says.
pub(crate) fn service(info: &DiscoInfoResult) -> Option<Option<u64>> {
    info.features.contains(UPLOAD).then(|| {
        let forms = info.extensions.iter().filter(|form| form.form_type() == Some(UPLOAD));
        let mut fields = forms.flat_map(|form| &form.fields);
        let most = fields.find(|field| field.var.as_deref() == Some("max-file-size"));
        most.and_then(|most| most.values.first()?.trim().parse().ok())
    })
}

/// Asks for one.
pub(crate) fn request(name: &str, size: u64, media_type: &str) -> Element {
    let request = SlotRequest {
        filename: name.to_owned(),
        size,
        content_type: Some(media_type.to_owned()),
    };
    Element::from(request)
}

/// What is answered. Whatever else may be said there is left out, as the XEP demands.
pub(crate) fn decode(answer: &Element) -> Option<Slot> {
    if !answer.is("slot", UPLOAD) {
        return None;
    }
    let put = answer.get_child("put", UPLOAD)?;
    let url = |element: &Element| element.attr("url").filter(|url| is_address(url)).map(str::to_owned);
    let headers = put.children().filter(|child| child.is("header", UPLOAD));
    let headers = headers.filter_map(|header| {
        let name = header.attr("name")?.to_ascii_lowercase();
        let value: String = header.text().chars().filter(|char| !char.is_control()).collect();
        HEADERS.contains(&name.as_str()).then_some((name, value))
    });
    Some(Slot {
        put: url(put)?,
        headers: headers.collect(),
        get: url(answer.get_child("get", UPLOAD)?)?,
    })
}

/// What a file of that name is.
pub(crate) fn media_type_of(name: &str) -> &'static str {
    media_type(&extension(name)).unwrap_or("application/octet-stream")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::stanza::disco;

    #[test]
    fn a_slot_says_where_and_what_else_it_says_is_not_repeated() {
        let slot = |inner: &str| decode(&format!("<slot xmlns='{UPLOAD}'>{inner}</slot>").parse().unwrap());
        let put = "<put url='https://up.example/1'><header name='Authorization'>Basic\n eA==</header>\
            <header name='Host'>internal</header><header>x</header></put>";
        let get = "<get url='https://up.example/2'/>";
        let found = slot(&format!("{put}{get}")).unwrap();
        assert_eq!(
            (found.put.as_str(), found.get.as_str()),
            ("https://up.example/1", "https://up.example/2")
        );
        assert_eq!(found.headers, [("authorization".to_owned(), "Basic eA==".to_owned())]);
        for inner in [put, get, "<put url='file:///etc'/><get url='https://up.example/2'/>"] {
            assert_eq!(slot(inner), None);
        }
    }

    #[test]
    fn a_service_says_that_it_is_one_and_may_say_how_much_it_takes() {
        let service = |inner: &str| {
            let query = format!("<query xmlns='http://jabber.org/protocol/disco#info'>{inner}</query>");
            service(&disco::info(&query.parse().unwrap()))
        };
        let feature = format!("<feature var='{UPLOAD}'/>");
        let form = |most: &str| {
            format!(
                "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>{UPLOAD}</value></field>\
                 <field var='max-file-size'><value>{most}</value></field></x>"
            )
        };
        assert_eq!(service(""), None);
        assert_eq!(service(&feature), Some(None));
        assert_eq!(service(&format!("{feature}{}", form("5242880"))), Some(Some(5_242_880)));
        assert_eq!(service(&format!("{feature}{}", form("much"))), Some(None));
    }

    #[test]
    fn a_request_has_the_name_the_size_and_the_kind() {
        let element = request("naïve.png", 7, media_type_of("naïve.png"));
        assert!(element.is("request", UPLOAD));
        let attrs = ["filename", "size", "content-type"].map(|name| element.attr(name));
        assert_eq!(attrs, [Some("naïve.png"), Some("7"), Some("image/png")]);
        assert_eq!(media_type_of("menu"), "application/octet-stream");
    }
}
