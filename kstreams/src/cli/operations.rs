//! Where `run` serves its operations, and the token that they ask for.
use super::{run::say, said::Failed, store::TOKEN};
use crate::App;
use std::{
    env::{self, VarError},
    net::{Ipv4Addr, SocketAddr},
};

/// `8080` is a port of the loopback interface, `0.0.0.0:8080` and `[::]:8080` are what they say.
pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let port = || text.parse().map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    text.parse().or_else(|_| port()).map_err(|_| "a port of the loopback interface, 8080, or an address with its port, 0.0.0.0:8080")
}
/// The application with its operations, if it is to have them.
pub(super) fn with(app: App, address: Option<SocketAddr>, json: bool) -> Result<App, Failed> {
    let Some(address) = address else { return Ok(app) };
    let token = token()?;
    say(json, &format!("http://{address}/topology"));
    if token.is_none() && !address.ip().is_loopback() {
        say(json, &format!("whoever reaches this address sees it, but for rows of stores: {TOKEN} asks for a token"));
    }
    Ok(token.into_iter().fold(app.serve_ops(address), App::ops_token))
}
fn token() -> Result<Option<String>, Failed> {
    match env::var(TOKEN) {
        Ok(token) if !token.is_empty() => Ok(Some(token)),
        Err(VarError::NotPresent) => Ok(None),
        // Somebody meant to guard it.
        Ok(_) | Err(VarError::NotUnicode(_)) => Err(Failed::usage(format!("{TOKEN} holds no token: give it one, or do not set it"))),
    }
}
