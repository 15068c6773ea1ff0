//! Addresses of this machine that are not 127.0.0.1: what listens at all addresses is reached there.
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};

pub(crate) fn others() -> Vec<IpAddr> {
    let all = TcpListener::bind("0.0.0.0:0").unwrap();
    // Nothing is sent: an address is chosen as if something were.
    let outward = UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()));
    let known = outward.iter().map(SocketAddr::ip).chain([IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2))]);
    let others: Vec<IpAddr> = known.filter(|address| is_reached((*address, all.local_addr().unwrap().port()).into())).collect();
    assert!(!others.is_empty(), "this machine has no other address");
    others
}
pub(crate) fn is_reached(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_ok()
}
/// Another program could take it before we do, but none does.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port()
}
