//! What the example programs print: each does in its language what `examples/inbox.c` does.

/// Alice's list, whole and in its order, and the events that she got.
pub fn shows_alices_list(printed: &str) {
    assert!(
        printed.starts_with("alice's list, 2 a page; 3 unread in all\n"),
        "{printed}"
    );
    let list = printed.split("the events she got").next().unwrap();
    // Columns are as wide as the language likes.
    let rows: Vec<String> = list
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    assert_eq!(rows.len(), 4, "{printed}");
    for part in ["pin", "Great, which", "Carol: The tickets are booked 🎉"] {
        assert!(rows[0].contains(part), "{part}: {printed}");
    }
    assert!(
        rows.iter().any(|row| row.contains("Bobby you: Noon is fine")),
        "{printed}"
    );
    assert!(list.contains("The Team"), "{printed}");
    assert!(list.contains("finished"), "{printed}");
    // That of the last delivery may still be on its way when the program, which looks at the messages, is done.
    for event in ["onSyncServerFinish", "onNewConversation"] {
        assert!(printed.contains(event), "{event}: {printed}");
    }
}
