//! Languages, as BCP 47 writes them: which of several texts fits an app best.

use super::id::quoted;
use super::status::{Error, Result};

/// The language of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language(String);

impl Language {
    /// Reads a tag such as `de` or `zh-Hant`, as `field` of the config.
    pub fn parse(field: &str, tag: &str) -> Result<Self> {
        let is_part =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut parts = tag.split('-');
        let is_language =
            |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !parts.next().is_some_and(is_language) || !parts.all(is_part) {
            return Err(Error::invalid(format!(
                "{field} {} is not a language tag such as \"de\" or \"zh-Hant\" (BCP 47)",
                quoted(tag)
            )));
        }
        Ok(Self(tag.to_owned()))
    }

    /// Which of these tags fits best, if any does: the language itself, then what it is a kind of (RFC 4647, 3.4), and after
    /// each of these its own kinds, so that `de` takes `de-AT` rather than none.
    pub(crate) fn best(&self, tags: &[Option<&str>]) -> Option<usize> {
        let mut range = self.0.as_str();
        loop {
            let is_same = |tag: &&str| tag.eq_ignore_ascii_case(range);
            let is_kind = |tag: &&str| {
                let (head, rest) = tag.split_at_checked(range.len()).unwrap_or_default();
                head.eq_ignore_ascii_case(range) && rest.starts_with('-')
            };
            let place = |fits: &dyn Fn(&&str) -> bool| tags.iter().position(|tag| tag.as_ref().is_some_and(fits));
            if let Some(place) = place(&is_same).or_else(|| place(&is_kind)) {
                return Some(place);
            }
            range = shorter(range)?;
        }
    }
}

/// A tag without its last part, and without one of a single letter before it, which only begins what was left out.
fn shorter(tag: &str) -> Option<&str> {
    let (rest, _) = tag.rsplit_once('-')?;
    match rest.rsplit_once('-') {
        Some((before, single)) if single.len() == 1 => Some(before),
        _ => Some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(language: &str, tags: &[&str]) -> Option<usize> {
        let tags: Vec<Option<&str>> = tags
            .iter()
            .map(|tag| Some(*tag).filter(|tag| !tag.is_empty()))
            .collect();
        Language::parse("language", language).unwrap().best(&tags)
    }

    #[test]
    fn the_nearest_language_is_the_best() {
        for (language, tags, expected) in [
            ("de", &["en", "de"][..], Some(1)),
            ("DE", &["en", "de"], Some(1)),
            ("de", &["de-AT", "de"], Some(1)),
            ("de-CH", &["fr", "de"], Some(1)),
            ("de", &["fr", "de-AT"], Some(1)),
            ("de-CH", &["de-AT", "de"], Some(1)),
            ("zh-Hant-TW", &["zh", "zh-Hant"], Some(1)),
            ("zh-Hant", &["zh-Hans", "zh-Hant-HK"], Some(1)),
            ("de-x-app", &["x", "de"], Some(1)),
            ("de", &["", "den", "en"], None),
            ("de", &["é", ""], None),
        ] {
            assert_eq!(best(language, tags), expected, "{language} of {tags:?}");
        }
        assert_eq!(shorter("zh-Hant-x-app"), Some("zh-Hant"));
    }

    #[test]
    fn what_is_no_tag_is_refused_by_name() {
        for tag in ["", "d", "de_AT", "de-", "-de", "germanlanguage", "1de", "de-é"] {
            let error = Language::parse("language", tag).unwrap_err();
            assert!(
                error.desc.starts_with(&format!("language {}", quoted(tag))),
                "{}",
                error.desc
            );
        }
    }
}
