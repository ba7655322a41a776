//! Cursors of pages: a page or 6017, and a walk from any cursor that is taken ends.

use serde_json::{Value, json};

/// A cursor as text; the first byte is the page's size.
pub fn run(data: &[u8]) {
    let Some((size, cursor)) = data.split_first() else {
        return;
    };
    let count = i64::from(*size) - 2;
    let mut cursor = String::from_utf8_lossy(cursor).into_owned();
    // The list has fewer conversations than this, so a walk that goes on has lost its way.
    for _ in 0..100 {
        let request = json!({ "nextSeq": cursor, "count": count });
        let (code, page) = super::call_checked(super::call::client(), "getConversationList", &request.to_string());
        if code != 0 {
            assert_eq!(code, 6017, "{request}");
            return;
        }
        if page["isFinished"] == Value::Bool(true) {
            return;
        }
        assert_eq!(
            page["conversationList"].as_array().map(Vec::len),
            usize::try_from(count).ok(),
            "a page is short"
        );
        cursor = page["nextSeq"].as_str().expect("a page has a cursor").to_owned();
    }
    panic!("the walk does not end");
}

/// The beginning, and numbers around those that mean something.
pub fn seeds() -> Vec<Vec<u8>> {
    [
        "0",
        "",
        "1700000000000000",
        "4503599627370496",
        "9007199254740991",
        "9223372036854775807",
        "-1",
        "1:2",
    ]
    .map(|cursor| [&[3], cursor.as_bytes()].concat())
    .into()
}
