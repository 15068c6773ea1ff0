//! Kafka's rule for the names of topics, which application ids, stores and repartitions become parts of.

/// The longest name of a topic, in bytes.
pub(crate) const LONGEST: usize = 249;

/// What is wrong with `name`, worded to follow it; `None` if Kafka takes it.
pub(crate) fn problem(name: &str) -> Option<String> {
    let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && !"._-".contains(*c));
    match (name, odd) {
        ("", _) => Some("is empty; Kafka needs at least one character".into()),
        ("." | "..", _) => Some("is a folder's name, which Kafka refuses".into()),
        (_, Some(c)) => Some(format!("holds {c:?}; Kafka takes ASCII letters, digits, `.`, `_` and `-`")),
        _ if name.len() > LONGEST => Some(format!("has {} characters; Kafka takes {LONGEST}", name.len())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kafka_takes_and_refuses_names() {
        for good in ["orders", "a.b_c-D9", "_", "-", "...", &"x".repeat(LONGEST)] {
            assert_eq!(problem(good), None, "{good}");
        }
        for (bad, says) in [
            ("", "is empty"),
            (".", "folder"),
            ("..", "folder"),
            ("my orders", "holds ' '"),
            ("käse", "holds 'ä'"),
            ("a/b", "holds '/'"),
            (&"x".repeat(250), "has 250 characters"),
        ] {
            assert!(problem(bad).is_some_and(|p| p.contains(says)), "{bad}");
        }
    }
}
