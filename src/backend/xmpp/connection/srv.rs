//! The order in which the targets of SRV records are tried (RFC 2782): by priority, and at random within one, so that
//! the clients of a cluster spread over its nodes as the weights say.

/// One target and what its record says of it.
pub(crate) struct Target<T> {
    pub(crate) priority: u16,
    pub(crate) weight: u16,
    pub(crate) place: T,
}

/// The targets in the order to try them. The lowest priority comes first; among equals each place is drawn with the
/// weights as odds.
pub(crate) fn in_order<T>(mut targets: Vec<Target<T>>, rng: &mut fastrand::Rng) -> Vec<T> {
    // RFC 2782 wants targets of weight 0 first in the running sum: they are drawn seldom, but they are drawn.
    targets.sort_by_key(|target| (target.priority, target.weight != 0));
    let mut order = Vec::with_capacity(targets.len());
    while let Some(priority) = targets.first().map(|target| target.priority) {
        let equals = targets.iter().take_while(|target| target.priority == priority);
        let sum: u32 = equals.map(|target| u32::from(target.weight)).sum();
        let drawn = rng.u32(0..=sum);
        let mut running = 0;
        let chosen = targets.iter().position(|target| {
            running += u32::from(target.weight);
            running >= drawn
        });
        order.push(targets.remove(chosen.unwrap_or_default()).place);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn targets() -> Vec<Target<&'static str>> {
        let target = |priority, weight, place| Target {
            priority,
            weight,
            place,
        };
        vec![
            target(20, 100, "backup"),
            target(10, 0, "never asked for"),
            target(10, 60, "large"),
            target(10, 20, "small"),
            target(10, 20, "other small"),
        ]
    }

    #[test]
    fn every_target_is_tried_once_and_the_lowest_priority_first() {
        let mut rng = fastrand::Rng::with_seed(7);
        for _ in 0..1000 {
            let order = in_order(targets(), &mut rng);
            assert_eq!(order.len(), 5);
            assert_eq!(order.last(), Some(&"backup"));
            let different: std::collections::HashSet<_> = order.iter().collect();
            assert_eq!(different.len(), 5);
        }
    }

    #[test]
    fn the_first_target_is_drawn_as_the_weights_say() {
        let mut rng = fastrand::Rng::with_seed(7);
        let mut first: HashMap<&str, u32> = HashMap::new();
        for _ in 0..10_000 {
            *first.entry(in_order(targets(), &mut rng)[0]).or_default() += 1;
        }
        assert!((5_700..6_300).contains(&first["large"]), "{first:?}");
        assert!((1_800..2_200).contains(&first["small"]), "{first:?}");
        assert!((1_800..2_200).contains(&first["other small"]), "{first:?}");
        assert!((1..300).contains(&first["never asked for"]), "{first:?}");
        assert!(!first.contains_key("backup"));
    }

    #[test]
    fn targets_without_weights_are_all_tried() {
        let equal = || {
            (0..3)
                .map(|place| Target {
                    priority: 1,
                    weight: 0,
                    place,
                })
                .collect()
        };
        let mut rng = fastrand::Rng::with_seed(7);
        let mut order: Vec<u8> = in_order(equal(), &mut rng);
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2]);
        assert!(in_order(Vec::<Target<u8>>::new(), &mut rng).is_empty());
    }
}
