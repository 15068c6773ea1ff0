//! Type names as people write them.

/// `alloc::collections::btree::map::BTreeMap<alloc::string::String, u64>` → `BTreeMap<String, u64>`.
pub(in crate::document) fn short(path: &str) -> String {
    let mut out = String::new();
    for part in path.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        let (name, end) = part.split_at(part.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).len());
        out.push_str(name.rsplit("::").next().unwrap_or(name));
        out.push_str(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn paths_go_and_names_stay() {
        let long = "kstreams::record::windowed::TimeWindowed<alloc::vec::Vec<alloc::string::String>>";
        assert_eq!(short(long), "TimeWindowed<Vec<String>>");
        assert_eq!(short("(u64, core::option::Option<app::Order>)"), "(u64, Option<Order>)");
        assert_eq!(short("u64"), "u64");
    }
}
