//! Who is in the group and has what, for those who are not the worker: asked when somebody wants to know.
use super::{
    ask::Ask,
    cluster::REQUEST,
    ffi::{Client, Event},
    log,
    properties::Connection,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Asks the group, over a client of its own that is made with the first question.
pub(crate) struct Roster {
    connection: Connection,
    client: Mutex<Option<Arc<Client>>>,
}
/// A member and the leader partitions that it has.
pub(crate) struct RosterMember {
    pub(crate) client_id: String,
    pub(crate) host: String,
    pub(crate) partitions: Vec<(String, u32)>,
}
impl Roster {
    pub(crate) fn new(connection: Connection) -> Roster {
        Roster { connection, client: Mutex::new(None) }
    }
    /// The members as the coordinator knows them.
    pub(crate) fn members(&self) -> Result<Vec<RosterMember>, String> {
        let group = &self.connection.application_id;
        let answer = Ask::new(&self.client()?)?.ask(
            REQUEST,
            |client, queue| client.describe_group(group, 0, REQUEST, queue),
            |event| match event {
                Event::Group { answer, .. } => Ok(answer),
                other => Err(other),
            },
        );
        let members = answer.and_then(|members| members).map_err(|e| e.to_string())?;
        let of = |m: super::ffi::Member| RosterMember { client_id: m.client_id, host: m.host, partitions: m.partitions };
        Ok(members.into_iter().map(of).collect())
    }
    fn client(&self) -> Result<Arc<Client>, String> {
        let mut known = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let client = known.take().map_or_else(|| Client::producer(&self.connection.admin("roster")), Ok)?;
        log::drain(&client);
        Ok(known.insert(client).clone())
    }
}
