//! Places on the earth: a `geo:` URI (RFC 5870) as the body, which all clients show as a link or a map, and the same as an
//! element (XEP-0080) with a description.

use super::ids::payload;
use super::xml;
use crate::backend::xmpp::ns::GEOLOC;
use crate::model::elem::{Degrees, LocationElem};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;

/// The body and the element of a place.
pub(super) fn encode(place: &LocationElem) -> (String, Element) {
    let (latitude, longitude) = (place.latitude.value(), place.longitude.value());
    let mut children = vec![
        xml::text("lat", GEOLOC, latitude.to_string()),
        xml::text("lon", GEOLOC, longitude.to_string()),
    ];
    if !place.desc.is_empty() {
        children.push(xml::text("description", GEOLOC, xml::readable(&place.desc)));
    }
    (
        format!("geo:{latitude},{longitude}"),
        xml::element("geoloc", GEOLOC, &[], children),
    )
}

/// The place that a message tells, if it tells nothing else.
pub(super) fn decode(message: &Message, body: Option<&str>) -> Option<LocationElem> {
    let uri = body.map(parse_uri);
    let element = payload(message, "geoloc", GEOLOC).and_then(parse_element);
    match (uri, element) {
        // A text that has a place beside it is a text.
        (Some(None), _) | (None, None) => None,
        (_, Some(place)) => Some(place),
        (Some(place), None) => place,
    }
}

fn parse_element(element: &Element) -> Option<LocationElem> {
    let child = |name: &str| element.get_child(name, GEOLOC).map(Element::text);
    let number = |name: &str| child(name)?.trim().parse::<f64>().ok();
    Some(LocationElem {
        desc: child("description").or_else(|| child("text")).unwrap_or_default(),
        longitude: Degrees::longitude(number("lon")?)?,
        latitude: Degrees::latitude(number("lat")?)?,
    })
}

/// Whether a text would be taken for a place.
pub(super) fn is_uri(text: &str) -> bool {
    parse_uri(text).is_some()
}

fn parse_uri(text: &str) -> Option<LocationElem> {
    let text = text.trim();
    let (scheme, rest) = text.split_once(':')?;
    // Altitude, accuracy and what maps add are left out.
    let coordinates = rest.split([';', '?']).next()?;
    let mut numbers = coordinates.split(',');
    let mut number = || numbers.next()?.parse::<f64>().ok();
    let (latitude, longitude) = (number()?, number()?);
    if !scheme.eq_ignore_ascii_case("geo") || text.contains(char::is_whitespace) {
        return None;
    }
    Some(LocationElem {
        desc: String::new(),
        longitude: Degrees::longitude(longitude)?,
        latitude: Degrees::latitude(latitude)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(inner: &str) -> Message {
        let xml = format!("<message xmlns='jabber:client'>{inner}</message>");
        Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
    }

    fn place(inner: &str, body: Option<&str>) -> Option<(f64, f64, String)> {
        let place = decode(&parse(inner), body)?;
        Some((place.latitude.value(), place.longitude.value(), place.desc))
    }

    #[test]
    fn a_body_that_is_a_uri_is_a_place_whatever_maps_add_to_it() {
        for uri in [
            "geo:52.5,13.4",
            "geo:52.5,13.4,30;crs=wgs84;u=35",
            "GEO:52.5,13.4?z=12&q=52.5,13.4",
            " geo:52.5,13.4\n",
        ] {
            assert_eq!(place("", Some(uri)), Some((52.5, 13.4, String::new())), "{uri}");
        }
        for text in [
            "geo:",
            "geo:1",
            "geo:91,0",
            "geo:1,nan",
            "at geo:1,2",
            "geo:1,2 here",
            "mail:1,2",
        ] {
            assert_eq!(place("", Some(text)), None, "{text}");
        }
    }

    #[test]
    fn the_element_says_more_than_the_uri_and_is_nothing_beside_another_text() {
        let element = "<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>1</lat><lon>-2.5</lon>\
                       <text>The harbour</text><accuracy>20</accuracy></geoloc>";
        let shown = Some((1.0, -2.5, "The harbour".to_owned()));
        assert_eq!(place(element, None), shown);
        assert_eq!(place(element, Some("geo:1,-2.5")), shown);
        assert_eq!(place(element, Some("See you there")), None);
        let broken = "<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>x</lat><lon>1</lon></geoloc>";
        assert_eq!(place(broken, None), None);
    }
}
