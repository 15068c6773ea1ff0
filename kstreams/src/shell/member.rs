//! What a member of the group tells about itself in its `client.id`: its name, and where others can ask it for its state.

/// A member's name with its endpoint, `host:port`; its layout follows in the `client.id`.
pub(crate) fn with_endpoint(name: &str, endpoint: Option<&str>) -> String {
    endpoint.map_or_else(|| name.to_owned(), |endpoint| format!("{name}@{endpoint}"))
}

/// Name and endpoint out of a `client.id`.
pub(crate) fn read(client_id: &str) -> (String, Option<String>) {
    let told = client_id.rsplit_once(['~', '/']).map_or(client_id, |(told, _)| told);
    match told.rsplit_once('@').filter(|(_, endpoint)| endpoint.contains(':')) {
        Some((name, endpoint)) => (name.to_owned(), Some(endpoint.to_owned())),
        None => (told.to_owned(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_tells_name_and_endpoint() {
        let told = |id: &str| read(id);
        assert_eq!(told("app-a-0~00ff"), ("app-a-0".into(), None));
        let with = with_endpoint("app-a-0", Some("10.0.0.7:8080"));
        assert_eq!(told(&format!("{with}~00ff")), ("app-a-0".into(), Some("10.0.0.7:8080".into())));
        assert_eq!(told(&format!("{with}/00ff")), ("app-a-0".into(), Some("10.0.0.7:8080".into())));
        assert_eq!(told("app-me@home-0~00ff"), ("app-me@home-0".into(), None));
    }
}
