//! Which tasks a member of the group has, told in its `client.id`: `<application>-<instance>-<thread>~<layout>`.
//! Members whose sub-topologies differ must not share a group: partition 3 of a topic would stand for two different tasks.
use super::ffi::Member;

/// A member's client id.
pub(crate) fn client_id(name: &str, layout: u64) -> String {
    format!("{name}~{layout:016x}")
}

/// The members that run another layout, as people read it. Members that are no kstreams application count too.
pub(crate) fn strangers(members: &[Member], layout: u64) -> Vec<String> {
    let ours = format!("~{layout:016x}");
    let mut strangers: Vec<String> =
        members.iter().filter(|m| !m.client_id.ends_with(&ours)).map(|m| format!("{} at {}", m.client_id, m.host)).collect();
    strangers.sort();
    strangers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(client_id: &str) -> Member {
        Member { client_id: client_id.into(), host: "/127.0.0.1".into(), partitions: vec![] }
    }

    #[test]
    fn only_members_of_another_layout_are_waited_for() {
        let members = [member(&client_id("app-a-0", 1)), member(&client_id("app-b-0", 2)), member("rdkafka")];
        assert_eq!(strangers(&members, 1), ["app-b-0~0000000000000002 at /127.0.0.1", "rdkafka at /127.0.0.1"]);
        assert_eq!(strangers(&members[..1], 1), Vec::<String>::new());
    }
}
