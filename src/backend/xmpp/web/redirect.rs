//! Where an address leads to, as the server there says it (RFC 3986, 5.2).

use crate::model::web::is_address;

/// The address that `location` means at `base`; `None` when it is none on the web.
pub(super) fn leads_to(base: &str, location: &str) -> Option<String> {
    let location = location.split('#').next().unwrap_or_default();
    let base = base.split('#').next().unwrap_or_default();
    let (scheme, rest) = base.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, place) = rest.split_at_checked(end)?;
    let path = place.split('?').next().unwrap_or_default();
    let target = if has_scheme(location) {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('?') {
        format!("{scheme}://{host}{path}{location}")
    } else {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = if location.starts_with('/') { "" } else { folder };
        let (to, query) = location.split_at_checked(location.find('?').unwrap_or(location.len()))?;
        let whole = format!("{folder}/{}", to.strip_prefix('/').unwrap_or(to));
        format!("{scheme}://{host}{}{query}", without_dots(&whole))
    };
    is_address(&target).then_some(target)
}

fn has_scheme(location: &str) -> bool {
    location.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
    })
}

/// A path that begins with `/`, without `.` and `..`.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => drop(kept.pop()),
            part => kept.push(part),
        }
    }
    let is_folder = matches!(path.rsplit('/').next(), Some("." | ".."));
    let end = if is_folder && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::leads_to;

    #[test]
    fn an_address_leads_to_one_on_the_web_or_to_none() {
        let base = "https://up.example:8443/a/b/c?k=1#f";
        for (location, target) in [
            ("https://other.example/x?y=1#z", "https://other.example/x?y=1"),
            ("HTTP://other.example", "HTTP://other.example"),
            ("//other.example/x", "https://other.example/x"),
            ("/x/y", "https://up.example:8443/x/y"),
            ("/", "https://up.example:8443/"),
            ("d", "https://up.example:8443/a/b/d"),
            ("./d?e=/../1", "https://up.example:8443/a/b/d?e=/../1"),
            ("../d/", "https://up.example:8443/a/d/"),
            ("../../../..", "https://up.example:8443/"),
            ("..", "https://up.example:8443/a/"),
            ("?k=2", "https://up.example:8443/a/b/c?k=2"),
            ("d:1/x", ""),
            ("file:///etc/passwd", ""),
            ("file:/etc/passwd", ""),
            ("ftp://other.example/x", ""),
            ("javascript:alert(1)", ""),
            ("data:,x", ""),
            ("https:///x", ""),
            ("//", ""),
            ("/a b", ""),
        ] {
            assert_eq!(leads_to(base, location).unwrap_or_default(), target, "{location}");
        }
        assert_eq!(leads_to("http://a", "b").unwrap(), "http://a/b");
        assert_eq!(leads_to("http://a?x", "b").unwrap(), "http://a/b");
    }
}
