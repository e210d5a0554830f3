//! Addresses are data.
#![allow(unused)]

use std::net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};

#[threader::task]
fn is_local(address: Ipv4Addr) -> bool {
    address.is_private() || address == Ipv4Addr::LOCALHOST
}

#[threader::pure]
fn parse(text: &str) -> Result<IpAddr, AddrParseError> {
    text.parse()
}

#[threader::pure]
fn with_port(address: Ipv4Addr, port: u16) -> SocketAddr {
    SocketAddr::V4(SocketAddrV4::new(address, port))
}

#[threader::pure]
fn next(address: Ipv4Addr) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(address).wrapping_add(1))
}

#[threader::pure]
fn by_path(octets: [u8; 4]) -> std::net::IpAddr {
    std::net::IpAddr::from(octets)
}

#[threader::pure]
fn mapped(address: Ipv4Addr) -> Ipv6Addr {
    address.to_ipv6_mapped()
}

#[threader::pure]
fn connect(graph: &mut Vec<(u8, u8)>, a: u8, b: u8) {
    graph.push((a, b));
}

#[threader::pure]
fn ring(size: u8) -> Vec<(u8, u8)> {
    let mut net = Vec::new();
    for node in 0..size {
        connect(&mut net, node, (node + 1) % size);
    }
    net
}

#[threader::pure]
fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    rest.split(['/', ':']).next()
}

#[threader::pure(allow(net))]
fn agreed(address: &str) -> bool {
    std::net::TcpStream::connect(address).is_ok()
}

fn main() {
    assert_eq!(host_of("http://example.org:80/x"), Some("example.org"));
}
