//! Who is in the group and has what, for those who are not the worker: asked when somebody wants to know.
use super::{
    ask::Ask,
    cluster::REQUEST,
    ffi::{Client, ClientError, Event},
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
        let ask = Ask::new(&self.client()?)?;
        self.described(&ask).map_err(|e| e.to_string())
    }
    /// The same, asked until the deadline: on a new cluster the group has no coordinator yet. Nobody is in a group that nobody ever joined.
    #[cfg(feature = "cli")]
    pub(crate) fn members_until(&self, deadline: std::time::Duration) -> Result<Vec<RosterMember>, String> {
        let ask = Ask::new(&self.client()?)?;
        super::cluster::until_answered(deadline, || match self.described(&ask) {
            Err(e) if e.code == super::ffi::Code::GROUP_ID_NOT_FOUND => Ok(vec![]),
            answer => answer,
        })
    }
    fn described(&self, ask: &Ask) -> Result<Vec<RosterMember>, ClientError> {
        let group = &self.connection.application_id;
        let answer = ask.ask(
            REQUEST,
            |client, queue| client.describe_group(group, 0, REQUEST, queue),
            |event| match event {
                Event::Group { answer, .. } => Ok(answer),
                other => Err(other),
            },
        );
        // Java writes an address without a name as `/10.0.0.7`.
        let host = |host: String| host.trim_start_matches('/').to_owned();
        let of = |m: super::ffi::Member| RosterMember { client_id: m.client_id, host: host(m.host), partitions: m.partitions };
        Ok(answer??.into_iter().map(of).collect())
    }
    fn client(&self) -> Result<Arc<Client>, String> {
        let mut known = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let client = known.take().map_or_else(|| Client::producer(&self.connection.admin("roster")), Ok)?;
        log::drain(&client);
        Ok(known.insert(client).clone())
    }
}
