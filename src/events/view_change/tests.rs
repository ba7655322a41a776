//! The steps lead to the new list, whether they are carried out one by one or made fewer first.

use super::*;

/// Rows as an app has them: what `apply` of every binding does.
fn apply(rows: &mut Vec<String>, diffs: &[Diff]) {
    for diff in diffs {
        match diff {
            Diff::Insert(index, row, _) => rows.insert(*index, row.to_string()),
            Diff::Update(index, row, _) => rows[*index] = row.to_string(),
            Diff::Move(from, to, row, _) => {
                rows.remove(*from);
                rows.insert(*to, row.to_string());
            }
            Diff::Remove(index, _) => drop(rows.remove(*index)),
            Diff::Reset(new, _) => *rows = new.iter().map(ToString::to_string).collect(),
        }
    }
}

fn seed() -> u64 {
    std::env::var("LIBIM_SEED").map_or(1, |seed| seed.parse().unwrap())
}

/// A list of which some rows are left, some are changed and elsewhere, and some are new.
fn random_slots(random: &mut fastrand::Rng, old_len: usize, fresh: &mut u32) -> Vec<Slot> {
    let mut text = || {
        *fresh += 1;
        Arc::from(format!("row {fresh}"))
    };
    let mut slots: Vec<Slot> = Vec::new();
    let mut placed = Vec::new();
    for index in 0..old_len {
        match random.u8(..6) {
            0 => {}
            1 | 2 => placed.push(Slot::Changed(index, text(), Reasons::PIN)),
            _ => slots.push(Slot::Kept(index)),
        }
    }
    for _ in 0..random.u8(..4) {
        placed.push(Slot::New(text(), Reasons::MESSAGE));
    }
    for slot in placed {
        slots.insert(random.usize(..=slots.len()), slot);
    }
    slots
}

fn rows_of(slots: &[Slot], old: &[String]) -> Vec<String> {
    slots
        .iter()
        .map(|slot| match slot {
            Slot::Kept(index) => old[*index].clone(),
            Slot::Changed(_, row, _) | Slot::New(row, _) => row.to_string(),
        })
        .collect()
}

#[test]
fn the_steps_lead_from_the_old_list_to_the_new_one() {
    let (random, mut fresh) = (&mut fastrand::Rng::with_seed(seed()), 0);
    for _ in 0..3_000 {
        let old: Vec<String> = (0..random.usize(..9)).map(|row| format!("old {row}")).collect();
        let slots = random_slots(random, old.len(), &mut fresh);
        let steps = steps(old.len(), &slots, |_| Reasons::DELETE);
        let mut rows = old.clone();
        apply(&mut rows, &steps);
        assert_eq!(rows, rows_of(&slots, &old), "{slots:?} {steps:?}");
        let touched = slots.iter().filter(|slot| !matches!(slot, Slot::Kept(_))).count();
        let gone = old.len() - slots.iter().filter_map(Slot::old_index).count();
        assert_eq!(steps.len(), touched + gone, "one step for each row that is not kept");
    }
}

#[test]
fn merged_changes_lead_to_the_same_rows_and_are_never_many() {
    let (random, mut fresh) = (&mut fastrand::Rng::with_seed(seed()), 0);
    for _ in 0..30 {
        let old: Vec<String> = (0..random.usize(..30)).map(|row| format!("old {row}")).collect();
        let mut rows = old.clone();
        let mut merged: Option<ViewChange> = None;
        let mut most = old.len();
        for total in 1..random.i64(2..400) {
            let slots = random_slots(random, rows.len(), &mut fresh);
            let slots = Vec::from_iter(slots.into_iter().take(40));
            let change = ViewChange::new(
                7,
                rows.len(),
                steps(rows.len(), &slots, |_| Reasons::READ),
                total,
                total % 2 == 0,
            );
            apply(&mut rows, &change.diffs);
            most = most.max(rows.len());
            match &mut merged {
                Some(merged) => merged.append(change),
                None => merged = Some(change),
            }
            let merged = merged.as_ref().unwrap();
            let mut seen = old.clone();
            apply(&mut seen, &merged.diffs);
            assert_eq!(seen, rows);
            assert_eq!((merged.total, merged.is_finished), (total, total % 2 == 0));
            assert!(
                merged.diffs.len() <= MAX_STEPS.max(6 * (most + old.len())),
                "{}",
                merged.diffs.len()
            );
        }
    }
}

#[test]
fn a_list_of_which_nothing_is_left_is_set_again() {
    let row = |text: &str| Arc::<str>::from(text);
    let mut change = ViewChange::new(1, 1, Vec::new(), 1, true);
    for turn in 0..MAX_STEPS {
        let diffs = vec![
            Diff::Remove(0, Reasons::DELETE),
            Diff::Insert(0, row(&turn.to_string()), Reasons::MESSAGE),
        ];
        change.append(ViewChange::new(1, 1, diffs, 1, true));
    }
    assert!(matches!(change.diffs.first(), Some(Diff::Reset(rows, _)) if rows.len() == 1));
    let mut rows = vec!["old".to_owned()];
    apply(&mut rows, &change.diffs);
    assert_eq!(rows, [(MAX_STEPS - 1).to_string()]);
}

#[test]
fn the_payload_has_every_key() {
    let row = Arc::<str>::from(r#"{"conversationID":"c2c_bob"}"#);
    let diffs = vec![
        Diff::Move(3, 0, row.clone(), Reasons::MESSAGE.and(Reasons::FILTER)),
        Diff::Remove(9, Reasons::default()),
        Diff::Reset(vec![row], Reasons::SYNC),
    ];
    let payload = ViewChange::new(5, 10, diffs, 12, false).payload();
    let payload: serde_json::Value = serde_json::from_str(&payload).unwrap();
    assert_eq!(
        payload,
        serde_json::json!({ "viewID": 5, "total": 12, "isFinished": false, "diffs": [
            { "op": "move", "index": 0, "fromIndex": 3, "conversation": { "conversationID": "c2c_bob" },
              "conversationList": [], "reasons": ["message", "filter"] },
            { "op": "remove", "index": 9, "fromIndex": null, "conversation": null, "conversationList": [],
              "reasons": [] },
            { "op": "reset", "index": null, "fromIndex": null, "conversation": null,
              "conversationList": [{ "conversationID": "c2c_bob" }], "reasons": ["sync"] },
        ]})
    );
}
