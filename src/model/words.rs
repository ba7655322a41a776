//! Text as searches see it: folded, so that case, width and diacritics make no difference, and cut into words. What is
//! written without spaces (Chinese characters, kana, hangul, Thai) and emoji are cut one by one, so that a row of them is
//! found wherever it stands.

use super::elem::Elem;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Longer words are cut, those of keywords at the same places.
const LONGEST: usize = 64;

/// Stands between texts, so that no keyword is found across them. No word has it.
const BETWEEN: char = '\u{2028}';

/// Which folding this is: an index that was made with another one is made again. The tables of Unicode change it too.
pub(crate) fn folding() -> String {
    let [std, own] = [char::UNICODE_VERSION, unicode_normalization::UNICODE_VERSION];
    format!("1 {}.{} {}.{}", std.0, std.1, own.0, own.1)
}

/// A character of a word: folded, and the bytes of the text that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// The folded character.
    pub(crate) folded: char,
    /// The first byte.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
}

/// How a folded character stands in its text.
#[derive(PartialEq, Eq)]
enum Kind {
    /// A part of a word.
    Letter,
    /// A word by itself.
    Single,
    /// Nothing, as a sign that only shows how the text runs.
    Ignored,
    /// The end of a word.
    Gap,
}

/// Calls `each` for all characters of words, and says which begin a word.
fn cut(text: &str, mut each: impl FnMut(Letter, bool)) {
    // How many characters the word has; 0 between words.
    let mut length = 0;
    let mut take = |folded: char, start: usize, end: usize| match kind(folded) {
        Kind::Letter => {
            length = if length >= LONGEST { 1 } else { length + 1 };
            each(Letter { folded, start, end }, length == 1);
        }
        Kind::Single => {
            length = 0;
            each(Letter { folded, start, end }, true);
        }
        Kind::Ignored => {}
        Kind::Gap => length = 0,
    };
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let mut end = start + first.len_utf8();
        while let Some((_, next)) = chars.next_if(|(_, next)| continues(*next)) {
            end += next.len_utf8();
        }
        if first.is_ascii() && end == start + 1 {
            take(first.to_ascii_lowercase(), start, end);
            continue;
        }
        let cluster = text.get(start..end).unwrap_or_default();
        let bare = cluster.nfkd().filter(|c| !is_diacritic(*c));
        // There and back: ß and ss, ς and σ become the same.
        let caseless = bare.flat_map(char::to_uppercase).flat_map(char::to_lowercase);
        caseless
            .filter(|c| !is_diacritic(*c))
            .nfc()
            .for_each(|folded| take(folded, start, end));
    }
}

/// Whether a character belongs to the one before it.
fn continues(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    // Vowels and finals of hangul, and the voice marks of half-width kana.
    matches!(c, '\u{1160}'..='\u{11ff}' | '\u{ff9e}' | '\u{ff9f}')
        || c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Marks that people leave out when they search. Those that make another letter, as of kana and Thai, stay.
fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{e0100}'..='\u{e01ef}')
}

fn kind(c: char) -> Kind {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() {
            Kind::Letter
        } else {
            Kind::Gap
        };
    }
    // Thai and Lao, Myanmar, Khmer; hangul; kana, bopomofo and Chinese characters with what goes with them.
    if matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{30fa}' | '\u{30fc}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{1b000}'..='\u{1b16f}'
        | '\u{20000}'..='\u{3ffff}')
    {
        return Kind::Single;
    }
    match c.general_category_group() {
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number => Kind::Letter,
        GeneralCategoryGroup::Symbol => Kind::Single,
        GeneralCategoryGroup::Other if !c.is_control() => Kind::Ignored,
        _ => Kind::Gap,
    }
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Vec<Letter>> {
    let mut words: Vec<Vec<Letter>> = Vec::new();
    cut(text, |letter, begins| match words.last_mut() {
        Some(word) if !begins => word.push(letter),
        _ => words.push(vec![letter]),
    });
    words
}

/// The words of several texts, folded, with spaces between them.
pub(crate) fn folded(texts: &[&str]) -> String {
    let mut folded = String::new();
    for text in texts {
        let mut is_first = true;
        cut(text, |letter, begins| {
            if begins && !folded.is_empty() {
                folded.push(' ');
            }
            // Only before what has words: nothing is in the index of a text without.
            if is_first && !folded.is_empty() {
                folded.extend([BETWEEN, ' ']);
            }
            is_first = false;
            folded.push(letter.folded);
        });
    }
    folded
}

/// What is searched for: words that follow each other, of which the last may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keyword(Vec<String>);

impl Keyword {
    /// The words of a text; `None` when it has none.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let words = words(text);
        let texts = words
            .iter()
            .map(|word| word.iter().map(|letter| letter.folded).collect());
        Some(Self(texts.collect())).filter(|keyword: &Self| !keyword.0.is_empty())
    }

    /// The words.
    pub(crate) fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether words that are folded already say this.
    pub(crate) fn is_in(&self, words: &[&str]) -> bool {
        let Some((last, first)) = self.0.split_last() else {
            return false;
        };
        let says = |row: &[&str]| {
            row.split_last()
                .is_some_and(|(end, start)| start == first && end.starts_with(last.as_str()))
        };
        words.windows(self.0.len()).any(says)
    }

    /// Where the words of a text say this: the bytes of the text.
    pub(crate) fn places(&self, words: &[Vec<Letter>]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(row) = words.get(from..).and_then(|rest| rest.get(..self.0.len())) {
            let place = self.place(row);
            // The next one begins after this one.
            from += if place.is_some() { self.0.len() } else { 1 };
            found.extend(place);
        }
        found
    }

    fn place(&self, row: &[Vec<Letter>]) -> Option<(usize, usize)> {
        let mut end = 0;
        for (number, (wanted, word)) in self.0.iter().zip(row).enumerate() {
            let mut letters = word.iter();
            for c in wanted.chars() {
                end = letters.next().filter(|letter| letter.folded == c)?.end;
            }
            if number + 1 < self.0.len() && letters.next().is_some() {
                return None;
            }
        }
        Some((row.first()?.first()?.start, end))
    }
}

/// The texts of an element that are searched: under which key of a message each stands, and its place there in a list.
pub(crate) fn texts(elem: &Elem) -> Vec<(&'static str, usize, &str)> {
    match elem {
        Elem::Text { text } => vec![("textElem.text", 0, text)],
        Elem::Custom { desc, .. } => vec![("customElem.desc", 0, desc)],
        Elem::File(file) => vec![("fileElem.fileName", 0, &file.file_name)],
        Elem::Location(location) => vec![("locationElem.desc", 0, &location.desc)],
        Elem::Merger(merger) => {
            let lines = merger.abstract_list.iter().enumerate();
            let lines = lines.map(|(place, line)| ("mergerElem.abstractList", place, line.as_str()));
            std::iter::once(("mergerElem.title", 0, merger.title.as_str()))
                .chain(lines)
                .collect()
        }
        Elem::Image(_) | Elem::Sound(_) | Elem::Video(_) | Elem::Face(_) | Elem::GroupTips(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_up(text: &str) -> Vec<String> {
        Keyword::new(text).map_or_else(Vec::new, |keyword| keyword.0)
    }

    #[test]
    fn text_is_folded_and_cut() {
        for (text, words) in [
            ("Hello, WORLD!", "hello|world"),
            ("Crème BRÛLÉE cre\u{301}me", "creme|brulee|creme"),
            ("Straße ΣΟΦΟΣ σοφος İstanbul", "strasse|σοφοσ|σοφοσ|istanbul"),
            ("iPhone手机 15", "iphone|手|机|15"),
            ("ﾊﾟｿｺﾝ がガ", "パ|ソ|コ|ン|が|ガ"),
            ("한글 \u{1112}\u{1161}\u{11ab}", "한|글|한"),
            ("กิน", "ก|ิ|น"),
            ("👍🏽 ❤\u{fe0f} 👨\u{200d}👩", "👍|🏽|❤|👨|👩"),
            ("שָׁלוֹם مُحَمَّد", "שלום|محمد"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("https://example.org/a_b?c=1", "https|example|org|a|b|c|1"),
            ("ＡＢＣ ﬁn ①", "abc|fin|1"),
            ("ёлка й", "елка|и"),
            ("नमस्ते", "नमस्ते"),
            ("!?… 。", ""),
        ] {
            assert_eq!(cut_up(text).join("|"), words, "{text}");
        }
    }

    #[test]
    fn a_long_word_is_cut_where_one_that_begins_with_it_is() {
        let [long, longer] = [100, 150].map(|length| "x".repeat(length));
        let words = cut_up(&long);
        assert_eq!(words.iter().map(String::len).collect::<Vec<_>>(), [64, 36]);
        assert_eq!(Keyword::new(&long).unwrap().places(&super::words(&longer)), [(0, 100)]);
    }

    #[test]
    fn a_keyword_is_found_where_its_words_follow_each_other_and_the_last_may_go_on() {
        let text = "Crème de la crème, 我在北京大学 👍🏽!";
        let found = |keyword: &str| -> Vec<&str> {
            let places = Keyword::new(keyword).unwrap().places(&words(text));
            places.into_iter().map(|(start, end)| &text[start..end]).collect()
        };
        assert_eq!(found("CREM"), ["Crèm", "crèm"]);
        assert_eq!(found("la cr"), ["la cr"]);
        assert_eq!(found("l cr"), Vec::<&str>::new());
        assert_eq!(found("京大"), ["京大"]);
        assert_eq!(found("crème 我"), ["crème, 我"]);
        assert_eq!(found("👍"), ["👍"]);
        assert_eq!(found("reme"), Vec::<&str>::new());
    }

    #[test]
    fn texts_are_kept_apart() {
        assert_eq!(folded(&["", "A b", "!", "C"]), "a b \u{2028} c");
        assert_eq!(folded(&["...", ""]), "");
        assert_eq!(cut_up("a\u{2028}b"), ["a", "b"]);
    }
}
